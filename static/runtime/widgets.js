// Components that the keyboard moves in: tabs, dialogs, menus; and tooltips that Escape hides.
//
// Loaded by pages that have one, before the runtime, of which it knows nothing: what is shown is
// said by attributes (`data-value` of tabs, `data-open` of a dialog), which the runtime sets from
// vars and this module from the user's acts; a watcher carries out whichever it was. The user's
// acts are told by a `ts-change` event. The markup is that of triostate/ui/tabs.py and its like.
// The behaviour is that of the ARIA Authoring Practices Guide.

const MENU_GAP = 6; // pixels between a menu and its trigger

/** @param {Element | null | undefined} el */
const focus = (el) => /** @type {HTMLElement | null | undefined} */ (el)?.focus();

/** @param {Event} event @param {string} selector @returns {any} */
const within = (event, selector) => (event.target instanceof Element ? event.target.closest(selector) : null);

/** @param {Element} root @param {unknown} detail */
const tell = (root, detail) => root.dispatchEvent(new CustomEvent("ts-change", { detail }));

/** The element `step` places on, around the end. @param {HTMLElement[]} list @param {Element} from @param {number} step */
const onwards = (list, from, step) => {
  const at = Math.max(list.indexOf(/** @type {any} */ (from)), step < 0 ? 0 : -1);
  return list[(at + step + list.length) % list.length];
};

// Tabs

let count = 0;

/** What belongs to these tabs and not to others inside them. @param {Element} root @param {string} role @returns {any[]} */
const own = (root, role) =>
  [...root.querySelectorAll(`[role=${role}]`)].filter((el) => el.closest("[data-tabs]") === root);

/** Show the tab that `data-value` names. @param {any} root */
function showTab(root) {
  const panels = own(root, "tabpanel");
  const tabs = own(root, "tab");
  const chosen = tabs.find(({ dataset }) => dataset.value === root.dataset.value);
  for (const tab of tabs) {
    const panel = panels.find(({ dataset }) => dataset.value === tab.dataset.value);
    tab.setAttribute("aria-selected", String(tab === chosen));
    tab.tabIndex = tab === (chosen ?? tabs[0]) ? 0 : -1;
    if (!panel) continue;
    tab.id ||= `ts-tab${++count}`;
    panel.id ||= `${tab.id}-panel`;
    tab.setAttribute("aria-controls", panel.id);
    panel.setAttribute("aria-labelledby", tab.id);
  }
  for (const panel of panels) panel.hidden = panel.dataset.value !== root.dataset.value;
}

/** @param {any} tab */
function chooseTab(tab) {
  const root = tab.closest("[data-tabs]");
  if (tab.disabled || root.dataset.value === tab.dataset.value) return;
  root.dataset.value = tab.dataset.value;
  tell(root, tab.dataset.value);
}

/** @param {any} tab @param {KeyboardEvent} event */
function moveTab(tab, event) {
  const root = tab.closest("[data-tabs]");
  const tabs = own(root, "tab").filter(({ disabled }) => !disabled);
  const [back, on] = root.dataset.orientation === "vertical" ? ["ArrowUp", "ArrowDown"] : ["ArrowLeft", "ArrowRight"];
  const next = { [back]: onwards(tabs, tab, -1), [on]: onwards(tabs, tab, 1), Home: tabs[0], End: tabs.at(-1) }[event.key];
  if (!next) return;
  event.preventDefault();
  focus(next);
  chooseTab(next);
}

// Dialogs

/** Whether the last press has opened one: the second of a double click is not meant for it. */
let isFresh = false;
/** @type {Element | null} The dialog beside which the pointer went down. */
let pressedBeside = null;

/** Open or close the dialog as `data-open` says. @param {any} root */
function showDialog(root) {
  const dialog = root.querySelector("dialog");
  const wanted = root.hasAttribute("data-open");
  if (!dialog || dialog.open === wanted) return;
  if (wanted) dialog.showModal();
  else dialog.close();
  isFresh = wanted;
}

/** @param {any} root @param {boolean} open */
function setOpen(root, open) {
  // One that the browser has closed may be opened again before it is told here.
  if (open && root.querySelector("dialog")?.open === false) root.removeAttribute("data-open");
  if (root.hasAttribute("data-open") === open) return;
  root.toggleAttribute("data-open", open);
  tell(root, open);
}

/** Whether a press is on what is around the dialog. @param {Element} dialog @param {MouseEvent} event */
function isBeside(dialog, { clientX: x, clientY: y }) {
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  return x < left || x > right || y < top || y > bottom;
}

// Menus

/** @param {Element} root */
const menuOf = (root) => /** @type {HTMLElement} */ (root.querySelector("[role=menu]"));

/** @param {Element} root @returns {any[]} */
const itemsOf = (root) => [...root.querySelectorAll("[role=menuitem]:not(:disabled)")];

/**
 * Put an open menu beside its trigger, in sight: below it, or above where there is no room. It is in
 * the top layer, so that nothing around it cuts it off; browsers without one have it by its styles.
 * @param {Element} root
 */
function placeMenu(root) {
  const menu = menuOf(root);
  const trigger = root.querySelector("[data-menu-trigger]");
  if (menu.hidden || !trigger || !menu.showPopover) return;
  const { left, right, top, bottom, width } = trigger.getBoundingClientRect();
  menu.style.minWidth = `max(${width}px, 11rem)`;
  const { offsetWidth, offsetHeight } = menu;
  const x = menu.dataset.side === "end" ? right - offsetWidth : left;
  const above = top - MENU_GAP - offsetHeight;
  const isBelow = above < 0 || bottom + MENU_GAP + offsetHeight <= innerHeight;
  menu.style.left = `${Math.max(0, Math.min(x, document.documentElement.clientWidth - offsetWidth))}px`;
  menu.style.top = `${isBelow ? bottom + MENU_GAP : above}px`;
}

/** @param {Element} root @param {boolean} open */
function setMenu(root, open) {
  const trigger = root.querySelector("[data-menu-trigger]");
  const menu = menuOf(root);
  if (!open && !menu.hidden) menu.hidePopover?.();
  const isNews = open && menu.hidden;
  menu.hidden = !open;
  if (isNews) menu.showPopover?.();
  placeMenu(root);
  trigger?.setAttribute("aria-expanded", String(open));
  if (open && trigger) {
    trigger.id ||= `ts-menu${++count}`;
    trigger.setAttribute("aria-controls", menuOf(root).id);
    menuOf(root).setAttribute("aria-labelledby", trigger.id);
  }
}

/** @returns {any[]} the roots of those that are open */
const openMenus = () => [...document.querySelectorAll("[data-menu]:has([data-menu-trigger][aria-expanded=true])")];

/** @param {Element | null} [except] */
function closeMenus(except) {
  for (const root of openMenus()) if (root !== except) setMenu(root, false);
}

/** @param {any} root @param {KeyboardEvent} event */
function moveMenu(root, event) {
  const { key } = event;
  const items = itemsOf(root);
  const trigger = within(event, "[data-menu-trigger]");
  const isOpen = !menuOf(root).hidden;
  if (key === "Tab") return setMenu(root, false);
  if (key === "Escape") {
    if (!isOpen) return;
    setMenu(root, false);
    focus(root.querySelector("[data-menu-trigger]"));
  } else if (key === "ArrowDown" || key === "ArrowUp") {
    const isDown = key === "ArrowDown";
    if (!isOpen) setMenu(root, true);
    focus(trigger ? items.at(isDown ? 0 : -1) : onwards(items, /** @type {Element} */ (document.activeElement), isDown ? 1 : -1));
  } else if (isOpen && (key === "Home" || key === "End")) {
    focus(items.at(key === "Home" ? 0 : -1));
  } else if (isOpen && !trigger && key.length === 1 && key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const at = items.indexOf(document.activeElement) + 1;
    focus([...items.slice(at), ...items].find((item) => item.textContent.trim().toLowerCase().startsWith(key.toLowerCase())));
  } else return;
  event.preventDefault(); // of Escape too: a dialog around it stays
}

// The page

document.addEventListener("pointerdown", (event) => {
  const dialog = within(event, "[data-dialog] dialog");
  pressedBeside = dialog && event.target === dialog && isBeside(dialog, event) ? dialog : null;
}, true);

document.addEventListener("click", (event) => {
  if (event.detail < 2) isFresh = false;
  else if (isFresh && within(event, "[data-dialog] dialog")) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}, true);

document.addEventListener("click", (event) => {
  const tab = within(event, "[data-tabs] [role=tab]");
  if (tab) chooseTab(tab);

  const opener = within(event, "[data-dialog-open]");
  if (opener) setOpen(opener.closest("[data-dialog]"), true);
  const dialog = within(event, "[data-dialog] dialog");
  if (dialog && (within(event, "[data-dialog-close]") || (event.target === pressedBeside && isBeside(dialog, event)))) {
    setOpen(dialog.closest("[data-dialog]"), false);
  }

  const menu = within(event, "[data-menu]");
  closeMenus(menu);
  if (menu && within(event, "[data-menu-trigger]")) {
    const open = menuOf(menu).hidden || event.detail > 1; // a double click opens it as well
    setMenu(menu, open);
    if (open) focus(itemsOf(menu)[0]);
  } else if (menu && within(event, "[role=menuitem]")) {
    setMenu(menu, false);
    focus(menu.querySelector("[data-menu-trigger]"));
  }
});

document.addEventListener("keydown", (event) => {
  // Enter held down opens, and does not go on to press what has just got the focus.
  if (event.repeat && event.key === "Enter" && within(event, ":is([data-menu], [data-dialog]) button")) event.preventDefault();
  const tab = within(event, "[data-tabs] [role=tab]");
  if (tab) moveTab(tab, event);
  const menu = within(event, "[data-menu]");
  if (menu) moveMenu(menu, event);
  if (event.key !== "Escape") return;
  for (const tip of document.querySelectorAll(".ts-tooltip-root:is(:hover, :focus-within)")) tip.toggleAttribute("data-dismissed", true);
});

const placeMenus = () => openMenus().forEach(placeMenu);
document.addEventListener("scroll", placeMenus, { capture: true, passive: true });
addEventListener("resize", placeMenus);

// An item under the pointer has the focus, so that there is one place in the menu and not two.
document.addEventListener("pointermove", (event) => {
  const item = within(event, "[role=menuitem]:not(:disabled)");
  if (item && item !== document.activeElement) item.focus({ preventScroll: true });
});

/** @param {Event} event */
function restore(event) {
  within(event, ".ts-tooltip-root")?.removeAttribute("data-dismissed");
}
document.addEventListener("pointerout", restore);
document.addEventListener("focusout", restore);

// By Escape, by a form in it, or by this module: the attribute follows. It does not bubble.
document.addEventListener("close", (event) => {
  const root = within(event, "[data-dialog]");
  if (root && !root.querySelector("dialog")?.open) setOpen(root, false); // else it is open again
}, true);

function showAll() {
  document.querySelectorAll("[data-tabs]").forEach(showTab);
  document.querySelectorAll("[data-dialog]").forEach(showDialog);
}
new MutationObserver(showAll).observe(document.body, {
  subtree: true,
  childList: true,
  attributeFilter: ["data-value", "data-open"],
});
showAll();
