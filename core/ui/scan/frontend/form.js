// What the drawing editor consists of: its tools, the canvas, and the fields below it.

export const PIXELS = 480;
export const TOOLS = {
  disc: "Disc",
  ellipse: "Ellipse",
  rectangle: "Rectangle",
  polygon: "Polygon",
  brush: "Freehand",
  text: "Text",
};
// What to do with a tool whose use is not plain, before it has begun and after.
export const HINTS = {
  polygon: ["Click the first corner.", "Click each corner; the first one again closes it."],
  text: ["Press where the middle goes; drag for the size.", ""],
};
export const HELP = "Drag to draw; a polygon is clicked corner by corner. By keyboard: arrow keys "
  + "move the cross (Shift: fine steps), Enter begins and ends a shape, Space sets a corner of a "
  + "polygon, Escape drops it, Ctrl+Z undoes.";
export const FORM = `
<div class="lab-tools" role="radiogroup" aria-label="Tool"></div>
<canvas class="lab-canvas" width="${PIXELS}" height="${PIXELS}" tabindex="0" role="application"
  aria-label="Drawing. ${HELP}"></canvas>
<output class="lab-where" aria-live="polite"></output>
<label><span>Letters</span><input type="text" name="letters" value="Abc" maxlength="40"></label>
<label><span>Grey value</span><input type="range" name="value" min="0" max="1" step="0.05"
  value="0.8"><output></output></label>
<label><span>Brush width</span><input type="range" name="width" min="0.02" max="0.4" step="0.02"
  value="0.08"><output></output></label>
<div class="lab-tools">
  <button type="button" data-act="erase" aria-pressed="false">Erase</button>
  <button type="button" data-act="undo">Undo</button>
  <button type="button" data-act="redo">Redo</button>
  <button type="button" data-act="clear">Clear</button>
</div>`;
