// Forms: what the server says is wrong with their entries, beside the fields; and emptying them.
//
// Loaded by pages that have a form which is sent, before the runtime, of which it hears two things:
// the answer to the event by which a form was sent (`ts-answer`, on the form), and what a handler
// says of it later (`ts-form-error`, on the document), under the document's name and the event's
// number; either may come first. All texts are shown as text. Knows nothing of the wire.

/** @typedef {Map<any, any>} Entries what stood in each control */

const MAX_KNOWN = 100;

/** What was sent of each form last, and under which number. @type {WeakMap<HTMLFormElement, {entries: Entries, key: string, isEmptied: boolean}>} */
const sent = new WeakMap();
/** Forms by the event that sent them, as far as it has been answered. @type {Map<string, WeakRef<HTMLFormElement>>} */
const answered = new Map();
/** What was said of an event before it was answered. @type {Map<string, Record<string, string>>} */
const early = new Map();
/** What is shown of each control, and what it said of itself before. @type {Map<Element, {text: Element, invalid: string | null}>} */
const shown = new Map();
let count = 0;

const keyOf = (/** @type {{doc: string, n: number}} */ { doc, n }) => `${doc} ${n}`;

/** @template V @param {Map<string, V>} map @param {string} key @param {V} value */
function note(map, key, value) {
  map.set(key, value);
  for (const oldest of map.keys()) if (map.size > MAX_KNOWN) map.delete(oldest);
}

// Entries

/** @param {any} el */
const isTicked = (el) => el.type === "checkbox" || el.type === "radio";

/** What stands in a control, to be compared. @param {any} el @returns {any} */
const entry = (el) => (isTicked(el) ? el.checked : el.multiple && el.options ? [...el.options].map((o) => o.selected).join() : el.value);

/** @param {HTMLFormElement} form @returns {Entries} */
const entriesOf = (form) => new Map([...form.elements].filter((/** @type {any} */ el) => "value" in el && el.type !== "file" && el.tagName !== "BUTTON").map((el) => [el, entry(el)]));

/** @param {any} el @param {any} value as `entry` gave it */
function put(el, value) {
  if (isTicked(el)) el.checked = value;
  else if (el.multiple && el.options) value.split(",").forEach((/** @type {string} */ is, /** @type {number} */ i) => { if (el.options[i]) el.options[i].selected = is === "true"; });
  else el.value = value;
}

/** Empty a form, but for what was edited after it was sent. @param {HTMLFormElement} form @param {Entries} before */
function empty(form, before) {
  const now = entriesOf(form);
  form.reset();
  for (const [el, value] of now) if (before.has(el) && before.get(el) !== value) put(el, value);
}

/** Give a form back what was sent of it, where nothing else has been entered. @param {HTMLFormElement} form @param {Entries} before */
function restore(form, before) {
  const now = entriesOf(form);
  form.reset();
  const bare = entriesOf(form);
  for (const [el, value] of now) put(el, value === bare.get(el) && before.has(el) ? before.get(el) : value);
}

// Errors

/** @param {string} text @param {string} role */
function message(text, role) {
  const el = document.createElement("p");
  el.className = "ts-field-error";
  el.id = `ts-error${++count}`;
  el.textContent = text;
  if (role) el.setAttribute("role", role);
  return el;
}

/** @param {Element} el @param {string} name @param {string | null} value */
const setOrRemove = (el, name, value) => (value === null ? el.removeAttribute(name) : el.setAttribute(name, value));

/** Take the error of a control, or of a form as a whole, away. @param {Element} el */
function clear(el) {
  const known = shown.get(el);
  if (!known) return;
  shown.delete(el);
  known.text.remove();
  if (el instanceof HTMLFormElement) return;
  setOrRemove(el, "aria-invalid", known.invalid);
  const others = (el.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && id !== known.text.id);
  setOrRemove(el, "aria-describedby", others.join(" ") || null);
}

/** @param {HTMLFormElement} form */
function clearAll(form) {
  for (const el of [...shown.keys()]) if (el === form || /** @type {any} */ (el).form === form || !el.isConnected) clear(el);
}

/** The controls of that name that a user can see. @param {HTMLFormElement} form @param {string} name @returns {HTMLElement[]} */
const controlsOf = (form, name) =>
  /** @type {any} */ ([...form.elements].filter((/** @type {any} */ el) => el.name === name && el.type !== "hidden" && el.tagName !== "BUTTON" && !el.disabled && (el.checkVisibility?.() ?? true)));

/** Show an error below a control: at the end of its field, or after it and its label. @param {HTMLElement} el @param {string} text */
function mark(el, text) {
  clear(el);
  const place = message(text, "");
  const field = el.closest(".ts-field");
  if (field) field.append(place);
  else (el.closest("[role=radiogroup]") ?? el.closest("label") ?? el).after(place);
  shown.set(el, { text: place, invalid: el.getAttribute("aria-invalid") });
  el.setAttribute("aria-invalid", "true");
  el.setAttribute("aria-describedby", [el.getAttribute("aria-describedby"), place.id].filter(Boolean).join(" "));
}

/** @param {HTMLFormElement} form @param {Record<string, string>} fields */
function show(form, fields) {
  clearAll(form);
  const whole = [];
  /** @type {HTMLElement[]} */
  const wrong = [];
  for (const [name, text] of Object.entries(fields)) {
    const [first] = name ? controlsOf(form, name) : [];
    if (first) {
      mark(first, text);
      wrong.push(first);
    } else whole.push(name ? `${name}: ${text}` : text);
  }
  if (whole.length) {
    const text = message(whole.join("\n"), "alert");
    (form.querySelector(".ts-form-errors") ?? form).append(text);
    shown.set(form, { text, invalid: null });
  }
  const { activeElement } = document;
  const isElsewhere = activeElement && activeElement !== document.body && !form.contains(activeElement);
  const first = [...form.elements].find((/** @type {any} */ el) => wrong.includes(el));
  if (first && !isElsewhere) /** @type {HTMLElement} */ (first).focus();
}

/** What the server says of a form that it had taken. @param {HTMLFormElement} form @param {string} key @param {Record<string, string>} fields */
function failed(form, key, fields) {
  const last = sent.get(form);
  if (last?.key === key && last.isEmptied) {
    restore(form, last.entries);
    last.isEmptied = false;
  }
  show(form, fields);
}

/** @param {any} event */
function onAnswer({ target: form, detail }) {
  if (!(form instanceof HTMLFormElement)) return;
  const key = keyOf(detail);
  const fields = detail.refusal?.fields ?? early.get(key);
  early.delete(key);
  note(answered, key, new WeakRef(form));
  const last = sent.get(form);
  if (last) last.key = key;
  if (fields) show(form, fields);
  else if (last && !detail.refusal && form.dataset.tsReset) {
    empty(form, last.entries);
    last.isEmptied = true;
  }
}

/** @param {any} event */
function onFormError({ detail }) {
  const form = answered.get(keyOf(detail))?.deref();
  if (form) failed(form, keyOf(detail), detail.fields);
  else note(early, keyOf(detail), detail.fields);
}

/** @param {any} event */
function onEdit({ target }) {
  if (!shown.size) return;
  for (const el of [...shown.keys()]) {
    if (el === target || (target?.name && /** @type {any} */ (el).name === target.name && /** @type {any} */ (el).form === target.form)) clear(el);
  }
}

document.addEventListener("submit", ({ target }) => {
  if (!(target instanceof HTMLFormElement)) return;
  clearAll(target);
  sent.set(target, { entries: entriesOf(target), key: "", isEmptied: false });
}, true);
document.addEventListener("reset", ({ target }) => target instanceof HTMLFormElement && clearAll(target), true);
document.addEventListener("input", onEdit, true);
document.addEventListener("change", onEdit, true);
document.addEventListener("ts-answer", onAnswer, true);
document.addEventListener("ts-form-error", onFormError);
