// Plotly itself: loaded once a page load, from this same server, and only when a figure needs it.

let loading = null;

/** @returns {any} the library, which its script leaves in the window. */
const plotly = () => /** @type {any} */ (window).Plotly;

/**
 * Plotly's library, out of its own Python package.
 *
 * The address carries the version, so a copy in the browser's cache is right however old it is,
 * and the browser keeps what it has compiled with it.
 */
export function loadPlotly(version) {
  loading ??= startPlotly(version).catch((error) => {
    loading = null; // the next figure tries again
    throw error;
  });
  return loading;
}

const addressOf = (version) => (
  new URL(`../plotly.${version}/plotly.min.js`, import.meta.url).href);

async function startPlotly(version) {
  const script = document.createElement("script");
  script.src = addressOf(version);
  try {
    await new Promise((resolve, reject) => {
      script.onload = resolve;
      script.onerror = () => reject(new Error("Plotly could not be loaded."));
      document.head.append(script);
    });
  } finally {
    script.remove();
  }
  return plotly();
}

/** The text of Plotly's library, for a page that is to open without this server. */
export async function plotlySource(version) {
  const response = await fetch(addressOf(version), { cache: "force-cache" });
  if (!response.ok) throw new Error(`Plotly could not be loaded (${response.status}).`);
  return response.text();
}

const ICONS = { PNG: "camera", SVG: "camera-retro", "interactive HTML": "disk" };

/**
 * The modebar every figure has, with downloads in place of Plotly's own camera.
 *
 * @param {Record<string, () => void>} downloads what saves the figure, by the kinds of file
 */
export function modebar(downloads, extra = []) {
  const saving = Object.entries(downloads).map(([kind, click]) => ({
    name: `download ${kind}`,
    title: `Download as ${kind}`,
    icon: plotly().Icons[ICONS[kind]],
    click,
  }));
  return {
    displaylogo: false,
    responsive: false, // the figure watches its own width
    doubleClick: "reset",
    modeBarButtons: [[...extra, "zoom2d", "pan2d", "resetScale2d", ...saving]],
  };
}

const TOOLBAR = 155; // its width, which a small image does not have

/** The toolbar lies in the corner of the last image of the first row: beside it are numbers. */
export function placeToolbar(gd, { boxes, width }) {
  const box = boxes.filter(({ y }) => y === boxes[0].y).at(-1);
  gd.style.setProperty("--lab-toolbar-top", `${box.y}px`);
  const right = Math.min(width - box.x - box.w, Math.max(0, width - box.x - TOOLBAR));
  gd.style.setProperty("--lab-toolbar-right", `${right}px`);
}

/** Let a figure take the focus and tell what it shows. */
export function makeReachable(host, onKey) {
  host.tabIndex = 0;
  host.setAttribute("role", "figure");
  host.setAttribute("aria-keyshortcuts", "ArrowLeft ArrowRight ArrowUp ArrowDown + - 0");
  host.onkeydown = onKey;
}

/** Arrows pan, plus and minus zoom, 0 resets, on every axis of the figure that has the focus. */
export function keyboard(gd, event) {
  const moves = {
    ArrowLeft: [-0.1, 0, 1], ArrowRight: [0.1, 0, 1], ArrowUp: [0, 0.1, 1],
    ArrowDown: [0, -0.1, 1], "+": [0, 0, 0.8], "=": [0, 0, 0.8], "-": [0, 0, 1.25],
  };
  const axes = Object.entries(gd._fullLayout).filter(([name, axis]) => (
    /^[xy]axis\d*$/.test(name) && !axis.fixedrange));
  if (event.key === "0") {
    const resets = axes.map(([name, axis]) => (axis._rangeInitial0 === undefined
      ? [`${name}.autorange`, true]
      : [`${name}.range`, [axis._rangeInitial0, axis._rangeInitial1]]));
    event.preventDefault();
    return plotly().relayout(gd, Object.fromEntries(resets));
  }
  const move = moves[event.key];
  if (!move || event.ctrlKey || event.metaKey || event.altKey) return null;
  event.preventDefault();
  const [right, up, zoom] = move;
  const ranges = axes.filter(([, axis]) => !axis.matches).map(([name, axis]) => {
    const [first, last] = axis.range;
    const shift = (name.startsWith("x") ? right : up) * (last - first);
    const half = (zoom * (last - first)) / 2;
    const middle = (first + last) / 2 + shift;
    return [`${name}.range`, [middle - half, middle + half]];
  });
  return plotly().relayout(gd, Object.fromEntries(ranges));
}
