"""What Python would ask of a value at once, and a var cannot answer: each with what to write.

Checkers are not shown that there is anything to call here, so they refuse `len(var)` and the like
as errors. `if var:` cannot be refused so, because everything has truth: pyright is told that it
never returns; mypy is not, or it would drop all code after the `if` in silence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from triostate.errors import ExpressionError

if TYPE_CHECKING:
    MYPY = False
else:
    MYPY = False

__all__ = ["NoValue"]


class NoValue:
    """What has no value while the page is built."""

    __slots__ = ()

    if not MYPY:

        def __bool__(self) -> NoReturn:
            raise ExpressionError(
                "a var has no truth while the page is built: use ts.cond(var, ..., ...), "
                "and & | ~ for and, or, not"
            )

    if TYPE_CHECKING:
        __iter__: None  # or pyright would iterate over whatever has indexes

    else:

        def __hash__(self) -> int:
            raise ExpressionError(
                "a var has no value while the page is built, so it cannot be looked up in a dict "
                "or set, or be a key: use ts.match(var, (key, value), ...)"
            )

        def __len__(self) -> NoReturn:
            raise ExpressionError(
                "len() of a var is known only when the page is shown: use ts.length(var)"
            )

        def __iter__(self) -> Any:
            raise ExpressionError(
                "a var cannot be iterated while the page is built: use ts.foreach(var, render)"
            )

        def __contains__(self, item: object) -> bool:
            raise ExpressionError(
                "`x in var` is decided when the page is shown: use ts.contains(var, x)"
            )

        def __index__(self) -> int:
            raise ExpressionError(
                "a var has no value while the page is built: for int(var) use var.to(int), for "
                "range(var) Var.range(var), to choose from a list ts.match(var, (0, ...), ...)"
            )

        __int__ = __index__

        def __float__(self) -> float:
            raise ExpressionError(
                "a var has no value while the page is built: for float(var) use var.to(float); "
                "what the math module does with it belongs into a computed var"
            )

        __complex__ = __float__

        def __floor__(self) -> int:
            raise ExpressionError(
                "math.floor, ceil and trunc need a value: use var // 1, -(-var // 1) or var.to(int)"
            )

        __ceil__ = __floor__
        __trunc__ = __floor__

        def __reversed__(self) -> NoReturn:
            raise ExpressionError(
                "a var has no items while the page is built: for reversed(var) use var.reverse()"
            )
