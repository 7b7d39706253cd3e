// Before the first paint: the colour scheme, and hiding defaults that are about to be replaced. And
// the start of the worker that has the connection, which is ready by the time the runtime is here.
//
// Classic and blocking, so it stays under 1 KB. The theme is "light" or "dark" in localStorage,
// else the system's. A tab that has a session hides bound text until the runtime has applied
// its snapshot, but not for longer than 300 ms.

(() => {
  const { classList } = document.documentElement;
  let theme = null;
  let token = null;
  try {
    theme = localStorage.getItem("ts-theme");
    token = sessionStorage.getItem("ts-token");
  } catch {
    // Storage is forbidden: the system's theme, and no session to restore.
  }
  const dark = theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  classList.toggle("dark", dark);
  if (token) {
    classList.add("ts-restoring");
    setTimeout(() => classList.remove("ts-restoring"), 300);
  }
  const worker = document.currentScript?.dataset.worker;
  if (!worker || !window.SharedWorker) return;
  try {
    /** @type {any} */ (window).tsWorker = new SharedWorker(worker, { type: "module", name: "triostate" });
  } catch {
    // Workers are forbidden: the runtime does without.
  }
})();
