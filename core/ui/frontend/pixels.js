// From the values of an image to colours.

const NO_VALUE = 65535; // among the 16-bit codes of a stack

/** Value number `index` of what core/ui/payload.py sent. */
export function valueAt({ first, step }, values, index) {
  if (values instanceof Float32Array) return values[index];
  return values[index] === NO_VALUE ? NaN : first + step * values[index];
}

/** The colour map as one number a colour. */
function packed(colormap) {
  const bytes = new Uint8ClampedArray(4 * 256);
  for (let i = 0; i < 256; i += 1) {
    bytes.set([colormap[3 * i], colormap[3 * i + 1], colormap[3 * i + 2], 255], 4 * i);
  }
  return new Uint32Array(bytes.buffer);
}

/** Draw values of shape (rows, columns) into `canvas`, one canvas pixel a value. */
export function colour(canvas, values, { image, low, high }, colormap) {
  const [rows, columns] = values.shape;
  if (canvas.width !== columns || canvas.height !== rows) {
    canvas.width = columns;
    canvas.height = rows;
  }
  const context = canvas.getContext("2d");
  const picture = context.createImageData(columns, rows);
  const drawn = new Uint32Array(picture.data.buffer);
  const colours = packed(colormap);
  const codes = values instanceof Uint16Array;
  const span = high > low ? high - low : 1;
  const scale = (256 / span) * (codes ? image.step : 1);
  const start = ((codes ? image.first : 0) - low) * (256 / span);
  for (let i = 0; i < drawn.length; i += 1) {
    const place = codes && values[i] === NO_VALUE ? NaN : values[i] * scale + start;
    if (place >= 255) drawn[i] = colours[255];
    else if (place >= 0) drawn[i] = colours[Math.trunc(place)];
    else if (place < 0) drawn[i] = colours[0]; // and not a number stays transparent
  }
  context.putImageData(picture, 0, 0);
}
