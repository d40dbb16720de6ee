// Where everything of an image figure stands, in CSS pixels from its upper left corner.

import { commonPower, powerOfTen, readable, ticksBetween } from "./numbers.js";

const GAP = 20; // between columns
const ROW_GAP = 18;
const BAR = 10; // thickness of a colour bar
const BAR_SPACE = 68; // with its numbers
const LINE = 17; // height of a number
const MOST_TICKS = 4; // between the ends of a colour bar
const LEFT = 58; // numbers and title of a vertical axis
const BELOW = 42; // of a horizontal one
const TITLE = 26;
const CAPTION = 18;
const FREE_ASPECT = 0.75; // height over width of what is no picture
const NARROWEST = 160; // below it, images go into more rows
const NARROWEST_PRESENTED = 90; // where the rows must fit on one screen
const TALLEST = 0.72; // of the window, so that a panel is seen as a whole
const LOWEST = 200; // however little room the window has

/** @typedef {import("./types.js").Panel} Panel */
/** @typedef {import("./types.js").Axis} Axis */
/** @typedef {import("./types.js").Box} Box */
/** @typedef {import("./types.js").Arrangement} Arrangement */
/** @typedef {import("./types.js").Ranges} Ranges */

/** @param {Panel} panel */
const isPicture = (panel) => !panel.x_axis && !panel.y_axis;
/** @type {(a: Panel, b: Panel) => boolean} */
const sameRange = (a, b) => a.low === b.low && a.high === b.high
  && a.colormap === b.colormap && a.unit === b.unit;

/**
 * Value of the first entry and distance to the next, along the columns or rows of a panel.
 *
 * @param {Axis | null} axis
 * @param {number} count
 */
export function coordinates(axis, count) {
  if (!axis) return { first: 0, step: 1 };
  return { first: axis.first, step: count > 1 ? (axis.last - axis.first) / (count - 1) : 1 };
}

/**
 * Range from the outer edge of the first pixel to that of the last, padding included.
 *
 * @param {Axis | null} axis
 * @param {number} count
 * @param {number} padding in pixels
 */
function fullRange(axis, count, padding) {
  const { first, step } = coordinates(axis, count);
  return [first - (0.5 + padding) * step, first + (count - 0.5 + padding) * step];
}

/** @param {number[]} lengths */
const sum = (lengths) => lengths.reduce((total, length) => total + length, 0);
/** @param {number} count */
const every = (count) => Array.from({ length: count }, (_, i) => i);

/**
 * Boxes, colour bars and height of an image figure of this width.
 *
 * @param {{ panels: Panel[], columns: number, link: boolean, tallest: number | null, narrowest?: number | null,
 *   above?: number }} header
 *   what core/ui/panels.py sent
 * @param {number} width
 * @param {number} scale size of the theme's type, 1 at 16 px
 * @param {number} windowHeight
 * @param {number} [room] for all of it where it is presented; it then stands in the middle
 * @returns {import("./types.js").Arrangement}
 */
export function arrange(header, width, scale, windowHeight, room = Infinity) {
  const { panels, link } = header;
  // Panels of one shape with the same axes zoom together.
  const groups = panels.map((panel, i) => (
    link ? JSON.stringify([panel.shape, panel.x_axis, panel.y_axis]) : String(i)));
  const padding = groups.map((group) => Math.max(
    ...panels.filter((_, i) => groups[i] === group).map((panel) => panel.padding)));

  const below = header.above ? windowHeight - header.above * scale : Infinity;
  const usual = Math.min(
    header.tallest ?? Infinity, TALLEST * windowHeight, Math.max(LOWEST, below));
  const narrowest = Number.isFinite(room) ? NARROWEST_PRESENTED : header.narrowest ?? NARROWEST;
  const { columns, grid, free } = columnsFor(panels, header.columns, width, scale, narrowest);
  const limit = Number.isFinite(room) ? rowHeight(grid, room) : usual;
  const { w, h } = boxSize(panels, padding, free, limit);
  const x = (c) => 1 + c * (w + GAP) + sum(grid.left.slice(0, c + 1)) + sum(grid.beside.slice(0, c));
  const y = (r) => r * (h + ROW_GAP) + sum(grid.above.slice(0, r + 1)) + sum(grid.below.slice(0, r));

  const boxes = panels.map((panel, i) => {
    const [row, column] = grid.cells[i];
    return {
      x: x(column), y: y(row), w, h,
      above: grid.above[row],
      picture: isPicture(panel),
      group: groups[i],
      leader: groups.indexOf(groups[i]),
      xRange: fullRange(panel.x_axis, panel.shape[1], padding[i]),
      yRange: fullRange(panel.y_axis, panel.shape[0], padding[i]).reverse(),
      revision: JSON.stringify([panel.shape, panel.x_axis, panel.y_axis, padding[i]]),
    };
  });
  const bars = grid.owners.map((i) => barOf(panels[i], boxes[i], scale));
  const last = grid.above.length - 1;
  const end = x(columns - 1) + w + (grid.beside[columns - 1] ?? 0);
  const left = Number.isFinite(room) ? Math.max(0, Math.floor((width - end) / 2)) : 0;
  return { boxes, bars, width, height: y(last) + h + grid.below[last] + 2, left };
}

/**
 * As many columns as asked for, or fewer where an image would be narrower than can be read.
 *
 * @param {Panel[]} panels
 * @param {number} asked
 * @param {number} width
 * @param {number} scale
 * @param {number} narrowest
 */
function columnsFor(panels, asked, width, scale, narrowest) {
  for (let columns = Math.min(asked, panels.length); ; columns -= 1) {
    const grid = gridOf(panels, columns, scale);
    const free = width - 1 - GAP * (columns - 1) - sum(grid.left) - sum(grid.beside);
    if (columns === 1 || free / columns >= narrowest) return { columns, grid, free: free / columns };
  }
}

/**
 * Row and column of each panel, and the room that axes, titles and colour bars take.
 *
 * @param {Panel[]} panels
 * @param {number} columns
 * @param {number} scale
 */
function gridOf(panels, columns, scale) {
  const cells = panels.map((_, i) => [Math.floor(i / columns), i % columns]);
  const rows = cells.at(-1)[0] + 1;
  const inRow = (r) => panels.filter((_, i) => cells[i][0] === r);
  const inColumn = (c) => panels.filter((_, i) => cells[i][1] === c);
  // A colour bar stands after the last of neighbours with one range; one is enough for all.
  const owners = panels.every((panel) => sameRange(panel, panels[0])) ? [columns - 1]
    : every(panels.length).filter((i) => cells[i + 1]?.[0] !== cells[i][0]
      || !sameRange(panels[i], panels[i + 1]));
  return {
    cells,
    owners,
    left: every(columns).map((c) => (inColumn(c).every(isPicture) ? 0 : LEFT * scale)),
    beside: every(columns).map((c) => (
      owners.some((i) => cells[i][1] === c) ? BAR_SPACE * scale : 0)),
    above: every(rows).map((r) => scale * (
      inRow(r).some((panel) => panel.caption) ? TITLE + CAPTION : TITLE)),
    below: every(rows).map((r) => (inRow(r).every(isPicture) ? 0 : BELOW * scale)),
  };
}

/**
 * The height of the images where all rows with their titles and axes are to fit into `room`.
 *
 * @param {{ above: number[], below: number[] }} grid
 * @param {number} room
 */
function rowHeight({ above, below }, room) {
  const rows = above.length;
  return Math.max(40, (room - 2 - sum(above) - sum(below) - ROW_GAP * (rows - 1)) / rows);
}

/**
 * Pictures set the shape of the boxes; without one they may be as wide as there is room.
 *
 * @param {Panel[]} panels
 * @param {number[]} padding
 * @param {number} widest
 * @param {number} tallest
 */
function boxSize(panels, padding, widest, tallest) {
  const aspects = panels.map(({ shape }, i) => (
    (shape[0] + 2 * padding[i]) / (shape[1] + 2 * padding[i])));
  const pictures = aspects.filter((_, i) => isPicture(panels[i]));
  const aspect = pictures.length ? Math.max(...pictures) : FREE_ASPECT;
  const w = Math.floor(Math.max(40, pictures.length ? Math.min(widest, tallest / aspect) : widest));
  return { w, h: Math.floor(Math.min(w * aspect, tallest)) };
}

/**
 * The colour bar of a panel, right of its box.
 *
 * @param {Panel} panel
 * @param {Box} box
 * @param {number} scale
 * @returns {import("./types.js").Bar}
 */
function barOf({ low, high, colormap, unit }, box, scale) {
  const x = box.x + box.w + 12 * scale;
  /** @param {number} value */
  const at = (value) => box.y + box.h * (1 - (value - low) / (high - low || 1));
  const line = LINE * scale;
  const count = Math.min(MOST_TICKS, Math.floor(box.h / (2 * line)) - 1);
  const ticks = ticksBetween(low, high, count, Math.max(0.1, line / box.h));
  const values = high > low ? [low, ...ticks, high] : [low];
  const power = commonPower(values);
  const labels = values.map((value) => (
    { text: readable(value / 10 ** power), x: x + (BAR + 5) * scale, y: at(value) }));
  const factor = power ? `×${powerOfTen(power)}` : "";
  const heading = [factor, unit].filter(Boolean).join(" ");
  return { x, y: box.y, w: BAR * scale, h: box.h, colormap, heading, labels };
}

/**
 * Row and column of the pixel under a place in the figure, in CSS pixels; null beside images.
 *
 * @param {{ arrangement: Arrangement, panels: Panel[], ranges: Ranges[] }} figure
 * @param {number} x
 * @param {number} y
 */
export function pixelAt({ arrangement, panels, ranges }, x, y) {
  const i = arrangement.boxes.findIndex((box) => x >= box.x && x <= box.x + box.w
    && y >= box.y && y <= box.y + box.h);
  if (i < 0) return null;
  const box = arrangement.boxes[i];
  const panel = panels[i];
  const [rows, columns] = panel.shape;
  const index = (axis, count, range, share) => {
    const [first, last] = range;
    const { first: origin, step } = coordinates(axis, count);
    return Math.round((first + share * (last - first) - origin) / step);
  };
  const column = index(panel.x_axis, columns, ranges[i].x, (x - box.x) / box.w);
  const row = index(panel.y_axis, rows, ranges[i].y, 1 - (y - box.y) / box.h);
  const inside = row >= 0 && row < rows && column >= 0 && column < columns;
  return inside ? { panel: i, row, column } : null;
}
