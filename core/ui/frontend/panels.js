// Images in boxes of equal size. The pixels are painted on a canvas under a transparent Plotly
// figure, which brings the axes, the linked zoom and the modebar: a change of the images alone
// costs no Plotly call at all.

import { arrange, coordinates } from "./geometry.js";
import { saveFigure, savePanel } from "./export.js";
import { Pointer } from "./pointer.js";
import { slice } from "./payload.js";
import { clockOf } from "./player.js";
import { colour } from "./pixels.js";
import { paintBase, paintOverlays } from "./painter.js";
import { keyboard, loadPlotly, modebar } from "./plotly.js";
import { mix, recolour, template } from "./theme.js";

const axisName = (letter, i) => `${letter}${i ? i + 1 : ""}`;

export class Panels {
  constructor(host, { trigger }) {
    this.host = host;
    this.trigger = trigger;
    this.plotKey = "";
    host.classList.add("lab-panels");
    host.tabIndex = 0;
    host.setAttribute("role", "figure");
    host.innerHTML = "<canvas></canvas><div></div><canvas></canvas><div></div>";
    [this.base, this.gd, this.top, this.texts] = host.children;
    host.onkeydown = (event) => this.plotKey && keyboard(this.gd, event);
    this.pointer = new Pointer(this);
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(host);
  }

  update(header, theme) {
    const panels = recolour(header.panels, header.onDark, theme);
    this.header = { ...header, panels };
    this.theme = theme;
    this.panels = panels;
    this.panels.forEach((panel) => { panel.shape = panel.image.values.shape.slice(-2); });
    this.pictures = this.panels.map((_, i) => this.pictures?.[i]
      ?? document.createElement("canvas"));
    this.host.setAttribute("aria-label", this.panels.map((panel) => panel.alt).join(" "));
    this.host.classList.toggle("lab-clickable", Boolean(header.clickable));
    this.listen(header.player);
    this.colourImages(() => true);
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

  /** The part of a stack that belongs to the frame; what is no stack stays as it is. */
  atFrame(array, dimensions) {
    if (array.shape.length === dimensions) return array;
    return slice(array, Math.min(this.frame, array.shape[0] - 1));
  }

  colourImages(which) {
    this.panels.forEach((panel, i) => {
      if (!which(panel)) return;
      const values = this.atFrame(panel.image.values, 2);
      colour(this.pictures[i], values, panel, this.header.colormaps[panel.colormap]);
    });
  }

  showFrame() {
    this.colourImages((panel) => panel.image.values.shape.length > 2);
    this.writeTexts();
    this.paint();
  }

  resize() {
    if (this.header && this.host.clientWidth !== this.arrangement.width) this.place();
  }

  place() {
    const width = this.host.clientWidth;
    if (!width) return;
    this.arrangement = arrange(this.header, width, this.theme.size / 16, window.innerHeight);
    const { boxes, height } = this.arrangement;
    this.host.style.height = `${height}px`;
    this.ranges = boxes.map((box) => ({ x: box.xRange, y: box.yRange }));
    this.readRanges();
    this.writeTexts();
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
    const layout = this.layout();
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
    this.config ??= modebar(() => saveFigure(this)); // another object would start the plot afresh
    this.plotKey = key;
    const traces = this.panels.map((_, i) => ({
      type: "scatter", x: [null], y: [null], hoverinfo: "skip", showlegend: false,
      xaxis: axisName("x", i), yaxis: axisName("y", i),
    }));
    this.plotly.react(this.gd, traces, layout, this.config);
    if (first) {
      const moved = () => { this.readRanges(); this.paint(); };
      this.gd.on("plotly_relayouting", moved);
      this.gd.on("plotly_relayout", moved);
    }
    this.readRanges();
    this.paint();
    this.host.dataset.drawn = "true";
  }

  layout() {
    const { boxes, height, width } = this.arrangement;
    const layout = {
      width, height, template: template(this.theme, this.header.onDark), margin: { l: 0, r: 0, t: 0, b: 0 },
      hovermode: false, dragmode: "zoom",
    };
    boxes.forEach((box, i) => {
      const { x_axis: xAxis, y_axis: yAxis } = this.panels[i];
      const common = {
        automargin: false, showgrid: false, zeroline: false, mirror: true, fixedrange: false,
        linecolor: mix(this.theme, 0.3), uirevision: box.revision,
      };
      const follows = box.leader !== i;
      const labels = (axis) => (axis
        ? { title: { text: axis.unit ? `${axis.title} (${axis.unit})` : axis.title, standoff: 4 } }
        : { showticklabels: false, ticks: "" });
      layout[`xaxis${i ? i + 1 : ""}`] = {
        ...common, ...labels(xAxis), range: box.xRange, anchor: axisName("y", i),
        domain: [box.x / width, (box.x + box.w) / width],
        ...(follows && { matches: axisName("x", box.leader) }),
      };
      layout[`yaxis${i ? i + 1 : ""}`] = {
        ...common, ...labels(yAxis), range: box.yRange, anchor: axisName("x", i),
        domain: [1 - (box.y + box.h) / height, 1 - box.y / height],
        ...(box.picture && { scaleanchor: axisName("x", i) }),
        ...(follows && { matches: axisName("y", box.leader), scaleanchor: undefined }),
      };
    });
    return layout;
  }

  paint() {
    paintBase(this, this.base, window.devicePixelRatio);
    paintOverlays(this, this.top, window.devicePixelRatio);
  }

  captionOf(panel) {
    const { caption } = panel;
    return Array.isArray(caption) ? caption[Math.min(this.frame, caption.length - 1)] : caption;
  }

  /** Titles, captions and the numbers of the colour bars, as text that can be read and copied. */
  writeTexts() {
    const { boxes, bars } = this.arrangement;
    const items = [];
    boxes.forEach((box, i) => {
      const panel = this.panels[i];
      const place = `left:${box.x}px;top:${box.y - box.above}px;width:${box.w}px;height:${box.above}px`;
      items.push({ name: "lab-title", style: place, parts: [panel.title, this.captionOf(panel)] });
    });
    bars.forEach((bar) => {
      if (bar.unit) {
        items.push({ name: "lab-unit", style: `left:${bar.x}px;top:${bar.y}px`, parts: [bar.unit] });
      }
      bar.labels.forEach(({ text, x, y }) => {
        items.push({ name: "lab-tick", style: `left:${x}px;top:${y}px`, parts: [text] });
      });
    });
    while (this.texts.children.length > items.length) this.texts.lastChild.remove();
    items.forEach(({ name, style, parts }, i) => {
      const element = this.texts.children[i]
        ?? this.texts.appendChild(document.createElement("div"));
      if (element.className !== name) element.className = name;
      element.style.cssText = style;
      parts.filter(Boolean).forEach((part, j) => {
        const line = element.children[j] ?? element.appendChild(document.createElement("span"));
        if (line.textContent !== part) line.textContent = part;
      });
      while (element.children.length > parts.filter(Boolean).length) element.lastChild.remove();
    });
  }

  /** Row and column of the pixel under a place in the figure, in CSS pixels; null beside images. */
  pixelAt(x, y) {
    const i = this.arrangement.boxes.findIndex((box) => x >= box.x && x <= box.x + box.w
      && y >= box.y && y <= box.y + box.h);
    if (i < 0) return null;
    const box = this.arrangement.boxes[i];
    const panel = this.panels[i];
    const [rows, columns] = panel.shape;
    const index = (axis, count, [first, last], share) => {
      const { first: origin, step } = coordinates(axis, count);
      return Math.round((first + share * (last - first) - origin) / step);
    };
    const column = index(panel.x_axis, columns, this.ranges[i].x, (x - box.x) / box.w);
    const row = index(panel.y_axis, rows, this.ranges[i].y, 1 - (y - box.y) / box.h);
    const inside = row >= 0 && row < rows && column >= 0 && column < columns;
    return inside ? { panel: i, row, column } : null;
  }

  savePanel(i) {
    savePanel(this, i);
  }

  remove() {
    this.gone = true;
    this.observer.disconnect();
    this.unfollow?.();
    if (this.plotKey) this.plotly.purge(this.gd);
  }
}
