// What Plotly has drawn, as a picture that brings its fonts: elsewhere nobody has those of the page.

import { WRITTEN } from "./hand_drawn.js";

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
 * The text of an SVG file as an image that can be painted in any size.
 *
 * @param {string} svg
 */
export async function imageOf(svg) {
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
