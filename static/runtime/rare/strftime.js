// Dates by format: what f"{day:%d.%m.%Y}" means, in Python's C locale.
//
// Knows no format specs of other kinds. Codes that mean different things on different machines
// are errors, here and in Python.

import { dateFields, pad, utcDay } from "./dates.js";

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  "January", "February", "March", "April", "May", "June",
  "July", "August", "September", "October", "November", "December",
];
const DAY_MS = 86_400_000;

/** @param {bigint | null} offset in microseconds */
function zone(offset) {
  if (offset === null) return "";
  const micros = offset < 0n ? -offset : offset;
  const seconds = micros / 1_000_000n;
  const rest = micros % 1_000_000n;
  return (offset < 0n ? "-" : "+") + pad(seconds / 3600n) + pad((seconds / 60n) % 60n) +
    (rest || seconds % 60n ? pad(seconds % 60n) : "") + (rest ? `.${pad(rest, 6)}` : "");
}

/**
 * @param {string} iso
 * @param {string} format
 * @param {(text: string) => never} raise
 */
export function strftime(iso, format, raise) {
  const f = dateFields(iso);
  const date = utcDay(f.year, f.month, f.day);
  const weekday = date.getUTCDay();
  /** @param {Date} day its day of the year, from 0 */
  const yearDay = (day) => (day.getTime() - utcDay(day.getUTCFullYear(), 1, 1).getTime()) / DAY_MS;
  // The ISO week is that of its Thursday, and so is its year.
  const thursday = new Date(date.getTime() + (4 - (weekday || 7)) * DAY_MS);
  /** @param {number} year */
  const yearText = (year) => (year < 1000 ? raise("ValueError: a year before 1000") : String(year));
  /** @param {number} since days since the first day of the week */
  const week = (since) => pad(Math.floor((yearDay(date) + 7 - since) / 7));

  /** @type {Record<string, () => string>} */
  const codes = {
    "%": () => "%",
    Y: () => yearText(f.year),
    y: () => pad(f.year % 100),
    m: () => pad(f.month),
    d: () => pad(f.day),
    H: () => pad(f.hour),
    I: () => pad(f.hour % 12 || 12),
    M: () => pad(f.minute),
    S: () => pad(f.second),
    f: () => pad(f.microsecond, 6),
    p: () => (f.hour < 12 ? "AM" : "PM"),
    A: () => DAYS[weekday],
    a: () => DAYS[weekday].slice(0, 3),
    w: () => String(weekday),
    u: () => String(weekday || 7),
    B: () => MONTHS[f.month - 1],
    b: () => MONTHS[f.month - 1].slice(0, 3),
    j: () => pad(yearDay(date) + 1, 3),
    U: () => week(weekday),
    W: () => week((weekday + 6) % 7),
    G: () => yearText(thursday.getUTCFullYear()),
    V: () => pad(Math.floor(yearDay(thursday) / 7) + 1),
    z: () => zone(f.offset),
    F: () => `${yearText(f.year)}-${pad(f.month)}-${pad(f.day)}`,
    T: () => `${pad(f.hour)}:${pad(f.minute)}:${pad(f.second)}`,
  };
  return format.replace(/%([^]?)/gu, (_, code) =>
    (Object.hasOwn(codes, code) ? codes[code] : () => raise(`ValueError: %${code} in a date's format`))());
}
