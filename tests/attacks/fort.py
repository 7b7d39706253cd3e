"""The app that is attacked: a login of the user's own, an open page and a closed one, a secret.

Knows nothing of the attacks.
"""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import uuid
from types import SimpleNamespace
from typing import Any, Literal

import attrs
import quart

import triostate as ts
from triostate.testing import isolated

__all__ = ["CANARY", "FOREIGN_ADDRESS", "make_fort"]

CANARY = "canary-5f1d9c"
"""In backend vars only: wherever else it turns up, something has leaked."""

FOREIGN_ADDRESS = "203.0.113.9"
"""A client that is not on this machine."""


class Color(enum.Enum):
    RED = "red"


@attrs.define
class Row:
    name: str = ""
    size: int = 0


def make_fort(**options: Any) -> SimpleNamespace:
    """Return a fresh app, its State class, what its handlers noted, and who is signed in."""
    log: list[Any] = []
    banned: set[str] = set()

    with isolated():

        class Fort(ts.State):
            n: int = 0
            note: str = ""
            rows: list[dict[str, int]] = []
            _secret: str = CANARY
            _secrets: list[str] = [CANARY]
            _vault: Any = SimpleNamespace(key=CANARY)

            @ts.var
            def size(self) -> int:
                return len(self._secret)

            @ts.var(backend=True)
            def hidden(self) -> str:
                return self._secret * 2

            @ts.event
            def add(self) -> None:
                log.append("add")
                self.n += 1

            @ts.event
            def give(self, amount: int, note: str) -> None:
                log.append(("give", amount, note))
                self.n, self.note = amount, note

            @ts.event
            def fixed(self, amount: int, what: str) -> None:
                log.append(("fixed", amount, what))

            @ts.event
            def note_params(self) -> None:
                log.append(dict(self.router.page.params))

            @ts.event
            def unbound(self) -> None:
                log.append("unbound")

            def _private(self) -> None:
                log.append("private")

            @ts.event
            def fail(self) -> None:
                raise RuntimeError(f"no {self._secret}")

            @ts.event(background=True)
            async def fail_later(self) -> None:
                raise RuntimeError(f"no {self._secrets[0]}")

            @ts.event
            def many(
                self,
                number: int,
                ratio: float,
                flag: bool,
                word: str,
                words: list[str],
                table: dict[str, int],
                pair: tuple[int, str],
                choice: Literal["a", "b"],
                color: Color,
                day: dt.date,
                money: decimal.Decimal,
                name: uuid.UUID,
                row: Row,
                maybe: int | None,
            ) -> None:
                log.append(("many", number))

        class Child(Fort):
            _deep: str = CANARY
            depth: int = 0

        @ts.page(route="/", title="Open")
        def index() -> ts.Component:
            return ts.vstack(
                ts.text(Fort.n, Fort.note, Fort.size, Child.depth),
                ts.button("add", on_click=Fort.add),
                ts.input(on_change=lambda text: Fort.give(3, text)),
                ts.button("fixed", on_click=Fort.fixed(7, "seven")),
                ts.number_input(value=Fort.n, on_change=Fort.set_n),
                ts.button("fail", on_click=Fort.fail),
                ts.button("fail later", on_click=Fort.fail_later),
            )

        def is_signed_in(visit: ts.Visit) -> bool | str:
            user = visit.quart_session.get("user")
            return (user is not None and user not in banned) or "/login"

        @ts.page(route="/closed", title="Closed", require=is_signed_in, on_load=Fort.add)
        def closed() -> ts.Component:
            return ts.vstack(
                ts.text(Fort.n), ts.button("add", on_click=Fort.add), width="8em", color="red"
            )

        @ts.page(
            route="/vault/[id]",
            title="Vault",
            require=lambda visit: visit.params["id"] == "mine",
            on_load=Fort.note_params,
        )
        def vault() -> ts.Component:
            return ts.vstack(
                ts.text(ts.State.router.page.params["id"], id="id"),
                ts.link("There", href=ts.State.router.page.params["id"], id="there"),
                ts.button("add", on_click=Fort.add),
            )

        @ts.page(route="/files/[...path]", title=f"Files {Fort.note}", on_load=Fort.note_params)
        def files() -> ts.Component:
            router = ts.State.router
            return ts.vstack(
                ts.text(router.page.params["path"], id="path"),
                ts.link("There", href=router.page.params["path"], id="there"),
                ts.link("Asked", href=router.page.params.get("to", ""), id="asked"),
            )

        app = ts.App(**options)

    app.quart.secret_key = "a secret of the app's"

    @app.quart.post("/login/<name>")
    async def login(name: str) -> str:
        quart.session["user"] = name
        return "hello"

    @app.quart.route("/mine", methods=["GET", "POST", "PUT", "DELETE"])
    async def mine() -> str:
        return "mine"

    @app.quart.route("/hook", methods=["GET", "POST"])
    @app.public
    async def hook() -> str:
        return "anybody"

    @app.quart.websocket("/talk")
    async def talk() -> None:
        await quart.websocket.accept()

    return SimpleNamespace(
        app=app, Fort=Fort, Child=Child, log=log, banned=banned, is_signed_in=is_signed_in
    )
