// The text of a drawing as a list of shapes, and how they look: `core/problem/drawing.py` in short.

/** Lengths in halves of the side from the centre, y upwards; angles in degrees anticlockwise.
 * @typedef {{ kind: string, value: number, numbers: number[], letters: string }} Shape */
/** @typedef {{ x: number, y: number }} Point */

export const MOST_LETTERS = 4000;
export const MOST_SHAPES = 60;
export const BLANK = "disc 0 0 0 0.1"; // a drawing has at least one shape
const REACH = 2; // halves of the side: the largest length
const MOST_POINTS = 100; // of a line, so that a drawing has room for several
const STILL = 0.01; // halves of the side: what is dragged less far has no size
const NEAR = 0.06; // halves of the side: as near to its first corner a polygon is closed
const LETTER_HEIGHT = 0.3; // halves of the side, where nobody has dragged

/** @param {string} text @returns {Shape[]} */
export function parse(text) {
  return text.split(";").map((part) => part.trim().split(/\s+/)).filter(([kind]) => kind)
    .map(([kind, value, ...rest]) => {
      const count = kind === "text" ? 3 : rest.length;
      const letters = rest.slice(count).join(" ");
      return { kind, value: Number(value), numbers: rest.slice(0, count).map(Number), letters };
    });
}

/** @param {Shape} shape */
export function write({ kind, value, numbers, letters }) {
  return [kind, value, ...numbers, letters].filter((word) => word !== "").map(String).join(" ");
}

/** The text with one more shape on top; null where a drawing has no room for it.
 * @param {string} text @param {Shape} shape */
export function added(text, shape) {
  const before = text.trim() === BLANK ? [] : text.split(";").filter((part) => part.trim());
  const all = [...before.map((part) => part.trim()), write(shape)];
  const joined = all.join("; ");
  return all.length > MOST_SHAPES || joined.length > MOST_LETTERS ? null : joined;
}

/** The letters that a drawing may have: plain ASCII, but for what ends a text or a shape.
 * @param {string} typed */
export function plain(typed) {
  return typed.replace(/[^ -~]|[";]/g, " ").trim().replace(/ +/g, " ");
}

/** The corners of a polygon with one more, unless it is the last one again.
 * @param {Point[]} corners @param {Point} point @returns {Point[]} */
export function withCorner(corners, point) {
  const { x, y } = corners[corners.length - 1];
  if (Math.hypot(point.x - x, point.y - y) < STILL || corners.length >= MOST_POINTS) return corners;
  return [...corners, { ...point }];
}

/** Whether a polygon with these corners is closed by a click at a point.
 * @param {Point[]} corners @param {Point} point */
export function closes(corners, { x, y }) {
  return corners.length > 2 && Math.hypot(x - corners[0].x, y - corners[0].y) < NEAR;
}

/** The shape that a tool makes of the points that were dragged over; null where it has no size.
 * @param {string} tool @param {number} value @param {number} width @param {Point[]} points
 * @param {string} letters @returns {Shape | null} */
export function shapeOf(tool, value, width, points, letters = "") {
  const [first, last] = [points[0], points[points.length - 1]];
  const [w, h] = [Math.abs(last.x - first.x), Math.abs(last.y - first.y)];
  const made = (kind, numbers) => ({ kind, value, numbers: numbers.map(round), letters: "" });
  if (tool === "brush") {
    let kept = points;
    for (let off = 0.008; kept === points || kept.length > MOST_POINTS; off *= 1.5) {
      kept = [...simplified(points, off)];
    }
    const line = kept.length > 1 ? kept : [first, first];
    return made("brush", [width, ...line.flatMap(({ x, y }) => [x, y])]);
  }
  const path = points.flatMap(({ x, y }) => [x, y]);
  if (tool === "polygon") return points.length > 2 ? made("polygon", path) : null;
  if (tool === "text") {
    const height = h < NEAR / 2 ? LETTER_HEIGHT : Math.min(2 * h, REACH);
    return letters ? { ...made("text", [first.x, first.y, height]), letters } : null;
  }
  if (tool === "disc") {
    const radius = Math.min(Math.hypot(w, h), REACH);
    return radius < STILL ? null : made("disc", [first.x, first.y, radius]);
  }
  if (w < STILL || h < STILL) return null;
  if (tool === "ellipse") {
    return made("ellipse", [(first.x + last.x) / 2, (first.y + last.y) / 2, w / 2, h / 2, 0]);
  }
  const { x, y } = first;
  return made("polygon", [x, y, last.x, y, last.x, last.y, x, last.y]);
}

/** A line with fewer points, none farther than `off` from it (Ramer, Douglas and Peucker).
 * @param {Point[]} points @param {number} off @returns {Point[]} */
export function simplified(points, off) {
  if (points.length < 3) return points;
  const [first, last] = [points[0], points[points.length - 1]];
  const [dx, dy] = [last.x - first.x, last.y - first.y];
  const squared = dx * dx + dy * dy;
  let [farthest, at] = [0, 0];
  points.forEach(({ x, y }, i) => {
    const along = squared ? ((x - first.x) * dx + (y - first.y) * dy) / squared : 0;
    const t = Math.min(Math.max(along, 0), 1);
    const away = Math.hypot(x - first.x - t * dx, y - first.y - t * dy);
    if (away > farthest) [farthest, at] = [away, i];
  });
  if (farthest <= off) return [first, last];
  return [...simplified(points.slice(0, at + 1), off).slice(0, -1),
    ...simplified(points.slice(at), off)];
}

/** Draw all shapes, later ones on top, on a square canvas.
 * @param {CanvasRenderingContext2D} context @param {Shape[]} shapes */
export function paint(context, shapes) {
  const half = context.canvas.width / 2;
  const [x, y] = [(value) => half * (1 + value), (value) => half * (1 - value)];
  context.fillStyle = "#000";
  context.fillRect(0, 0, 2 * half, 2 * half);
  for (const { kind, value, numbers, letters } of shapes) {
    const grey = `rgb(${Array(3).fill(Math.round(255 * value)).join(",")})`;
    context.fillStyle = context.strokeStyle = grey;
    context.beginPath();
    if (kind === "disc" || kind === "ellipse") {
      const [u, v, a, b = a, turn = 0] = numbers;
      context.ellipse(x(u), y(v), half * a, half * b, -turn * Math.PI / 180, 0, 2 * Math.PI);
      context.fill();
    } else if (kind === "text") {
      const [u, v, height] = numbers;
      Object.assign(context, { textAlign: "center", textBaseline: "middle" });
      context.font = `${half * height}px sans-serif`;
      context.fillText(letters, x(u), y(v));
    } else {
      const line = kind === "brush" ? numbers.slice(1) : numbers;
      for (let i = 0; i < line.length; i += 2) context.lineTo(x(line[i]), y(line[i + 1]));
      if (kind === "polygon") context.fill("evenodd");
      else {
        Object.assign(context, { lineWidth: half * numbers[0], lineCap: "round" });
        context.lineJoin = "round";
        context.stroke();
      }
    }
  }
}

function round(number) {
  return Math.round(number * 100) / 100 || 0; // no -0
}
