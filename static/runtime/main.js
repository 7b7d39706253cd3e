// The entry: reads the plan, binds the page and opens the session; and has links followed.
//
// Knows how the parts fit and nothing of how they work.

import { makeBinder } from "./bind.js";
import { Scope } from "./cells.js";
import { connect } from "./link.js";
import { core } from "./core.js";
import { makeEvents } from "./events.js";
import { makeInputs } from "./inputs.js";
import { setSource } from "./lazy.js";
import { here, makeSession } from "./session.js";
import { Store } from "./store.js";

/** @param {HTMLElement} element the <script> that holds the plan */
function start(element) {
  const inputs = makeInputs();
  /** @type {import("./bind.js").Binder} of the page that is on show, or about to be */
  let binder;
  /** @type {any} what the chunk is handed that goes from page to page */
  const kit = { bind, shown: here() };

  /** @param {string | null} text the plan @param {(Node | null)[]} roots what holds the page's head and its content */
  function bind(text, roots) {
    /** @type {import("./bind.js").Plan} */
    const plan = JSON.parse(text ?? "");
    const store = new Store(plan.vars);
    events.turn(plan.gestures);
    binder = makeBinder(plan, store.cells, inputs, events);
    for (const root of roots) binder.walk(root?.firstChild ?? null, null, new Scope(null), Object.create(null), true);
    return { plan, store };
  }

  const events = (kit.events = makeEvents((tree) => binder.compile(tree), (...what) => session.post(...what)));
  const { plan, store } = bind(element.textContent, [document.head, document.getElementById("ts-root")]);
  /** @type {ReturnType<typeof makeSession>} */
  const session = (kit.session = makeSession(plan.page, store, inputs, (report) =>
    // What a page with vars that live in the browser has loaded before this module.
    (kit.keeper = /** @type {any} */ (window).tsKeep?.(plan, store.cells, connect, report, () => session)) ?? connect("/_triostate", report)));
  session.start();

  /** @param {string} url @param {Event} event */
  const go = (url, event) => import("./navigate.js").then((chunk) => chunk.go(url, event, kit)).catch(() => location.assign(url));
  addEventListener("popstate", (event) => go(location.href, event));
  addEventListener("click", (event) => {
    const link = /** @type {any} */ (event.target).closest?.("a[href]:not([target],[download])");
    if (link?.origin !== location.origin || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || document.documentElement.dataset.ts !== "live") return;
    event.preventDefault();
    go(link.href, event);
  });

  addEventListener("online", session.wake);
  document.addEventListener("visibilitychange", () => {
    session.hide(document.hidden);
    if (!document.hidden) session.wake();
  });
  addEventListener("pagehide", () => {
    events.sendWaiting();
    session.leave();
  });
  addEventListener("pageshow", ({ persisted }) => persisted && session.resume());
}

setSource(async () => (await import("./rare.js")).rareOperations(core));
const element = document.getElementById("ts-plan");
if (element) start(element);
