// From page to page without loading anew: the other page's HTML takes the place of this one's.
//
// The page is fetched as ever, and bound detached; the session attaches to it, and when its values
// are there it is shown: so nothing flashes. Token, stream and worker stay. What goes wrong, and
// what is no page of this app, is loaded as a link is without all this. Loaded with the first link
// that is followed, so it imports nothing that every page has. Knows nothing of plans and frames.
//
// History: an entry has a key in its state, by which the scroll position is found again. The
// browser's own restoring would come too early, before the content is there; for a reload it is
// switched on again, because then it is the content that comes first.

/**
 * What the runtime hands over.
 * @typedef {object} Kit
 * @property {any} session
 * @property {{sendWaiting: () => boolean}} events
 * @property {(plan: string | null, roots: Node[]) => {plan: any, store: any}} bind bind a page; what it says and shows from then on is of that page
 * @property {any} keeper what takes care of vars that live in the browser, if there are any
 * @property {string} shown the address that the document was loaded from
 */

const MEMORY = "ts-scroll";
const MAX_PLACES = 100;
const BUSY_MS = 200;
const FETCH_MS = 10_000;
const ASSET_MS = 5000;
const QUIET_MS = 1000;
const SNAPSHOT_MS = 1000;
/** How long the page waits for what `on_load` changes, after its first values have come. */
const ON_LOAD_MS = 100;
const POLL_MS = 10;
/** A page that sends on as soon as it is there is no place to come back to. */
const SENT_ON_MS = 2000;

/** What a page says of itself in its head. */
const ABOUT = "title,meta[name]:not([name=viewport]),meta[property]";
/** What shows nothing: branches, rows, the plan. */
const HIDDEN = "body > template, #ts-plan";
const SHEETS = "link[rel=stylesheet]";
const AWAITING = `${SHEETS}[media="not all"]`;

const html = () => document.documentElement;
const path = () => location.pathname + location.search;
/** @param {number} ms */
const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });
/** @param {number} left @param {number} top */
const scrollThere = (left, top) => scrollTo({ left, top, behavior: "instant" });

/** @type {Map<number, [number, number]>} scroll positions by the keys of history's entries */
let places = new Map();
/** The key of the entry on show. */
let entry = 0;
/** The address on show. */
let shown = "";
let swapped = 0;
let touched = 0;
/** @type {AbortController | null} what is under way */
let running = null;

function keep() {
  if (running) return; // where it is now belongs to the page that goes
  places.delete(entry);
  places.set(entry, [scrollX, scrollY]);
  if (places.size > MAX_PLACES) places.delete(/** @type {number} */ (places.keys().next().value));
}

/** Give the entry that is on show its key, unless it has one. */
function enter() {
  entry = history.state?.ts ?? Date.now();
  history.replaceState({ ...history.state, ts: entry }, "");
}

/** @param {Kit} kit @param {Event} event what it all begins with */
function begin(kit, { type }) {
  shown = kit.shown;
  touched = navigator.userActivation?.hasBeenActive ? performance.now() : 0;
  try {
    places = new Map(JSON.parse(sessionStorage.getItem(MEMORY) ?? "[]"));
  } catch (error) {
    console.debug(error);
  }
  history.scrollRestoration = "manual";
  if (type !== "popstate") {
    enter();
    keep();
  }
  addEventListener("scroll", keep, { passive: true });
  for (const touch of ["pointerdown", "keydown"]) {
    addEventListener(touch, () => { touched = performance.now(); }, { capture: true, passive: true });
  }
  addEventListener("pagehide", () => {
    history.scrollRestoration = "auto";
    try {
      sessionStorage.setItem(MEMORY, JSON.stringify([...places]));
    } catch (error) {
      console.debug(error);
    }
  });
  addEventListener("pageshow", () => { history.scrollRestoration = "manual"; });
}

/** Back or forward to another fragment of the page on show; or a way to one, which the browser goes. @param {Kit} kit */
function stay({ session }) {
  if (session.arrived) return; // that page is on its way already, and nothing else is bound
  running?.abort(); // the user is back before the other page was there
  running = null;
  settle();
  const key = history.state?.ts;
  const place = key !== entry && places.get(key);
  enter();
  if (place) scrollThere(...place);
}

/** @param {boolean} isBusy */
function settle(isBusy = false) {
  if (isBusy) html().setAttribute("aria-busy", "true");
  else html().removeAttribute("aria-busy");
}

/** @param {Document} of */
const buildOf = (of) => [...of.querySelectorAll("script[data-worker],script[data-build]")].map((script) => script.outerHTML).join();

/** The page at an address; raises if there is none that could be shown here. @param {URL} url @param {AbortSignal} signal */
async function load(url, signal) {
  // The server answers this header with nothing where it has no page that is open to us.
  const headers = { "triostate-navigate": "1" };
  const response = await fetch(url.pathname + url.search, { headers, redirect: "manual", signal });
  if (response.status !== 200 || !response.headers.get("content-type")?.startsWith("text/html")) throw new Error("no page");
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const plan = JSON.parse(page.getElementById("ts-plan")?.textContent ?? "null");
  if (!plan || !page.getElementById("ts-root") || buildOf(page) !== buildOf(document)) throw new Error("another app");
  if (plan.stored && !("tsKeep" in globalThis)) throw new Error("it keeps vars in the browser");
  return page;
}

/** Add an element to the head that loads something, and wait for that. @param {HTMLLinkElement | HTMLScriptElement} element */
const added = (element) => new Promise((resolve, reject) => {
  element.onload = resolve;
  element.onerror = reject;
  setTimeout(reject, ASSET_MS, new Error("too slow"));
  document.head.append(element);
});

/** @param {string} tag @param {Record<string, any>} properties @returns {any} */
const make = (tag, properties) => Object.assign(document.createElement(tag), properties);

/** What there is of a kind in the other page and not in this one. @param {Document} page @param {string} selector @param {"href" | "src"} name */
function missing(page, selector, name) {
  const addresses = (/** @type {Document} */ of) => [...of.head.querySelectorAll(selector)].map((el) => el.getAttribute(name) ?? "");
  const known = new Set(addresses(document));
  return addresses(page).filter((address) => !known.has(address));
}

/**
 * Load the style sheets and scripts that the other page has and this one has not. The sheets
 * of two pages give the same names to different styles: one does not apply before its page is shown.
 * @param {Document} page
 */
async function loadAssets(page) {
  document.head.querySelectorAll(AWAITING).forEach((el) => el.remove()); // of a page that never came
  const sheets = missing(page, SHEETS, "href").map((href) => added(make("link", { rel: "stylesheet", href, media: "not all" })));
  const scripts = missing(page, "script[type=module]", "src").map((src) => added(make("script", { type: "module", src, async: false })));
  await Promise.all([...sheets, ...scripts]);
}

/** @param {Element} of @param {string} selector */
const copies = (of, selector) => [...of.querySelectorAll(selector)].map((el) => document.importNode(el, true));

/** Wait until the server has what was done on this page. @param {Kit} kit */
async function quiet({ session, events }) {
  const end = performance.now() + QUIET_MS;
  for (;;) {
    if (!events.sendWaiting() && !session.unanswered()) return;
    if (performance.now() > end) throw new Error("events wait");
    await pause(POLL_MS);
  }
}

/** Where the focus goes, and with it what is read out. @param {Element} root @param {Element | null} named by the address */
function focusOn(root, named) {
  const goal = /** @type {HTMLElement} */ (root.querySelector("[autofocus]") ?? named ?? root.querySelector("h1")
    ?? (root.matches("[role=main]") ? root : root.querySelector("main,[role=main]")) ?? root);
  if (goal.tabIndex < 0 && !goal.hasAttribute("tabindex")) goal.tabIndex = -1;
  goal.focus({ preventScroll: true });
}

/** The element that a fragment names. @param {string} hash @returns {Element | null} */
function fragmentOf(hash) {
  try {
    return document.getElementById(decodeURIComponent(hash.slice(1)));
  } catch {
    return null;
  }
}

/**
 * Show the other page.
 * @param {Kit} kit @param {Document} page @param {HTMLElement} root @param {DocumentFragment} about
 * @param {[number, number] | undefined} place where it was scrolled to; undefined for a new one
 */
function swap({ session }, page, root, about, place) {
  const old = /** @type {HTMLElement} */ (document.getElementById("ts-root"));
  const focused = old.contains(document.activeElement) ? document.activeElement?.id : "";
  // A menu beside the content stays as it was scrolled.
  const scrolled = [...old.querySelectorAll("[id]")].filter((el) => el.scrollTop || el.scrollLeft)
    .map(({ id, scrollLeft, scrollTop }) => ({ id, scrollLeft, scrollTop }));
  document.head.querySelectorAll(ABOUT).forEach((el) => el.remove());
  document.head.prepend(about);
  const sheets = new Set([...page.head.querySelectorAll(SHEETS)].map((el) => el.getAttribute("href")));
  old.replaceWith(root);
  session.arrived = null; // after that: some browsers tell what goes that it has lost the focus
  document.head.querySelectorAll(SHEETS).forEach((el) => sheets.has(el.getAttribute("href")) || el.remove());
  document.head.querySelectorAll(AWAITING).forEach((el) => el.removeAttribute("media"));
  for (const { id, ...at } of scrolled) Object.assign(document.getElementById(id) ?? {}, at);
  const same = focused ? document.getElementById(focused) : null;
  const named = fragmentOf(location.hash);
  if (same) same.focus({ preventScroll: true });
  else focusOn(root, named);
  if (place) scrollThere(...place);
  else if (named) named.scrollIntoView({ behavior: "instant" });
  else scrollThere(0, 0);
}

/** Whether the page on show has sent on before anybody has done anything with it. @param {Event} event */
const isSentOn = ({ isTrusted }) => !isTrusted && touched <= swapped && performance.now() - swapped < SENT_ON_MS;

/**
 * Go to an address of this origin.
 * @param {string} href @param {Event} event a click on a link, or popstate
 * @param {Kit} kit
 */
export async function go(href, event, kit) {
  const url = new URL(href);
  const isBack = event.type === "popstate";
  const isHere = url.pathname + url.search === path();
  if (!isBack && ((isHere && url.hash) || url.pathname.startsWith("/_triostate/"))) return location.assign(href);
  if (!shown) begin(kit, event);
  if (isBack && isHere && path() === shown) return stay(kit);
  running?.abort();
  const mine = running = new AbortController();
  const place = isBack ? places.get(history.state?.ts) ?? /** @type {[number, number]} */ ([0, 0]) : undefined;
  const slow = setTimeout(() => mine.abort("slow"), FETCH_MS);
  const busy = setTimeout(settle, BUSY_MS, true);
  /** @type {Document} */
  let page;
  try {
    if (html().dataset.ts !== "live") throw new Error("not connected");
    page = await load(url, mine.signal);
    await loadAssets(page);
    await quiet(kit);
  } catch (error) {
    if (mine !== running) return undefined;
    console.debug(error);
    running = null; // what is loaded may be a file, and the page stay
    settle();
    return isBack ? location.reload() : location.assign(href);
  } finally {
    clearTimeout(slow);
    clearTimeout(busy);
  }
  if (mine !== running) return undefined;
  if (!isBack) {
    const isReplaced = url.href === location.href || isSentOn(event);
    history[isReplaced ? "replaceState" : "pushState"]({ ts: isReplaced ? entry : Date.now() }, "", url.href);
  }
  shown = path();
  const root = document.importNode(/** @type {HTMLElement} */ (page.getElementById("ts-root")), true);
  const about = new DocumentFragment();
  about.append(...copies(page.head, ABOUT));
  // From here on the page that is still on show stands still: what it would render is gone.
  document.querySelectorAll(HIDDEN).forEach((el) => el.remove());
  document.body.append(...copies(page.body, HIDDEN));
  const { plan, store } = kit.bind(page.getElementById("ts-plan")?.textContent ?? null, [about, root]);
  kit.keeper?.turn(plan, store.cells);
  let frames = 0;
  /** Once: when values have come, or have not. */
  function arrive() {
    if (mine !== running) return;
    running = null;
    swap(kit, page, root, about, place);
    enter();
    keep();
    settle();
    swapped = performance.now();
  }
  kit.session.arrived = () => {
    // What the page runs on loading has mostly to do with what it shows.
    if (!plan.load || ++frames > 1) arrive();
    else setTimeout(arrive, ON_LOAD_MS);
  };
  kit.session.turn(plan.page, store);
  setTimeout(arrive, SNAPSHOT_MS);
  return undefined;
}
