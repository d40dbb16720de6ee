// How high a figure may be where the page is presented: its words and sliders take the rest.

/** @returns {number} in CSS pixels; infinite where nothing is presented. */
export function roomOf() {
  const text = document.documentElement.style.getPropertyValue("--lab-room");
  return text ? Number(text) : Infinity;
}

/**
 * Call `draw` whenever it changes; the function that is returned ends this.
 *
 * @param {() => void} draw
 */
export function whenRoomChanges(draw) {
  window.addEventListener("lab-room", draw);
  return () => window.removeEventListener("lab-room", draw);
}
