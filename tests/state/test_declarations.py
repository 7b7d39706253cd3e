"""State classes: what may be declared, under which names, and what is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

import pytest
import trio

import triostate as ts
from tests.state.browser import Browser
from triostate.state.declaring import refuse_duplicates
from triostate.state.expr import VarRef
from triostate.testing import isolated


@pytest.fixture(autouse=True)
def _apart() -> Any:
    with isolated():
        yield


class TestRefusals:
    def test_no_default(self) -> None:
        """A var without a default is refused, with what to write."""
        with pytest.raises(ts.DefinitionError, match=r"Wrong\.n .*no default.*n: \.\.\. ="):

            class Wrong(ts.State):
                n: int

    @pytest.mark.parametrize(
        "default", [object(), 2**53, "\ud800", {frozenset({1}): 3}, [object()]]
    )
    def test_unsendable_default(self, default: object) -> None:
        """A public default that no browser could be sent is refused, with the way out."""
        body = {"__annotations__": {"n": Any}, "n": default}
        with pytest.raises(ts.DefinitionError, match=r"Wrong\.n.*leading underscore"):
            type(ts.State)("Wrong", (ts.State,), body)  # pyright: ignore[reportCallIssue]

    def test_unsendable_backend_default(self) -> None:
        """A backend var may have any default."""
        thing = object()

        class Right(ts.State):
            _thing: object = thing

        assert Right()._thing is thing

    @pytest.mark.parametrize(
        "name", ["reset", "get_token", "app", "router", "session", "_host", "_tree", "_fields"]
    )
    def test_reserved_var(self, name: str) -> None:
        """A var may not have a name that every State uses itself."""
        with pytest.raises(ts.DefinitionError, match=name):
            type(ts.State)("Wrong", (ts.State,), {"__annotations__": {name: int}, name: 0})  # pyright: ignore[reportCallIssue]

    @pytest.mark.parametrize("name", ["reset", "get_state", "app"])
    def test_reserved_handler(self, name: str) -> None:
        """A handler may not hide what every State has."""
        with pytest.raises(ts.DefinitionError, match=name):
            type(ts.State)("Wrong", (ts.State,), {name: lambda self: None})  # pyright: ignore[reportCallIssue]

    def test_handler_hides_parents_var(self) -> None:
        """A handler may not have the name of a var of a parent."""

        class Base(ts.State):
            n: int = 0

        with pytest.raises(ts.DefinitionError, match=r"Wrong\.n hides a var of Base"):

            class Wrong(Base):
                def n(self) -> None: ...  # pyright: ignore[reportIncompatibleVariableOverride]

    def test_handler_hides_own_var(self) -> None:
        """One name cannot be a var and a handler of one class."""
        with pytest.raises(ts.DefinitionError, match=r"Wrong\.n"):

            class Wrong(ts.State):
                n: int = 0  # pyright: ignore[reportAssignmentType, reportRedeclaration]

                @ts.event
                def n(self) -> None: ...  # noqa: F811

    def test_var_with_the_name_of_a_setter(self) -> None:
        """A var called as another one's setter is refused, not lost."""
        with pytest.raises(ts.DefinitionError, match="set_n"):

            class Wrong(ts.State):
                n: int = 0
                set_n: int = 0

    def test_computed_with_arguments(self) -> None:
        """A computed var takes self and nothing else."""
        with pytest.raises(ts.DefinitionError, match="self and nothing else"):

            class Wrong(ts.State):
                @ts.var  # pyright: ignore[reportArgumentType]
                def twice(self, n: int) -> int:
                    return n

    def test_duplicates_name_both_places(self) -> None:
        """Two classes of one full name in an app are refused, with both places."""

        def first() -> type[ts.State]:
            class Same(ts.State): ...

            return Same

        def second() -> type[ts.State]:
            class Same(ts.State): ...

            return Same

        with pytest.raises(ts.DefinitionError) as caught:
            refuse_duplicates([first(), second()])
        text = str(caught.value)
        assert "'state.same'" in text
        assert text.count("test_declarations.py:") == 2
        assert "first.<locals>" in text
        assert "second.<locals>" in text

    def test_unknown_name_has_a_hint(self) -> None:
        """A name that the class lacks is an AttributeError that suggests the nearest."""

        class Counter(ts.State):
            value: int = 0

        with pytest.raises(AttributeError, match="did you mean 'value'"):
            Counter.vaule  # noqa: B018


class TestNames:
    def test_full_names(self) -> None:
        """Full names are the classes' names in snake case, parents first."""

        class HTTPServerState(ts.State): ...

        class MyTask2State(HTTPServerState): ...

        assert ts.State.get_full_name() == "state"
        assert HTTPServerState.get_full_name() == "state.http_server_state"
        assert MyTask2State.get_full_name() == "state.http_server_state.my_task2_state"
        assert MyTask2State.get_parent_state() is HTTPServerState
        assert HTTPServerState.get_parent_state() is ts.State
        assert ts.State.get_parent_state() is None

    def test_class_attribute_is_an_expression(self) -> None:
        """On the class a var is an expression by full name, in the plain and the typed form."""

        class Both(ts.State):
            plain: int = 1
            typed: ts.Field[int] = ts.field(2)
            LIMIT: ClassVar[int] = 3

        assert Both.plain.expr == VarRef("state.both", "plain")  # pyright: ignore[reportAttributeAccessIssue]
        assert Both.typed.expr == VarRef("state.both", "typed")
        assert (Both().plain, Both().typed, Both().LIMIT) == (1, 2, 3)

    def test_backend_var_has_no_setter(self) -> None:
        """A backend var has no handler that a page could bind."""

        class Hidden(ts.State):
            _n: int = 0

        assert not hasattr(Hidden, "set__n")
        assert not hasattr(Hidden, "set_n")
        with pytest.raises(AttributeError, match="backend"):
            Hidden._n.set  # pyright: ignore[reportAttributeAccessIssue]  # noqa: B018


class TestInheritance:
    def test_substate_shares_parents_vars(self) -> None:
        """A substate reads and writes its parents' vars, not copies of them."""

        class Base(ts.State):
            n: int = 0

        class Sub(Base):
            m: int = 0

        browser = Browser(Base, Sub)
        with browser.block() as base:
            base.get_substate(Sub).n = 5
            base.get_substate(Sub).m = 6
        assert browser.state.n == 5
        browser.check()
        assert [op.path for op in browser.sent] == ["/state.base/n", "/state.base.sub/m"]

    def test_mixins_give_each_class_its_own(self) -> None:
        """What a mixin declares belongs to each class that mixes it in (3)."""

        class Named(ts.State, mixin=True):
            name: str = "?"
            tags: list[str] = []

            @ts.var
            def loud(self) -> str:
                return self.name.upper()

            @ts.event
            def rename(self, name: str) -> None:
                self.name = name

            @ts.event(background=True)
            async def later(self) -> None: ...

        class One(Named, ts.State): ...

        class Two(Named, ts.State): ...

        browser = Browser(One, Two)
        two = browser.state.get_substate(Two)
        with browser.block() as one:
            one.name = "x"
            one.tags.append("t")
        assert (one.loud, two.loud, two.tags) == ("X", "?", [])
        assert One.rename.full_name == "state.one.rename"
        assert Two.later.is_background
        assert Two.set_name.full_name == "state.two.set_name"
        browser.check()

    def test_mixin_is_no_state_of_its_own(self) -> None:
        """A mixin registers no state and is no parent."""
        with isolated() as definitions:

            class Part(ts.State, mixin=True):
                n: int = 0

            class Whole(Part, ts.State): ...

        assert definitions.select("state", None) == [Whole]
        assert Whole.get_full_name() == "state.whole"


class TestOtherStates:
    def test_get_substate_forms(self) -> None:
        """get_substate takes a class, a full name, and parts relative to the caller."""

        class Base(ts.State): ...

        class Sub(Base): ...

        browser = Browser(Base, Sub)
        sub = browser.state.get_substate(Sub)
        for path in (
            "state.base.sub",
            ["state", "base", "sub"],
            Sub.get_full_name().split("."),
            ["sub"],
            "sub",
        ):
            assert browser.state.get_substate(path) is sub

    def test_unknown_substate(self) -> None:
        """An unknown name is a ValueError that quotes it."""

        class Base(ts.State): ...

        with pytest.raises(ValueError, match="nowhere"):
            Browser(Base).state.get_substate("nowhere")

    def test_host_outside_a_session(self) -> None:
        """What only a session has is a RuntimeError on a State made by hand."""

        class Lone(ts.State): ...

        with pytest.raises(RuntimeError, match="belongs to no session"):
            Lone().get_token()


class TestValues:
    def test_mutable_default_is_copied(self) -> None:
        """A mutable default is copied for each session, nested ones too."""

        class Lists(ts.State):
            rows: list[list[int]] = [[1]]

        one, two = Browser(Lists), Browser(Lists)
        with one.block() as state:
            state.rows[0].append(2)
        assert one.state.rows == [[1, 2]]
        assert two.state.rows == [[1]]
        assert Browser(Lists).state.rows == [[1]]

    def test_undeclared_attribute(self) -> None:
        """Assigning what is not declared raises, with the line to add (30)."""

        class Small(ts.State):
            n: int = 0

        browser = Browser(Small)
        with browser.block() as state:
            with pytest.raises(ts.SetUndefinedStateVarError, match=r"`m: <type> = <default>`"):
                state.m = 1
            state.n = 1
        browser.check()

    def test_reset(self) -> None:
        """reset() brings a class and its substates back to their defaults, not its parent (29)."""

        class Base(ts.State):
            n: int = 0

        class Mid(Base):
            rows: list[int] = [1]
            _secret: int = 1

        class Leaf(Mid):
            m: int = 0

        browser = Browser(Base, Mid, Leaf)
        mid, leaf = browser.state.get_substate(Mid), browser.state.get_substate(Leaf)
        with browser.block() as base:
            base.n = mid._secret = leaf.m = 5
            mid.rows.append(2)
        with browser.block():
            mid.reset()
        assert (browser.state.n, mid.rows, mid._secret, leaf.m) == (5, [1], 1, 0)
        browser.check()
        with browser.block():
            mid.rows.append(3)
        assert Mid._fields["rows"].default == [1]

    @pytest.mark.parametrize(
        "old, new, sends",
        [(1, 1, 0), (1, True, 1), (1, 1.0, 1), ("a", "a", 0), ([1], [1], 0), ([1], [True], 1)],
    )
    def test_equal_value_sends_nothing(self, old: Any, new: Any, sends: int) -> None:
        """A value of equal type and value sends nothing; True for 1 does (36)."""

        class Any_(ts.State):
            value: Any = None

        browser = Browser(Any_)
        with browser.block() as state:
            state.value = old
        with browser.block() as state:
            state.value = new
        assert len(browser.sent) == sends
        browser.check()

    def test_there_and_back_sends_nothing(self) -> None:
        """A scalar that ends as it began sends nothing, however often it was assigned (36)."""

        class Small(ts.State):
            n: int = 0

        browser = Browser(Small)
        with browser.block() as state:
            state.n = 1
            state.n = 0
        assert browser.sent == []

    @pytest.mark.parametrize("bad", [object(), 2**53, "\ud800", float, lambda: 0])
    def test_unsendable_value(self, bad: Any) -> None:
        """A public var refuses what cannot be sent, at the assignment, and keeps its value."""

        class Any_(ts.State):
            value: Any = None
            rows: list[Any] = []

        browser = Browser(Any_)
        with browser.block() as state:
            with pytest.raises(ts.UnsendableValueError, match=r"Any_\.value.*underscore"):
                state.value = [bad]
            with pytest.raises(ts.UnsendableValueError, match=r"Any_\.rows"):
                state.rows.append({"k": bad})
        assert (browser.state.value, browser.state.rows) == (None, [])
        browser.check()


class TestOpaque:
    def test_handed_out_as_itself(self) -> None:
        """An opaque object in a backend var is itself, inside a block and outside (20)."""
        thing, other = object(), object()

        class Opaque(ts.State):
            _thing: Any = None

        browser = Browser(Opaque)
        with browser.block() as state:
            state._thing = thing
            assert state._thing is thing
        assert browser.state._thing is thing
        with browser.block() as state:
            state._thing = other
        assert browser.state._thing is other

    def test_equal_objects_are_not_the_same(self) -> None:
        """Assigning another opaque object replaces the old, though the two compare equal."""

        class Client:
            def __eq__(self, other: object) -> bool:
                return isinstance(other, Client)

            __hash__ = None  # pyright: ignore[reportAssignmentType]

        class Opaque(ts.State):
            _client: Any = None

        browser, new = Browser(Opaque), Client()
        with browser.block() as state:
            state._client = Client()
            state._client = new
        assert browser.state._client is new

    def test_objects_without_truth_of_equality(self) -> None:
        """An opaque object whose == gives no truth value, as arrays do, can be replaced."""

        class Array:
            def __eq__(self, other: object) -> Any:
                return self

            def __bool__(self) -> bool:
                raise ValueError("the truth value of an array is ambiguous")

            __hash__ = None  # pyright: ignore[reportAssignmentType]

        class Opaque(ts.State):
            _array: Any = None

        browser, new = Browser(Opaque), Array()
        with browser.block() as state:
            state._array = Array()
            state._array = new
        assert browser.state._array is new


class TestMistakes:
    """What is easily written and could go wrong in silence."""

    def test_value_for_the_class(self) -> None:
        """A var is assigned on the instance: on the class it raises, and the var stays one."""

        class Counter(ts.State):
            n: int = 0
            typed: ts.Field[int] = ts.field(0)

            @ts.var
            def double(self) -> int:
                return self.n * 2

        class Sub(Counter): ...

        for cls in (Counter, Sub):
            for name in ("n", "typed", "double"):
                with pytest.raises(
                    ts.DefinitionError, match=rf"{cls.__name__}\.{name}.*self\.{name}"
                ):
                    setattr(cls, name, 3)
                with pytest.raises(ts.DefinitionError, match=name):
                    delattr(cls, name)
        assert (Counter().n, Counter().typed, Counter().double) == (0, 0, 0)

    @pytest.mark.parametrize("name", ["value", "rows"])
    def test_expression_as_value(self, name: str) -> None:
        """What the class gives stands for a value, and is refused as one, in an f-string too."""

        class Counter(ts.State):
            n: int = 0
            value: Any = None
            rows: list[Any] = []

        browser = Browser(Counter)
        given = (Counter.n, f"{Counter.n} items", f"{Counter.n!r}", str(Counter.n + 1))
        with browser.block() as state:
            for value in given:
                with pytest.raises(ts.UnsendableValueError, match=r"self\.n"):
                    setattr(state, name, [value])
        browser.check()
        assert browser.sent == []

    def test_text_that_looks_like_a_var(self) -> None:
        """Control characters in a user's text are text."""

        class Note(ts.State):
            text: str = ""

        browser = Browser(Note)
        with browser.block() as state:
            state.text = "\x020123abcd:0\x03 \u00b70123abcd:0>"
        browser.check()

    def test_deleting_a_computed_var(self) -> None:
        """It raises as assigning does."""

        class Counter(ts.State):
            @ts.var
            def one(self) -> int:
                return 1

        browser = Browser(Counter)
        with browser.block() as state, pytest.raises(AttributeError, match=r"Counter\.one is comp"):
            del state.one

    def test_asking_for_no_state(self) -> None:
        """A mixin, a class of another app and what is no State are no state of a session."""

        class Part(ts.State, mixin=True):
            n: int = 0

        class Here(Part, ts.State): ...

        class Elsewhere(ts.State): ...

        state = Browser(Here).state
        for cls, error, said in (
            (Part, ValueError, "mixes it in"),
            (Elsewhere, ValueError, "modules="),
            (int, TypeError, "no State class"),
        ):
            with pytest.raises(error, match=said):
                state.get_substate(cls)
            with pytest.raises(error, match=said):
                trio.run(state.get_state, cls)
        assert trio.run(state.get_state, Here) is state

    def test_signalling_nan(self) -> None:
        """A signalling NaN, which raises where it is compared, is refused; a quiet one is not."""

        class Account(ts.State):
            sum: Decimal = Decimal(0)
            _sum: Decimal = Decimal(0)

        browser = Browser(Account)
        with browser.block() as state:
            with pytest.raises(ts.UnsendableValueError, match=r"Account\.sum.*signalling"):
                state.sum = Decimal("sNaN")
            state.sum = Decimal("NaN")
            state._sum = Decimal("sNaN")
            state._sum = Decimal("sNaN")
        browser.check()
        with browser.block() as state:
            state.sum = Decimal("NaN")
        assert browser.sent == []
