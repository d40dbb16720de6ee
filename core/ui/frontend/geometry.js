// Where everything of an image figure stands, in CSS pixels from its upper left corner.

import { readable, ticksBetween } from "./numbers.js";

const GAP = 20; // between columns
const ROW_GAP = 18;
const BAR = 10; // thickness of a colour bar
const BAR_SPACE = 66; // with its numbers
const FREE_ASPECT = 0.75; // height over width of what is no picture
const TALLEST = 0.72; // of the window, so that a panel is seen as a whole

const isPicture = (panel) => !panel.x_axis && !panel.y_axis;
const sameRange = (a, b) => a.low === b.low && a.high === b.high
  && a.colormap === b.colormap && a.unit === b.unit;
const allAgree = (panels) => panels.every((panel) => sameRange(panel, panels[0]));

/** Value of the first entry and distance to the next, along the columns or rows of a panel. */
export function coordinates(axis, count) {
  if (!axis) return { first: 0, step: 1 };
  return { first: axis.first, step: count > 1 ? (axis.last - axis.first) / (count - 1) : 1 };
}

/** Range from the outer edge of the first pixel to that of the last, padding included. */
function fullRange(axis, count, padding) {
  const { first, step } = coordinates(axis, count);
  return [first - (0.5 + padding) * step, first + (count - 0.5 + padding) * step];
}

/** Panels that zoom together: same shape, same axes. */
function groupOf(panel, index, link) {
  return link ? JSON.stringify([panel.shape, panel.x_axis, panel.y_axis]) : String(index);
}

/** Boxes, ranges, colour bars and texts of a figure of this width. */
export function arrange({ panels, columns: wanted, link, tallest }, width, scale, windowHeight) {
  const columns = Math.min(wanted, panels.length);
  const rows = Math.ceil(panels.length / columns);
  const cells = panels.map((panel, i) => ({ row: Math.floor(i / columns), column: i % columns }));
  const row = (r) => panels.filter((_, i) => cells[i].row === r);
  const column = (c) => panels.filter((_, i) => cells[i].column === c);
  const every = (count) => Array.from({ length: count }, (_, i) => i);

  const left = every(columns).map((c) => (column(c).every(isPicture) ? 0 : 58 * scale));
  const below = every(rows).map((r) => (row(r).every(isPicture) ? 0 : 42 * scale));
  const above = every(rows).map((r) => (row(r).some((panel) => panel.caption) ? 44 : 26) * scale);
  const shared = every(rows).every((r) => allAgree(row(r)));
  const space = BAR_SPACE * scale;

  const groups = panels.map((panel, i) => groupOf(panel, i, link));
  const padding = panels.map((_, i) => Math.max(
    ...panels.filter((__, j) => groups[j] === groups[i]).map((panel) => panel.padding),
  ));
  const aspects = panels.flatMap((panel, i) => (isPicture(panel)
    ? [(panel.shape[0] + 2 * padding[i]) / (panel.shape[1] + 2 * padding[i])] : []));
  const free = width - 1 - GAP * (columns - 1) - left.reduce((a, b) => a + b, 0)
    - space * (shared ? 1 : columns);
  const limit = Math.min(tallest ?? Infinity, TALLEST * windowHeight);
  // Pictures set the shape of the boxes; without one the boxes may be as wide as there is room.
  const aspect = aspects.length ? Math.max(...aspects) : FREE_ASPECT;
  const widest = aspects.length ? limit / aspect : Infinity;
  const w = Math.floor(Math.max(40, Math.min(free / columns, widest)));
  const h = Math.floor(Math.min(w * aspect, limit));

  const xs = every(columns).map((c) => 1 + left.slice(0, c + 1).reduce((a, b) => a + b, 0)
    + c * (w + GAP + (shared ? 0 : space)));
  const ys = every(rows).map((r) => above.slice(0, r + 1).reduce((a, b) => a + b, 0)
    + below.slice(0, r).reduce((a, b) => a + b, 0) + r * (h + ROW_GAP));
  const boxes = panels.map((panel, i) => ({
    x: xs[cells[i].column], y: ys[cells[i].row], w, h,
    above: above[cells[i].row],
    picture: isPicture(panel),
    group: groups[i],
    leader: groups.indexOf(groups[i]),
    xRange: fullRange(panel.x_axis, panel.shape[1], padding[i]),
    yRange: fullRange(panel.y_axis, panel.shape[0], padding[i]).reverse(),
    revision: JSON.stringify([panel.shape, panel.x_axis, panel.y_axis, padding[i]]),
  }));

  // One bar for the figure where all ranges agree, one a row where rows agree, else one a panel.
  const owners = allAgree(panels) ? [columns - 1]
    : every(panels.length).filter((i) => !shared || i === Math.min(
      (cells[i].row + 1) * columns, panels.length) - 1);
  const bars = owners.map((i) => barOf(panels[i], boxes[i], scale));
  const height = ys[rows - 1] + h + below[rows - 1] + 2;
  return { boxes, bars, height, width };
}

function barOf(panel, box, scale) {
  const { low, high, colormap, unit } = panel;
  const bar = { x: box.x + box.w + 12 * scale, y: box.y, w: BAR * scale, h: box.h, colormap };
  const at = (value) => bar.y + bar.h * (1 - (value - low) / (high - low || 1));
  const labels = [low, ...ticksBetween(low, high), high].map((value) => ({
    text: readable(value), x: bar.x + bar.w + 5 * scale, y: at(value), tick: true,
  }));
  return { ...bar, unit, labels: high > low ? labels : labels.slice(0, 1) };
}
