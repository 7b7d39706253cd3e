// Performing effects, each at most once; and what the runtime itself has to tell the user.
//
// The highest id performed is stored before it is performed, so a reload in the middle of a
// redirect does not redirect again. Loaded with the first effect, so it imports nothing that
// every page has. Knows the page and nothing of frames.

/** @typedef {{id: number, kind: string, args: any}} Effect */

const MEMORY = "ts-effects";

const SHOWN_MS = new Map([["warning", 8000], ["error", 10_000]]);
const SHOWN_ELSE_MS = 5000;
const MAX_SHOWN = 5;

/** @param {string} tag @param {string} className @param {...(Node | string)} children */
function make(tag, className, ...children) {
  const el = document.createElement(tag);
  el.className = className;
  el.append(...children);
  return el;
}

/** The region that is read out. */
function toastRegion() {
  const known = document.getElementById("ts-toasts");
  if (known) return known;
  const region = make("div", "toaster");
  region.id = "ts-toasts";
  region.setAttribute("role", "status");
  region.setAttribute("aria-live", "polite");
  document.body.append(region);
  return region;
}

/** A short message that goes away by itself, in basecoat's look. @param {string} message @param {string} level */
function toast(message, level) {
  const region = toastRegion();
  const card = make("div", "toast", make("div", "toast-content", make("section", "", make("p", "", message))));
  card.dataset.category = level;
  card.setAttribute("aria-hidden", "false"); // basecoat shows a toast by this
  card.addEventListener("click", () => card.remove());
  region.append(card);
  while (region.childElementCount > MAX_SHOWN) region.firstElementChild?.remove();
  setTimeout(() => card.remove(), SHOWN_MS.get(level) ?? SHOWN_ELSE_MS);
}

/** An address to follow: http or https, and of this site unless `elsewhere`. @param {string} url @param {boolean} elsewhere */
function address(url, elsewhere) {
  const target = new URL(url, location.href);
  return /^https?:$/.test(target.protocol) && (elsewhere || target.origin === location.origin) ? target.href : null;
}

/** @param {string} id @param {any} value */
function setValue(id, value) {
  const el = /** @type {any} */ (document.getElementById(id));
  if (!el) return;
  if (typeof value === "boolean") el.checked = value;
  else el.value = typeof value === "object" ? (value?.$float ?? "") : value;
}

/** @param {string} url @param {string | null} filename */
function download(url, filename) {
  const target = address(url, false);
  if (!target) return;
  const link = document.createElement("a");
  link.href = target;
  link.download = filename ?? "";
  link.click();
}

/** @type {Map<string, (args: any) => void>} */
const KINDS = new Map(Object.entries({
  // The runtime's own notices.
  refused: () => toast("Too much is waiting to be sent: this was not done.", "error"),
  dropped: () => toast("The session had ended: what you did meanwhile was not carried out.", "warning"),
  fresh: () => toast("The session had ended: this is a new one.", "warning"),
  // Effects.
  toast: ({ message, level }) => toast(message, level),
  redirect({ url, external }) {
    const target = address(url, external);
    if (target) location.assign(target);
  },
  // eslint-disable-next-line no-console -- what it was asked to do
  console_log: ({ message }) => console.log(message),
  set_value: ({ id, value }) => setValue(id, value),
  set_focus: ({ id }) => document.getElementById(id)?.focus(),
  color_mode: ({ mode }) => dispatchEvent(new CustomEvent("ts-mode", { detail: mode })), // boot.js hears it
  download: ({ url, filename }) => download(url, filename),
}));

/** @param {string} kind an effect's, or a notice's @param {any} args */
export function carryOut(kind, args) {
  try {
    KINDS.get(kind)?.(args);
  } catch (error) {
    console.debug(error);
  }
}

/**
 * @param {string} token the ids count in this session
 * @param {Effect[]} effects
 * @param {(name: string) => string} recall
 * @param {(name: string, text: string) => void} remember
 */
export function perform(token, effects, recall, remember) {
  for (const { id, kind, args } of effects) {
    const [owner, highest] = recall(MEMORY).split(" ");
    if (owner === token && id <= Number(highest)) continue;
    remember(MEMORY, `${token} ${id}`);
    carryOut(kind, args);
  }
}
