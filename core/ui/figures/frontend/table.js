// A table whose headings sort it: the page brings the rows in their new order.

import { recolour } from "./theme.js";

/** The pattern of a line, in the words of SVG. */
const DASHES = { solid: "", dash: "6 3", dot: "2 2", dashdot: "6 2 2 2", longdash: "9 3" };

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

/** The line that the row has in the figures. */
function swatch({ colour, dash }) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 4");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(space, "path");
  line.setAttribute("d", "M0 2h24");
  line.setAttribute("stroke", colour);
  line.setAttribute("stroke-width", "3");
  line.setAttribute("stroke-dasharray", DASHES[dash] ?? "");
  svg.append(line);
  return svg;
}
