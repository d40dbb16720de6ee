// Paints an image figure: pixels, colour bars and overlays. The screen and the download share it.

import { coordinates } from "./geometry.js";
import { mix } from "./theme.js";

const DASHES = { solid: [], dash: [8, 5], dot: [2, 4] };
const HALO = "rgba(0, 0, 0, 0.55)"; // keeps a bright line visible on bright pixels

/** Give `canvas` the size of the figure at `scale` device pixels a CSS pixel, and clear it. */
export function prepare(canvas, { width, height }, scale) {
  const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext("2d");
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/** From columns and rows of an image to places in the figure, for what is shown of it. */
export function projection(figure, i) {
  const box = figure.arrangement.boxes[i];
  const { x_axis: xAxis, y_axis: yAxis, shape } = figure.panels[i];
  const along = (axis, count, [first, last], start, length) => {
    const { first: origin, step } = coordinates(axis, count);
    return (index) => start + (length * (origin + step * index - first)) / (last - first);
  };
  const { x, y } = figure.ranges[i];
  return {
    x: along(xAxis, shape[1], x, box.x, box.w),
    y: along(yAxis, shape[0], y, box.y + box.h, -box.h),
  };
}

function within(context, box, draw) {
  context.save();
  context.beginPath();
  context.rect(box.x, box.y, box.w, box.h);
  context.clip();
  draw();
  context.restore();
}

export function paintBase(figure, canvas, scale) {
  const { boxes, bars } = figure.arrangement;
  const context = prepare(canvas, figure.arrangement, scale);
  boxes.forEach((box, i) => {
    const [rows, columns] = figure.panels[i].shape;
    const to = projection(figure, i);
    const [left, right] = [to.x(-0.5), to.x(columns - 0.5)];
    const [top, bottom] = [to.y(-0.5), to.y(rows - 0.5)];
    within(context, box, () => {
      context.fillStyle = mix(figure.theme, 0.06);
      context.fillRect(box.x, box.y, box.w, box.h);
      // A pixel that is larger than the screen's stays a square; smaller ones are averaged.
      context.imageSmoothingEnabled = Math.abs(right - left) * scale < columns;
      context.imageSmoothingQuality = "high";
      context.drawImage(figure.pictures[i], left, top, right - left, bottom - top);
    });
  });
  bars.forEach((bar) => paintBar(context, bar, figure));
}

function paintBar(context, bar, figure) {
  const table = figure.colormaps[bar.colormap];
  const gradient = context.createLinearGradient(0, bar.y + bar.h, 0, bar.y);
  for (let i = 0; i <= 32; i += 1) {
    const at = 3 * Math.min(255, 8 * i);
    gradient.addColorStop(i / 32, `rgb(${table[at]},${table[at + 1]},${table[at + 2]})`);
  }
  context.fillStyle = gradient;
  context.fillRect(bar.x, bar.y, bar.w, bar.h);
  context.strokeStyle = mix(figure.theme, 0.3);
  context.lineWidth = 1;
  context.strokeRect(bar.x, bar.y, bar.w, bar.h);
  bar.labels.forEach(({ y }) => {
    context.beginPath();
    context.moveTo(bar.x + bar.w, y);
    context.lineTo(bar.x + bar.w + 3, y);
    context.stroke();
  });
}

export function paintOverlays(figure, canvas, scale) {
  const context = prepare(canvas, figure.arrangement, scale);
  figure.arrangement.boxes.forEach((box, i) => {
    const { overlays } = figure.panels[i];
    if (!overlays.length) return;
    const to = projection(figure, i);
    within(context, box, () => overlays.forEach((overlay) => {
      const xs = figure.atFrame(overlay.x);
      const ys = figure.atFrame(overlay.y);
      const draw = overlay.mode === "markers" ? drawMarkers : drawLine;
      draw(context, overlay, Array.from(xs, to.x), Array.from(ys, to.y));
    }));
  });
}

function drawLine(context, overlay, xs, ys) {
  context.beginPath();
  let down = false;
  xs.forEach((x, i) => {
    const known = Number.isFinite(x) && Number.isFinite(ys[i]);
    if (known && down) context.lineTo(x, ys[i]);
    else if (known) context.moveTo(x, ys[i]);
    down = known;
  });
  context.lineJoin = "round";
  context.setLineDash(DASHES[overlay.dash]);
  context.strokeStyle = HALO;
  context.lineWidth = overlay.width + 2;
  context.stroke();
  context.strokeStyle = overlay.colour;
  context.lineWidth = overlay.width;
  context.stroke();
}

function drawMarkers(context, overlay, xs, ys) {
  xs.forEach((x, i) => {
    if (!Number.isFinite(x) || !Number.isFinite(ys[i])) return;
    context.beginPath();
    context.arc(x, ys[i], 2.5 * overlay.width, 0, 2 * Math.PI);
    context.fillStyle = overlay.colour;
    context.fill();
    context.strokeStyle = HALO;
    context.lineWidth = 1.5;
    context.stroke();
  });
}
