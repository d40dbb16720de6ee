// Numbers as people read them.

/** At most `digits` significant digits, a real minus sign, powers of ten beyond ±5. */
export function readable(value, digits = 4) {
  if (!Number.isFinite(value)) return "no value";
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text = size >= 1e5 || size < 1e-4
    ? value.toExponential(digits - 1).replace(/\.?0+e/, "e").replace("e+", "e")
    : String(Number(value.toPrecision(digits)));
  return text.replaceAll("-", "−");
}

/** Round numbers between `low` and `high`, about `count` of them, clear of both ends. */
export function ticksBetween(low, high, count = 4) {
  const span = high - low;
  if (!(span > 0)) return [];
  const raw = span / (count + 1);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= raw);
  const ticks = [];
  for (let n = Math.ceil(low / step); n * step <= high; n += 1) {
    const clear = Math.min(n * step - low, high - n * step) > 0.1 * span;
    if (clear) ticks.push(Number((n * step).toPrecision(12)));
  }
  return ticks;
}
