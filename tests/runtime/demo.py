"""The app that the runtime's tests run: a State with handlers of every kind, and its page."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import trio

import triostate as ts
from triostate.testing import isolated

__all__ = ["make_app"]


def make_app() -> SimpleNamespace:
    """Return a fresh app, its State class, and a list to which handlers write what happened."""
    log: list[Any] = []

    with isolated():

        class Demo(ts.State):
            n: int = 0
            items: list[int] = []
            text: str = ""
            _secret: int = 0

            @ts.var
            def double(self) -> int:
                return self.n * 2

            @ts.event
            def increment(self):
                self.n += 1

            @ts.event
            async def slow_increment(self):
                self.n += 1
                await trio.sleep(5)
                self.n += 1

            @ts.event
            def fail(self):
                self.n = 99
                self.items.append(99)
                raise ValueError("on purpose")

            @ts.event
            def steps(self):
                for _ in range(3):
                    self.n += 1
                    yield

            @ts.event
            def yields_many(self):
                for number in range(1000):
                    yield Demo.append(number)

            @ts.event
            def append(self, number: int):
                self.items.append(number)

            @ts.event
            def returns_task(self):
                return Demo.task

            @ts.event
            def yields_task_with(self):
                yield Demo.task_with("a")

            @ts.event
            def returns_both(self):
                return [Demo.task, Demo.task_with("b")]

            @ts.event
            def returns_nonsense(self):
                return 42

            @ts.event
            def calls_task(self):
                self.task()  # pyright: ignore[reportCallIssue]

            @ts.event(background=True)
            async def task(self):
                log.append("task starts")
                try:
                    await trio.sleep(10)
                    async with self:
                        self.n += 10
                finally:
                    log.append("task ends")

            @ts.event(background=True)
            async def task_with(self, word: str):
                async with self:
                    self.text += word

            @ts.event(background=True)
            async def adder(self):
                for _ in range(10):
                    async with self:
                        before = self.n
                        await trio.sleep(0.1)
                        self.n = before + 1

            @ts.event(background=True)
            async def writes_outside(self):
                for write in (self._write_var, self._write_backend, self._write_list):
                    try:
                        write()
                    except ts.ImmutableStateError as error:
                        log.append(str(error))

            def _write_var(self):
                self.n = 1

            def _write_backend(self):
                self._secret = 1

            def _write_list(self):
                self.items.append(1)

            @ts.event(background=True)
            async def fails_in_block(self):
                async with self:
                    self.n = 99
                    self.items.append(99)
                    await trio.sleep(1)
                    raise ValueError("on purpose")

            @ts.event(background=True)
            async def cancelled_in_block(self):
                async with self:
                    self.n = 99
                    self.items.append(99)
                    await trio.sleep_forever()

            @ts.event(background=True)
            async def holds(self):
                async with self:
                    log.append("holds")
                    await trio.sleep(5)
                    log.append("lets go")

            @ts.event
            def notes(self):
                log.append("noted")

            @ts.event(background=True)
            async def nests(self):
                async with self:
                    try:
                        async with self:
                            raise AssertionError
                    except ts.ImmutableStateError:
                        self.n = 5

            @ts.event(background=True)
            async def calls_a_task(self):
                try:
                    self.task()  # pyright: ignore[reportCallIssue]
                except RuntimeError as error:
                    log.append(str(error))

            @ts.event
            def detaches(self):
                self.app.start_soon(self._late, self.app, self.get_token())

            @staticmethod
            async def _late(app, token):
                await trio.sleep(3)
                async with app.modify_state(token) as state:
                    state.get_substate(Demo.get_full_name().split(".")).n = 7

        @ts.page(route="/", title="Demo")
        def index():
            handlers = [getattr(Demo, name) for name in vars(Demo)]
            takes_nothing = [
                handler
                for handler in handlers
                if isinstance(handler, ts.EventHandler) and not handler.params
            ]
            return ts.vstack(
                ts.text(Demo.n, Demo.double, Demo.text, Demo.task.running),
                *(ts.button("run", on_click=handler) for handler in takes_nothing),
                ts.button("cancel", on_click=Demo.cancelled_in_block.cancel),
                ts.number_input(value=Demo.n, on_change=Demo.set_n),
            )

        app = ts.App()
    return SimpleNamespace(app=app, Demo=Demo, log=log)
