// Naming the frame that the page has applied, where no event's POST does.
//
// The server keeps what it has sent until a frame that is as new is named. Deltas may wait for the
// next event; effects are few, and come again with each snapshot until then: while some are
// outstanding the newest frame is named once a second. Knows nothing of what an effect does.

const EVERY_MS = 1000;

/**
 * @param {string} url
 * @param {{token: string, epoch: string, seen: number}} head whose frames, and the newest applied; without a token there is nobody to tell
 */
export function makeNaming(url, head) {
  /** The newest frame with effects that has not been named, or 0. */
  let owed = 0;
  /** @type {any} */
  let timer = 0;

  function later() {
    if (owed && !timer) timer = setTimeout(tell, EVERY_MS);
  }

  async function tell() {
    const { token, epoch, seen } = head;
    if (token && owed) {
      const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ token, epoch, seen }) };
      const { ok } = await fetch(url, init).catch(() => ({ ok: false }));
      if (ok && token === head.token) naming.named(seen);
    }
    timer = 0;
    later();
  }

  const naming = {
    /** A frame with effects has been applied. @param {number} seq */
    owe(seq) {
      owed = seq;
      later();
    },

    /** The server knows that this frame has been applied. @param {number} seq */
    named(seq) {
      if (seq >= owed) owed = 0;
    },

    /** Nothing is owed any more: the page is another, or gone. */
    forget() {
      owed = 0;
    },
  };
  return naming;
}
