// All that a scene shows on one screen: the height that its figures may have.

const FOOT = 44; // the strip below everything, in CSS pixels at 16 px type
const GAP = 8; // between rows

/** Make an equation that is wider than its place smaller. */
function shrinkEquations(presented) {
  for (const one of document.querySelectorAll(".st-key-scene .katex-display")) {
    const equation = /** @type {HTMLElement} */ (one);
    equation.style.fontSize = "";
    const share = equation.clientWidth / equation.scrollWidth;
    if (presented && share < 1) equation.style.fontSize = `${1.35 * share - 0.01}rem`;
  }
}

/**
 * Give the rows of figures what the words, the sliders and the tables leave of the window.
 *
 * @param {{ present: boolean, rows: string[], beside: boolean }} data
 */
export function fit(data) {
  const root = document.documentElement;
  shrinkEquations(data.present);
  const before = root.style.getPropertyValue("--lab-room");
  const whole = "labControls" in document.body.dataset;
  let room = "";
  if (data.present && !whole) {
    const type = parseFloat(getComputedStyle(root).fontSize) / 16;
    const words = /** @type {HTMLElement | null} */ (document.querySelector(".st-key-scene"));
    const wide = window.innerWidth >= 900;
    let left = window.innerHeight - (FOOT + 2 * GAP) * type;
    if (words && !(data.beside && wide)) left -= words.offsetHeight + GAP * type;
    const rows = data.rows.map((row) => measure(row, Number(before) || Infinity));
    room = String(shareOf(left, rows, GAP * type));
  }
  if (room === before) return;
  root.style.setProperty("--lab-room", room);
  window.dispatchEvent(new Event("lab-room"));
}

/**
 * The height that a row needs; null for figures that are as high as they may be. Images that the
 * width of the window keeps smaller leave the rest to other rows.
 *
 * @param {string} selectors
 * @param {number} room that each row of figures has now
 */
function measure(selectors, room) {
  const found = selectors.split(" ").flatMap((one) => [...document.querySelectorAll(one)]);
  const parts = /** @type {HTMLElement[]} */ (found);
  const needed = Math.max(0, ...parts.map((part) => part.offsetHeight));
  const figures = parts.filter((part) => part.querySelector(".lab-panels, .lab-plot"));
  if (!figures.length) return needed;
  const small = figures.every((part) => part.querySelector(".lab-panels"));
  return small && needed > 0 && needed < room - 12 ? needed : null;
}

/**
 * The height of each row of figures, whole pixels.
 *
 * @param {number} left of the window
 * @param {(number | null)[]} rows their heights, null for figures
 * @param {number} gap between two rows
 */
export function shareOf(left, rows, gap) {
  const free = rows.some((height) => height === null) ? rows : rows.map(() => null);
  const figures = free.filter((height) => height === null).length || 1;
  const fixed = free.reduce((sum, height) => sum + (height ?? 0) + gap, 0);
  return Math.max(120, Math.floor((left - fixed) / figures));
}
