"""What cannot work is refused where it is written: class, name and remedy in one line."""

from __future__ import annotations

import sys
import textwrap
import types
from typing import Any

import pytest

import triostate as ts
from triostate.state.checking import check_states
from triostate.testing import isolated

HEAD = """
from __future__ import annotations
import dataclasses, datetime as dt, decimal, enum, functools, typing, uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Final, Generic, Literal, NamedTuple, NewType, Optional, TypeVar
import attrs, trio
import triostate as ts

class Opaque: ...
class Colour(enum.Enum):
    RED = "red"
class Point(NamedTuple):
    x: int = 0
class Options(typing.TypedDict):
    x: int
@dataclasses.dataclass
class Row:
    n: int = 0
    below: list[Row] = dataclasses.field(default_factory=list)
@attrs.define
class Item:
    price: decimal.Decimal = decimal.Decimal(0)
@dataclasses.dataclass
class Locked:
    lock: trio.Lock = dataclasses.field(default_factory=trio.Lock)
@dataclasses.dataclass(eq=False)
class ById:
    n: int = 0
T = TypeVar("T")
Identity = NewType("Identity", int)
"""


WRITTEN = "tests.state.written"


@pytest.fixture(autouse=True)
def _apart() -> Any:
    with isolated():
        yield
    sys.modules.pop(WRITTEN, None)


def define(source: str) -> dict[str, Any]:
    """Run a module of this source; return its names."""
    module = sys.modules[WRITTEN] = types.ModuleType(WRITTEN)
    exec(HEAD + textwrap.dedent(source), vars(module))
    return vars(module)


def define_state(*lines: str) -> Any:
    """Return a State class called Wrong with these lines in its body."""
    return define("class Wrong(ts.State):\n" + textwrap.indent("\n".join(lines), "    "))["Wrong"]


def refused(*lines: str) -> str:
    """Return the text of the error that a class body with these lines gives."""
    with pytest.raises(ts.DefinitionError) as caught:
        define_state(*lines)
    text = str(caught.value)
    assert "\n" not in text
    return text


class TestAnnotations:
    @pytest.mark.parametrize(
        "declared, said",
        [
            ("v: trio.Lock | None = None", "trio.Lock compares by identity"),
            ("v: Optional[trio.Event] = None", "Event compares by identity"),
            ("v: list[Opaque] = []", "Opaque has no form"),
            ("v: dict[str, list[Opaque]] = {}", "Opaque has no form"),
            ("v: tuple[int, Opaque] | None = None", "Opaque has no form"),
            ("v: Callable[[], int] | None = None", "what is called"),
            ("v: object = None", "write Any"),
            ("v: type | None = None", "classes"),
            ("v: Iterator[int] | None = None", "Iterator has no form"),
            ("v: complex | None = None", "complex has no form"),
            ("v: bytearray | None = None", "bytearray has no form"),
            ("v: ById | None = None", "compares by identity"),
            ("v: Locked | None = None", "Lock compares"),
            ("v: list[Locked] = []", "Lock compares"),
            ("v: ts.Field[trio.Lock | None] = ts.field(None)", "Lock compares"),
        ],
    )
    def test_unsendable(self, declared: str, said: str) -> None:
        """An annotation whose values no browser could be sent is refused, with three ways out."""
        text = refused(declared)
        assert text.startswith("var Wrong.v ")
        assert "call it _v" in text
        assert "dataclass" in text
        assert "@ts.serializer" in text
        with pytest.raises(ts.DefinitionError, match=said):
            define_state(declared)
        if "ts.Field" not in declared:
            define_state(declared.replace("v:", "_v:"))

    @pytest.mark.parametrize(
        "declared",
        [
            "v: Any = None",
            "v: int | None = None",
            "v: Optional[list[Row]] = None",
            "v: list[Row | Item] = [Row(), Item()]",
            "v: Sequence[int] = []",
            "v: Mapping[str, Row] = {}",
            "v: Colour = Colour.RED",
            "v: Point = Point()",
            "v: Options = {'x': 1}",
            "v: Literal['a', 'b'] = 'a'",
            "v: Identity = Identity(1)",
            "v: tuple[int, ...] = (1, 2)",
            "v: set[uuid.UUID] = set()",
            "v: frozenset[str] = frozenset()",
            "v: dt.datetime | dt.date | None = None",
            "v: dt.time = dt.time()",
            "v: dt.timedelta = dt.timedelta()",
            "v: Path = Path('a')",
            "v: bytes = b''",
            "v: float = 0",
            "v: list = []",
            "v: dict = {}",
            "v: Row = Row(1, [Row(2)])",
            "v: ts.Field[int] = ts.field(0)",
            "v: 'Row | None' = None",
            "v: typing.Annotated[int, 'how many'] = 0",
        ],
    )
    def test_sendable(self, declared: str) -> None:
        """Unions, generics, literals, classes of data and all that travels may be annotated."""
        cls = define_state(declared)
        check_states([cls])
        assert cls._fields.keys() == {"v"}

    def test_unknown_until_the_app_starts(self) -> None:
        """A name that is defined later is looked up when an app starts, not before."""
        names = define(
            """
            class Early(ts.State):
                later: Later | None = None
                rows: list[Later] = []

            @dataclasses.dataclass
            class Later:
                n: int = 0
            """
        )
        check_states([names["Early"]])
        assert names["Early"]._fields["rows"].annotation.__args__ == (names["Later"],)

    def test_unsendable_when_the_app_starts(self) -> None:
        """What turns out to be unsendable then is the same error as at import."""
        names = define(
            """
            class Early(ts.State):
                later: Later | None = None

            class Later: ...
            """
        )
        with pytest.raises(ts.DefinitionError, match=r"var Early\.later .*_later.*@ts\.serializer"):
            check_states([names["Early"]])

    def test_an_app_asks(self) -> None:
        """An app that starts with such a var ends its start with that error."""

        class Wrong(ts.State):
            v: Missing | None = None  # type: ignore[name-defined]  # noqa: F821  # pyright: ignore[reportUndefinedVariable]

        app = ts.App()
        with pytest.raises(ts.DefinitionError, match=r"var Wrong\.v"):
            app._build()

    @pytest.mark.parametrize(
        "declared",
        [
            "v: ts.Field = ts.field(0)",
            "v: ts.Field[int] | None = ts.field(0)",
            "v: list[ts.Field[int]] = []",
            "_v: ts.Field = ts.field(0)",
        ],
    )
    def test_field_without_its_type(self, declared: str) -> None:
        """Field says of which type the value is, and is no part of another type."""
        assert "v: ts.Field[<type>] = ts.field(<default>)`" in refused(declared)

    def test_never_known(self) -> None:
        """A name for checkers only is an error at the start, which says to import it."""

        class Wrong(ts.State):
            v: Missing | None = None  # type: ignore[name-defined]  # noqa: F821  # pyright: ignore[reportUndefinedVariable]

        with pytest.raises(ts.DefinitionError, match=r"var Wrong\.v.*Missing.*TYPE_CHECKING"):
            check_states([Wrong])

    def test_names_of_the_function_around(self) -> None:
        """A class defined in a function may name what is local there, in vars and handlers."""

        class Local:
            def __eq__(self, other: object) -> bool:
                return True

            __hash__ = None  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]

        class Right(ts.State):
            _one: Local | None = None

            @ts.event
            def take(self, value: Local) -> None: ...

        assert Right._fields["_one"].annotation == Local | None
        assert Right.take.params[0].annotation is Local


class TestDefaults:
    def test_article(self) -> None:
        """The type stands behind its article, as one would say it."""
        assert "is an int, but its default is of type str" in refused("v: int = 'x'")

    @pytest.mark.parametrize(
        "declared, remedy",
        [
            ("v: int = 'x'", "`str`"),
            ("v: int = None", r"`int \| None`"),
            ("v: int = 1.5", "`float`"),
            ("v: str = 0", "`int`"),
            ("v: bool = 0", "`int`"),
            ("v: decimal.Decimal = 0", "`int`"),
            ("v: dt.date = '2024-01-01'", "`str`"),
            ("v: list[int] = ()", "`tuple`"),
            ("v: list[int] = ['a']", "`list`"),
            ("v: dict[str, int] = {'a': 'b'}", "`dict`"),
            ("v: tuple[int, int] = (1,)", "`tuple`"),
            ("v: Colour = 'red'", "`str`"),
            ("v: Literal['a'] = 'b'", "`str`"),
            ("v: Row = None", r"`tests\.state\.written\.Row \| None`"),
            ("v: ts.Field[int] = ts.field('x')", "`str`"),
            ("_v: int = None", r"`int \| None`"),
            ("_v: list = None", r"`list \| None`"),
        ],
    )
    def test_of_another_type(self, declared: str, remedy: str) -> None:
        """A default that is none of the annotated type is refused; its value is not shown."""
        with pytest.raises(ts.DefinitionError, match=rf"var Wrong\._?v .*{remedy}$"):
            define_state(declared)

    def test_backend_var_of_an_opaque_type(self) -> None:
        """Of an opaque backend var None is a first value that many write, and no mistake to us."""
        assert define_state("_lock: trio.Lock = None")()._lock is None

    @pytest.mark.parametrize("made", ["dataclasses.field(default_factory=list)", "attrs.field()"])
    def test_field_of_a_dataclass(self, made: str) -> None:
        """Fields of other frameworks are refused: each session has a copy of a plain default."""
        assert "each session gets a copy" in refused(f"v: list[int] = {made}")

    def test_shared_mutable_default(self) -> None:
        """Two classes may share a mutable default: each session of each has its own copy of it."""
        shared = [[1]]

        class One(ts.State):
            rows: list[list[int]] = shared

        class Two(ts.State):
            rows: list[list[int]] = shared

        one, other, two = One(), One(), Two()
        one.rows[0].append(2)
        assert (one.rows, other.rows, two.rows, shared) == ([[1, 2]], [[1]], [[1]], [[1]])

    def test_instance_as_default(self) -> None:
        """A dataclass instance as a default is copied for each session, what it holds too."""
        row = define("row = Row(1, [Row(2)])")
        cls = define_state("v: Row = Row(1, [Row(2)])")
        one, other = cls(), cls()
        one.v.below[0].n = 5
        one.v.n = 6
        assert (other.v.n, other.v.below[0].n) == (1, 2)
        assert row["row"].n == 1

    def test_one_field_under_two_names(self) -> None:
        """One `ts.field` may stand under several names: each is a var of its own."""
        shared = ts.field(0)

        class Twins(ts.State):
            a: ts.Field[int] = shared
            b: ts.Field[int] = shared

        twins = Twins()
        twins.a = 1
        assert (twins.a, twins.b) == (1, 0)


class TestNames:
    def test_a_constant(self) -> None:
        """ClassVar and Final are constants of the class: no vars, and not to be assigned."""
        cls = define_state(
            "A: ClassVar[int] = 1",
            "B: Final = 2",
            "C: Final[int] = 3",
            "D: typing.ClassVar = []",
            "n: int = 0",
        )
        assert cls._fields.keys() == {"n"}
        assert (cls.A, cls.B, cls.C) == (1, 2, 3)
        assert not hasattr(cls, "set_A")
        with pytest.raises(ts.SetUndefinedStateVarError):
            cls().B = 5

    @pytest.mark.parametrize("value, kind", [("0", "int"), ("'x'", "str"), ("[]", "list")])
    def test_no_annotation(self, value: str, kind: str) -> None:
        """A public attribute without an annotation is refused: it would be no var, in silence."""
        text = refused(f"n = {value}")
        assert text.startswith("Wrong.n has no annotation")
        assert f"`n: {kind} = ...`" in text
        assert f"ClassVar[{kind}]" in text

    @pytest.mark.parametrize(
        "line", ["n = ts.field(0)", "n = ts.LocalStorage(0)", "n = ts.Cookie('a')"]
    )
    def test_declaration_without_annotation(self, line: str) -> None:
        """What declares a var needs an annotation."""
        assert "Wrong.n has no annotation" in refused(line)

    @pytest.mark.parametrize(
        "line",
        [
            "_n = 0",
            "class Inner: ...",
            "helper = len",
            "@staticmethod\ndef helper(): ...",
            "@classmethod\ndef helper(cls): ...",
            "@property\ndef helper(self): return 1",
            "partial = functools.partial(print, 1)",
            "go = lambda self: None",
        ],
    )
    def test_what_needs_none(self, line: str) -> None:
        """Private attributes, classes, callables, properties need none; a lambda is a handler."""
        cls = define_state(line)
        assert cls._fields == {}
        if line.startswith("go"):
            assert cls.go.full_name == "state.wrong.go"

    @pytest.mark.parametrize(
        "lines",
        [
            ("n: int = 0", "def n(self): ..."),
            ("n: int = 0", "@ts.event\ndef n(self): ..."),
            ("n: int = 0", "@ts.background\nasync def n(self): ..."),
            ("n: int = 0", "@ts.var\ndef n(self) -> int: return 1"),
            ("def n(self): ...", "n: int = 0"),
            ("@ts.event\ndef n(self): ...", "n: int = 0"),
            ("@ts.var\ndef n(self) -> int: return 1", "n: int = 0"),
            ("n: int | None = None", "def n(self): ..."),
            ("def n(self): ...", "n: int | None = None"),
        ],
    )
    def test_var_and_method(self, lines: tuple[str, str]) -> None:
        """One name for a var and a method of one class is refused, whichever comes last."""
        assert "Wrong.n is declared both as a var and as a method" in refused(*lines)

    @pytest.mark.parametrize(
        "line, name",
        [
            ("n: int = 0", "n"),
            ("@ts.var\ndef n(self) -> int: return 1", "n"),
            ("double: int = 0", "double"),
            ("def n(self): ...", "n"),
            ("def double(self): ...", "double"),
            ("go: int = 0", "go"),
            ("set_n: int = 0", "set_n"),
            ("_hidden: int = 0", "_hidden"),
        ],
    )
    def test_hiding_a_parents(self, line: str, name: str) -> None:
        """A substate cannot redeclare what it shares with its parent, nor a handler hide it."""
        source = """
        class Base(ts.State):
            n: int = 0
            _hidden: int = 0
            @ts.var
            def double(self) -> int: return self.n * 2
            def go(self): ...
        class Wrong(Base):
        """
        body = textwrap.dedent(source) + textwrap.indent(line, "    ")
        said = rf"Wrong\.{name} hides a (computed )?(var|handler) of Base"
        with pytest.raises(ts.DefinitionError, match=said):
            define(body)

    def test_own_setter_wins(self) -> None:
        """A handler called as a var's setter is the setter; a substate may have one of its own."""

        class Base(ts.State):
            n: int = 0

            @ts.event
            def set_n(self, value: str) -> None: ...

        class Sub(Base):
            @ts.event
            def set_n(self, value: str) -> None: ...

        assert Base._fields["n"].setter is Base.set_n.definition
        assert Base.set_n.params[0].annotation is str
        assert Sub.set_n.full_name == "state.base.sub.set_n"

    def test_computed_called_as_a_setter(self) -> None:
        """A computed var called as a var's setter is refused."""
        assert "set_n" in refused("n: int = 0", "@ts.var\ndef set_n(self) -> int: return 1")

    def test_handler_overridden_in_a_substate(self) -> None:
        """A substate may have a handler of the same name: it is another one, of the substate."""
        names = define(
            """
            class Base(ts.State):
                def go(self): ...
            class Sub(Base):
                def go(self): ...
            """
        )
        assert names["Base"].go.full_name == "state.base.go"
        assert names["Sub"].go.full_name == "state.base.sub.go"

    @pytest.mark.parametrize("name", ["__n__", "__call__"])
    def test_dunder(self, name: str) -> None:
        """A dunder name is no var's."""
        assert "Python's own" in refused(f"{name}: int = 0")

    def test_mangled(self) -> None:
        """A name with two underscores is a backend var, under the name that Python gives it."""
        assert define_state("__n: int = 0")._fields.keys() == {"_Wrong__n"}

    def test_init(self) -> None:
        """A constructor would never be called, and is refused."""
        assert "on_load" in refused("def __init__(self): ...")


class TestBases:
    def test_two_mixins(self) -> None:
        """One var from two mixins is refused, unless the class says which."""
        source = """
        class One(ts.State, mixin=True):
            n: int = 1
        class Two(ts.State, mixin=True):
            n: int = 2
        class Wrong(One, Two, ts.State):
        """
        with pytest.raises(ts.DefinitionError, match=r"Wrong\.n .*two mixins, \w+ and \w+"):
            define(textwrap.dedent(source) + "    pass")
        assert define(textwrap.dedent(source) + "    n: int = 3")["Wrong"]().n == 3

    def test_one_mixin_by_two_ways(self) -> None:
        """One mixin that comes by two others is no clash."""
        names = define(
            """
            class Root(ts.State, mixin=True):
                n: int = 1
                @ts.var
                def double(self) -> int: return self.n * 2
            class Left(Root, mixin=True): ...
            class Right(Root, mixin=True): ...
            class Whole(Left, Right, ts.State): ...
            """
        )
        assert (names["Whole"]().n, names["Whole"]().double) == (1, 2)

    def test_mixin_and_class(self) -> None:
        """A class may give a mixin's var another default, not another nature."""
        head = "class Part(ts.State, mixin=True):\n    n: int = 1\nclass Wrong(Part, ts.State):\n"
        assert define(head + "    n: int = 5")["Wrong"]().n == 5
        with pytest.raises(ts.DefinitionError, match=r"Wrong\.n hides a var of Part"):
            define(head + "    def n(self): ...")

    def test_mixin_and_parent(self) -> None:
        """A mixin cannot bring in a var that the parent has."""
        with pytest.raises(ts.DefinitionError, match=r"Wrong\.n hides a var of Base"):
            define(
                """
                class Base(ts.State):
                    n: int = 0
                class Part(ts.State, mixin=True):
                    n: int = 1
                class Wrong(Part, Base): ...
                """
            )

    def test_two_parents(self) -> None:
        """Two parents are refused: a substate has one path."""
        with pytest.raises(ts.DefinitionError, match=r"Wrong has two parents, A and B.*mixin"):
            define(
                """
                class A(ts.State): ...
                class B(ts.State): ...
                class Wrong(A, B): ...
                """
            )

    def test_plain_class_with_vars(self) -> None:
        """Annotated attributes of a class that is no State are refused: they would be no vars."""
        with pytest.raises(ts.DefinitionError, match=r"Wrong: Plain\.n .*mixin=True"):
            define(
                """
                class Plain:
                    n: int = 0
                class Wrong(Plain, ts.State): ...
                """
            )

    def test_plain_class_with_helpers(self) -> None:
        """A class with methods and constants only may be a base."""
        names = define(
            """
            class Plain(Generic[T]):
                LIMIT: ClassVar[int] = 3
                def _help(self): return self.LIMIT
            class Right(Plain[int], ts.State): ...
            """
        )
        assert names["Right"]()._help() == 3


class TestDecorators:
    @pytest.mark.parametrize("decorator", ["ts.event", "ts.event(background=True)", "ts.var"])
    @pytest.mark.parametrize(
        "wrapped, said",
        [
            ("staticmethod(len)", "take @staticmethod away"),
            ("classmethod(len)", "take @classmethod away"),
            ("property(len)", "take @property away"),
            ("Opaque", "not on a type"),
            ("5", "not on an int"),
            ("functools.partial(print)", "not on a partial"),
            ("ts.var(lambda self: 1)", "another decorator"),
        ],
    )
    def test_on_no_method(self, decorator: str, wrapped: str, said: str) -> None:
        """Our decorators go on methods: anything else is refused, with what to take away."""
        with pytest.raises(ts.DefinitionError, match=said):
            define(f"x = {decorator}({wrapped})")

    @pytest.mark.parametrize("wrapper", ["staticmethod", "classmethod", "property"])
    def test_below_a_wrapper(self, wrapper: str) -> None:
        """A wrapper around a handler or computed var would hide it, and is refused."""
        assert f"take @{wrapper} away" in refused(f"@{wrapper}\n@ts.event\ndef go(self): ...")
        assert f"take @{wrapper} away" in refused(f"@{wrapper}\n@ts.var\ndef n(self): ...")

    def test_event_on_a_computed_var(self) -> None:
        """One method cannot be both."""
        assert "another decorator" in refused("@ts.event\n@ts.var\ndef n(self): ...")
        assert "another decorator" in refused("@ts.var\n@ts.event\ndef n(self): ...")

    def test_cached_property(self) -> None:
        """A cached property would go stale: it is refused in favour of @ts.var."""
        assert "@ts.var" in refused("@functools.cached_property\ndef n(self): ...")

    @pytest.mark.parametrize(
        "method, said",
        [
            ("def n(self, k): ...", "self and nothing else"),
            ("async def n(self): ...", "async or a generator"),
            ("def n(self): yield 1", "async or a generator"),
            ("def n(self) -> trio.Lock: ...", "Lock compares.*backend=True"),
        ],
    )
    def test_computed(self, method: str, said: str) -> None:
        """A computed var takes self, returns its value at once, and can be sent."""
        with pytest.raises(ts.DefinitionError, match=rf"computed var Wrong\.n.*{said}"):
            define_state(f"@ts.var\n{method}")

    def test_computed_that_writes(self) -> None:
        """A computed var that assigns to self is refused at import, wherever it does it."""
        wanted = r"computed var Wrong\.n changes self\.k, .*handler"
        with pytest.raises(ts.DefinitionError, match=wanted):

            class Wrong(ts.State):
                k: int = 0

                @ts.var
                def n(self) -> int:
                    if self.k > 3:
                        self.k += 1
                    return self.k

        with pytest.raises(ts.DefinitionError, match=wanted.replace("Wrong", "Other")):

            class Other(ts.State):
                k: int = 0

                @ts.var
                def n(this) -> int:
                    for this.k in range(3):
                        del this.k
                    return this.k

        class Right(ts.State):
            k: int = 0

            @ts.var
            def n(self) -> int:
                other = types.SimpleNamespace(k=0)
                other.k = self.k
                return int(other.k)

        assert Right().n == 0

    def test_alias(self) -> None:
        """A handler under two names is two handlers."""
        cls = define_state("@ts.event\ndef go(self): ...", "also = go")
        assert cls.go.full_name == "state.wrong.go"
        assert cls.also.full_name == "state.wrong.also"


def test_a_class_from_a_file_that_is_not_python(tmp_path: Any, monkeypatch: Any) -> None:
    """Two classes of one name are told also if they are a document's, whose text is no Python."""
    document = tmp_path / "page.md"
    document.write_text("# A page\n\nSome words, and then:\n")
    module = types.ModuleType("page_of_words")
    module.__file__ = str(document)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    source = "\n\nimport triostate as ts\nclass Twice(ts.State):\n    n: int = 0\n"
    code = compile(source, str(document), "exec")
    with isolated():
        for _ in range(2):
            exec(code, module.__dict__)
        with pytest.raises(ts.DefinitionError, match=r"'state\.twice': .*page\.md"):
            ts.App()._build()
