// Reads what core/ui/payload.py wrote: JSON with the arrays behind it.

const TYPES = {
  float32: Float32Array,
  float64: Float64Array,
  uint8: Uint8Array,
  int32: Int32Array,
};

/** @typedef {import("./types.js").Shaped} Shaped */

/**
 * Return the header with each array as a flat typed array that carries its `shape`.
 *
 * @param {Uint8Array} bytes
 */
export function unpack(bytes) {
  // The message is a view at any offset of a larger buffer; typed arrays need an aligned copy.
  const { buffer } = bytes.slice();
  const length = new DataView(buffer).getUint32(0, true);
  const start = Math.ceil((4 + length) / 8) * 8;
  const text = new TextDecoder().decode(new Uint8Array(buffer, 4, length));
  return JSON.parse(text, (_, value) => {
    if (!value?.$array) return value;
    const [dtype, shape, offset] = value.$array;
    const size = shape.reduce((product, n) => product * n, 1);
    return Object.assign(new TYPES[dtype](buffer, start + offset, size), { shape });
  });
}

/**
 * Entry `index` along the first axis, as a view.
 *
 * @param {Shaped} array
 * @param {number} index
 * @returns {Shaped}
 */
export function slice(array, index) {
  const shape = array.shape.slice(1);
  const size = shape.reduce((product, n) => product * n, 1);
  return Object.assign(array.subarray(index * size, (index + 1) * size), { shape });
}

/**
 * Plotly takes matrices as lists of rows; vectors stay as they are.
 *
 * @param {any} value
 * @returns {any}
 */
export function asRows(value) {
  if (ArrayBuffer.isView(value)) {
    const array = /** @type {Shaped} */ (value);
    if (array.shape.length < 2) return array;
    return Array.from({ length: array.shape[0] }, (_, row) => asRows(slice(array, row)));
  }
  if (Array.isArray(value)) return value.map(asRows);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, asRows(part)]));
}

/**
 * @param {Uint8Array | null} a
 * @param {Uint8Array | null} b
 */
export function sameBytes(a, b) {
  if (a === b) return true;
  if (!a || !b || a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}
