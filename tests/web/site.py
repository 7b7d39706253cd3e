"""The app that the web tests ask: bindings of every kind, pages that work and one that does not."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import trio

import triostate as ts
from triostate.testing import isolated

__all__ = ["make_site"]


def bad_key(word: str) -> str:
    """Fail, as a function of the user's may."""
    raise ValueError(f"no key for {word}")


def make_site(**options: Any) -> SimpleNamespace:
    """Return a fresh app, its State class, and what its handlers noted."""
    log: list[Any] = []

    with isolated():

        class Shop(ts.State):
            n: int = 0
            note: Any = None
            busy_text: str = "idle"

            @ts.event
            def add(self):
                log.append("add")
                self.n += 1

            @ts.event
            def take(self, value: Any):
                log.append(("take", value))
                self.note = repr(value)

            @ts.event
            def loaded(self):
                log.append("loaded")
                self.n += 100

            @ts.event
            def unbound(self):
                log.append("unbound")

            @ts.event(background=True)
            async def job(self):
                log.append("job")
                try:
                    await trio.sleep_forever()
                finally:
                    log.append("job ended")

            @ts.event(background=True, policy="drop", key=bad_key)
            async def keyed(self, word: str):
                log.append("keyed")

            @ts.event
            def look(self):
                log.append((self.router.page.path, self.router.url, self.router.session.client_ip))
                log.append(dict(self.router.headers))

            @ts.var
            def activity(self) -> str:
                return "busy" if self.job.running else "idle"

        @ts.page(route="/", title="Shop")
        def index():
            return ts.vstack(
                ts.text(Shop.n, Shop.note, Shop.activity),
                ts.button("add", on_click=Shop.add),
                ts.input(on_change=Shop.take),
                ts.number_input(value=Shop.n, on_change=Shop.set_n),
                ts.button("job", on_click=Shop.job),
                ts.button("stop", on_click=Shop.job.cancel),
                ts.button("keyed", on_click=Shop.keyed("x")),
                ts.button("look", on_click=Shop.look),
                ts.button("toast", on_click=ts.toast("hello")),
            )

        @ts.page(route="/loads", title="Loads", on_load=[Shop.loaded, Shop.job])
        def loads():
            return ts.text(Shop.n)

        @ts.page(route="/loads-badly", on_load=Shop.keyed("x"))
        def loads_badly():
            return ts.text(Shop.n)

        @ts.page(route="/broken")
        def broken():
            raise RuntimeError("secret detail")

        @ts.page(route="/closed", require=lambda *_: False)
        def closed():
            return ts.button("add", on_click=Shop.add)

        app = ts.App(**options)
    return SimpleNamespace(app=app, Shop=Shop, log=log)
