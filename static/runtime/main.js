// The entry: reads the plan, binds the page and opens the session.
//
// Knows how the parts fit and nothing of how they work.

import { makeBinder } from "./bind.js";
import { Scope } from "./cells.js";
import { connect } from "./link.js";
import { core } from "./core.js";
import { makeEvents } from "./events.js";
import { makeInputs } from "./inputs.js";
import { setSource } from "./lazy.js";
import { makeSession } from "./session.js";
import { Store } from "./store.js";

/** @param {HTMLElement} element the <script> that holds the plan */
function start(element) {
  /** @type {import("./bind.js").Plan} */
  const plan = JSON.parse(element.textContent ?? "");
  const store = new Store(plan.vars);
  const inputs = makeInputs();
  const session = makeSession(plan.page, store, inputs, (report) =>
    // What a page with vars that live in the browser has loaded before this module.
    /** @type {any} */ (window).tsKeep?.(plan, store.cells, connect, report, () => session) ?? connect("/_triostate", report));
  const events = makeEvents((tree) => binder.compile(tree), session.post, plan.gestures);
  const binder = makeBinder(plan, store.cells, inputs, events);

  const scope = new Scope(null);
  for (const root of [document.head, document.getElementById("ts-root")]) {
    binder.walk(root?.firstChild ?? null, null, scope, Object.create(null), true);
  }
  session.start();

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
