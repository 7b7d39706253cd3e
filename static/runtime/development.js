// For development: the page comes back by itself when its server has, and shows what is wrong.
//
// Loaded only by pages that `triostate run` serves, beside the runtime, of which it sees what any
// script would: `data-ts` on <html>. While the page is not live it asks which build the server has.
// Another one than the page's own: the page is loaded again, and what the user had entered is
// entered again. A failure: it is laid over the page until it is mended. Knows nothing of sessions.

/** @typedef {{where: string, kind: string, message: string, file: string, line: number, column: number, excerpt: [number, string][], traceback: string}} Failure */
/** @typedef {{path: string, values: Record<string, any>, focus: string | null, selection: [number, number] | null, scroll: [number, number]}} Kept */

const PATH = "/_triostate/development";
const MEMORY = "ts-entered";
const TOKEN = "ts-token";
const RELOADED = "ts-reloaded"; // of the runtime: when it last loaded the page again by itself
const ASK_MS = 200;

const root = document.documentElement;
const script = /** @type {HTMLElement | null} */ (document.querySelector("script[data-build]"));
const build = script?.dataset.build ?? "";
/** Whether there is a runtime at all: a page that says what went wrong has none. */
const hasRuntime = Boolean(document.getElementById("ts-plan"));

// What the user has entered

const CONTROLS = "input:not([type=password],[type=file],[type=hidden],[type=submit],[type=button]),textarea,select";
/** @type {Set<any>} */
const edited = new Set();

/** Controls by a name that the next document's have too. @returns {Map<string, any>} */
function controls() {
  const found = new Map();
  const seen = new Map();
  for (const el of /** @type {NodeListOf<any>} */ (document.querySelectorAll(CONTROLS))) {
    const kind = [el.localName, el.type, el.id || el.name || el.getAttribute("aria-label") || el.placeholder || "", el.type === "radio" ? el.value : ""].join("|");
    const place = seen.get(kind) ?? 0;
    seen.set(kind, place + 1);
    found.set(`${kind}|${place}`, el);
  }
  return found;
}

/** @param {any} el */
const isTicked = (el) => el.type === "checkbox" || el.type === "radio";

/** @param {any} el */
function entered(el) {
  if (isTicked(el)) return el.checked;
  return el.multiple && el.options ? Array.from(el.selectedOptions, (option) => option.value) : el.value;
}

/** @param {any} el @param {any} value */
function enter(el, value) {
  if (isTicked(el)) el.checked = value;
  else if (Array.isArray(value)) for (const option of el.options) option.selected = value.includes(option.value);
  else el.value = value;
  // As if typed: what the page makes of it, it makes of it again.
  for (const type of ["input", "change"]) el.dispatchEvent(new Event(type, { bubbles: true }));
}

function keep() {
  /** @type {Kept} */
  const kept = { path: location.pathname, values: {}, focus: null, selection: null, scroll: [scrollX, scrollY] };
  for (const [name, el] of controls()) {
    if (edited.has(el)) kept.values[name] = entered(el);
    if (el !== document.activeElement) continue;
    kept.focus = name;
    if (Number.isInteger(el.selectionStart)) kept.selection = [el.selectionStart, el.selectionEnd];
  }
  // What an earlier page of this address had, and this one has no place for: a page that failed.
  const before = recall();
  if (before) kept.values = { ...before.values, ...kept.values };
  remember(MEMORY, JSON.stringify(kept));
  // The session is no more, and its token would have the next page hide its text until it is told
  // so. Unless the browser has values for it: then what it would show is not what is to come.
  if (!document.getElementById("ts-plan")?.textContent?.includes('"stored":')) sessionStorage.removeItem(TOKEN);
}

/** @returns {Kept | null} what was entered on this page before it was loaded again */
function recall() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(MEMORY) ?? "null");
    return kept?.path === location.pathname ? kept : null;
  } catch {
    return null;
  }
}

/** @param {string} name @param {string} text */
function remember(name, text) {
  try {
    sessionStorage.setItem(name, text);
  } catch {
    // Storage is forbidden or full: the form is empty.
  }
}

function restore() {
  const kept = recall();
  sessionStorage.removeItem(MEMORY);
  if (!kept) return;
  const known = controls();
  for (const [name, value] of Object.entries(kept.values)) {
    const el = known.get(name);
    if (el) enter(el, value);
  }
  const focused = kept.focus === null ? null : known.get(kept.focus);
  focused?.focus({ preventScroll: true });
  if (focused && kept.selection) focused.setSelectionRange(...kept.selection);
  scrollTo(...kept.scroll);
}

// What is wrong

/** @type {HTMLDialogElement | null} */
let overlay = null;
let shown = "";

/** @param {string} tag @param {string} className @param {...(Node | string)} children */
function make(tag, className, ...children) {
  const el = document.createElement(tag);
  el.className = className;
  el.append(...children);
  return el;
}

/** @param {Failure} failure */
function listing({ line, column, excerpt }) {
  const rows = excerpt.map(([number, text]) => {
    const row = make("span", "ts-failure-line", make("span", "ts-failure-number", `${number}`), text || " ", "\n");
    if (number === line) {
      row.dataset.marked = "";
      if (column > 0) row.append(make("span", "ts-failure-number", ""), `${" ".repeat(column - 1)}^\n`);
    }
    return row;
  });
  const list = make("pre", "ts-failure-code", ...rows);
  list.tabIndex = 0; // to be scrolled by keys
  return list;
}

/** @param {Failure} failure */
function show(failure) {
  const text = JSON.stringify(failure);
  if (text === shown) return;
  hide();
  shown = text;
  const { where, kind, message, file, line, excerpt, traceback } = failure;
  const title = make("h1", "ts-failure-title", make("span", "ts-failure-kind", kind), ` ${message}`);
  title.id = "ts-failure-title";
  const close = make("button", "ts-failure-close", "Hide");
  close.setAttribute("type", "button");
  const trace = make("pre", "ts-failure-trace", traceback);
  trace.tabIndex = 0;
  overlay = /** @type {HTMLDialogElement} */ (make("dialog", "ts-failure",
    make("header", "", make("p", "ts-failure-where", where), close),
    title,
    ...(file ? [make("p", "ts-failure-place", `${file}:${line}`)] : []),
    ...(excerpt.length ? [listing(failure)] : []),
    ...(traceback ? [make("details", "", make("summary", "", "Traceback"), trace)] : []),
    make("footer", "", "Save the file with the mistake mended, and the page is back.")));
  overlay.setAttribute("aria-labelledby", title.id);
  close.onclick = () => overlay?.close();
  document.body.append(overlay);
  overlay.showModal();
}

function hide() {
  overlay?.close(); // gives the focus back
  overlay?.remove();
  overlay = null;
  shown = "";
}

// Asking

let isAsking = false;

/** @returns {Promise<{build: string, failure: Failure | null} | null>} null if there is no answer */
const ask = () => fetch(`${PATH}?path=${encodeURIComponent(location.pathname)}`, { cache: "no-store" })
  .then((response) => (response.ok ? response.json() : null))
  .catch(() => null);

const isLive = () => root.dataset.ts === "live";

async function watch() {
  if (isAsking) return;
  isAsking = true;
  for (;;) {
    remember(RELOADED, `${Date.now()}`); // the page is loaded again from here, with what was entered
    const answer = await ask();
    if (answer?.failure) show(answer.failure);
    else if (answer && answer.build !== build) {
      keep();
      location.reload();
      return;
    } else if (answer) {
      hide();
      if (isLive()) break;
    }
    await new Promise((resolve) => { setTimeout(resolve, ASK_MS); });
  }
  isAsking = false;
}

for (const type of ["input", "change"]) document.addEventListener(type, ({ target }) => edited.add(target), true);

let wasLive = false;
function look() {
  if (!isLive()) {
    if (root.dataset.ts === "reconnecting" || !hasRuntime) watch();
  } else if (!wasLive) {
    wasLive = true;
    restore();
  }
}
new MutationObserver(look).observe(root, { attributeFilter: ["data-ts"] });
look();
