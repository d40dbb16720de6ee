// Titles, captions and the numbers of the colour bars, as text that can be read and copied.

const WIDEST_LETTER = 12; // on average, in CSS pixels: shorter lines need not be measured
const SMALLEST = 0.7; // of the usual size, at which the rest of a line is left out

/** Write the texts of an image figure over it, changing only what differs. */
export function writeTexts({ texts, arrangement, panels, frame }) {
  const items = [
    ...arrangement.boxes.map((box, i) => titleOf(box, panels[i], frame)),
    ...arrangement.bars.flatMap(labelsOf),
  ];
  while (texts.children.length > items.length) texts.lastChild.remove();
  items.forEach((item, i) => {
    write(texts.children[i] ?? texts.appendChild(document.createElement("div")), item);
  });
}

function titleOf(box, { title, caption }, frame) {
  const line = Array.isArray(caption) ? caption[Math.min(frame, caption.length - 1)] : caption;
  const place = { left: box.x, top: box.y - box.above, width: box.w, height: box.above };
  return { name: "lab-title", place, parts: line ? [title, line] : [title] };
}

function labelsOf(bar) {
  const labels = bar.labels.map(({ text, x, y }) => (
    { name: "lab-tick", place: { left: x, top: y }, parts: [text] }));
  const heading = { name: "lab-unit", place: { left: bar.x, top: bar.y }, parts: [bar.heading] };
  return bar.heading ? [heading, ...labels] : labels;
}

function write(element, { name, place, parts }) {
  if (element.className !== name) element.className = name;
  const style = Object.entries(place).map(([side, length]) => `${side}:${length}px`).join(";");
  if (element.dataset.place !== style) {
    element.dataset.place = style;
    element.style.cssText = style;
  }
  while (element.children.length > parts.length) element.lastChild.remove();
  parts.forEach((part, i) => {
    const line = element.children[i] ?? element.appendChild(document.createElement("span"));
    if (line.textContent === part && line.dataset.place === style) return;
    line.textContent = part;
    line.dataset.place = style;
    fit(line, place.width);
  });
}

/** Write a line smaller that is wider than its place, so that nothing of it is cut. */
function fit(line, width) {
  line.style.fontSize = "";
  if (!width || line.textContent.length * WIDEST_LETTER < width) return;
  const whole = parseFloat(getComputedStyle(line).fontSize);
  // Where letters have whole pixels they do not become narrower by as much as smaller: look again.
  for (let size = whole; line.scrollWidth > line.clientWidth && size > SMALLEST * whole; ) {
    size = Math.max(SMALLEST * whole, size * (line.clientWidth / line.scrollWidth - 0.01));
    line.style.fontSize = `${size}px`;
  }
}
