"""User code that is wrong: each line marked ``# error`` is one that both checkers refuse."""

import triostate as ts


class Counter(ts.State):
    value: int = 0
    typed: ts.Field[int] = ts.field(0)

    @ts.event
    def add(self, amount: int) -> None:
        self.value += amount

    @ts.event(background=True)
    async def work(self) -> None:
        self.value = "text"  # error: a var of another type
        self.typed = "text"  # error: a typed var of another type
        self.work()  # error: a background handler is not called


@ts.event(background=True)  # error: a background handler is async
def no_coroutine(self: Counter) -> None: ...


@ts.event(background=True, policy="newest")  # error: no such policy
async def no_policy(self: Counter) -> None: ...
