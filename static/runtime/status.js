// What the page says of its connection: `data-ts` on <html>, and a quiet sign after a cut.
//
// Knows nothing of why.

const QUIET_MS = 1000;

const root = () => document.documentElement;
/** @type {any} */
let timer = 0;

/** @param {string} text what the sign, which is in the page, says and has read out */
function show(text) {
  const sign = document.getElementById("ts-offline");
  if (sign) sign.textContent = text;
}

/** @param {"connecting" | "live" | "reconnecting"} status */
export function setStatus(status) {
  if (root().dataset.ts === status) return;
  root().dataset.ts = status;
  clearTimeout(timer);
  if (status === "reconnecting") timer = setTimeout(show, QUIET_MS, "Reconnecting\u2026");
  else show("");
}

/** The page shows its session's values: bound text may be seen. */
export const restored = () => root().classList.remove("ts-restoring");
