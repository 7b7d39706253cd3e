// Dates, times and durations as fields, texts and instants.
//
// Knows their wire forms and nothing of expressions.

/** @typedef {{year: number, month: number, day: number, hour: number, minute: number, second: number, microsecond: number, offset: bigint | null}} Fields the offset from UTC in microseconds */

const MICROS = 1_000_000n;
const DAY = 86_400n * MICROS;

/** @param {number | bigint} n @param {number} [width] */
export const pad = (n, width = 2) => String(n).padStart(width, "0");

/** @param {string} clock "13:05", "13:05:07.000250" */
const clockFields = (clock) => clock.split(/[:.]/).map(Number);

/** @param {string} text "+01:00" or none at all */
function offsetOf(text) {
  if (!text) return null;
  const [hour, minute, second = 0, microsecond = 0] = clockFields(text.slice(1));
  const micros = BigInt(hour * 3600 + minute * 60 + second) * MICROS + BigInt(microsecond);
  return text[0] === "-" ? -micros : micros;
}

/** The fields of a date, time or datetime in ISO text; a time is one of 1900-01-01, as for strftime. @param {string} iso @returns {Fields} */
export function dateFields(iso) {
  const [, date = "1900-01-01", clock = "00:00", offset] = /^(\d{4}-\d\d-\d\d)?T?([\d:.]+)?(.*)$/.exec(iso) ?? [];
  const [year, month, day] = date.split("-").map(Number);
  const [hour, minute, second = 0, microsecond = 0] = clockFields(clock);
  return { year, month, day, hour, minute, second, microsecond, offset: offsetOf(offset) };
}

/** The day at midnight UTC; Date.UTC would take the years up to 99 for those of 1900. @param {number} year @param {number} month @param {number} day */
export function utcDay(year, month, day) {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date;
}

/** Microseconds since 1970, in UTC if there is an offset. @param {Fields} fields */
function instant({ year, month, day, hour, minute, second, microsecond, offset }) {
  const seconds = utcDay(year, month, day).getTime() / 1000 + hour * 3600 + minute * 60 + second;
  return BigInt(seconds) * MICROS + BigInt(microsecond) - (offset ?? 0n);
}

/** Below, at or above zero; undefined if only one of them has an offset. @param {string} a @param {string} b @returns {number | undefined} */
export function compareIso(a, b) {
  const [x, y] = [dateFields(a), dateFields(b)];
  return (x.offset === null) === (y.offset === null) ? Number(instant(x) - instant(y)) : undefined;
}

/** @param {number[]} delta days, seconds, microseconds */
export function deltaText([days, seconds, microseconds]) {
  const plural = Math.abs(days) === 1 ? "" : "s";
  const clock = `${Math.floor(seconds / 3600)}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`;
  return `${days ? `${days} day${plural}, ` : ""}${clock}${microseconds ? `.${pad(microseconds, 6)}` : ""}`;
}

/** @param {number[]} delta */
export function deltaRepr(delta) {
  const names = ["days", "seconds", "microseconds"];
  const args = delta.map((v, i) => (v ? `${names[i]}=${v}` : "")).filter(Boolean);
  return `datetime.timedelta(${args.join(", ") || "0"})`;
}

/** @param {bigint} offset */
function zoneRepr(offset) {
  if (!offset) return "datetime.timezone.utc";
  const within = ((offset % DAY) + DAY) % DAY; // only the days of a duration are negative
  const delta = [(offset - within) / DAY, within / MICROS, within % MICROS].map(Number);
  return `datetime.timezone(${deltaRepr(delta)})`;
}

/** @param {string} tag @param {string} iso */
export function dateRepr(tag, iso) {
  const { year, month, day, hour, minute, second, microsecond, offset } = dateFields(iso);
  const clock = microsecond ? [hour, minute, second, microsecond] : second ? [hour, minute, second] : [hour, minute];
  const args = [...(tag === "time" ? [] : [year, month, day]), ...(tag === "date" ? [] : clock)].map(String);
  if (offset !== null) args.push(`tzinfo=${zoneRepr(offset)}`);
  return `datetime.${tag}(${args.join(", ")})`;
}
