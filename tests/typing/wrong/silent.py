"""What could stop a checker without a word: the code after it is checked all the same."""

import trio

import triostate as ts


class Demo(ts.State):
    n: ts.Field[int] = ts.field(0)
    names: ts.Field[list[str]] = ts.field([])
    phase: str = "idle"

    @ts.event(background=True)
    async def work(self) -> None:
        self.work()  # error
        self.n = "after a background handler was called"  # error

    @ts.event(background=True)
    async def blocks(self) -> None:
        async with self as s:
            s.phase = "waiting"
        await trio.sleep(1)
        async with self as s:
            if s.phase == "ready":
                self.n = "after a comparison with what another block stored"  # error

    @ts.event(background=True)
    async def forever(self) -> None:
        while True:
            async with self:
                if self.n > 3:
                    break
        self.n = "after a block that is left by break"  # error

    @ts.event(background=True)
    async def raising(self) -> None:
        async with self:
            if self.n > 3:
                raise ValueError
        self.n = "after a block that may raise"  # error
        try:
            async with self:
                raise ValueError
        except ValueError:
            self.n = "in a handler of what a block raised"  # error


def conditions() -> None:
    if Demo.n:  # error: pyright
        Demo.n.upper()  # error
    Demo.n.upper()  # error


def boolean_operators() -> None:
    print(Demo.n and Demo.names)
    print(not Demo.n)  # error: pyright
    print(0 < Demo.n < 5)
    Demo.n.upper()  # error


def assertion() -> None:
    assert Demo.n  # error: pyright
    Demo.n.upper()  # error


def calls() -> None:
    len(Demo.names)  # error
    Demo.n.upper()  # error


def loops() -> None:
    for _ in Demo.names:  # error
        Demo.n.upper()  # error
    Demo.n.upper()  # error
