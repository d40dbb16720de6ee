// The transparent Plotly figure over the images.

import { mix, template } from "./theme.js";

const numbered = (name, i) => `${name}${i ? i + 1 : ""}`;

/** Plotly draws axes only for traces. */
export function emptyTraces(panels) {
  return panels.map((_, i) => ({
    type: "scatter", x: [null], y: [null], hoverinfo: "skip", showlegend: false,
    xaxis: numbered("x", i), yaxis: numbered("y", i),
  }));
}

/** One pair of axes a panel; those that zoom together match the first of them. */
export function axesLayout({ arrangement, panels, theme, header }) {
  const { boxes, height, width } = arrangement;
  const layout = {
    width,
    height,
    template: template(theme, header.onDark),
    margin: { l: 0, r: 0, t: 0, b: 0 },
    hovermode: false,
    dragmode: "zoom",
  };
  boxes.forEach((box, i) => {
    const common = {
      automargin: false, showgrid: false, zeroline: false, mirror: true,
      linecolor: mix(theme, 0.3), uirevision: box.revision,
    };
    const follows = box.leader !== i;
    layout[numbered("xaxis", i)] = {
      ...common,
      ...labelling(panels[i].x_axis),
      range: box.xRange,
      anchor: numbered("y", i),
      domain: [box.x / width, (box.x + box.w) / width],
      ...(follows && { matches: numbered("x", box.leader) }),
    };
    layout[numbered("yaxis", i)] = {
      ...common,
      ...labelling(panels[i].y_axis),
      range: box.yRange,
      anchor: numbered("x", i),
      domain: [1 - (box.y + box.h) / height, 1 - box.y / height],
      ...(box.picture && !follows && { scaleanchor: numbered("x", i) }), // pixels stay square
      ...(follows && { matches: numbered("y", box.leader) }),
    };
  });
  return layout;
}

function labelling(axis) {
  if (!axis) return { showticklabels: false, ticks: "" };
  return { title: { text: axis.unit ? `${axis.title} (${axis.unit})` : axis.title, standoff: 4 } };
}
