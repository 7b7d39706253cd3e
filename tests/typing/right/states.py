"""States beside and below one another."""

from __future__ import annotations

from typing import Any, ClassVar, assert_type

import triostate as ts


class Money:
    def __init__(self, cents: int) -> None:
        self.cents = cents


@ts.serializer
def of_money(value: Money) -> str:
    return f"{value.cents / 100:.2f}"


class Named(ts.State, mixin=True):
    name: str = ""
    loud: ts.Field[bool] = ts.field(False)

    @ts.event
    def rename(self, name: str) -> None:
        self.name = name


class Base(Named, ts.State):
    LIMIT: ClassVar[int] = 3
    n: int = 0
    theme: str = ts.LocalStorage("light")
    visits: ts.Field[int] = ts.field(ts.Cookie(0))
    draft: list[str] = ts.SessionStorage([])
    price: ts.Field[Money] = ts.field(Money(1250))

    @ts.var(backend=True)
    def secret(self) -> Money:
        return self.price

    def _check(self) -> bool:
        return self.n < self.LIMIT

    async def work(self) -> None:
        other = await self.get_state(Other)
        assert_type(other, Other)
        other.value = "x"
        assert_type(self.get_substate(Sub), Sub)
        assert_type(self.price, Money)
        assert_type(self.secret.cents, int)
        assert_type(self.draft, list[str])
        self.get_substate(Sub).m = 3
        assert_type(self.get_substate("state.base.sub"), Any)
        self.get_substate(["state", "base", "sub"]).m = 3
        if self._check():
            self.reset()
        await self.session.aclose()


class Sub(Base):
    m: int = 0

    @ts.event
    def both(self) -> None:
        self.n = self.m
        self.rename("x")


class Other(ts.State):
    value: str = ""


async def from_outside(app: ts.App, token: str) -> None:
    async with app.modify_state(token) as state:
        assert_type(state, ts.State)
        state.get_substate(Sub).n = 1
        state.get_substate(Other.get_full_name().split(".")).value = "by name"


@ts.page(route="/")
def index() -> ts.Component:
    return ts.vstack(
        ts.text(Base.name, Base.n, Sub.n, Sub.m, Base.loud, Base.LIMIT, Base.visits + 1),
        ts.input(on_change=Base.rename),
        ts.button("x", on_click=Base.loud.set(ts.not_(Base.loud))),
        ts.button("x", on_click=[Sub.both, Base.work]),
        ts.text(Base.theme.upper(), Base.price),
        ts.input(on_change=Sub.set_m),
    )
