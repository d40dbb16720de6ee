// From the values of an image to colours.

/**
 * The colour map as one number a colour.
 *
 * @param {Uint8Array} colormap red, green and blue of 256 colours
 */
function packed(colormap) {
  const bytes = new Uint8ClampedArray(4 * 256);
  for (let i = 0; i < 256; i += 1) {
    bytes.set([colormap[3 * i], colormap[3 * i + 1], colormap[3 * i + 2], 255], 4 * i);
  }
  return new Uint32Array(bytes.buffer);
}

/**
 * Draw values of shape (rows, columns) into `canvas`, one canvas pixel a value.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {import("./types.js").Shaped} values
 * @param {{ low: number, high: number }} range
 * @param {Uint8Array} colormap
 */
export function colour(canvas, values, { low, high }, colormap) {
  const [rows, columns] = values.shape;
  if (canvas.width !== columns || canvas.height !== rows) {
    canvas.width = columns;
    canvas.height = rows;
  }
  const context = canvas.getContext("2d");
  const picture = context.createImageData(columns, rows);
  const drawn = new Uint32Array(picture.data.buffer);
  const colours = packed(colormap);
  const scale = 256 / (high > low ? high - low : 1);
  for (let i = 0; i < drawn.length; i += 1) {
    const place = (values[i] - low) * scale;
    if (place >= 255) drawn[i] = colours[255];
    else if (place >= 0) drawn[i] = colours[Math.trunc(place)];
    else if (place < 0) drawn[i] = colours[0]; // and what is not a number stays transparent
  }
  context.putImageData(picture, 0, 0);
}
