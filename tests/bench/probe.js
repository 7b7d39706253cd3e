// What measures inside the page: put there by the browser before the page's own scripts run.
//
// A function expression that is called with `{clicks, gap}`: with clicks = 0 it clicks from the
// moment the button exists until the number changes, else it waits until the page is live and
// clicks so often, `gap` ms after each result. What it finds is left as JSON in `data-bench`.
(({ clicks, gap }) => {
  const marks = {};
  const latencies = [];
  const mark = (name) => (marks[name] ??= performance.now());
  let tries = 0;
  let clicked = 0;
  let shown = null;
  let isDone = false;

  const { fetch, EventSource } = window;
  window.fetch = async (url, init) => {
    const isPost = init?.method === "POST";
    mark(isPost ? "post" : "stream");
    const response = await fetch(url, init);
    mark(isPost ? "posted" : "streaming");
    return response;
  };
  window.EventSource = class extends EventSource {
    constructor(url) {
      super(url);
      mark("stream");
      this.addEventListener("open", () => mark("streaming"));
    }
  };

  const button = () => document.getElementById("add");

  function finish() {
    isDone = true;
    observer.disconnect();
    const files = performance.getEntriesByType("resource");
    const [page] = performance.getEntriesByType("navigation");
    const ends = [page, ...files].map(({ name, responseEnd }) => [name, responseEnd]);
    const found = { marks, latencies, tries, ends };
    document.documentElement.dataset.bench = JSON.stringify(found);
  }

  function clickUntilShown() {
    if (isDone) return;
    tries += 1;
    button().click();
    setTimeout(clickUntilShown, 4);
  }

  function click() {
    clicked = performance.now();
    button().click();
  }

  function look() {
    if (isDone) return;
    const status = document.documentElement?.dataset.ts;
    if (status && !marks[status]) {
      mark(status);
      if (clicks && status === "live") setTimeout(click, 300);
    }
    if (!marks.button && button()) {
      mark("button");
      if (!clicks) clickUntilShown();
    }
    const text = document.getElementById("count")?.textContent;
    if (!text || text === (shown ??= text)) return;
    shown = text;
    mark("shown");
    if (!clicks) return finish();
    if (!clicked) return;
    latencies.push(performance.now() - clicked);
    if (latencies.length === clicks) finish();
    else setTimeout(click, gap);
  }

  const observer = new MutationObserver(look);
  observer.observe(document, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["data-ts"],
  });
});
