// A question that is answered before the pictures are seen. What somebody chose stays in this
// browser: nothing of it is sent.

const shown = { place: "", reveal: () => {} };
let listening = false;

export default function question({ data, parentElement }) {
  parentElement.dataset.drawn = "";
  const { place, options, unit, answer } = data;
  const box = parentElement.querySelector(".lab-question") ?? document.createElement("div");
  box.className = "lab-question";
  box.innerHTML = options.length ? options.map(button).join("") : field(unit);
  box.insertAdjacentHTML("beforeend", '<button type="button" class="lab-reveal">Show</button>'
    + '<output aria-live="polite"></output>');
  parentElement.append(box);
  const draw = () => drawAnswer(box, data, read(place), isOpen(place));
  for (const each of box.querySelectorAll("[data-option]")) {
    each.addEventListener("click", () => {
      keep(place, options[Number(each.getAttribute("data-option"))]);
      draw();
    });
  }
  const input = /** @type {HTMLInputElement | null} */ (box.querySelector("input"));
  if (input) {
    input.value = read(place);
    input.oninput = () => keep(place, input.value);
  }
  shown.place = place;
  shown.reveal = () => { openAnswer(place); draw(); };
  /** @type {HTMLElement} */ (box.querySelector(".lab-reveal")).onclick = shown.reveal;
  if (!listening) {
    listening = true;
    window.addEventListener("lab-reveal", () => shown.reveal());
  }
  if (isOpen(place)) openAnswer(place);
  draw();
  return () => box.remove();
}

const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const button = (text, at) => (
  `<button type="button" aria-pressed="false" data-option="${at}">${escaped(text)}</button>`);
const field = (unit) => (
  `<label><input type="number" step="any" aria-label="Your number"> ${escaped(unit)}</label>`);

function drawAnswer(box, { options, answer }, choice, open) {
  for (const each of box.querySelectorAll("[data-option]")) {
    const text = options[Number(each.dataset.option)];
    each.setAttribute("aria-pressed", String(text === choice));
    each.classList.toggle("lab-right", open && text === answer);
  }
  box.querySelector(".lab-reveal").hidden = open;
  const said = choice && !options.length ? ` You wrote ${choice}.` : "";
  box.querySelector("output").textContent = open ? `${answer}.${said}` : "";
}

const CHOICE = "lab prediction ";
const OPEN = "lab answer ";

/** @param {() => any} use of a storage, which a browser may refuse */
function allowed(use) {
  try {
    return use();
  } catch {
    return null;
  }
}

const read = (place) => allowed(() => localStorage.getItem(CHOICE + place)) ?? "";
const keep = (place, choice) => allowed(() => localStorage.setItem(CHOICE + place, choice));
const isOpen = (place) => document.body.dataset.labRevealed === place
  || allowed(() => sessionStorage.getItem(OPEN + place)) !== null;

function openAnswer(place) {
  allowed(() => sessionStorage.setItem(OPEN + place, ""));
  document.body.dataset.labRevealed = place;
}
