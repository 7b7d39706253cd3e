// The chunk of the rarer triggers: held back, filtered by key, told by no event of an element's.
//
// A page whose plan says "gestures" loads it; it is handed `handle`, by which the runtime takes
// an event. What it makes itself (ts-mount, ts-visible, window:resize) is handed there as an
// object that is like an event. Imports nothing that every page has.

/** @typedef {import("./events.js").Trigger} Trigger */
/** @typedef {import("./events.js").Bound} Bound */
/** @typedef {{send: (() => void) | null, timer: any, el: Element, type: string}} Slot what a debounced or throttled trigger still has to send */
/** @typedef {{on: Record<string, any>, isMounted: boolean, isSeen: boolean}} Watched */

const SCROLL_END_MS = 150;
const ALT = 1, CTRL = 2, META = 4, SHIFT = 8, MOD = 16;
/** Where keys are text. */
const WRITING = "textarea,select,input:not([type=checkbox],[type=radio],[type=range],[type=color]),[contenteditable]:not([contenteditable=false])";

/** @param {Record<string, any>} fields a dict of Python's */
const dict = (fields) => new Map(Object.entries(fields));

/** @param {any} event */
const held = ({ altKey: alt = false, ctrlKey: ctrl = false, metaKey: meta = false, shiftKey: shift = false }) => ({ alt, ctrl, meta, shift });

/** From the element, the browser's event, and what the trigger calls it. @type {Record<string, (el: any, event: any, type: string) => any>} */
const EXTRACT = {
  info: (_, event) => dict({ ...held(event), repeat: !!event.repeat }),
  mouse(el, event) {
    const { clientX: x = 0, clientY: y = 0, button = 0 } = event;
    const { left, top } = el.getBoundingClientRect();
    return dict({
      x: Math.round(x - left), y: Math.round(y - top), window_x: Math.round(x), window_y: Math.round(y), button, ...held(event),
    });
  },
  scroll(el, _, type) {
    const box = type.startsWith("window:") ? document.scrollingElement ?? document.documentElement : el;
    return dict({
      top: Math.round(box.scrollTop), left: Math.round(box.scrollLeft), width: box.clientWidth, height: box.clientHeight,
      content_width: box.scrollWidth, content_height: box.scrollHeight,
    });
  },
  width: () => innerWidth,
  height: () => innerHeight,
  seen: () => !document.hidden,
  pasted: (_, event) => event.clipboardData?.getData("text/plain") ?? "",
};

/** Whether it is of a page that is bound and not shown yet. @param {Element} el */
const isComing = (el) => /** @type {any} */ (el.getRootNode()).id === "ts-root";

const isMac = () => /mac|iphone|ipad/i.test(navigator.platform);

/** Whether an event's key is that one. @param {any} event @param {string} key */
function isKey({ key: name, code }, key) {
  const known = name.length === 1 ? name.toLowerCase() : name;
  // A letter of another alphabet, and what Alt makes of one on a Mac, go by their places.
  return known === key || (!/^[ -~]+$/.test(name) && code === (/\d/.test(key) ? "Digit" : "Key") + key.toUpperCase());
}

/** Whether it is the key that a trigger is for. @param {[string, number]} wanted @param {any} pressed */
function hits([key, modifiers], pressed) {
  const event = pressed.source ?? pressed;
  if (event.isComposing || !event.key || !isKey(event, key)) return false; // composed text is not there yet
  const wanted = modifiers & MOD ? modifiers | (isMac() ? META : CTRL) : modifiers;
  const { altKey, ctrlKey, metaKey, shiftKey } = event;
  const down = (altKey && ALT) | (ctrlKey && CTRL) | (metaKey && META) | (shiftKey && SHIFT);
  // Whether a character that is no letter needs Shift is the keyboard's matter.
  const isShiftFree = key.length === 1 && key !== " " && key.toLowerCase() === key.toUpperCase();
  const mask = ALT | CTRL | META | (isShiftFree ? wanted & SHIFT : SHIFT);
  if ((wanted & ~MOD) !== (down & mask)) return false;
  const isShortcut = wanted & (ALT | CTRL | META) || /^(Escape|F\d+)$/.test(key);
  return isShortcut || !pressed.source || !event.target?.closest?.(WRITING);
}

/** @param {(event: any) => void} handle */
export function makeGestures(handle) {
  /** @type {Set<Slot>} */
  const waiting = new Set();
  /** @type {WeakMap<Bound, Map<Trigger, Slot>>} */
  const slots = new WeakMap();

  /** @param {Slot} slot */
  function sendSlot(slot) {
    waiting.delete(slot);
    const due = slot.send;
    slot.send = null;
    due?.();
  }

  /** Send what is held back, but that of one event itself. @param {Element} [el] @param {string} [type] */
  function sendWaiting(el, type) {
    for (const slot of waiting) if (slot.el !== el || slot.type !== type) sendSlot(slot);
  }

  /** Hold back: `debounce` until the last event is so old, `throttle` until the last one sent is. @param {Slot} slot @param {Trigger} trigger @param {() => void} due */
  function later(slot, trigger, due) {
    slot.send = due;
    waiting.add(slot);
    if (trigger.throttle) {
      if (slot.timer) return;
      sendSlot(slot);
      slot.timer = setTimeout(() => {
        slot.timer = 0;
        if (slot.send) later(slot, trigger, slot.send);
      }, trigger.throttle);
    } else {
      clearTimeout(slot.timer);
      slot.timer = setTimeout(sendSlot, trigger.debounce, slot);
    }
  }

  /**
   * Send an event, now or later.
   * @param {Element} el @param {Bound} to @param {Trigger} trigger @param {any} event
   * @param {any[]} values those of the chunk's extractors are filled in
   * @param {() => void} due
   */
  function send(el, to, trigger, event, values, due) {
    if (trigger.key && !hits(trigger.key, event)) return; // it came before the chunk
    trigger.x?.forEach((name, i) => {
      if (EXTRACT[name]) values[i] = EXTRACT[name](el, event.source ?? event, event.type);
    });
    if (!trigger.debounce && !trigger.throttle) {
      sendWaiting(el, event.type); // the text typed before the button was pressed arrives before it
      return due();
    }
    const own = slots.get(to) ?? new Map();
    slots.set(to, own);
    const slot = own.get(trigger) ?? { send: null, timer: 0, el, type: event.type };
    own.set(trigger, slot);
    later(slot, trigger, due);
  }

  // What no event of an element's tells

  /** @type {Map<Element, Watched>} */
  const watched = new Map();
  /** @type {Set<Element>} */
  const listeners = new Set();
  const heard = new Set();

  /** @param {Element} target @param {string} type @param {any} [source] the browser's event, where there is one */
  const tell = (target, type, source) =>
    handle({ type, target, bubbles: false, source, key: source?.key, preventDefault: () => source?.preventDefault() });

  const sight = globalThis.IntersectionObserver && new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const watch = watched.get(target);
      if (!watch || watch.isSeen === isIntersecting) continue;
      watch.isSeen = isIntersecting;
      tell(target, isIntersecting ? "ts-visible" : "ts-hidden");
    }
  });

  /** Tell of what has come and gone; not before the page is live, whose first frame may change what is shown. */
  function look() {
    if (document.documentElement.dataset.ts !== "live") return;
    for (const [el, watch] of watched) {
      const { on, isMounted } = watch;
      if (isMounted ? el.isConnected : isComing(el)) continue;
      const seen = on["ts-visible"] ?? on["ts-hidden"];
      if (el.isConnected) {
        watch.isMounted = true;
        if (on["ts-mount"]) tell(el, "ts-mount");
        if (seen) sight?.observe(el);
        continue;
      }
      watched.delete(el);
      sight?.unobserve(el);
      if (watch.isSeen) tell(el, "ts-hidden");
      if (isMounted && on["ts-unmount"]) tell(el, "ts-unmount");
    }
  }

  const observer = new MutationObserver(look);
  const onChange = { subtree: true, childList: true, attributes: true, attributeFilter: ["data-ts"] };

  /** @param {string} type */
  function hearWindow(type) {
    if (heard.has(type)) return;
    heard.add(type);
    const target = type === "visibilitychange" ? document : globalThis;
    target.addEventListener(type, (/** @type {Event} */ event) => {
      for (const el of listeners) {
        if (el.isConnected) tell(el, `window:${type}`, event);
        else if (!isComing(el)) listeners.delete(el);
      }
    });
  }

  /** Scrolling has ended when none has come for a while, where the browser does not say so. @param {Element} el */
  function hearScrollEnd(el) {
    /** @type {any} */
    let timer = 0;
    el.addEventListener("scroll", () => {
      clearTimeout(timer);
      timer = setTimeout(tell, SCROLL_END_MS, el, "scrollend");
    });
  }

  document.addEventListener("focusout", () => sendWaiting(), true);
  return {
    hits,
    send,
    sendWaiting,

    /** The page goes: what it waits for and listens to with it. */
    forget() {
      waiting.forEach((slot) => clearTimeout(slot.timer));
      waiting.clear();
      watched.clear();
      listeners.clear();
      sight?.disconnect();
    },

    /** @param {Element} el @param {Record<string, any>} on */
    listen(el, on) {
      const types = Object.keys(on);
      for (const type of types) {
        if (!type.startsWith("window:")) continue;
        listeners.add(el);
        hearWindow(type.slice(7));
      }
      if (types.includes("scrollend") && !("onscrollend" in globalThis)) hearScrollEnd(el);
      if (!types.some((type) => /^ts-(mount|unmount|visible|hidden)$/.test(type))) return;
      if (!watched.size) observer.observe(document.documentElement, onChange);
      watched.set(el, { on, isMounted: false, isSeen: false });
      queueMicrotask(look);
    },
  };
}
