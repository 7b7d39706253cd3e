// Performing effects, each at most once; and what the runtime itself has to tell the user.
//
// The highest id performed is stored before it is performed, so a reload in the middle of a
// redirect does not redirect again. Loaded with the first effect, so it imports nothing that
// every page has. Knows the page and nothing of frames.

/** @typedef {{id: number, kind: string, args: any}} Effect */
/** @typedef {(calls: {b: number, a: any[]}[], control: null) => void} Post */

const MEMORY = "ts-effects";

const SHOWN_MS = new Map([["warning", 8000], ["error", 10_000]]);
const SHOWN_ELSE_MS = 5000;
const LINK_MS = 30_000;
const BLOB_MS = 60_000; // until the browser has surely taken it
const MAX_SHOWN = 5;
const MAX_RESULT_BYTES = 60_000; // of the 64 KiB of a POST, the rest for the envelope

// eslint-disable-next-line no-console -- for who wrote the app
const complain = (/** @type {any[]} */ ...words) => console.error(...words);

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

/** @param {string} message @param {string} level */
const toast = (message, level) => show(make("section", "", make("p", "", message)), level, SHOWN_MS.get(level) ?? SHOWN_ELSE_MS);

/** A card that goes away by itself, in basecoat's look. @param {Element} content @param {string} level @param {number} ms */
function show(content, level, ms) {
  const region = toastRegion();
  const card = make("div", "toast", make("div", "toast-content", content));
  card.dataset.category = level;
  card.setAttribute("aria-hidden", "false"); // basecoat shows a toast by this
  card.addEventListener("click", () => card.remove());
  region.append(card);
  while (region.childElementCount > MAX_SHOWN) region.firstElementChild?.remove();
  setTimeout(() => card.remove(), ms);
}

/** An address to follow: http or https, and of this site unless `elsewhere`. @param {string} url @param {boolean} elsewhere */
function address(url, elsewhere) {
  const target = new URL(url, location.href);
  return /^https?:$/.test(target.protocol) && (elsewhere || target.origin === location.origin) ? target.href : null;
}

/** Go to an address: as by a link, so that inside the app the page stays and its content changes. @param {string} target */
function follow(target) {
  if (new URL(target).origin !== location.origin) return location.assign(target);
  const link = document.createElement("a");
  link.href = target;
  document.body.append(link);
  link.click();
  link.remove();
  return undefined;
}

/** @param {string} id @param {any} value */
function setValue(id, value) {
  const el = /** @type {any} */ (document.getElementById(id));
  if (!el) return;
  if (typeof value === "boolean") el.checked = value;
  else el.value = typeof value === "object" ? (value?.$float ?? "") : value;
}

/** @param {any} args */
function download({ url, filename, data, media_type: type }) {
  const target = data === undefined ? address(url, false) : blobUrl(data, type);
  if (!target) return;
  const link = document.createElement("a");
  link.href = target;
  link.download = filename ?? "";
  link.click();
  if (data !== undefined) setTimeout(() => URL.revokeObjectURL(target), BLOB_MS);
}

/** @param {string} data base64 @param {string} type */
const blobUrl = (data, type) => URL.createObjectURL(new Blob([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], { type }));

/** Open a tab, where browsers let a page; else offer it. @param {string} target */
function openWindow(target) {
  // What `open` gives tells nothing: a tab that does not know its opener is as good as none.
  if (navigator.userActivation?.isActive ?? true) open(target, "_blank", "noopener");
  else {
    const link = Object.assign(document.createElement("a"), { href: target, target: "_blank", rel: "noopener", textContent: target });
    show(make("section", "", make("p", "", link)), "info", LINK_MS);
  }
}

/** What the page's plan says. @returns {any} */
const plan = () => JSON.parse(document.getElementById("ts-plan")?.textContent ?? "{}");

/** Forget what the browser keeps of the app's vars: of one key, or of all. @param {string} where @param {string | null} only */
function removeStorage(where, only) {
  for (const { in: place, key, after } of plan().stored ?? []) {
    if (place !== where || (only !== null && key !== only)) continue;
    if (place === "cookie") document.cookie = `${key}=${after}; Max-Age=0`;
    else (place === "local" ? localStorage : sessionStorage).removeItem(key);
  }
}

/** Call what a module of the page's own exports, nothing else. @param {any} args @param {Post} post */
async function callScript({ module, function: name, args, callback }, post) {
  const { modules = {} } = plan();
  if (!Object.hasOwn(modules, module)) return complain(`call_script: the page gives no script the name ${module}`);
  // The page has loaded it, so this is the same module and no second one.
  const exported = await import(new URL(modules[module], document.baseURI).href);
  if (!Object.hasOwn(exported, name) || typeof exported[name] !== "function") {
    return complain(`call_script: ${modules[module]} exports no function ${name}`);
  }
  const result = JSON.stringify((await exported[name](...args)) ?? null) ?? "null";
  if (!callback) return;
  if (new TextEncoder().encode(result).length > MAX_RESULT_BYTES) return complain(`call_script: the result of ${module}.${name} is too large to be sent`);
  post([{ b: -callback, a: [JSON.parse(result)] }], null);
}

/** @type {Map<string, (args: any, post: Post) => any>} */
const KINDS = new Map(Object.entries({
  // The runtime's own notices.
  refused: () => toast("Too much is waiting to be sent: this was not done.", "error"),
  dropped: () => toast("The session had ended: what you did meanwhile was not carried out.", "warning"),
  fresh: () => toast("The session had ended: this is a new one.", "warning"),
  // Effects.
  toast: ({ message, level }) => toast(message, level),
  redirect({ url, external }) {
    const target = address(url, external);
    if (target) follow(target);
  },
  open_window({ url, external }) {
    const target = address(url, external);
    if (target) openWindow(target);
  },
  // eslint-disable-next-line no-console -- what it was asked to do
  console_log: ({ message, level = "log" }) => /** @type {any} */ (console)[level](message),
  set_clipboard: ({ text }) => navigator.clipboard.writeText(text),
  scroll_to: ({ id, align }) => document.getElementById(id)?.scrollIntoView({ block: align }),
  remove_storage: ({ in: where, key }) => removeStorage(where, key),
  call_script: callScript,
  set_value: ({ id, value }) => setValue(id, value),
  set_focus: ({ id }) => document.getElementById(id)?.focus(),
  download,
  form_error: (detail) => document.dispatchEvent(new CustomEvent("ts-form-error", { detail })),
  color_mode: ({ mode }) => dispatchEvent(new CustomEvent("ts-mode", { detail: mode })), // boot.js hears it
}));

/** @param {string} kind an effect's, or a notice's @param {any} args */
export function carryOut(kind, args, post = /** @type {Post} */ (() => {})) {
  const failed = (/** @type {unknown} */ error) => (kind === "set_clipboard" || kind === "call_script" ? complain(`${kind}:`, error) : console.debug(error));
  try {
    Promise.resolve(KINDS.get(kind)?.(args, post)).catch(failed);
  } catch (error) {
    failed(error);
  }
}

/**
 * @param {string} token the ids count in this session
 * @param {Effect[]} effects
 * @param {(name: string) => string} recall
 * @param {(name: string, text: string) => void} remember
 * @param {Post} [post]
 */
export function perform(token, effects, recall, remember, post) {
  for (const { id, kind, args } of effects) {
    const [owner, highest] = recall(MEMORY).split(" ");
    if (owner === token && id <= Number(highest)) continue;
    remember(MEMORY, `${token} ${id}`);
    carryOut(kind, args, post);
  }
}
