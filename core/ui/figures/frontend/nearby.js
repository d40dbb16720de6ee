// Figures are drawn when they come near the part of the page that is seen: what is on screen
// first, from the top down, one in each frame of the browser. A page of ten figures answers while
// it is being drawn, and figures that nobody scrolls to cost nothing.
//
// `data-waiting` on a figure says what it waits for: its "turn", or to come near ("away").

const AHEAD = "50% 0px"; // half a window above and below what is seen

/** @type {Map<HTMLElement, () => void>} */
const waiting = new Map();
/** @type {WeakMap<HTMLElement, boolean>} */
const near = new WeakMap();
/** @type {WeakMap<Element | Document, IntersectionObserver>} */
const observers = new WeakMap();
let asked = 0; // the animation frame that will draw the next figure

/**
 * Call `draw` once the figure is near; of several calls until then the last one counts.
 *
 * @param {HTMLElement} host
 * @param {() => void} draw
 */
export function whenNear(host, draw) {
  waiting.set(host, draw);
  host.dataset.waiting = near.get(host) === false ? "away" : "turn";
  if (!near.has(host)) observerOf(host).observe(host);
  askForFrame();
}

/** Draw nothing more there. @param {HTMLElement} host */
export function forget(host) {
  waiting.delete(host);
  observerOf(host).unobserve(host);
}

/** @param {HTMLElement} host */
function observerOf(host) {
  const scroller = host.closest("[data-testid=stMain]");
  const place = scroller ?? document;
  let observer = observers.get(place);
  if (!observer) {
    observer = new IntersectionObserver(notice, { root: scroller, rootMargin: AHEAD });
    observers.set(place, observer);
  }
  return observer;
}

/** @param {IntersectionObserverEntry[]} changes */
function notice(changes) {
  changes.forEach(({ target, isIntersecting }) => {
    const host = /** @type {HTMLElement} */ (target);
    near.set(host, isIntersecting);
    if (waiting.has(host)) host.dataset.waiting = isIntersecting ? "turn" : "away";
  });
  askForFrame();
}

function askForFrame() {
  asked ||= requestAnimationFrame(drawNext);
}

function drawNext() {
  asked = 0;
  const ready = [...waiting.keys()].filter((host) => near.get(host));
  if (!ready.length) return;
  const host = firstToDraw(ready.map((each) => ({ host: each, ...edges(each) })), innerHeight);
  const draw = waiting.get(host);
  waiting.delete(host);
  delete host.dataset.waiting;
  if (ready.length > 1) askForFrame();
  draw();
}

/** @param {HTMLElement} host */
function edges(host) {
  const { top, bottom } = host.getBoundingClientRect();
  return { top, bottom };
}

/**
 * Of those that are on screen the topmost, else the one that is nearest to it.
 *
 * @template T
 * @param {{ host: T, top: number, bottom: number }[]} figures
 * @param {number} height of the window
 * @returns {T}
 */
export function firstToDraw(figures, height) {
  const away = ({ top, bottom }) => Math.max(0, -bottom, top - height);
  return [...figures].sort((a, b) => away(a) - away(b) || a.top - b.top)[0].host;
}
