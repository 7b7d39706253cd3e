// Numbers as exact decimal digits, and rounding them half to even.
//
// A double is m * 2**e, so its decimal digits end: BigInt holds them all, and rounding is
// what Python's correctly rounded conversions give. Knows no Python types.

/**
 * `units / 10**scale`, and a sign.
 * @typedef {{isNegative: boolean, units: bigint, scale: number}} Digits
 */

/** @param {number} power */
export const tenTo = (power) => 10n ** BigInt(power);

/** The exact value of a finite double. @param {number} v @returns {Digits} */
export function exact(v) {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, v);
  const word = bits.getBigUint64(0);
  const biased = Number((word >> 52n) & 0x7ffn);
  const fraction = word & 0xfffffffffffffn;
  const mantissa = biased ? fraction | 0x10000000000000n : fraction;
  const exponent = (biased || 1) - 1075;
  const isNegative = word >> 63n === 1n;
  if (exponent >= 0) return { isNegative, units: mantissa << BigInt(exponent), scale: 0 };
  return { isNegative, units: mantissa * 5n ** BigInt(-exponent), scale: -exponent };
}

/** The value times 10**places, rounded half to even. @param {Digits} digits @param {number} places */
export function roundTo({ units, scale }, places) {
  if (places >= scale) return units * tenTo(places - scale);
  const unit = tenTo(scale - places);
  const quotient = units / unit;
  const twice = 2n * (units % unit);
  return twice > unit || (twice === unit && quotient & 1n) ? quotient + 1n : quotient;
}

/** Digits with a point: 1234n and 2 give "12.34". @param {bigint} units @param {number} places */
export function fixed(units, places) {
  const text = String(units).padStart(places + 1, "0");
  return places > 0 ? `${text.slice(0, -places)}.${text.slice(-places)}` : text;
}

/**
 * The first `count` significant digits, rounded, and the exponent of the first of them.
 * @param {Digits} digits
 * @param {number} count
 * @returns {[string, number]}
 */
export function significant(digits, count) {
  if (!digits.units) return ["0".repeat(count), 0];
  const exponent = String(digits.units).length - 1 - digits.scale;
  const places = count - 1 - exponent;
  const units = places < 0 ? roundTo({ ...digits, scale: digits.scale - places }, 0) : roundTo(digits, places);
  const text = String(units);
  return text.length > count ? [text.slice(0, count), exponent + 1] : [text, exponent];
}
