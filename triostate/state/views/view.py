"""What all views share: the value they stand for, equality, copying, and `wrap`.

Each class of values has a class of views, made at first need: that of its kind, or a subclass of
it with the methods that the class of values adds. So ``len(row)``, ``for x in row`` and
``bool(row)`` do what the class says, with a view as ``self``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, Protocol

from triostate.state.copies import deep_copy, rebuild_tuple, unwrap
from triostate.state.kinds import SCALARS, is_container, is_frozen, kind_of
from triostate.state.steps import Steps

__all__ = ["View", "wrap", "wrap_all"]


#: What a class of values does to itself, not through a view.
NOT_TAKEN_OVER: frozenset[str] = frozenset(vars(object)) | {
    "__annotations__",
    "__attrs_init__",
    "__attrs_post_init__",
    "__attrs_pre_init__",
    "__class_getitem__",
    "__copy__",
    "__deepcopy__",
    "__del__",
    "__dict__",
    "__getattr__",
    "__getnewargs__",
    "__getnewargs_ex__",
    "__post_init__",
    "__replace__",
    "__setstate__",
    "__slots__",
    "__weakref__",
}


class Tree(Protocol):
    """What views need of the state tree."""

    @property
    def steps(self) -> Steps: ...
    def may_write(self) -> bool: ...
    def check_write(self, what: str = ...) -> None: ...


class View:
    """A stand-in for a tracked value.

    Calling a class of views makes a plain value, as calling the class it stands for would:
    ``type(rows)(x for x in rows)`` is a list.
    """

    __slots__ = ("_ts_raw", "_ts_tree")

    _ts_kinds: ClassVar[dict[type, type[View]]] = {}
    """Class of values to its views, for each kind and some known subclasses; ``object`` is the
    kind of by-value instances."""

    _ts_class: ClassVar[type]
    """The class of what it stands for."""
    _ts_frozen: ClassVar[bool] = False
    """Whether what holds nothing that changes is handed out as it is."""

    _ts_raw: Any
    _ts_tree: Tree

    def __new__(cls, *args: Any, **named: Any) -> Any:
        return cls._ts_class(*args, **named)

    @property  # type: ignore[misc]
    def __class__(self) -> type:  # pyright: ignore[reportIncompatibleMethodOverride]
        return type(self._ts_raw)

    def _ts_unwrap(self) -> Any:
        return self._ts_raw

    @classmethod
    def _ts_methods(cls, added: type) -> dict[str, Any]:
        """Return what a class of values adds to what the view has, to be run with the view."""
        return {name: value for name, value in vars(added).items() if name not in NOT_TAKEN_OVER}

    def __repr__(self) -> str:
        return repr(self._ts_raw)

    def __str__(self) -> str:
        return str(self._ts_raw)

    def __format__(self, spec: str) -> str:
        return format(self._ts_raw, spec)

    def __eq__(self, other: object) -> bool:
        return bool(self._ts_raw == unwrap(other))

    def __ne__(self, other: object) -> bool:
        return bool(self._ts_raw != unwrap(other))

    __hash__ = None  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]

    def __lt__(self, other: Any) -> Any:
        return self._ts_raw < unwrap(other)

    def __le__(self, other: Any) -> Any:
        return self._ts_raw <= unwrap(other)

    def __gt__(self, other: Any) -> Any:
        return self._ts_raw > unwrap(other)

    def __ge__(self, other: Any) -> Any:
        return self._ts_raw >= unwrap(other)

    def __copy__(self) -> Any:
        return deep_copy(self)  # a shallow one would hand out what is tracked

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        made = memo.get(id(self._ts_raw))
        if made is None:
            made = memo[id(self._ts_raw)] = deep_copy(self)
            memo.setdefault(id(memo), []).append(self._ts_raw)  # as `copy` does: ids stay in use
        return made

    def __getattr__(self, name: str) -> Any:
        # Of the instance alone: what its class has is in the view's class, or not to be had.
        held = getattr(self._ts_raw, "__dict__", {})
        if name not in held:
            raise AttributeError(
                f"{type(self._ts_raw).__name__!r} object has no attribute {name!r}"
            )
        return wrap(self._ts_tree, held[name])

    def __reduce_ex__(self, protocol: Any) -> Any:
        return (_same, (deep_copy(self),))


def _same(value: Any) -> Any:
    """Rebuild a pickled view as the plain value it stood for."""
    return value


# Past the views' own `__new__`, `__init__` and `__setattr__`: this is the path of every read.
_new: Any = object.__new__
_set_raw: Any = View.__dict__["_ts_raw"].__set__
_set_tree: Any = View.__dict__["_ts_tree"].__set__

#: Class of values to its views; None for values that are handed out as they are.
_views: dict[type, type[View] | None] = dict.fromkeys(SCALARS)


def wrap(tree: Tree, value: Any) -> Any:
    """Return what a handler gets to see of a stored value."""
    cls = type(value)
    try:
        view_class = _views[cls]
    except KeyError:
        view_class = _views[cls] = _view_class(value)
    if view_class is None or (view_class._ts_frozen and not is_container(value)):
        return _wrap_tuple(tree, value) if isinstance(value, tuple) else value
    view = _new(view_class)
    _set_raw(view, value)
    _set_tree(view, tree)
    return view


def _view_class(value: Any) -> type[View] | None:
    cls, kind = type(value), kind_of(value)
    if kind is None or kind is tuple:
        return None
    known = next(base for base in cls.__mro__ if base in View._ts_kinds)
    if known is cls:
        return View._ts_kinds[cls]
    own = cls.__mro__[: cls.__mro__.index(known)]
    namespace: dict[str, Any] = {}
    for base in reversed(own):
        namespace.update(View._ts_kinds[known]._ts_methods(base))
    namespace |= {"__slots__": (), "_ts_class": cls, "_ts_frozen": is_frozen(cls)}
    if cls.__hash__ is not None:
        namespace["__hash__"] = _hash_of_raw
    return type(f"{cls.__name__}View", (View._ts_kinds[known],), namespace)


def _hash_of_raw(view: View) -> int:
    return hash(view._ts_raw)


def _wrap_tuple(tree: Tree, value: tuple[Any, ...]) -> tuple[Any, ...]:
    if not any(map(is_container, value)):
        return value
    return rebuild_tuple(value, wrap_all(tree, value))


def wrap_all(tree: Tree, values: Iterable[Any]) -> Iterator[Any]:
    """Yield `wrap` of each value."""
    return (wrap(tree, value) for value in values)
