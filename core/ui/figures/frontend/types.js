// The types that the scripts share, for the type checker alone: no script is loaded from here.

/** @typedef {Float32Array | Float64Array | Uint8Array | Int32Array} Numbers */

/** An array as `payload.js` gives it: all values in one row, and the shape they stand for.
 * @typedef {Numbers & { shape: number[] }} Shaped */

/** What the columns or rows of an image stand for: `Axis` of core/ui/panels.py.
 * @typedef {{ title: string, first: number, last: number, unit: string }} Axis */

/** `Overlay` of core/ui/panels.py.
 * @typedef {{ x: Shaped, y: Shaped, colour: string, mode: string, width: number,
 *   dash: "solid" | "dash" | "dot" }} Overlay */

/** `Panel` of core/ui/panels.py; `image` has values, or the names of the frames.
 * @typedef {{ title: string, alt: string, caption: string | string[], image: Shaped | string[],
 *   shape: [number, number], minus: Shaped | null, low: number, high: number, colormap: string,
 *   unit: string, padding: number, overlays: Overlay[], x_axis: Axis | null,
 *   y_axis: Axis | null, fetching?: boolean,
 *   stated?: { low: number, high: number } }} Panel */

/** Where a panel stands, in CSS pixels, and what it shows: panels with one leader zoom together.
 * @typedef {{ x: number, y: number, w: number, h: number, above: number, picture: boolean,
 *   group: string, leader: number, xRange: number[], yRange: number[], revision: string }} Box */

/** A colour bar and its numbers, in CSS pixels.
 * @typedef {{ x: number, y: number, w: number, h: number, colormap: string, heading: string,
 *   labels: { text: string, x: number, y: number }[] }} Bar */

/** `left` is how far it stands from the left edge of its place.
 * @typedef {{ boxes: Box[], bars: Bar[], width: number, height: number, left: number }} Arrangement */

/** What of an image is shown, in the units of its axes.
 * @typedef {{ x: number[], y: number[] }} Ranges */

/** @typedef {{ text: string, background: string, accent: string, font: string, size: number,
 *   dark: boolean, byHand: boolean }} Theme */

/** Frames that are played: all of them in `seconds`.
 * @typedef {{ frames: number, seconds: number, loop: boolean }} Film */

export {};
