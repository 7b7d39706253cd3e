// Dates by format: what f"{day:%d.%m.%Y}" means, in Python's C locale.
//
// Knows no format specs of other kinds.

import { dateFields, pad } from "./tagged.js";

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  "January", "February", "March", "April", "May", "June",
  "July", "August", "September", "October", "November", "December",
];

/**
 * @param {string} iso
 * @param {string} format
 * @param {(text: string) => never} raise
 */
export function strftime(iso, format, raise) {
  const f = dateFields(iso);
  const date = new Date(Date.UTC(2000, f.month - 1, f.day));
  date.setUTCFullYear(f.year, f.month - 1, f.day);
  const start = new Date(date);
  start.setUTCMonth(0, 1);
  const hour12 = f.hour % 12 || 12;
  /** @type {Record<string, () => string>} */
  const codes = {
    "%": () => "%",
    Y: () => String(f.year),
    y: () => pad(f.year % 100),
    m: () => pad(f.month),
    d: () => pad(f.day),
    H: () => pad(f.hour),
    I: () => pad(hour12),
    M: () => pad(f.minute),
    S: () => pad(f.second),
    f: () => pad(f.microsecond, 6),
    p: () => (f.hour < 12 ? "AM" : "PM"),
    A: () => DAYS[date.getUTCDay()],
    a: () => DAYS[date.getUTCDay()].slice(0, 3),
    w: () => String(date.getUTCDay()),
    B: () => MONTHS[f.month - 1],
    b: () => MONTHS[f.month - 1].slice(0, 3),
    j: () => pad((date.getTime() - start.getTime()) / 86_400_000 + 1, 3),
    F: () => `${f.year}-${pad(f.month)}-${pad(f.day)}`,
    T: () => `${pad(f.hour)}:${pad(f.minute)}:${pad(f.second)}`,
  };
  return format.replace(/%([^])/g, (_, code) =>
    (Object.hasOwn(codes, code) ? codes[code] : () => raise(`ValueError: %${code} is not known in the browser`))());
}
