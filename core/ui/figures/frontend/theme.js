// What Streamlit's theme says, in Plotly's words.

import { handFont, isHandDrawn } from "./hand_drawn.js";

const SMALL = 0.8125; // type in figures, as a share of the page's
const SMALL_BY_HAND = 0.9375; // the written font is smaller in the same size

const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

/** @typedef {import("./types.js").Theme} Theme */

/**
 * Red, green and blue (0–255) of any CSS colour.
 *
 * @param {string} colour
 */
export function rgb(colour) {
  canvas.fillStyle = colour;
  canvas.fillRect(0, 0, 1, 1);
  return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}

/**
 * Read the theme from the CSS variables around `element`.
 *
 * @param {Element} element
 * @returns {Theme}
 */
export function readTheme(element) {
  const style = getComputedStyle(element);
  const read = (name) => style.getPropertyValue(`--st-${name}`).trim();
  const background = read("background-color");
  const [red, green, blue] = rgb(background);
  const byHand = isHandDrawn();
  return {
    text: read("text-color"),
    background,
    accent: read("primary-color"),
    font: byHand ? handFont(read("font")) : read("font"),
    size: parseFloat(getComputedStyle(document.documentElement).fontSize), // grows with the window
    dark: 0.2126 * red + 0.7152 * green + 0.0722 * blue < 128,
    byHand,
  };
}

/** The size of small type. */
const small = ({ size, byHand }) => size * (byHand ? SMALL_BY_HAND : SMALL);

/** Logarithmic axes with whole powers of ten alone, in the size of all other numbers. */
export function calmLogAxes(layout, theme) {
  const enlarged = 1.25; // what Plotly does to powers of ten
  const size = small(theme) / enlarged;
  const axes = Object.entries(layout).filter(([, part]) => part?.type === "log");
  const calm = (axis) => ({ minorloglabels: "none", ...axis, tickfont: { size, ...axis.tickfont } });
  return Object.fromEntries(axes.map(([name, axis]) => [name, calm(axis)]));
}

/**
 * A grey between the background (0) and the text (1).
 *
 * @param {Theme} theme
 * @param {number} amount
 */
export function mix(theme, amount) {
  const [text, background] = [rgb(theme.text), rgb(theme.background)];
  const parts = text.map((part, i) => Math.round(amount * part + (1 - amount) * background[i]));
  return `rgb(${parts.join(",")})`;
}

/**
 * Replace the palette's colours by their partners on the dark theme, wherever they stand.
 *
 * @param {any} value
 * @param {Record<string, string>} onDark
 * @param {Theme} theme
 */
export function recolour(value, onDark, theme) {
  if (!theme.dark) return value;
  const visit = (part) => {
    if (typeof part === "string") return onDark[part] ?? part;
    if (part === null || typeof part !== "object" || ArrayBuffer.isView(part)) return part;
    if (Array.isArray(part)) return part.map(visit);
    return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, visit(inner)]));
  };
  return visit(value);
}

/**
 * The tables of colours by name: on the dark theme the partner of those that have one.
 *
 * @param {Theme} theme
 * @param {Record<string, Uint8Array>} colormaps
 * @param {Record<string, Uint8Array>} onDark
 */
export function colormapsOn({ dark }, colormaps, onDark) {
  return dark ? { ...colormaps, ...onDark } : colormaps;
}

/** The template under every figure; what a figure says itself goes before it.
 *
 * `palette` maps each colour to its partner on the dark theme. */
export function template(theme, palette) {
  const size = small(theme);
  const line = mix(theme, theme.byHand ? 0.8 : 0.35);
  const axis = {
    automargin: true,
    showgrid: !theme.byHand,
    gridcolor: mix(theme, 0.1),
    zerolinecolor: mix(theme, 0.22),
    zerolinewidth: 1,
    linecolor: line,
    linewidth: theme.byHand ? 2 : 1,
    showline: true,
    ticks: "outside",
    ticklen: 4,
    tickcolor: line,
    tickfont: { size, color: mix(theme, 0.78) },
    title: { font: { size }, standoff: 8 },
    spikecolor: mix(theme, 0.6),
    exponentformat: "power",
  };
  return {
    layout: {
      font: { family: theme.font, size, color: theme.text },
      title: { font: { size: theme.size, weight: 600 }, x: 0, xref: "paper", xanchor: "left" },
      colorway: theme.dark ? Object.values(palette) : Object.keys(palette),
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      margin: { l: 8, r: 12, t: 36, b: 8 },
      xaxis: axis,
      yaxis: axis,
      legend: {
        orientation: "h", x: 0, xanchor: "left", y: 1.02, yanchor: "bottom",
        font: { size }, bgcolor: "rgba(0,0,0,0)", itemsizing: "trace",
      },
      hoverlabel: {
        bgcolor: theme.background,
        bordercolor: mix(theme, 0.3),
        font: { family: theme.font, size, color: theme.text },
      },
      modebar: {
        // Icons on a picture need a ground of their own.
        bgcolor: `rgba(${rgb(theme.background).join(",")},0.9)`,
        color: mix(theme, 0.65),
        activecolor: theme.accent,
      },
    },
  };
}
