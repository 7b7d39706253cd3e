"""Handlers called with the wrong arguments, and background handlers called at all."""

import triostate as ts


def use(*things: object) -> None: ...


class Demo(ts.State):
    n: ts.Field[int] = ts.field(0)
    text: ts.Field[str] = ts.field("")

    @ts.event
    def nothing(self) -> None: ...

    @ts.event
    def number(self, number: int) -> None: ...

    @ts.event
    def two(self, number: int, text: str) -> None: ...

    @ts.event
    def names(self, names: list[str]) -> None: ...

    @ts.event(background=True)
    async def work(self, text: str) -> None:
        self.work("text")  # error
        await self.work("text")  # error
        use(self.work.typo)  # error
        self.number("text")  # error
        self.number()  # error
        self.number(1)

    @ts.background
    async def more(self) -> None:
        self.more()  # error

    def start(self) -> object:
        self.work("x")  # error
        self.two(1)  # error
        return Demo.nothing


def calls() -> None:
    use(Demo.work(3))  # error
    use(Demo.work())  # error
    use(Demo.work("x", "y"))  # error
    use(Demo.number("x"))  # error
    use(Demo.number(Demo.text))  # error
    use(Demo.number())  # error
    use(Demo.number(1, 2))  # error
    use(Demo.number(typo=1))  # error
    use(Demo.nothing(1))  # error
    use(Demo.two("x", "y"))  # error
    use(Demo.two(1, 2))  # error
    use(Demo.two(Demo.n, Demo.n))  # error
    use(Demo.two(Demo.text, "y"))  # error
    use(Demo.two(number=1))  # error
    use(Demo.names([1]))  # error
    use(Demo.names("x"))  # error
    use(Demo.n.set("x"))  # error
    use(Demo.n.set(Demo.text))  # error
    use(Demo.n.set())  # error
    use(Demo.n.set(1, 2))  # error
    use(Demo.text.set(Demo.n))  # error
    use(Demo.work.cancel(1))  # error
    use(Demo.two(Demo.n, Demo.text))


@ts.event(background=True)  # error
def no_coroutine(self: Demo) -> None: ...


@ts.background  # error
def no_coroutine_either(self: Demo) -> None: ...


@ts.event(background=True, policy="newest")  # error
async def no_policy(self: Demo) -> None: ...


@ts.event(background=True, scope="tab")  # error
async def no_scope(self: Demo) -> None: ...


@ts.event(policy="drop")  # error
async def only_of_background(self: Demo) -> None: ...
