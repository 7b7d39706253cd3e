// What measures a burst inside the page: put there by the browser before the page's own scripts.
//
// Starts the burst when the page is live, clicks another button through it, `gap` ms after each
// result, and watches the number. What it finds is left as JSON in `data-bench`: the times of the
// number's changes in the DOM, the latencies of the clicks, and how late the newest number was.
(({ gap }) => {
  const changes = [];
  const latencies = [];
  let began = 0;
  let clicked = 0;
  let count = null;
  let n = null;

  const text = (id) => document.getElementById(id)?.textContent;

  function click() {
    if (text("total") !== "-1") return;
    clicked = performance.now();
    document.getElementById("add").click();
  }

  function start() {
    count = text("count");
    n = text("n");
    began = performance.now();
    document.getElementById("burst").click();
    setTimeout(click, 300);
  }

  function finish() {
    observer.disconnect();
    const total = Number(text("total"));
    const found = { changes, latencies, total, isNewest: Number(text("n")) === total };
    document.documentElement.dataset.bench = JSON.stringify(found);
  }

  function look() {
    const now = performance.now();
    if (!began) {
      if (document.documentElement?.dataset.ts === "live" && n === null) {
        n = "";
        setTimeout(start, 300);
      }
      return;
    }
    if (text("n") !== n) {
      n = text("n");
      changes.push(now - began);
    }
    if (text("count") !== count) {
      count = text("count");
      latencies.push(now - clicked);
      setTimeout(click, gap);
    }
    if (text("total") !== "-1") setTimeout(finish, 100);
  }

  const observer = new MutationObserver(look);
  observer.observe(document, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["data-ts"],
  });
});
