// Images in boxes of equal size. The pixels are painted on a canvas under a transparent Plotly
// figure, which brings the axes, the linked zoom and the modebar: a change of the images alone
// costs no Plotly call at all.

import { axesLayout, emptyTraces } from "./axes.js";
import { arrange, pixelAt } from "./geometry.js";
import { saveFigure, saveFigureAsSvg, savePanel } from "./export.js";
import { Pointer } from "./pointer.js";
import { forget, whenNear } from "./nearby.js";
import { slice } from "./payload.js";
import { clockOf } from "./player.js";
import { colour } from "./pixels.js";
import { paintBase, paintOverlays } from "./painter.js";
import { keyboard, loadPlotly, makeReachable, modebar, placeToolbar } from "./plotly.js";
import { roomOf, whenRoomChanges } from "./room.js";
import { fetchAhead, fetchImage, onHand } from "./shelf.js";
import { writeTexts } from "./texts.js";
import { colormapsOn, recolour } from "./theme.js";
import { WHOLE, WindowTool } from "./window.js";

const arranged = ({ header, theme }, width) => (
  arrange(header, width, theme.size / 16, window.innerHeight, roomOf()));

export class Panels {
  /**
   * @param {HTMLElement} host
   * @param {{ trigger: (name: string, value: unknown) => void }} server
   */
  constructor(host, { trigger }) {
    this.host = host;
    this.trigger = trigger;
    this.plotKey = "";
    host.classList.add("lab-panels");
    host.innerHTML = "<canvas></canvas><div></div><canvas></canvas><div></div>";
    const [base, gd, top, texts] = /** @type {any} */ (host.children);
    this.base = base;
    this.gd = gd;
    this.top = top;
    this.texts = texts;
    this.config = null; // of Plotly's toolbar: another object would start the plot afresh
    makeReachable(host, (event) => this.plotKey && keyboard(this.gd, event));
    this.pointer = new Pointer(this);
    this.window = new WindowTool(this);
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(host);
    this.unwatch = whenRoomChanges(() => (this.header ? this.place() : this.reserve()));
  }

  update(header, theme) {
    this.coming = { header, theme };
    this.host.setAttribute("aria-label", header.panels.map((panel) => panel.alt).join(" "));
    this.reserve();
    whenNear(this.host, () => this.draw(header, theme));
  }

  /** Take the room that the figure will need, so that nothing moves when it is drawn. */
  reserve() {
    const width = this.host.clientWidth;
    if (width) this.host.style.height = `${arranged(this.coming, width).height}px`;
  }

  draw(header, theme) {
    const panels = recolour(header.panels, header.onDark, theme);
    this.header = { ...header, panels };
    this.theme = theme;
    this.panels = panels;
    this.window.apply();
    this.colormaps = colormapsOn(theme, header.colormaps, header.colormapsOnDark);
    this.pictures = this.panels.map((_, i) => this.pictures?.[i]
      ?? document.createElement("canvas"));
    this.host.classList.toggle("lab-clickable", Boolean(header.clickable));
    this.listen(header.player);
    delete this.host.dataset.problem;
    this.values = this.panels.map(() => null);
    this.colourImages();
    this.place();
  }

  listen(name) {
    if (this.player === name) return;
    this.unfollow?.();
    this.player = name;
    this.unfollow = name ? clockOf(name).follow(() => this.showFrame()) : null;
  }

  get frame() {
    return this.player ? clockOf(this.player).frame : 0;
  }

  /** The points of an overlay that belong to the frame. */
  atFrame(array) {
    if (array.shape.length === 1) return array;
    return slice(array, Math.min(this.frame, array.shape[0] - 1));
  }

  /** The name of the image that a panel with frames shows now. */
  nameOf({ image }) {
    return image[Math.min(this.frame, image.length - 1)];
  }

  colourImages() {
    this.panels.forEach((panel, i) => {
      if (!Array.isArray(panel.image)) this.colourImage(i, panel.image);
      else this.colourFrame(i);
    });
  }

  colourFrame(i) {
    const name = this.nameOf(this.panels[i]);
    const values = onHand(name);
    if (values) this.colourImage(i, values);
    else this.fetchAndColour(i, name);
  }

  colourImage(i, values) {
    const panel = this.panels[i];
    this.values[i] = values;
    if (panel.minus) {
      this.values[i] = values.map((value, at) => value - panel.minus[at]);
      this.values[i].shape = values.shape;
    }
    colour(this.pictures[i], this.values[i], panel, this.colormaps[panel.colormap]);
  }

  /** Until the image has come, the panel keeps what it shows. */
  async fetchAndColour(i, name) {
    const panel = this.panels[i];
    try {
      const values = await fetchImage(name, panel.shape);
      if (this.gone || panel !== this.panels[i] || name !== this.nameOf(panel)) return;
      this.colourImage(i, values);
      this.paint();
      this.tellDrawn();
    } catch (error) {
      this.host.dataset.problem = error.message;
    }
  }

  showFrame() {
    this.panels.forEach((panel, i) => {
      if (!Array.isArray(panel.image)) return;
      this.colourFrame(i);
      this.fetchOthers(panel);
    });
    writeTexts(this);
    this.paint();
  }

  /** Once somebody scrubs, the other frames are likely to be wanted too: those ahead first. */
  fetchOthers(panel) {
    if (panel.fetching) return;
    panel.fetching = true;
    const names = [...panel.image.slice(this.frame), ...panel.image];
    fetchAhead(names, panel.shape, () => this.gone || !this.panels.includes(panel))
      .catch(() => { panel.fetching = false; });
  }

  tellDrawn() {
    if (this.plotKey && this.panels.every((_, i) => this.values[i])) {
      this.host.dataset.drawn = "true";
    }
  }

  resize() {
    if (this.coming && !this.header) this.reserve();
    else if (this.header && this.host.clientWidth !== this.arrangement?.width) this.place();
  }

  place() {
    const width = this.host.clientWidth;
    if (!width) return;
    this.arrangement = arranged(this, width);
    const { boxes, height, left } = this.arrangement;
    Object.assign(this.host.style, { height: `${height}px`, left: `${left}px` });
    placeToolbar(this.gd, this.arrangement);
    this.ranges = boxes.map((box) => ({ x: box.xRange, y: box.yRange }));
    this.readRanges();
    writeTexts(this);
    this.paint();
    this.drawAxes();
  }

  /** What part of each image is shown, from Plotly where it has been drawn already. */
  readRanges() {
    const { boxes } = this.arrangement;
    boxes.forEach((box, i) => {
      const x = this.gd._fullLayout?.[`xaxis${i ? i + 1 : ""}`];
      const y = this.gd._fullLayout?.[`yaxis${i ? i + 1 : ""}`];
      if (x?.uirevision === box.revision) this.ranges[i] = { x: [...x.range], y: [...y.range] };
    });
  }

  async drawAxes() {
    const layout = axesLayout(this);
    const key = JSON.stringify(layout);
    if (key === this.plotKey) return;
    try {
      this.plotly = await loadPlotly(this.header.plotly);
    } catch (error) {
      this.host.dataset.problem = `Zoom is not available. ${error.message}`;
      return;
    }
    if (this.gone || key === this.plotKey) return;
    const first = !this.plotKey;
    const downloads = { PNG: () => saveFigure(this), SVG: () => saveFigureAsSvg(this) };
    this.config ??= modebar(downloads, [this.window.button()]);
    this.plotKey = key;
    this.pending = this.plotly.react(this.gd, emptyTraces(this.panels), layout, this.config);
    if (first) {
      const moved = () => { this.readRanges(); this.paint(); };
      this.gd.on("plotly_relayouting", moved);
      this.gd.on("plotly_relayout", moved);
      this.gd.on("plotly_doubleclick", () => this.window.set(WHOLE));
    }
    this.readRanges();
    this.paint();
    this.tellDrawn();
  }

  paint() {
    paintBase(this, this.base, window.devicePixelRatio);
    paintOverlays(this, this.top, window.devicePixelRatio);
  }

  pixelAt(x, y) {
    return pixelAt(this, x, y);
  }

  savePanel(i) {
    savePanel(this, i);
  }

  remove() {
    this.gone = true;
    forget(this.host);
    this.observer.disconnect();
    this.unwatch();
    this.unfollow?.();
    // As for curves: only when Plotly has come to rest.
    const purge = () => this.plotly.purge(this.gd);
    if (this.plotKey) Promise.resolve(this.pending).then(purge, purge);
  }
}
