// From 16-bit codes to colours and back to values.

export const NO_VALUE = 65535;

/** Value of one code of an image that core/ui/payload.py quantised. */
export function valueOf(image, code) {
  return code === NO_VALUE ? NaN : image.first + image.step * code;
}

/** Colour of every code, as bytes (red, green, blue, opacity); "no value" is transparent. */
function colourTable(image, low, high, colormap) {
  const table = new Uint8ClampedArray(4 * (NO_VALUE + 1));
  const colours = 256;
  const scale = high > low ? colours / (high - low) : 0;
  for (let code = 0; code < NO_VALUE; code += 1) {
    const place = Math.floor((image.first + image.step * code - low) * scale);
    const colour = 3 * Math.min(colours - 1, Math.max(0, place));
    table[4 * code] = colormap[colour];
    table[4 * code + 1] = colormap[colour + 1];
    table[4 * code + 2] = colormap[colour + 2];
    table[4 * code + 3] = 255;
  }
  return new Uint32Array(table.buffer);
}

/** Draw codes of shape (rows, columns) into `canvas` at one canvas pixel a value. */
export function colour(canvas, codes, { image, low, high }, colormap) {
  const [rows, columns] = codes.shape;
  if (canvas.width !== columns || canvas.height !== rows) {
    canvas.width = columns;
    canvas.height = rows;
  }
  const table = colourTable(image, low, high, colormap);
  const context = canvas.getContext("2d");
  const picture = context.createImageData(columns, rows);
  const pixels = new Uint32Array(picture.data.buffer);
  for (let i = 0; i < pixels.length; i += 1) pixels[i] = table[codes[i]];
  context.putImageData(picture, 0, 0);
}
