// The entry: Streamlit calls the default export on every change of data or theme.

import { Curves } from "./curves.js";
import { Panels } from "./panels.js";
import { sameBytes, unpack } from "./payload.js";
import { Player } from "./player.js";
import { loadPlotly } from "./plotly.js";
import { Table } from "./table.js";
import { whenRoomChanges } from "./room.js";
import { readTheme } from "./theme.js";

const KINDS = { plot: Curves, panels: Panels, player: Player, table: Table };
const entries = new WeakMap();

export default function figure({ data, parentElement, setStateValue, setTriggerValue }) {
  let entry = entries.get(parentElement);
  if (!entry) {
    const host = document.createElement("div");
    host.className = "lab-figure";
    parentElement.append(host);
    entry = { host, bytes: null, theme: "", drawing: null };
    entries.set(parentElement, entry);
  }
  // These belong to the run of the script that just ended; the old ones would speak for an old run.
  entry.setState = setStateValue;
  entry.trigger = setTriggerValue;
  draw(entry, data);
  // The type of a page that is presented grows, or the look changes, and nothing else.
  entry.unwatch ??= whenRoomChanges(() => draw(entry, entry.bytes));
  return () => {
    entry.unwatch();
    entry.drawing.remove();
    entry.host.remove();
    entries.delete(parentElement);
  };
}

/** Draw what has changed: the data, the theme, or the size of the type. */
function draw(entry, data) {
  const theme = readTheme(entry.host);
  const themeKey = JSON.stringify(theme);
  entry.host.classList.toggle("lab-by-hand", theme.byHand);
  if (entry.theme !== themeKey || !sameBytes(entry.bytes, data)) {
    entry.bytes = data;
    entry.theme = themeKey;
    const header = unpack(data);
    if (header.kind !== "player") loadPlotly(header.plotly).catch(() => {}); // a figure says why
    entry.drawing ??= new KINDS[header.kind](entry.host, {
      setState: (name, value) => entry.setState(name, value),
      trigger: (name, value) => entry.trigger(name, value),
    });
    entry.drawing.update(header, theme);
  }
}
