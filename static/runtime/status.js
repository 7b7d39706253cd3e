// What the page says of its connection: `data-ts` on <html>, and a quiet sign after a cut.
//
// Knows nothing of why.

const QUIET_MS = 1000;

const root = () => document.documentElement;
/** @type {HTMLElement | null} */
let sign = null;
/** @type {any} */
let timer = 0;

function showSign() {
  sign = document.createElement("div");
  sign.className = "ts-offline";
  sign.setAttribute("role", "status");
  document.body.append(sign);
  sign.textContent = "Reconnecting\u2026"; // after it is in the page, so that it is read out
}

/** @param {"connecting" | "live" | "reconnecting"} status */
export function setStatus(status) {
  if (root().dataset.ts === status) return;
  root().dataset.ts = status;
  clearTimeout(timer);
  if (status === "reconnecting") timer = setTimeout(showSign, QUIET_MS);
  else {
    sign?.remove();
    sign = null;
  }
}

/** The page shows its session's values: bound text may be seen. */
export const restored = () => root().classList.remove("ts-restoring");
