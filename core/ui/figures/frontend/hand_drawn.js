// The hand-drawn look: a written font, and lines that are not quite straight. Numbers and pixels
// stay what they are; a line lies at most three pixels from its place.

export const WRITTEN = {
  family: "Patrick Hand",
  address: new URL("./patrick_hand.woff2", import.meta.url).href,
};
const FILTER = "lab-hand";
const REACH = 6; // of the displacement, both ways together, in CSS pixels

let loading = /** @type {Promise<void> | null} */ (null);
let ready = false;

/** Whether the page asks for the look. */
export function isHandDrawn() {
  const root = getComputedStyle(document.documentElement);
  return root.getPropertyValue("--lab-look").trim() === "hand-drawn";
}

/**
 * The family to write with: the written font before `font`, once it is loaded. The figures are told
 * when it is, and draw themselves again.
 *
 * @param {string} font
 */
export function handFont(font) {
  loading ??= load().then(() => {
    ready = true;
    window.dispatchEvent(new Event("lab-room"));
  }, () => {}); // the lines are drawn by hand without it
  return ready ? `"${WRITTEN.family}", ${font}` : font;
}

async function load() {
  addFilter();
  const face = new FontFace(WRITTEN.family, `url("${WRITTEN.address}")`);
  document.fonts.add(await face.load());
}

/** The filter that moves what a line covers by a smooth noise, the same at every drawing. */
function addFilter() {
  document.body.insertAdjacentHTML("beforeend", `<svg width="0" height="0" aria-hidden="true"
    style="position: absolute"><filter id="${FILTER}" filterUnits="userSpaceOnUse" x="-5%" y="-5%"
    width="110%" height="110%" color-interpolation-filters="sRGB">
    <feTurbulence type="fractalNoise" baseFrequency="0.02" numOctaves="2" seed="1"/>
    <feDisplacementMap in="SourceGraphic" scale="${REACH}" xChannelSelector="R"
      yChannelSelector="G"/></filter></svg>`);
}
