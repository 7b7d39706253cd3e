"""The State class: declarations in the class body, values in the session's tree.

`__init_subclass__` turns annotations into fields, public methods into handlers and `@ts.var`
methods into computed vars, and registers the class. An instance is a thin handle on its session's
tree: all instances of one session share it. What a State can do beyond values (blocks, the
session, other tabs) it asks of its `Host`, which the runtime supplies.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import MutableMapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self, TypeVar, overload

from triostate.errors import SetUndefinedStateVarError
from triostate.state.computed import ComputedVar
from triostate.state.copies import deep_copy
from triostate.state.declaring import ClassBody, declare
from triostate.state.definitions import add_definition
from triostate.state.fields import Field
from triostate.state.handlers import SetHandler
from triostate.state.naming import check_class_assignment
from triostate.state.router import ROUTER, RouterData, RouterVars
from triostate.state.tree import StateTree

__all__ = ["Host", "State", "instance_of"]

S = TypeVar("S", bound="State")


class Host(Protocol):
    """What the runtime does for the states of one session."""

    @property
    def token(self) -> str: ...
    @property
    def app(self) -> Any: ...
    @property
    def session(self) -> Any: ...
    @property
    def router(self) -> RouterData: ...
    async def enter_block(self) -> None: ...
    async def exit_block(self, error: BaseException | None) -> None: ...
    def report(self, where: str, error: Exception) -> None: ...


class StateMeta(type):
    """Names that a State class does not have get an error with a suggestion."""

    @classmethod
    def __prepare__(
        cls, name: str, bases: tuple[type, ...], /, **kwargs: Any
    ) -> MutableMapping[str, object]:
        """Let the class body remember a name that it uses for two things."""
        return ClassBody()

    if TYPE_CHECKING:
        # The plain form's `Counter.set_limit` is made at run time. Nothing but a trigger that
        # carries a value takes one, so that a mistyped name is an error elsewhere; see `fields`.
        def __getattr__(cls, name: str, /) -> SetHandler[Any]: ...

    else:

        def __setattr__(cls, name: str, value: Any) -> None:
            check_class_assignment(cls, name, value)
            super().__setattr__(name, value)

        def __delattr__(cls, name: str) -> None:
            check_class_assignment(cls, name, None)
            super().__delattr__(name)

        def __getattr__(cls, name: str) -> Any:
            known = [entry for entry in dir(cls) if not entry.startswith("_")]
            close = difflib.get_close_matches(name, known, 1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            raise AttributeError(f"{cls.__name__} has no var or handler {name!r}{hint}")


class _Router:
    """What `State.router` is: data on an instance, vars on the class."""

    @overload
    def __get__(self, instance: None, owner: type[Any]) -> RouterVars: ...
    @overload
    def __get__(self, instance: State, owner: type[Any]) -> RouterData: ...
    def __get__(self, instance: State | None, owner: type[Any]) -> RouterVars | RouterData:
        if instance is None:
            return _ROUTER_VARS
        instance._tree.computed.record(ROUTER)
        router: RouterData = instance._host.router
        return router


_ROUTER_VARS = RouterVars()


class State(metaclass=StateMeta):
    """A class of vars and handlers; each session has one instance of it.

    Annotated attributes with a default are vars, those with a leading underscore stay on the
    server. Public methods are event handlers. A subclass of a subclass is a substate and shares
    its parents' vars. A mutable default is copied for each session.

    A public var holds what can be sent: None, bool, int, float, str, bytes, Decimal, UUID, date,
    time, datetime, timedelta, enum members, paths; lists, tuples, dicts and sets; attrs and
    dataclass instances that compare by value; and what a `serializer` knows. nan and the
    infinities are sent as they are. What no browser could show exactly raises
    UnsendableValueError at the assignment, naming the var: an int beyond 2**53 - 1, a string with
    a lone surrogate, a signalling NaN, any other object. A backend var holds anything.

    What a browser sends is converted to the annotation; what a handler assigns is not, and type
    checkers see to it. A declaration that cannot work raises DefinitionError at import.
    """

    _tree: StateTree
    _fields: ClassVar[dict[str, Field[Any]]] = {}
    _computed: ClassVar[dict[str, ComputedVar[Any]]] = {}
    _assignable: ClassVar[frozenset[str]] = frozenset()
    """Names whose descriptors decide what assigning does; all others are undeclared."""
    _is_mixin: ClassVar[bool] = False
    _full_name: ClassVar[str] = "state"

    def __init__(self) -> None:
        """Make an instance outside any session, for trying a State by hand."""
        _attach(StateTree(), self)

    def __init_subclass__(cls, mixin: bool = False, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._is_mixin = mixin
        parent = cls.get_parent_state() or State
        cls._full_name = f"{parent._full_name}.{cls.get_name()}"
        declare(cls, State)
        if not mixin:
            add_definition("state", cls, cls.__module__)

    # Names

    @classmethod
    def get_name(cls) -> str:
        """Return the class's own part of its full name: ``my_task_state``."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", cls.__name__).lower()

    @classmethod
    def get_full_name(cls) -> str:
        """Return the name within the app: ``state.my_task_state``."""
        return cls._full_name

    @classmethod
    def get_parent_state(cls) -> type[State] | None:
        """Return the class whose substate this is; None for State itself."""
        for base in cls.__bases__:
            if issubclass(base, State) and not base.__dict__.get("_is_mixin", False):
                return base
        return State if cls is not State else None

    # Values

    if not TYPE_CHECKING:

        def __setattr__(self, name: str, value: Any) -> None:
            if name in type(self)._assignable:
                object.__setattr__(self, name, value)
                return
            label = f"{type(self).__name__}.{name}"
            self._tree.check_write(label)
            raise SetUndefinedStateVarError(
                f"{label} is not declared: add `{name}: <type> = <default>` to the class"
            )

        def __delattr__(self, name: str) -> None:
            self._tree.check_write(f"{type(self).__name__}.{name}")
            object.__delattr__(self, name)

        def __enter__(self) -> None:
            raise TypeError("a state block is `async with self`, not `with self`")

        def __exit__(self, *_: object) -> None: ...

    def reset(self) -> None:
        """Set the vars of this class and of its substates to their defaults."""
        self._tree.check_write(type(self).__name__)
        for field in type(self)._fields.values():
            self._tree.assign(field, deep_copy(field.default))
        for substate in list(self._tree.instances):
            if substate is not type(self) and substate.get_parent_state() is type(self):
                self._tree.instances[substate].reset()

    # Other states

    @overload
    def get_substate(self, path: type[S]) -> S: ...
    @overload
    def get_substate(self, path: str | Sequence[str]) -> Any: ...
    def get_substate(self, path: type[S] | str | Sequence[str]) -> Any:
        """Return another state of the same session.

        Args:
            path: a State class, a full name, or its parts (``LowLevelState.get_full_name()
                .split(".")``); parts may start below this state.

        Raises ValueError for a name or class that the session does not have.
        """
        if isinstance(path, type):
            return _asked_for(self._tree, path)
        parts = path.split(".") if isinstance(path, str) else list(path)
        own = type(self).get_full_name().split(".")
        wanted = {".".join(parts), ".".join([*own, *parts]), ".".join([*own[:-1], *parts])}
        for cls, instance in self._tree.instances.items():
            if cls.get_full_name() in wanted:
                return instance
        raise ValueError(f"{'.'.join(parts)!r} is no state of this session")

    async def get_state(self, cls: type[S]) -> S:
        """Return the same session's instance of another State class, under the same lock.

        Raises ValueError for a mixin and for a class that the session's app does not have.
        """
        return _asked_for(self._tree, cls)

    # The session

    def get_token(self) -> str:
        """Return the name of the session, as `App.modify_state` takes it."""
        return str(self._host.token)

    @property
    def app(self) -> Any:
        """The app that serves this session."""
        return self._host.app

    @property
    def session(self) -> Any:
        """This tab's session."""
        return self._host.session

    router = _Router()
    """Where the tab is: page, parameters, headers, client. On the class, vars of it for pages."""

    @property
    def _host(self) -> Host:
        host: Host | None = self._tree.host
        if host is None:
            raise RuntimeError(f"this {type(self).__name__} belongs to no session")
        return host

    async def __aenter__(self) -> Self:
        """Open a state block: exclusive and atomic.

        Waits for the session's lock, first come, first served; a cancellation while waiting
        leaves everything as it was. Leaving the block normally commits and sends what changed;
        leaving it by an exception or a cancellation undoes everything since its last commit.
        """
        if self._tree.host is not None:
            await self._host.enter_block()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._tree.host is not None:
            await self._host.exit_block(error)


def instance_of(tree: StateTree, cls: type[S]) -> S:
    """Return the tree's instance of a class, made at first need."""
    instance = tree.instances.get(cls)
    if instance is None:
        instance = cls.__new__(cls)
        _attach(tree, instance)
    return instance


def _asked_for(tree: StateTree, cls: type[S]) -> S:
    """Return the tree's instance of a class that somebody's code asks for.

    Raises TypeError for what is no State class, ValueError for a mixin and for a class that the
    session's app does not have: no browser would know its vars.
    """
    if cls in tree.instances:
        return instance_of(tree, cls)
    given: object = cls
    if not (isinstance(given, type) and issubclass(given, State)):
        raise TypeError(f"{cls!r:.80} is no State class")
    if cls._is_mixin:
        raise ValueError(f"{cls.__name__} is a mixin: ask for a class that mixes it in")
    if tree.host is not None:
        raise ValueError(
            f"{cls.get_full_name()!r} is no state of this session: its app does not have "
            f"{cls.__module__} among its modules="
        )
    return instance_of(tree, cls)


def _attach(tree: StateTree, instance: State) -> None:
    object.__setattr__(instance, "_tree", tree)
    tree.instances[type(instance)] = instance
