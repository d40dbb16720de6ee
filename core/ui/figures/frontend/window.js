// Brightness and contrast by dragging, as in a viewer of medical images: right and left change the
// width of the range of values that is shown (the window), up and down its middle (the level).

import { colour } from "./pixels.js";

const REACH = 250; // CSS pixels of a drag that change the window by its own width
const HALF_MOON = "M12 2a10 10 0 1 0 0 20a10 10 0 1 0 0-20zm0 2v16a8 8 0 0 1 0-16z";

/** @typedef {{ middle: number, width: number }} Shown in units of the range that is stated */

/** @type {Shown} */
export const WHOLE = { middle: 0.5, width: 1 };

/**
 * The window after a drag: to the right it is narrower, upwards its middle is lower, so that the
 * image gains contrast, and brightness.
 *
 * @param {Shown} from
 * @param {number} dx
 * @param {number} dy
 * @returns {Shown}
 */
export function dragged({ middle, width }, dx, dy) {
  return { middle: middle + (width * dy) / REACH, width: width * 2 ** (-dx / REACH) };
}

/**
 * The values drawn darkest and brightest.
 *
 * @param {{ low: number, high: number }} stated
 * @param {Shown} shown
 */
export function windowed({ low, high }, { middle, width }) {
  const at = (place) => low + place * (high - low);
  return { low: at(middle - width / 2), high: at(middle + width / 2) };
}

/** Lets a drag with the right button, or any drag once the tool is on, change the window. */
export class WindowTool {
  /** @param {import("./panels.js").Panels} figure */
  constructor(figure) {
    this.figure = figure;
    this.on = false;
    this.shown = WHOLE;
    const { host } = figure;
    host.addEventListener("mousedown", (event) => this.pressed(event), true);
    host.addEventListener("contextmenu", (event) => this.over(event) && event.preventDefault());
  }

  /** The tool in the toolbar of Plotly, for whoever has no right button. */
  button() {
    return {
      name: "window",
      title: "Brightness and contrast: drag across an image (or with the right button)",
      icon: { width: 24, height: 24, path: HALF_MOON },
      toggle: true,
      click: () => {
        this.on = !this.on;
        this.figure.host.classList.toggle("lab-windowing", this.on);
      },
    };
  }

  over({ clientX, clientY }) {
    const { left, top } = this.figure.host.getBoundingClientRect();
    return Boolean(this.figure.pixelAt(clientX - left, clientY - top));
  }

  pressed(event) {
    const mine = event.button === 2 || (this.on && event.button === 0);
    if (!mine || !this.figure.arrangement || !this.over(event)) return;
    if (event.target.closest?.("button, .modebar")) return;
    event.preventDefault();
    event.stopPropagation(); // Plotly would zoom
    const start = this.shown;
    const move = (moved) => {
      this.set(dragged(start, moved.clientX - event.clientX, moved.clientY - event.clientY));
    };
    window.addEventListener("mousemove", move);
    window.addEventListener("mouseup", () => window.removeEventListener("mousemove", move), {
      once: true,
    });
  }

  set(shown) {
    if (shown === this.shown) return;
    this.shown = shown;
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.draw();
    });
  }

  /** Give each panel the range that the window leaves of the one that was stated. */
  apply() {
    this.figure.panels.forEach((panel) => {
      panel.stated ??= { low: panel.low, high: panel.high };
      Object.assign(panel, windowed(panel.stated, this.shown));
    });
  }

  draw() {
    const { panels, pictures, values, colormaps } = this.figure;
    this.apply();
    panels.forEach((panel, i) => {
      if (values[i]) colour(pictures[i], values[i], panel, colormaps[panel.colormap]);
    });
    this.figure.place();
  }
}
