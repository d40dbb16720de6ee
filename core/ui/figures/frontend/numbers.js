// Numbers as people read them.

const LARGE = 1e5; // from here on, and below SMALL, with a power of ten
const SMALL = 1e-3;
const SUPERSCRIPTS = { "-": "⁻", ...Object.fromEntries([..."⁰¹²³⁴⁵⁶⁷⁸⁹"].entries()) };

/** @param {number} size */
const isPlain = (size) => size >= SMALL && size < LARGE;

/**
 * Ten to a whole power: 10⁻⁴.
 *
 * @param {number} power
 */
export function powerOfTen(power) {
  return `10${[...String(power)].map((sign) => SUPERSCRIPTS[sign]).join("")}`;
}

/**
 * At most `digits` significant digits, a real minus sign, powers of ten as in 6.9×10⁻⁴.
 *
 * @param {number} value
 */
export function readable(value, digits = 4) {
  if (!Number.isFinite(value)) return "no value";
  if (value === 0) return "0";
  const rounded = Number(value.toPrecision(digits));
  if (isPlain(Math.abs(rounded))) return String(rounded).replace("-", "−");
  const [mantissa, power] = value.toExponential(digits - 1).split("e");
  return `${String(Number(mantissa)).replace("-", "−")}×${powerOfTen(Number(power))}`;
}

/**
 * The power of ten that all numbers are written with: 0 where they are read well as they are.
 *
 * @param {number[]} values
 */
export function commonPower(values) {
  const largest = Math.max(...values.map(Math.abs));
  return largest === 0 || isPlain(largest) ? 0 : Number(largest.toExponential().split("e")[1]);
}

/**
 * Round numbers between `low` and `high`, about `count` of them.
 *
 * They keep a distance of `clear` times the range to both ends.
 *
 * @param {number} low
 * @param {number} high
 */
export function ticksBetween(low, high, count = 4, clear = 0.1) {
  const span = high - low;
  if (!(span > 0) || count < 1) return [];
  const raw = span / (count + 1);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= raw);
  const ticks = [];
  for (let n = Math.ceil(low / step); n * step <= high; n += 1) {
    if (Math.min(n * step - low, high - n * step) > clear * span) {
      ticks.push(Number((n * step).toPrecision(12)));
    }
  }
  return ticks;
}
