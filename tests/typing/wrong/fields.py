"""Vars declared and assigned wrongly."""

import attrs

import triostate as ts


@attrs.define
class Item:
    price: float = 1.0


class Demo(ts.State):
    a: int = ts.field(0)  # error
    b: ts.Field[int] = 0  # error
    c: ts.Field[int] = ts.field("text")  # error
    n: ts.Field[int] = ts.field(0)
    names: ts.Field[list[str]] = ts.field([])
    item: ts.Field[Item] = ts.field(Item())
    plain: int = 0
    wrong: int = "text"  # error

    @ts.var
    def double(self) -> int:
        return "text"  # error

    @ts.var  # error
    def with_argument(self, n: int) -> int:
        return n

    @ts.event
    def assign(self) -> None:
        self.n = "text"  # error
        self.names = [1]  # error
        self.item.price = "text"  # error
        self.item.prise = 1  # error
        self.plain = "text"  # error
        self.double = 3  # error
        self.names = ["right"]
        self.n = 3

    @ts.event
    def use(self) -> None:
        self.n += "text"  # error
        self.names.append(1)  # error
        self.double.upper()  # error
        self.undeclared.upper()  # error

    async def elsewhere(self) -> None:
        other = await self.get_state(Demo)
        other.n = "text"  # error
        self.get_substate(Demo).n = "text"  # error
        await self.get_state(Item)  # error
        async with self as s:
            s.n = "text"  # error
        with self:  # error
            pass


class Kept(ts.State):
    theme: str = ts.LocalStorage(0)  # error
    typed: ts.Field[str] = ts.field(ts.SessionStorage(0))  # error
    visits: int = ts.Cookie(0, same_site="some")  # error
    draft: str = ts.SessionStorage("", sync=True)  # error
    right: ts.Field[str] = ts.field(ts.Cookie("", max_age_seconds=60))


@ts.serializer  # error
def without_a_value() -> str:
    return ""


@ts.var(backend="yes")  # error
def with_an_option(self: Demo) -> int:
    return self.n


def on_the_class() -> None:
    Demo.n = 3  # error: mypy
    Demo.double = 3  # error


async def from_outside(app: ts.App, token: str) -> None:
    async with app.modify_state(token) as state:
        state.get_substate(Demo).n = "text"  # error
        state.get_substate(3)  # error
