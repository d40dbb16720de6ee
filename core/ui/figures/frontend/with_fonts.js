// What Plotly has drawn, as a picture that brings its fonts: elsewhere nobody has those of the page.

import { WRITTEN } from "./hand_drawn.js";

const PAUSE_MS = 100;
const MOST_PAINTINGS = 10;

/** @typedef {{ width: number, height: number }} Size */

/**
 * A figure of Plotly's as the text of an SVG file.
 *
 * @param {any} plotly
 * @param {any} figure what `Plotly.toImage` takes
 * @param {Size} size
 * @param {string} font the families that its letters may have
 */
export async function svgOf(plotly, figure, { width, height }, font) {
  const options = { format: "svg", width, height, imageDataOnly: true };
  return withFaces(await plotly.toImage(figure, options), await facesOf(font));
}

/**
 * The text of an SVG file with faces of fonts in it.
 *
 * @param {string} svg
 * @param {string} faces
 */
export const withFaces = (svg, faces) => (
  svg.replace(/<svg[^>]*>/, (opening) => `${opening}<style>${faces}</style>`));

/**
 * The text of an SVG file as pixels.
 *
 * A picture does not say when the fonts in it are ready, and letters may be missing until then: it
 * is painted anew until it stays the same.
 *
 * @param {string} svg
 * @param {Size} size in pixels
 */
export async function painted(svg, size) {
  let before = await paintedOnce(svg, size);
  for (let i = 0; i < MOST_PAINTINGS; i++) {
    await new Promise((resolve) => { setTimeout(resolve, PAUSE_MS); });
    const now = await paintedOnce(svg, size);
    if (areSame(before, now)) return now;
    before = now;
  }
  return before;
}

/** @param {string} svg @param {Size} size */
async function paintedOnce(svg, { width, height }) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(await imageOf(svg), 0, 0, width, height);
  return canvas;
}

/** Whether two canvases of one size show the same. */
function areSame(one, other) {
  const [a, b] = [one, other].map((canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return new Uint32Array(data.buffer);
  });
  return a.every((pixel, i) => pixel === b[i]);
}

/** @param {string} svg */
async function imageOf(svg) {
  const image = new Image();
  image.src = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    await image.decode();
  } finally {
    URL.revokeObjectURL(image.src);
  }
  return image;
}

/**
 * The upright faces of some families that the page has loaded, as CSS with the fonts in it.
 *
 * @param {string} font
 */
export async function facesOf(font) {
  const families = font.split(",").map(unquoted);
  const found = families.includes(WRITTEN.family) ? [facts(WRITTEN.family, "400", WRITTEN.address)] : [];
  for (const sheet of document.styleSheets) {
    for (const rule of rulesOf(sheet)) {
      if (rule instanceof CSSFontFaceRule) {
        const { fontStyle, fontWeight } = /** @type {any} */ (rule.style);
        const family = unquoted(rule.style.getPropertyValue("font-family"));
        const [, address] = rule.style.getPropertyValue("src").match(/url\("?([^")]+)/) ?? [];
        if (address && families.includes(family) && fontStyle !== "italic") {
          const base = sheet.href ?? document.baseURI;
          found.push(facts(family, fontWeight, new URL(address, base).href));
        }
      }
    }
  }
  return (await Promise.all(found.map(faceOf))).join("");
}

const unquoted = (text) => text.trim().replaceAll(/["']/g, "");

const facts = (family, weight, address) => ({ family, weight: weight || "400", address });

/** Those of a style sheet; one of another server does not tell. */
function rulesOf(sheet) {
  try {
    return [...sheet.cssRules];
  } catch {
    return [];
  }
}

/** One face with its font; nothing where that cannot be had: the letters are others then. */
async function faceOf({ family, weight, address }) {
  try {
    const response = await fetch(address, { cache: "force-cache" });
    if (!response.ok) return "";
    const content = await dataAddress(await response.blob());
    return `@font-face{font-family:"${family}";font-weight:${weight};src:url("${content}")}`;
  } catch {
    return "";
  }
}

/** @param {Blob} blob */
const dataAddress = (blob) => new Promise((resolve, reject) => {
  const reader = new FileReader();
  reader.onload = () => resolve(reader.result);
  reader.onerror = reject;
  reader.readAsDataURL(blob);
});
