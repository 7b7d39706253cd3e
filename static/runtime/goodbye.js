// What a page says that is going or hidden, in a way that survives it.
//
// The browser carries these requests after the page is gone, when neither page nor worker could.
// Knows nothing of frames.

const BASE = "/_triostate";
const MAX_BYTES = 60_000; // of the 64 KiB that a browser carries for a page

/** @param {{token: string, epoch: string, hidden?: boolean}} message */
export function tell(message) {
  navigator.sendBeacon(`${BASE}/leave`, new Blob([JSON.stringify(message)], { type: "application/json" }));
}

/** Send as many events as can be, without waiting for an answer. @param {object} head @param {any[]} events */
export function sendRest(head, events) {
  for (let count = 32; count && events.length; count >>= 1) {
    const body = JSON.stringify({ ...head, events: events.slice(0, count) });
    if (new Blob([body]).size > MAX_BYTES) continue;
    fetch(`${BASE}/events`, { method: "POST", headers: { "content-type": "application/json" }, body, keepalive: true }).catch(() => {});
    return;
  }
}
