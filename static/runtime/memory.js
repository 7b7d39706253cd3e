// What the tab remembers over a reload: sessionStorage, or nothing where the browser forbids it.
//
// Knows names and texts only.

/** @param {string} name @returns {string} "" if there is none */
export function recall(name) {
  try {
    return sessionStorage.getItem(name) ?? "";
  } catch {
    return "";
  }
}

/** @param {string} name @param {string} text */
export function remember(name, text) {
  try {
    sessionStorage.setItem(name, text);
  } catch {
    // Storage is forbidden or full: a reload gets a fresh session.
  }
}
