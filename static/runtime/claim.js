// Which document owns a token: a duplicated tab copies sessionStorage, and with it the token.
//
// A document holds a Web Lock named for its token until it goes. Where there are no Web Locks
// (insecure origins) the documents ask each other. Knows nothing of frames.

const LOCK_MS = 300;

let claimed = "";
let release = () => {};

/** Give the token free, for the document that comes next. */
export function unclaim() {
  claimed = "";
  release();
}

/** @param {string} token @returns {Promise<boolean>} */
const lock = (token) => new Promise((resolve, reject) => {
  const { locks } = navigator;
  const name = `triostate:${token}`;
  const hold = () => {
    resolve(true);
    return new Promise((done) => { release = () => done(null); });
  };
  locks.request(name, { ifAvailable: true }, (got) => {
    if (got) return hold();
    // Not awaited: this request must end before the next can be granted.
    locks.request(name, { signal: AbortSignal.timeout(LOCK_MS) }, hold).catch(() => resolve(false));
    return null;
  }).catch(reject);
});

/**
 * Hold a token, waiting a little for one that its last document has yet to give free.
 * @param {string} token
 * @returns {Promise<boolean>} false if another document holds it
 */
export async function claim(token) {
  if (claimed === token) return true;
  unclaim();
  claimed = token;
  const free = navigator.locks ? lock(token) : import("./ask.js").then(({ ask }) => ask(token, () => claimed));
  return free.catch(() => true);
}
