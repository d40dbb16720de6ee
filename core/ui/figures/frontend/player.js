// A play button and a slider over frames, and the frames' clock that figures listen to.

const clocks = new Map();

/** The clock of a player: figures may come before or after the player that drives them. */
export function clockOf(name) {
  if (!clocks.has(name)) clocks.set(name, new Clock());
  return clocks.get(name);
}

class Clock {
  constructor() {
    this.frame = 0;
    this.listeners = new Set();
  }

  show(frame) {
    if (frame === this.frame) return;
    this.frame = frame;
    this.listeners.forEach((listener) => listener(frame));
  }

  follow(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/** @typedef {import("./types.js").Film} Film */

/**
 * The frame that playing begins at when `frame` is shown.
 *
 * @param {Film} film
 * @param {number} frame
 */
export function startOf({ frames, loop }, frame) {
  return !loop && frame >= frames - 1 ? 0 : frame;
}

/**
 * The frame shown so many seconds after playing began at `first`, and whether it is over.
 *
 * @param {Film} film
 * @param {number} first
 * @param {number} passed in seconds
 */
export function frameAfter({ frames, seconds, loop }, first, passed) {
  const frame = first + Math.floor((passed / seconds) * frames);
  return loop ? { frame: frame % frames, over: false }
    : { frame: Math.min(frame, frames - 1), over: frame >= frames - 1 };
}

const RESTS_MS = 150;
const PLAY = "M8 5v14l11-7z";
const PAUSE = "M6 5h4v14H6zM14 5h4v14h-4z";

export class Player {
  constructor(host, { setState }) {
    this.host = host;
    this.setState = setState;
    this.start = null; // where the page sent the player last, and for which time
    this.turn = null;
    this.timer = null;
    this.reporting = undefined; // the timer of the next report
    host.classList.add("lab-player");
    host.innerHTML = `<button type="button"><svg viewBox="0 0 24 24" aria-hidden="true">
      <path/></svg></button><input type="range" min="0" step="1"/><output aria-live="off"></output>`;
    this.button = host.querySelector("button");
    this.slider = host.querySelector("input");
    this.label = host.querySelector("output");
    this.button.onclick = () => (this.timer === null ? this.play() : this.pause());
    this.slider.oninput = () => {
      this.clock.show(Number(this.slider.value));
      this.stopClock();
    };
    this.slider.onchange = () => this.report();
  }

  update(header) {
    this.header = header;
    this.slider.max = header.labels.length - 1;
    this.slider.setAttribute("aria-label", header.alt);
    const widest = Math.max(...header.labels.map((label) => label.length));
    this.label.style.minWidth = `${widest + 1}ch`;
    if (!this.clock) {
      this.clock = clockOf(header.name);
      this.unfollow = this.clock.follow(() => this.draw());
    }
    if (header.start !== this.start || header.turn !== this.turn) {
      if (this.timer === null) this.clock.show(header.start);
      this.start = header.start;
      this.turn = header.turn;
    }
    this.clock.show(Math.min(this.clock.frame, header.labels.length - 1));
    this.draw();
    this.host.dataset.drawn = "true";
  }

  draw() {
    const { frame } = this.clock;
    const text = this.header.labels[frame] ?? "";
    this.slider.value = frame;
    this.slider.style.setProperty("--filled", `${(100 * frame) / Math.max(1, this.slider.max)}%`);
    this.slider.setAttribute("aria-valuetext", text);
    this.label.textContent = text;
    if (this.header.link) {
      this.host.dataset.linkName = this.header.link.name; // read by permalink.js
      this.host.dataset.linkValue = this.header.link.values[frame] ?? "";
    }
    const playing = this.timer !== null;
    this.button.querySelector("path").setAttribute("d", playing ? PAUSE : PLAY);
    this.button.setAttribute("aria-label", playing ? "Pause" : "Play");
    this.button.title = playing ? "Pause" : "Play";
  }

  play() {
    const { labels, seconds, loop } = this.header;
    const film = { frames: labels.length, seconds, loop };
    const first = startOf(film, this.clock.frame);
    let begin = null;
    const tick = (now) => {
      begin ??= now;
      const { frame, over } = frameAfter(film, first, (now - begin) / 1000);
      if (!over) this.timer = requestAnimationFrame(tick);
      this.clock.show(frame);
      if (over) this.pause();
    };
    this.timer = requestAnimationFrame(tick);
    this.draw();
  }

  stopClock() {
    cancelAnimationFrame(this.timer);
    this.timer = null;
    this.draw();
  }

  pause() {
    this.stopClock();
    this.report();
  }

  /** Tell the page once the player rests for a moment: each report runs the page. */
  report() {
    clearTimeout(this.reporting);
    const rest = { start: this.start, turn: this.turn, frame: this.clock.frame };
    this.reporting = setTimeout(() => this.setState("rest", rest), RESTS_MS);
  }

  remove() {
    clearTimeout(this.reporting);
    cancelAnimationFrame(this.timer);
    this.unfollow?.();
  }
}
