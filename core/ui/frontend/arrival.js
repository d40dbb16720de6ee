// Brings the place where it stands to the top of the window, once for each time it is asked.

let arrived = 0;

export default function arrival({ data, parentElement }) {
  if (data.at <= arrived) return;
  arrived = data.at;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  parentElement.scrollIntoView({ block: "start", behavior: still ? "instant" : "smooth" });
}
