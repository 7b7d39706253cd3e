// Who owns a token, where there are no Web Locks: documents ask each other.
//
// Loaded on insecure origins only, so it imports nothing that every page has.

const ANSWER_MS = 100;

/** @type {BroadcastChannel | null} */
let channel = null;

/**
 * @param {string} token
 * @param {() => string} claimed the token that this document holds, for the others' questions
 * @returns {Promise<boolean>} false if another document answers that it holds it
 */
export function ask(token, claimed) {
  channel ??= new BroadcastChannel("triostate");
  const asking = channel;
  asking.postMessage({ ask: token });
  return new Promise((resolve) => {
    asking.onmessage = ({ data }) => {
      if (data.held === token) resolve(false);
      if (data.ask && data.ask === claimed()) asking.postMessage({ held: data.ask });
    };
    setTimeout(resolve, ANSWER_MS, true);
  });
}
