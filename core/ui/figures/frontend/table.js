// A table whose headings sort it: the page brings the rows in their new order.

import { recolour } from "./theme.js";

/** The pattern of a line, in the words of SVG. */
const DASHES = { solid: "", dash: "6 3", dot: "2 2", dashdot: "6 2 2 2", longdash: "9 3" };

/** The symbols of points in the words of SVG, around (31, 5). */
const SHAPES = {
  circle: "M27.5 5a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0z",
  square: "M27.9 1.9h6.2v6.2h-6.2z",
  "triangle-up": "M31 1l4.2 7.4h-8.4z",
  x: "M31 3.7l2.2-2.2l1.3 1.3l-2.2 2.2l2.2 2.2l-1.3 1.3l-2.2-2.2l-2.2 2.2l-1.3-1.3"
    + "l2.2-2.2l-2.2-2.2l1.3-1.3z",
  diamond: "M31 .6l4.4 4.4l-4.4 4.4l-4.4-4.4z",
};

export class Table {
  constructor(host, { trigger }) {
    this.host = host;
    this.trigger = trigger;
    host.classList.add("lab-table");
  }

  update(header, theme) {
    const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset?.column;
    const rows = recolour(header.rows, header.onDark, theme);
    const table = document.createElement("table");
    table.setAttribute("aria-label", header.alt);
    const head = table.createTHead().insertRow();
    header.columns.forEach((column) => head.append(this.heading(column, header)));
    const body = table.createTBody();
    rows.forEach((row) => addRow(body.insertRow(), row, header.columns));
    const scrolled = this.host.scrollLeft;
    this.host.replaceChildren(table);
    this.host.scrollLeft = scrolled;
    if (focused !== undefined) {
      [...this.host.querySelectorAll("button")]
        .find((button) => button.dataset.column === focused)?.focus();
    }
    this.host.dataset.drawn = "true";
  }

  heading(column, { sort, falling }) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.classList.toggle("lab-number", column.number);
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.column = column.name;
    button.title = column.help || `Sort by ${column.title}`;
    button.textContent = column.title;
    button.onclick = () => this.trigger("sort", column.name);
    const sorted = column.name === sort;
    if (sorted) {
      cell.setAttribute("aria-sort", falling ? "descending" : "ascending");
      button.textContent += falling ? " ↓" : " ↑";
    }
    cell.append(button);
    return cell;
  }

  remove() {
    this.host.replaceChildren();
  }
}

function addRow(element, row, columns) {
  row.cells.forEach((text, i) => {
    const cell = i ? element.insertCell() : document.createElement("th");
    if (!i) {
      cell.scope = "row";
      cell.append(swatch(row));
      element.append(cell);
    }
    cell.classList.toggle("lab-number", columns[i].number);
    const words = document.createElement(row.strong[i] ? "strong" : "span");
    words.textContent = text;
    cell.append(words);
  });
  if (!row.note) return;
  const note = document.createElement("small");
  note.textContent = row.note;
  const missing = columns.length - row.cells.length;
  if (missing > 0) {
    const cell = element.insertCell();
    cell.colSpan = missing;
    cell.append(note);
  } else {
    element.cells[0].append(note);
  }
}

/** The line and the point that the row has in the figures. */
function swatch({ colour, dash, symbol, width }) {
  const svg = element("svg", { viewBox: "0 0 36 10", "aria-hidden": "true" });
  const [shape] = Object.keys(SHAPES).filter((name) => symbol.startsWith(name));
  const hollow = symbol.includes("-open");
  svg.append(
    element("path", {
      d: "M0 5h24", stroke: colour, "stroke-width": 2.5 * width,
      "stroke-dasharray": DASHES[dash] ?? "",
    }),
    element("path", {
      d: SHAPES[shape], stroke: hollow ? colour : "none", fill: hollow ? "none" : colour,
    }),
  );
  if (symbol.endsWith("-dot")) svg.append(element("circle", { cx: 31, cy: 5, r: 1, fill: colour }));
  return svg;
}

function element(name, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, String(value)));
  return made;
}
