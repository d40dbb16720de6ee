// Images by name, fetched when they are to be shown and kept while there is room.

const MOST_BYTES = 200e6;
const AT_ONCE = 4;

const kept = new Map(); // name → Float32Array, the one used longest ago first
const pending = new Map(); // name → promise of its values
let bytes = 0;

/** The values of an image that has been fetched, else nothing. */
export function onHand(name) {
  const values = kept.get(name);
  if (values) {
    kept.delete(name);
    kept.set(name, values);
  }
  return values;
}

/** The values of an image, shape (rows, columns). */
export function fetchImage(name, shape) {
  if (!pending.has(name)) {
    const coming = fetchValues(name, shape).finally(() => pending.delete(name));
    pending.set(name, coming);
  }
  return pending.get(name);
}

async function fetchValues(name, shape) {
  const address = new URL(`../lab.frames/${name}`, import.meta.url);
  const response = await fetch(address, { cache: "force-cache" }); // a name means one content
  if (!response.ok) throw new Error(`An image is no longer there (${response.status}).`);
  const values = Object.assign(new Float32Array(await response.arrayBuffer()), { shape });
  kept.set(name, values);
  bytes += values.byteLength;
  for (const [oldest, { byteLength }] of kept) {
    if (bytes <= MOST_BYTES || oldest === name) break;
    kept.delete(oldest);
    bytes -= byteLength;
  }
  return values;
}

/** Fetch those of `names` that are not on hand, a few at a time, until `enough` says so. */
export async function fetchAhead(names, shape, enough) {
  const missing = [...new Set(names)].filter((name) => !kept.has(name));
  const next = async () => {
    while (missing.length && !enough()) await fetchImage(missing.shift(), shape);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
}
