// Before the first paint: the colour mode, and hiding defaults that are about to be replaced. And
// the start of the worker that has the connection, which is ready by the time the runtime is here.
//
// Classic and blocking, so it stays under 1 KB. The mode is "light", "dark" or "system": the one in
// localStorage, else the app's own, else the system's. It changes by `[data-color-mode]` buttons, by
// a `ts-mode` event, in another tab, or with the system, and stands in `data-mode`. A tab that has a
// session hides bound text until the runtime has applied its snapshot, but not for over 300 ms.

(() => {
  const KEY = "ts-theme";
  const { classList, dataset } = document.documentElement;
  const { worker, mode: preset = "system" } = document.currentScript?.dataset ?? {};
  const system = matchMedia("(prefers-color-scheme: dark)");
  let token = null;
  let stored = /** @type {string | null} */ (null);

  const recall = () => {
    try {
      stored = localStorage.getItem(KEY);
      token = sessionStorage.getItem("ts-token");
    } catch {
      // Storage is forbidden: the mode is this page's alone, and there is no session to restore.
    }
  };
  const show = () => {
    const mode = (dataset.mode = stored ?? preset);
    classList.toggle("dark", mode === "dark" || (mode !== "light" && system.matches));
  };
  /** @param {string} mode one of three, or "next" of them, or "toggle" to the other of two */
  const set = (mode) => {
    const other = classList.contains("dark") ? "light" : "dark";
    // "next" comes to the system's where the mode is that which it has: each other step is seen.
    const next = dataset.mode === (system.matches ? "dark" : "light") ? "system" : other;
    stored = mode === "toggle" ? other : mode === "next" ? next : mode;
    try {
      localStorage.setItem(KEY, stored);
    } catch {
      // As above.
    }
    show();
  };

  recall();
  show();
  if (token) {
    classList.add("ts-restoring");
    setTimeout(() => classList.remove("ts-restoring"), 300);
  }
  system.addEventListener("change", show);
  addEventListener("storage", ({ key }) => {
    if (key !== KEY) return;
    recall();
    show();
  });
  addEventListener("ts-mode", (/** @type {any} */ { detail }) => set(detail));
  addEventListener("click", ({ target }) => {
    const mode = /** @type {Element} */ (target).closest?.("[data-color-mode]")?.getAttribute("data-color-mode");
    if (mode) set(mode);
  });
  if (!worker || !window.SharedWorker) return;
  const start = () => new SharedWorker(worker, { type: "module", name: "triostate" });
  let first = /** @type {SharedWorker | null} */ (null);
  try {
    first = start();
  } catch {
    // Workers are forbidden: the runtime does without.
  }
  // The runtime takes this one, and starts another where it has died.
  /** @type {any} */ (window).tsWorker = () => {
    const taken = first ?? start();
    first = null;
    return taken;
  };
})();
