"""Running a handler to its end, whichever of the four kinds of function it is.

A generator stays in the task that runs the handler. What goes wrong while its yield is being
dealt with, a cancellation above all, is thrown in where the generator stands, so its ``finally``
blocks see what they would see in a plain function, and no generator is ever left unfinished: one
that yields again after that is driven on. Nothing here opens a cancel scope or a nursery around a
step, so those that a generator holds open over a yield stay properly nested.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from typing import Any

__all__ = ["drive"]

OnYield = Callable[[Any], Awaitable[None]]


async def drive(result: Any, on_yield: OnYield) -> Any:
    """Bring what calling a handler gave to its end; return what the handler returns.

    ``on_yield`` is awaited with each yielded value before the generator goes on.
    """
    if inspect.isgenerator(result):
        return await _drive_generator(result, on_yield)
    if inspect.isasyncgen(result):
        return await _drive_async_generator(result, on_yield)
    if inspect.isawaitable(result):
        return await result
    return result


async def _drive_generator(generator: Generator[Any, Any, Any], on_yield: OnYield) -> Any:
    error: BaseException | None = None
    try:
        while True:
            try:
                value = next(generator) if error is None else generator.throw(error)
            except StopIteration as stop:
                return stop.value
            error = await _deal_with(value, on_yield)
    finally:
        del error  # its traceback holds this frame, and so the handler's state


async def _drive_async_generator(generator: AsyncGenerator[Any, Any], on_yield: OnYield) -> None:
    error: BaseException | None = None
    try:
        while True:
            try:
                value = await (anext(generator) if error is None else generator.athrow(error))
            except StopAsyncIteration:
                return
            error = await _deal_with(value, on_yield)
    finally:
        del error


async def _deal_with(value: Any, on_yield: OnYield) -> BaseException | None:
    try:
        await on_yield(value)
    except BaseException as error:  # noqa: BLE001 - thrown into the generator, which must see it
        return error
    return None
