// Image figures as files.

import { escapeMarkup, fileName, save } from "./files.js";
import { paintBase, paintOverlays } from "./painter.js";
import { facesOf, painted, svgOf, withFaces } from "./with_fonts.js";

const SCALE = 3;
const MARGIN = 8; // CSS pixels around the figure, so that no letter touches the edge

const savePng = (canvas, name) => canvas.toBlob((blob) => save(blob, `${name}.png`), "image/png");

/** One panel, one pixel a value, nothing around it. */
export function savePanel({ pictures, panels, header }, i) {
  savePng(pictures[i], fileName(panels[i].title, header.scan));
}

/** The whole figure as it is on the screen, at three times its resolution, with a margin. */
export async function saveFigure(figure) {
  const { width, height } = figure.arrangement;
  const canvas = document.createElement("canvas");
  canvas.width = (width + 2 * MARGIN) * SCALE;
  canvas.height = (height + 2 * MARGIN) * SCALE;
  const context = canvas.getContext("2d");
  context.fillStyle = figure.theme.background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.translate(MARGIN * SCALE, MARGIN * SCALE);
  const layer = document.createElement("canvas");
  paintBase(figure, layer, SCALE);
  context.drawImage(layer, 0, 0);
  const size = { width: Math.round(width * SCALE), height: Math.round(height * SCALE) };
  context.drawImage(await painted(await axesOf(figure), size), 0, 0, width * SCALE, height * SCALE);
  paintOverlays(figure, layer, SCALE);
  context.drawImage(layer, 0, 0);
  context.scale(SCALE, SCALE);
  context.textBaseline = "middle";
  textsOf(figure).forEach(({ text, x, y, style }) => {
    context.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    context.fillStyle = style.color;
    context.fillText(text, x, y);
  });
  savePng(canvas, fileName(figure.header.name, figure.header.scan));
}

/** The same as SVG: texts and axes are lines and letters, the pixels are pictures in it. */
export async function saveFigureAsSvg(figure) {
  const { width, height } = figure.arrangement;
  const layer = document.createElement("canvas");
  const picture = (address) => (
    `<image width="${width}" height="${height}" href="${escapeMarkup(address)}"/>`);
  paintBase(figure, layer, SCALE);
  const parts = [picture(layer.toDataURL("image/png"))];
  parts.push(picture(`data:image/svg+xml,${encodeURIComponent(await axesOf(figure))}`));
  paintOverlays(figure, layer, SCALE);
  parts.push(picture(layer.toDataURL("image/png")));
  parts.push(...textsOf(figure).map(({ text, x, y, style }) => (
    `<text x="${x}" y="${y}" dominant-baseline="middle" fill="${style.color}" `
    + `font-family="${escapeMarkup(style.fontFamily)}" font-size="${style.fontSize}" `
    + `font-weight="${style.fontWeight}">${escapeMarkup(text)}</text>`)));
  const size = `width="${width + 2 * MARGIN}" height="${height + 2 * MARGIN}"`;
  const content = `<svg xmlns="http://www.w3.org/2000/svg" ${size} `
    + `viewBox="${-MARGIN} ${-MARGIN} ${width + 2 * MARGIN} ${height + 2 * MARGIN}">\n`
    + `<rect x="${-MARGIN}" y="${-MARGIN}" ${size} fill="${figure.theme.background}"/>\n`
    + `${parts.join("\n")}\n</svg>\n`;
  const name = fileName(figure.header.name, figure.header.scan);
  const whole = withFaces(content, await facesOf(figure.theme.font));
  save(new Blob([whole], { type: "image/svg+xml" }), `${name}.svg`);
}

/** The axes and what stands on them, as SVG. */
const axesOf = ({ plotly, gd, arrangement, theme }) => svgOf(plotly, gd, arrangement, theme.font);

/** The texts of the screen, at the places where the browser has put them. */
function textsOf(figure) {
  const origin = figure.host.getBoundingClientRect();
  return [...figure.texts.querySelectorAll("span")].map((span) => {
    const place = span.getBoundingClientRect();
    return {
      text: span.textContent,
      x: place.x - origin.x,
      y: place.y - origin.y + place.height / 2,
      style: getComputedStyle(span),
    };
  });
}
