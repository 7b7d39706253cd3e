"""Background handlers and their task vars."""

from typing import assert_type

import trio

import triostate as ts


class Training(ts.State):
    epoch: int = 0
    phase: str = "idle"

    @ts.event(background=True, policy="queue", scope="page")
    async def train(self, epochs: int = 3) -> None:
        for _ in range(epochs):
            async with self as s:
                s.epoch += 1
            await trio.sleep(1)

    @ts.background
    async def watch(self) -> None:
        """Bind anew in each block: what one block stored says nothing about the next."""
        async with self as s:
            s.phase = "waiting"
        await trio.sleep(1)
        async with self as s:
            if s.phase == "ready":
                s.epoch = 0

    def start(self) -> object:
        assert_type(self.train.running, bool)
        assert_type(self.train.count, int)
        assert_type(self.train.progress, float | None)
        assert_type(self.train.error, str | None)
        if self.train.status == "failed":
            return Training.train(1)
        return [Training.train, Training.watch]


def types() -> None:
    assert_type(Training.train.running, ts.Var[bool])
    assert_type(Training.train.count, ts.Var[int])
    assert_type(Training.train.status, ts.Var[str])
    assert_type(Training.train.progress, ts.Var[float | None])
    assert_type(Training.train.error, ts.Var[str | None])


@ts.page(route="/")
def index() -> ts.Component:
    return ts.vstack(
        ts.cond(
            Training.train.running,
            ts.button("Stop", on_click=Training.train.cancel),
            ts.button("Start", on_click=Training.train),
        ),
        ts.text(Training.train.count, " ", Training.train.status.upper()),
        ts.progress(value=Training.train.progress),
        ts.text(f"{Training.train.progress | 0.0:.0%}", Training.train.error | "no error"),
        ts.button("Both", on_click=Training.start, disabled=Training.train.count > 3),
    )
