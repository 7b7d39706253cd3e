"""All that is wrong with an app's definitions and pages, found without serving it.

What stops a start at the first mistake is asked here piece by piece, so that one run names them
all: each State class, each page. Knows nothing of how they are shown.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from triostate.state.checking import check_states
from triostate.state.declaring import refuse_duplicates
from triostate.state.defaults import default_values
from triostate.state.state import State
from triostate.ui import Page
from triostate.web.failure import Failure, describe_failure
from triostate.web.pages import Pages, refuse_same_routes

__all__ = ["find_problems"]


def find_problems(
    states: Sequence[type[State]], pages: Sequence[Page], site: Pages
) -> list[Failure]:
    """Check the classes and compile the pages; return what is wrong, in the order of definition.

    ``site`` is what they are compiled for; it is left as it is.
    """
    found: list[Failure] = []

    @contextmanager
    def step(where: str, place: str = "") -> Iterator[None]:
        try:
            yield
        except Exception as error:  # noqa: BLE001 - crash wall: each piece is user code of its own
            found.append(describe_failure(where, error, place))

    for cls in states:
        with step(f"class {cls.__qualname__}", _place(cls)):
            check_states([cls])
    with step("states"):
        refuse_duplicates(states)
    if not found:
        with step("states"):
            check_states(states)
    for i, page in enumerate(pages):
        with step("pages", page.place):
            shape = page.address.shape
            before = (other for other in pages[:i] if other.address.shape == shape)
            refuse_same_routes([*before, page])
    defaults: Callable[..., Any] = default_values(states)
    for page in pages:
        with step(f"page {page.route}", page.place):
            site.compile(page, defaults)
    return found


def _place(cls: type[State]) -> str:
    try:
        return f"{inspect.getsourcefile(cls)}:{inspect.getsourcelines(cls)[1]}"
    except (OSError, SyntaxError, TypeError):  # a document's code is in no file of Python
        return ""
