"""The hand-written page of 1,000 rows: server-sent events down, a POST up, nodes made by hand.

At `/` the rows come by the stream; at `/standing` they stand in the page's own HTML. It does what
`rows_app` does, with no framework on either side.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from typing import Any
from urllib.parse import parse_qs

from .bare_app import Receive, Scope, Send, answer, live
from .rows_app import COLORS, ROWS, make_order

STYLE = b"body { font: 1rem sans-serif; margin: 2rem } .badge { padding: 0 0.25rem }"

HEAD = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Orders</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/page.css">
<script type="module" src="/page.js"></script></head>
<body><button id="append">Append</button> <button id="change">Change</button>
<button id="remove">Remove</button> <button id="assign">Assign</button>
<span id="count"></span> orders
<table><tbody id="rows">"""
TAIL = "</tbody></table></body></html>\n"

SCRIPT = """\
const { dataset } = document.documentElement;
const COLORS = %s;
const body = document.getElementById("rows");
const count = document.getElementById("count");
const id = crypto.randomUUID();
const post = (event, number) => fetch(`/events?id=${id}`, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ event, number }),
});
const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
function makeRow(order) {
  const row = document.createElement("tr");
  const values = [order.number, order.customer, order.field, order.amount];
  for (const value of values) row.append(make("td", { textContent: value }));
  const badge = make("span", { className: "badge", textContent: order.state });
  badge.dataset.color = COLORS[order.state];
  const button = make("button", { textContent: "Choose" });
  button.onclick = () => post("choose", order.number);
  for (const node of [badge, button]) {
    const cell = make("td");
    cell.append(node);
    row.append(cell);
  }
  row.dataset.number = order.number;
  return row;
}
const DO = {
  load: ({ orders }) => body.replaceChildren(...orders.map(makeRow)),
  append: ({ order }) => body.append(makeRow(order)),
  change: ({ at, amount }) => { body.children[at].children[3].textContent = amount; },
  remove: ({ at }) => body.children[at].remove(),
  assign({ orders }) {
    const old = new Map(Array.from(body.children, (row) => [row.dataset.number, row]));
    let before = null;
    for (const order of orders.reverse()) {
      const row = old.get(`${order.number}`) ?? makeRow(order);
      old.delete(`${order.number}`);
      if (row.nextSibling !== before || !row.parentNode) body.insertBefore(row, before);
      before = row;
    }
    for (const row of old.values()) row.remove();
  },
};
dataset.ts = "connecting";
const source = new EventSource(`/stream?id=${id}${location.pathname === "/" ? "&load=1" : ""}`);
source.onmessage = ({ data }) => {
  const message = JSON.parse(data);
  DO[message.do]?.(message);
  count.textContent = body.children.length;
  dataset.ts = "live";
};
for (const name of ["append", "change", "remove", "assign"]) {
  document.getElementById(name).onclick = () => post(name);
}
if (location.pathname !== "/") {
  body.onclick = ({ target }) => {
    if (target.matches("button")) post("choose", +target.closest("tr").dataset.number);
  };
}
""" % json.dumps(COLORS)  # noqa: UP031  braces are JavaScript's here


def _wire(number: int) -> dict[str, Any]:
    order = make_order(number)
    return {
        name: getattr(order, name) for name in ("number", "customer", "field", "amount", "state")
    }


def _html(order: dict[str, Any]) -> str:
    cells = "".join(f"<td>{order[name]}</td>" for name in ("number", "customer", "field", "amount"))
    badge = f'<span class="badge" data-color="{COLORS[order["state"]]}">{order["state"]}</span>'
    button = "<button>Choose</button>"
    return f'<tr data-number="{order["number"]}">{cells}<td>{badge}</td><td>{button}</td></tr>'


PAGE = f"{HEAD}{TAIL}".encode()
STANDING = f"{HEAD}{''.join(_html(_wire(number)) for number in range(ROWS))}{TAIL}".encode()

FILES = {
    "/": (b"text/html; charset=utf-8", PAGE),
    "/standing": (b"text/html; charset=utf-8", STANDING),
    "/page.css": (b"text/css; charset=utf-8", STYLE),
    "/page.js": (b"text/javascript; charset=utf-8", SCRIPT.encode()),
}


class Visitor:
    """One tab's orders, and what is still to be told of them."""

    def __init__(self) -> None:
        self.orders: list[dict[str, Any]] = []
        self.made = ROWS
        self.messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    def take(self, event: str) -> None:
        """Do what was asked for and tell of it."""
        message: dict[str, Any] = {"do": event}
        if event == "load":
            self.orders = [_wire(number) for number in range(ROWS)]
            message["orders"] = self.orders
        elif event == "append":
            self.orders.append(self._next())
            message["order"] = self.orders[-1]
        elif event == "change":
            changed = self.orders[ROWS // 2]
            changed["amount"] += 1
            message |= {"at": ROWS // 2, "amount": changed["amount"]}
        elif event == "remove":
            del self.orders[0]
            message["at"] = 0
        elif event == "assign":
            self.orders = [*self.orders, self._next()]
            message["orders"] = self.orders
        self.messages.put_nowait(message)

    def _next(self) -> dict[str, Any]:
        self.made += 1
        return _wire(self.made - 1)


visitors: defaultdict[str, Visitor] = defaultdict(Visitor)


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one ASGI scope."""
    if scope["type"] == "lifespan":
        await live(receive, send)
        return
    query = parse_qs(scope["query_string"].decode())
    visitor = visitors[query.get("id", [""])[0]]
    if scope["path"] == "/stream":
        visitor.take("load" if "load" in query else "hello")
        await stream(visitor, receive, send)
    elif scope["path"] == "/events":
        visitor.take(json.loads((await receive())["body"])["event"])
        await answer(send, 202, b"application/json", b"{}")
    elif scope["path"] in FILES:
        await answer(send, 200, *FILES[scope["path"]])
    else:
        await answer(send, 404, b"text/plain", b"")


async def stream(visitor: Visitor, receive: Receive, send: Send) -> None:
    """Send what there is to tell, until the browser goes."""
    telling = asyncio.create_task(tell(visitor, send))
    while (await receive())["type"] != "http.disconnect":
        pass
    telling.cancel()


async def tell(visitor: Visitor, send: Send) -> None:
    """Send one message after another."""
    headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    while True:
        body = f"data: {json.dumps(await visitor.messages.get())}\n\n".encode()
        await send({"type": "http.response.body", "body": body, "more_body": True})
