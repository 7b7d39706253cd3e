// What measures when rows are there: put there by the browser before the page's own scripts.
//
// Leaves as JSON in `data-bench`, in milliseconds since the navigation began: when the table had
// `rows` rows, and when the frame that shows them was over.
(({ rows }) => {
  let isThere = false;

  function look() {
    const body = document.getElementById("rows");
    if (isThere || (body?.children.length ?? 0) < rows) return;
    isThere = true;
    observer.disconnect();
    const there = performance.now();
    requestAnimationFrame(() => setTimeout(() => {
      document.documentElement.dataset.bench = JSON.stringify({ there, painted: performance.now() });
    }));
  }

  const observer = new MutationObserver(look);
  observer.observe(document, { subtree: true, childList: true });
});
