// What the pointer does over image panels: the value under it in every linked panel, and clicks.

import { readable } from "./numbers.js";
import { projection } from "./painter.js";

const STILL = 4; // CSS pixels a click may move

export class Pointer {
  constructor(figure) {
    this.figure = figure;
    this.marks = [];
    const { host } = figure;
    host.addEventListener("pointermove", (event) => this.moved(event));
    host.addEventListener("pointerleave", () => this.hide());
    host.addEventListener("pointerdown", (pressed) => {
      // Plotly covers the page while a button is down, so the release happens outside the figure.
      window.addEventListener("pointerup", (released) => this.clicked(pressed, released), {
        capture: true, once: true,
      });
    }, true);
    this.save = host.appendChild(document.createElement("button"));
    this.save.type = "button";
    this.save.className = "lab-save";
    this.save.textContent = "PNG";
    this.over = 0; // the panel that it saves: the first one for who comes with the keyboard
    const drawn = () => figure.arrangement?.boxes.length ?? 0; // the figure may be on its way yet
    this.save.onclick = () => drawn() && figure.savePanel(Math.min(this.over, drawn() - 1));
    this.save.onfocus = () => drawn() && this.offer(Math.min(this.over, drawn() - 1));
  }

  place(event) {
    const { left, top } = this.figure.host.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  }

  moved(event) {
    this.last = event;
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      if (this.last) this.show(this.last);
    });
  }

  show(event) {
    const { figure } = this;
    if (!figure.arrangement || event.target === this.save) return;
    const [x, y] = this.place(event);
    this.offerDownload(x, y);
    const pixel = event.buttons ? null : figure.pixelAt(x, y);
    this.hideMarks();
    if (!pixel) return;
    const { boxes } = figure.arrangement;
    boxes.forEach((box, i) => {
      if (box.group === boxes[pixel.panel].group) this.mark(i, pixel, i === pixel.panel);
    });
  }

  /** A cross on the pixel and its value; beside the pointer itself also where the pixel is. */
  mark(i, { row, column }, here) {
    const { figure } = this;
    const box = figure.arrangement.boxes[i];
    const to = projection(figure, i);
    const [x, y] = [to.x(column), to.y(row)];
    if (x < box.x || x > box.x + box.w || y < box.y || y > box.y + box.h) return;
    const element = this.markElement(i);
    element.hidden = false;
    element.style.left = `${x}px`;
    element.style.top = `${y}px`;
    element.classList.toggle("lab-left", x > box.x + 0.6 * box.w);
    element.classList.toggle("lab-above", y > box.y + 0.75 * box.h);
    const [value, where] = element.firstChild.children;
    value.textContent = this.valueText(i, row, column);
    where.textContent = here ? this.whereText(i, row, column) : "";
  }

  markElement(i) {
    if (!this.marks[i]) {
      const element = document.createElement("div");
      element.className = "lab-mark";
      element.innerHTML = "<div><b></b><span></span></div>";
      this.marks[i] = this.figure.host.appendChild(element);
    }
    return this.marks[i];
  }

  valueText(i, row, column) {
    const { unit, shape } = this.figure.panels[i];
    const value = this.figure.values[i]?.[row * shape[1] + column] ?? NaN;
    return unit && !Number.isNaN(value) ? `${readable(value)} ${unit}` : readable(value);
  }

  whereText(i, row, column) {
    const { x_axis: xAxis, y_axis: yAxis, shape } = this.figure.panels[i];
    const along = (axis, name, index, count) => {
      if (!axis) return `${name} ${index}`;
      const step = count > 1 ? (axis.last - axis.first) / (count - 1) : 0;
      return `${axis.title} ${readable(axis.first + step * index)}${axis.unit}`;
    };
    const parts = [along(yAxis, "row", row, shape[0]), along(xAxis, "column", column, shape[1])];
    return parts.join(", ");
  }

  /** A button in the corner of the panel under the pointer: its image at its true size. */
  offerDownload(x, y) {
    const { boxes } = this.figure.arrangement;
    const i = boxes.findIndex((box) => x >= box.x && x <= box.x + box.w
      && y >= box.y - box.above && y <= box.y + box.h);
    this.save.classList.toggle("lab-offered", i >= 0);
    if (i >= 0) this.offer(i);
  }

  offer(i) {
    const { boxes } = this.figure.arrangement;
    this.over = i;
    const { title, shape } = this.figure.panels[i];
    const text = `Download “${title}” as PNG, ${shape[1]} × ${shape[0]} pixels`;
    this.save.title = text;
    this.save.setAttribute("aria-label", text);
    this.save.style.left = `${boxes[i].x + 6}px`;
    this.save.style.top = `${boxes[i].y + boxes[i].h - 30}px`;
  }

  clicked(pressed, released) {
    const { figure } = this;
    if (!figure.header.clickable || released.button !== 0 || pressed.target === this.save) return;
    const [dx, dy] = [released.clientX - pressed.clientX, released.clientY - pressed.clientY];
    const pixel = Math.hypot(dx, dy) < STILL ? figure.pixelAt(...this.place(released)) : null;
    if (pixel) figure.trigger("point", pixel);
  }

  hideMarks() {
    this.marks.forEach((element) => { element.hidden = true; });
  }

  hide() {
    this.last = null;
    this.hideMarks();
    this.save.classList.remove("lab-offered");
  }
}
