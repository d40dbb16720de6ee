// A drawing under the mouse, a finger, a pen or the arrow keys.

import { FORM, HELP, HINTS, PIXELS, TOOLS } from "./form.js";
import { History } from "./history.js";
import {
  BLANK, MOST_LETTERS, MOST_SHAPES, added, closes, paint, parse, plain, shapeOf, withCorner,
} from "./shapes.js";

const [STEP, FINE_STEP] = [0.05, 0.01]; // of an arrow key, in halves of the side
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

// What has been drawn outlives the editor: it goes when another page or image is looked at.
/** @type {History | null} */
let history = null;

export class Editor {
  /** @param {HTMLElement} parent */
  constructor(parent) {
    this.report = (_text) => {};
    this.tool = "disc";
    this.erasing = false;
    /** @type {import("./shapes.js").Point[] | null} what is being dragged over */
    this.points = null;
    /** @type {import("./shapes.js").Point | null} where the next corner of a polygon would be */
    this.aim = null;
    this.cross = { x: 0, y: 0 };
    this.byKey = false;
    this.host = document.createElement("div");
    this.host.className = "lab-drawing";
    this.host.innerHTML = FORM;
    parent.append(this.host);
    this.canvas = this.host.querySelector("canvas");
    this.canvas.title = HELP;
    this.where = /** @type {HTMLOutputElement} */ (this.host.querySelector(".lab-where"));
    this.addTools();
    this.host.querySelectorAll("input[type=range]").forEach((/** @type {HTMLInputElement} */ input) => {
      const say = () => { input.nextElementSibling.textContent = Number(input.value).toFixed(2); };
      input.addEventListener("input", say);
      say();
    });
    this.field("letters").addEventListener("input", () => this.show());
    this.host.querySelectorAll("[data-act]").forEach((/** @type {HTMLElement} */ button) => {
      button.onclick = () => this.act(button.dataset.act);
    });
    this.listen();
  }

  addTools() {
    const group = this.host.querySelector("[role=radiogroup]");
    for (const [tool, word] of Object.entries(TOOLS)) {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", textContent: word, role: "radio" });
      button.dataset.tool = tool;
      button.onclick = () => { this.tool = tool; this.drop(); };
      group.append(button);
    }
    group.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      const [dx, dy] = ARROWS[event.key] ?? [0, 0];
      if (!dx && !dy) return;
      event.preventDefault();
      const names = Object.keys(TOOLS);
      const next = names.indexOf(this.tool) + (dx || -dy) + names.length;
      this.tool = names[next % names.length];
      this.drop();
      /** @type {HTMLElement} */ (group.querySelector("[aria-checked=true]")).focus();
    });
  }

  listen() {
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      canvas.setPointerCapture(event.pointerId);
      const begun = this.byKey ? null : this.points;
      this.byKey = false;
      if (this.tool === "polygon" && begun) this.corner(this.place(event));
      else this.points = [this.place(event)];
      this.show();
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!this.points || this.byKey) return;
      if (this.tool === "polygon") {
        this.aim = this.place(event);
        this.show();
        return;
      }
      const all = event.getCoalescedEvents?.() ?? [];
      this.points.push(...(all.length ? all : [event]).map((one) => this.place(one)));
      this.show();
    });
    canvas.addEventListener("pointerup", () => {
      if (!this.byKey && this.tool !== "polygon") this.finish();
    });
    canvas.addEventListener("dblclick", () => {
      if (this.points && this.tool === "polygon") this.finish();
    });
    canvas.addEventListener("pointercancel", () => this.drop());
    canvas.addEventListener("blur", () => { this.byKey = false; this.drop(); });
    canvas.addEventListener("keydown", (event) => this.key(event));
  }

  /** @param {PointerEvent} event */
  place(event) {
    const box = this.canvas.getBoundingClientRect();
    const inside = (part) => Math.min(Math.max(2 * part - 1, -1.2), 1.2);
    return {
      x: inside((event.clientX - box.left) / box.width),
      y: -inside((event.clientY - box.top) / box.height),
    };
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const control = event.ctrlKey || event.metaKey;
    const letter = event.key.toLowerCase();
    if (control && (letter === "z" || letter === "y")) {
      this.act(letter === "y" || event.shiftKey ? "redo" : "undo");
    } else if (event.key in ARROWS && !control) this.move(ARROWS[event.key], event.shiftKey);
    else if (event.key === " " && this.points && this.tool === "polygon") this.corner(this.cross);
    else if (event.key === "Enter" || event.key === " ") {
      if (this.points) this.finish();
      else this.points = [{ ...this.cross }];
      this.byKey = true;
      this.show();
    } else if (event.key === "Escape" && this.points) this.drop();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  move([dx, dy], fine) {
    const step = fine ? FINE_STEP : STEP;
    const inside = (part) => Math.min(Math.max(Math.round(100 * part) / 100, -1), 1);
    this.byKey = true;
    this.cross = { x: inside(this.cross.x + step * dx), y: inside(this.cross.y + step * dy) };
    if (this.tool === "polygon") this.aim = { ...this.cross };
    else this.points?.push({ ...this.cross });
    this.show();
  }

  /** Set a corner of the polygon, or close it where the corner is the first one again. */
  corner(point) {
    if (closes(this.points, point)) {
      this.aim = null;
      this.finish();
    } else this.points = withCorner(this.points, point);
    this.show();
  }

  field(name) {
    return /** @type {HTMLInputElement} */ (this.host.querySelector(`[name=${name}]`));
  }

  shape(tool = this.tool, width = Number(this.field("width").value)) {
    if (!this.points) return null;
    const value = this.erasing ? 0 : Number(this.field("value").value);
    const points = this.aim ? withCorner(this.points, this.aim) : this.points;
    return shapeOf(tool, value, width, points, plain(this.field("letters").value));
  }

  finish() {
    if (!this.byKey) this.aim = null; // a corner is where somebody clicked
    const shape = this.shape();
    this.points = this.aim = null;
    const text = shape && added(history.text, shape);
    this.full = shape !== null && text === null;
    if (text) this.change(() => history.add(text));
    else this.show();
  }

  drop() {
    this.points = this.aim = null;
    this.show();
  }

  act(name) {
    if (name === "erase") this.erasing = !this.erasing;
    else if (name === "undo") this.change(() => history.go(-1));
    else if (name === "redo") this.change(() => history.go(1));
    else this.change(() => history.add(BLANK));
    this.show();
  }

  /** @param {() => void} make */
  change(make) {
    const before = history.text;
    make();
    this.full = false;
    this.show();
    if (history.text === before) return;
    history.send();
    this.report(history.text);
  }

  /** @param {string} text */
  receive(text) {
    history ??= new History(text);
    history.receive(text);
    this.show();
    this.host.dataset.drawn = "";
  }

  show() {
    const context = this.canvas.getContext("2d");
    // Before its third corner a polygon is a thin line.
    const shape = this.shape() ?? (this.tool === "polygon" ? this.shape("brush", 0.02) : null);
    paint(context, [...parse(history.text), ...(shape ? [shape] : [])]);
    if (this.byKey) this.showCross(context);
    this.host.querySelectorAll("[data-tool]").forEach((/** @type {HTMLElement} */ button) => {
      const chosen = button.dataset.tool === this.tool;
      button.setAttribute("aria-checked", String(chosen));
      button.tabIndex = chosen ? 0 : -1;
    });
    const able = (name, can) => {
      /** @type {HTMLButtonElement} */ (this.host.querySelector(`[data-act=${name}]`)).disabled = !can;
    };
    able("undo", history.has(-1));
    able("redo", history.has(1));
    able("clear", history.text !== BLANK);
    this.host.querySelector("[data-act=erase]").setAttribute("aria-pressed", String(this.erasing));
    this.field("width").parentElement.hidden = this.tool !== "brush";
    this.field("letters").parentElement.hidden = this.tool !== "text";
    this.where.textContent = this.words();
  }

  showCross(context) {
    const [x, y] = [PIXELS / 2 * (1 + this.cross.x), PIXELS / 2 * (1 - this.cross.y)];
    context.beginPath();
    for (const [dx, dy] of [[14, 0], [0, 14]]) {
      context.moveTo(x - dx, y - dy);
      context.lineTo(x + dx, y + dy);
    }
    Object.assign(context, { strokeStyle: "#ffc233", lineWidth: 3 });
    context.stroke();
  }

  words() {
    if (this.full) return `A drawing has ${MOST_SHAPES} shapes and ${MOST_LETTERS} letters at most.`;
    if (this.tool === "text" && !plain(this.field("letters").value)) return "Type letters first.";
    if (!this.byKey) return HINTS[this.tool]?.[this.points ? 1 : 0] ?? "";
    const corner = this.tool === "polygon" ? "Space sets a corner, " : "";
    const next = this.points
      ? `${corner}Enter ends the shape` : `Enter begins: ${TOOLS[this.tool]}`;
    return `x ${this.cross.x.toFixed(2)}, y ${this.cross.y.toFixed(2)}. ${next}.`;
  }

  remove() {
    this.host.remove();
  }
}
