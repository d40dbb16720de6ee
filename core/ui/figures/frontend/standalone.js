// A figure as a page of its own.

import { escapeMarkup } from "./files.js";

/** Arrays as JSON has them, and null for what is no number, which Plotly leaves out. */
function plain(_, value) {
  return ArrayBuffer.isView(value) ? Array.from(/** @type {any} */ (value)) : value;
}

/** JSON or JavaScript that stands within a script: nothing in it ends the script. */
const within = (text) => text.replaceAll("</", "<\\/").replaceAll("<!--", "<\\!--");

/**
 * The content of an HTML file that shows a Plotly figure and needs no other file.
 *
 * @param {{ title: string, figure: object, library: string, background: string, faces: string }}
 *   parts where `faces` are those of its fonts, as CSS
 */
export function pageOf({ title, figure, library, background, faces }) {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escapeMarkup(title)}</title><style>${faces}</style></head>
<body style="margin: 0; background: ${escapeMarkup(background)}">
<div id="figure"></div>
<script>${library.replaceAll("</script", "<\\/script")}</script>
<script>
const figure = ${within(JSON.stringify(figure, plain))};
Promise.allSettled([...document.fonts].map((face) => face.load())).then(() => (
  Plotly.newPlot("figure", figure.data, figure.layout, { responsive: true, displaylogo: false })));
</script>
</body>
</html>
`;
}
