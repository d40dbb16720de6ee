// Image figures as files.

import { paintBase, paintOverlays } from "./painter.js";

const SCALE = 3;

function save(canvas, name) {
  canvas.toBlob((blob) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${name.replaceAll(/[^\w.-]+/g, "_")}.png`;
    link.click();
    URL.revokeObjectURL(link.href);
  }, "image/png");
}

/** One panel, one pixel a value, nothing around it. */
export function savePanel(figure, i) {
  save(figure.pictures[i], figure.panels[i].title);
}

/** The whole figure as it is on the screen, at three times its resolution. */
export async function saveFigure(figure) {
  const { width, height } = figure.arrangement;
  const [canvas, layer] = [document.createElement("canvas"), document.createElement("canvas")];
  canvas.width = width * SCALE;
  canvas.height = height * SCALE;
  const context = canvas.getContext("2d");
  context.fillStyle = figure.theme.background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  paintBase(figure, layer, SCALE);
  context.drawImage(layer, 0, 0);
  const axes = new Image();
  axes.src = await figure.plotly.toImage(figure.gd, { format: "png", width, height, scale: SCALE });
  await axes.decode();
  context.drawImage(axes, 0, 0);
  paintOverlays(figure, layer, SCALE);
  context.drawImage(layer, 0, 0);
  context.scale(SCALE, SCALE);
  writeTexts(figure, context);
  save(canvas, figure.header.name);
}

/** The texts of the screen, at the places where the browser has put them. */
function writeTexts(figure, context) {
  const origin = figure.host.getBoundingClientRect();
  figure.texts.querySelectorAll("span").forEach((span) => {
    const place = span.getBoundingClientRect();
    const style = getComputedStyle(span);
    context.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    context.fillStyle = style.color;
    context.textBaseline = "middle";
    context.fillText(span.textContent, place.x - origin.x, place.y - origin.y + place.height / 2);
  });
}
