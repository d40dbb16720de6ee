// Brings the place where it stands to the top of the window, once for each time it is asked.

let arrived = 0;

export default function arrival({ data, parentElement }) {
  parentElement.dataset.drawn = ""; // there is nothing to draw: who waits for figures need not
  if (data.at <= arrived) return;
  arrived = data.at;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  parentElement.scrollIntoView({ block: "start", behavior: still ? "instant" : "smooth" });
}
