// A Plotly figure as it comes from Python, kept alive over changes of its data.

import { forget, whenNear } from "./nearby.js";
import { asRows, slice } from "./payload.js";
import { clockOf } from "./player.js";
import { fileName, save } from "./files.js";
import { roomOf, whenRoomChanges } from "./room.js";
import { keyboard, loadPlotly, makeReachable, modebar, plotlySource } from "./plotly.js";
import { pageOf } from "./standalone.js";
import { calmLogAxes, recolour, template } from "./theme.js";
import { facesOf, painted, svgOf } from "./with_fonts.js";

const EXPORT_SCALE = 3;

export class Curves {
  constructor(host, { trigger }) {
    this.host = host;
    this.trigger = trigger;
    this.drawn = false;
    this.gd = /** @type {any} */ (document.createElement("div"));
    this.config = null; // of Plotly's toolbar: another object would start the plot afresh
    host.classList.add("lab-plot");
    host.append(this.gd);
    makeReachable(host, (event) => this.drawn && keyboard(this.gd, event));
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(host);
    this.unwatch = whenRoomChanges(() => this.resize());
  }

  /** As the page asks for, or what there is where it is presented. */
  get height() {
    const room = roomOf();
    return Number.isFinite(room) ? room : this.header.height;
  }

  update(header, theme) {
    this.header = header;
    this.host.style.height = `${this.height}px`;
    this.host.setAttribute("aria-label", header.alt);
    whenNear(this.host, () => this.begin(header, theme));
  }

  async begin(header, theme) {
    this.header = header;
    this.theme = theme;
    this.host.classList.toggle("lab-clickable", Boolean(header.clickable));
    this.listen(header.player);
    delete this.host.dataset.problem;
    try {
      this.plotly = await loadPlotly(header.plotly);
    } catch (error) {
      this.host.dataset.problem = `The figure could not be drawn. ${error.message}`;
      return;
    }
    if (!this.gone && this.header === header) this.draw();
  }

  listen(name) {
    if (this.player === name) return;
    this.unfollow?.();
    this.player = name;
    this.unfollow = name ? clockOf(name).follow(() => this.showFrame()) : null;
  }

  draw() {
    const { figure, onDark } = this.header;
    const { data, layout = {} } = recolour(asRows(figure), onDark, this.theme);
    const first = !this.drawn;
    this.host.style.height = `${this.height}px`; // there may be another room since it was asked for
    this.config ??= modebar({
      PNG: () => this.download("png"),
      SVG: () => this.download("svg"),
      "interactive HTML": () => this.downloadPage(),
    });
    this.pending = this.plotly.react(
      this.gd,
      this.atFrame(data),
      {
        uirevision: "kept",
        ...layout,
        ...calmLogAxes(layout, this.theme),
        template: template(this.theme, this.header.onDark),
        width: this.host.clientWidth,
        height: this.height,
      },
      this.config,
    );
    this.drawn = true;
    this.host.dataset.drawn = "true";
    if (first) {
      this.gd.on("plotly_click", (event) => this.click(event));
    }
  }

  /** The traces with what the frame of the player puts into them. */
  atFrame(data) {
    const traces = Object.entries(this.header.frames ?? {});
    if (!traces.length) return data;
    const changed = [...data];
    traces.forEach(([trace, attributes]) => {
      changed[trace] = { ...changed[trace] };
      Object.entries(attributes).forEach(([name, stack]) => {
        changed[trace][name] = this.frameOf(stack);
      });
    });
    return changed;
  }

  frameOf(stack) {
    const { frame } = clockOf(this.player);
    return asRows(slice(stack, Math.min(frame, stack.shape[0] - 1)));
  }

  showFrame() {
    if (!this.drawn) return;
    const update = {};
    const traces = Object.entries(this.header.frames ?? {});
    traces.forEach(([, attributes], place) => {
      Object.entries(attributes).forEach(([name, stack]) => {
        update[name] ??= Array(traces.length).fill(undefined);
        update[name][place] = this.frameOf(stack);
      });
    });
    if (traces.length) {
      this.pending = this.plotly.restyle(this.gd, update, traces.map(([trace]) => Number(trace)));
    }
  }

  click(event) {
    const [point] = event.points;
    if (!this.header.clickable || !point) return;
    this.trigger("point", {
      curve: point.curveNumber, index: point.pointIndex ?? point.pointNumber, x: point.x, y: point.y,
    });
  }

  resize() {
    if (!this.drawn || !this.host.clientWidth) return;
    const { width, height } = this.gd._fullLayout;
    if (this.host.clientWidth === width && this.height === height) return;
    this.host.style.height = `${this.height}px`;
    const size = { width: this.host.clientWidth, height: this.height };
    this.pending = this.plotly.relayout(this.gd, size);
  }

  get fileName() {
    return fileName(this.header.name, this.header.scan);
  }

  /** The figure as SVG, or as PNG at three times the screen's resolution. */
  async download(format) {
    const { data, layout } = this.gd;
    const { width, height } = this.gd._fullLayout;
    const paper = { ...layout, paper_bgcolor: this.theme.background };
    const svg = await svgOf(this.plotly, { data, layout: paper }, { width, height }, this.theme.font);
    const name = `${this.fileName}.${format}`;
    if (format === "svg") {
      save(new Blob([svg], { type: "image/svg+xml" }), name);
      return;
    }
    const size = { width: width * EXPORT_SCALE, height: height * EXPORT_SCALE };
    const canvas = await painted(svg, size);
    canvas.toBlob((blob) => save(blob, name), "image/png");
  }

  /** The figure as a page of its own, with Plotly in it: it opens without a network. */
  async downloadPage() {
    const { data, layout } = this.gd;
    const paper = { ...layout, paper_bgcolor: this.theme.background, width: undefined };
    const content = pageOf({
      title: this.host.getAttribute("aria-label") ?? "",
      figure: { data, layout: paper },
      library: await plotlySource(this.header.plotly),
      background: this.theme.background,
      faces: await facesOf(this.theme.font),
    });
    save(new Blob([content], { type: "text/html" }), `${this.fileName}.html`);
  }

  remove() {
    this.gone = true;
    forget(this.host);
    this.observer.disconnect();
    this.unwatch();
    this.unfollow?.();
    // Plotly goes on with a drawing after it returns, and must find its figure until then.
    const purge = () => this.plotly.purge(this.gd);
    if (this.drawn) Promise.resolve(this.pending).then(purge, purge);
  }
}
