// The keys of a presentation, and the height that its figures may have. What is only seen (a black
// screen, the speaker's note, the controls) happens here; what changes the page asks the server.

import { fit } from "./fit.js";
import { KEYS } from "./keys.js";

const DIGITS_MS = 900; // until a number is complete

const state = {
  /** @type {any} */ data: {},
  /** @type {(value: object) => void} */ send: () => {},
  /** @type {HTMLElement | null} */ host: null,
  digits: "", timer: 0, code: "", over: "", asked: 0, listening: false, byHand: false,
  /** @type {Window | null} */ notes: null,
};

export default function presenter({ data, parentElement, setTriggerValue }) {
  parentElement.dataset.drawn = "";
  state.data = data;
  state.send = (value) => setTriggerValue("act", value);
  if (state.host?.parentElement !== parentElement) {
    state.host = document.createElement("div");
    state.host.className = "lab-presenter";
    parentElement.append(state.host);
  }
  document.documentElement.classList.toggle("lab-presenting", data.present);
  if (!data.present) ["labBlank", "labNote", "labControls", "labSidebar"].forEach(forget);
  if (data.code !== state.code) {
    state.code = data.code;
    state.over = data.code;
  }
  draw();
  listen();
  askToFit();
  if (data.byHand !== state.byHand) {
    state.byHand = data.byHand;
    window.dispatchEvent(new Event("lab-room")); // figures look at their theme again
  }
  tellNotes();
  return () => { state.host?.remove(); state.host = null; };
}

const forget = (name) => { delete document.body.dataset[name]; };

function toggle(name) {
  if (name in document.body.dataset) forget(name);
  else document.body.dataset[name] = "";
  askToFit();
}

function draw() {
  const { data, host } = state;
  if (!host) return;
  host.hidden = !data.present;
  const last = data.names.length;
  const place = last > 1 ? `${data.number + 1} / ${last}` : "";
  host.innerHTML = `<nav aria-label="Presentation">
    <span>${escaped([data.lecture, place].filter(Boolean).join(" · "))}</span>
    <span class="lab-stored" hidden>· computed beforehand; with other settings it runs here</span>
    <progress max="${Math.max(1, last)}" value="${data.number + 1}" aria-hidden="true"></progress>
    ${handle("ArrowLeft", "←", "Back")}${handle("ArrowRight", "→", "Forward")}
    ${handle("n", "Note", "Speaker's note")}${handle("q", "QR", "QR code of what is on screen")}
    ${handle("e", "Controls", "The whole page, with its controls")}
    ${handle("s", "Scan", "The sidebar with the scan")}${handle("h", "?", "The keys")}
    ${handle("p", "✕", "End the presentation")}</nav>
    <div class="lab-over" aria-live="polite" hidden></div>`;
  for (const button of host.querySelectorAll("button")) {
    button.onclick = () => { button.blur(); press(button.dataset.key, false); };
  }
  if (state.over) show(state.over);
}

const handle = (key, text, title) => (
  `<button type="button" data-key="${key}" title="${title}" aria-label="${title}">${text}</button>`);

const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** Lay something over the page, until a key or a click. */
function show(content) {
  state.over = content;
  const over = /** @type {HTMLElement | null} */ (state.host?.querySelector(".lab-over"));
  if (!over) return;
  over.innerHTML = content;
  over.hidden = false;
  over.onclick = hideOver;
}

function hideOver() {
  if (!state.over) return false;
  state.over = "";
  draw();
  return true;
}

function listen() {
  if (state.listening) return;
  state.listening = true;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (isBusy(/** @type {Element} */ (event.target), event.key)) return;
    if (press(event.key, event.shiftKey)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }, { capture: true });
  window.addEventListener("resize", askToFit);
  new MutationObserver(askToFit).observe(document.body, { childList: true, subtree: true });
}

/**
 * Whether a key belongs to what has the focus: a field that is written in, or for arrows a slider,
 * a list of tabs or a figure. Page Up and Page Down belong to the presentation.
 *
 * @param {Element | null} element
 * @param {string} key
 */
export function isBusy(element, key) {
  if (!element || !element.closest) return false;
  const ticked = "[type=range], [type=radio], [type=checkbox]";
  const writes = element.closest("textarea, select, [contenteditable=true], [role=combobox]")
    || (element.matches("input") && !element.matches(ticked));
  if (writes) return true;
  const moves = key.startsWith("Arrow") || /^[0-9+-]$/.test(key);
  return moves && Boolean(element.closest("input, [role=slider], [role=tab], .lab-figure"));
}

/** Do what a key stands for; whether it stands for anything. */
function press(key, shift) {
  const { data } = state;
  const word = key.length === 1 ? key.toLowerCase() : key;
  if (word === "Escape") return escape();
  if (word === "p") return act({ present: !data.present });
  if (!data.present) return false;
  if (/^[0-9]$/.test(word)) return digit(word);
  const does = {
    ArrowRight: forward, PageDown: forward, " ": forward,
    ArrowLeft: () => open(data.number - 1), PageUp: () => open(data.number - 1),
    Home: () => open(0), End: () => open(data.names.length - 1),
    b: () => toggle("labBlank"), ".": () => toggle("labBlank"),
    n: () => (shift ? openNotes() : toggle("labNote")),
    e: () => toggle("labControls"), s: () => toggle("labSidebar"),
    q: askForCode, f: fullScreen, h: help, "?": help,
    d: () => act({ by_hand: !data.byHand }),
  }[word];
  if (!does) return false;
  if (word !== "b" && word !== "." && "labBlank" in document.body.dataset) forget("labBlank");
  does();
  return true;
}

function act(value) {
  state.send(value);
  return true;
}

function escape() {
  if (hideOver()) return true;
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  focused?.blur();
  return false;
}

function forward() {
  const { question, number } = state.data;
  if (question && document.body.dataset.labRevealed !== question) {
    window.dispatchEvent(new Event("lab-reveal"));
  } else {
    open(number + 1);
  }
}

function open(number) {
  const { names, kind } = state.data;
  if (number < 0 || number >= names.length) return;
  hideOver();
  act(kind === "scene" ? { scene: names[number] } : { step: number });
}

function digit(sign) {
  state.digits += sign;
  clearTimeout(state.timer);
  const jump = () => {
    const number = Number(state.digits);
    state.digits = "";
    open(number - 1);
  };
  if (state.digits.length === 2) jump();
  else state.timer = setTimeout(jump, DIGITS_MS);
  return true;
}

/** The address of what is on screen, as it opens for somebody who follows: not presented. */
export function linkFor(address) {
  const url = new URL(address.replace("/~/+", ""));
  url.searchParams.delete("present");
  return url.href;
}

function askForCode() {
  if (!hideOver()) act({ link: linkFor(window.location.href) });
}

function help() {
  if (hideOver()) return;
  const rows = KEYS.map(([key, what]) => `<dt>${key}</dt><dd>${what}</dd>`).join("");
  show(`<dl>${rows}</dl>`);
}

function fullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen().catch(() => {});
}

/** The note in a window of its own, for a second screen; it follows the scenes. */
function openNotes() {
  state.notes = window.open("", "lab-notes", "width=900,height=600");
  tellNotes();
}

function tellNotes() {
  if (!state.notes || state.notes.closed) return;
  const page = state.notes.document;
  const { titles, number } = state.data;
  const styles = [...document.querySelectorAll("style, link[rel=stylesheet]")];
  page.head.innerHTML = styles.map((style) => style.outerHTML).join("");
  page.title = "Speaker's notes";
  const note = document.querySelector(".st-key-speaker_note")?.innerHTML ?? "";
  page.body.innerHTML = `<main class="lab-notes"><h2>${escaped(titles[number] ?? "")}</h2>${note}
    <p>Next: ${escaped(titles[number + 1] ?? "the end")}</p></main>`;
}

function askToFit() {
  state.asked ||= requestAnimationFrame(() => {
    state.asked = 0;
    fit(state.data);
    tellStored();
  });
}

/** Say at the foot whether anything that is shown was computed beforehand. */
function tellStored() {
  const words = /** @type {HTMLElement | null} */ (state.host?.querySelector(".lab-stored"));
  if (words) words.hidden = !document.querySelector('[class*="st-key-stored-result"]');
}
