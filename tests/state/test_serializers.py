"""`@ts.serializer`: values of the user's own types travel as what it returns."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Iterator
from typing import Any

import pytest

import triostate as ts
from tests.state.browser import Browser
from triostate.runtime.snapshot import public_state
from triostate.state import serializers
from triostate.state.codec import encode_value
from triostate.state.convert import unconvertible
from triostate.state.defaults import default_values
from triostate.state.expr import evaluate
from triostate.testing import isolated
from triostate.ui.paint import Values


class Money:
    def __init__(self, amount: Any, currency: str = "EUR") -> None:
        self.amount, self.currency = amount, currency


class Refund(Money):
    pass


@dataclasses.dataclass
class Secret:
    text: str = ""


class Grade(enum.Enum):
    GOOD = 1


@pytest.fixture(autouse=True)
def _apart(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(serializers, "_registered", {})
    monkeypatch.setattr(serializers, "_found", {})
    with isolated():
        yield


@pytest.fixture
def of_money() -> Any:
    @ts.serializer
    def of_money(value: Money) -> str:
        return f"{value.amount} {value.currency}"

    return of_money


@pytest.mark.usefixtures("of_money")
class TestSending:
    def test_wherever_a_value_may_be(self) -> None:
        """Alone, in containers, in instances, as a dict's key: what it returns is what travels."""

        @dataclasses.dataclass
        class Row:
            price: Any

        assert encode_value(Money(5)) == "5 EUR"
        assert encode_value([{"a": (Money(5),)}]) == [{"a": {"$tuple": ["5 EUR"]}}]
        assert encode_value(Row(Money(5))) == {"$obj": {"price": "5 EUR"}}
        assert encode_value({Money(5): 1}) == {"$map": {"s:5 EUR": 1}}

    def test_subclasses(self) -> None:
        """A subclass is sent as its base is, until it has a serializer of its own."""
        assert encode_value(Refund(5)) == "5 EUR"

        @ts.serializer
        def of_refund(value: Refund) -> dict[str, Any]:
            return {"refund": value.amount}

        assert encode_value(Refund(5)) == {"refund": 5}
        assert encode_value(Money(5)) == "5 EUR"

    def test_before_all_other_rules(self) -> None:
        """A class of data, an enum, a list of one's own: the serializer has the first word."""

        @ts.serializer
        def of_others(value: Secret | Grade) -> str:
            return "***" if isinstance(value, Secret) else value.name

        class Names(list[str]):
            pass

        @ts.serializer
        def of_names(value: Names) -> str:
            return ", ".join(value)

        assert encode_value([Secret("x"), Grade.GOOD, Names(["a", "b"])]) == ["***", "GOOD", "a, b"]

    def test_in_a_var(self) -> None:
        """A var of such a type is a scalar: handed out as itself, sent when its form differs."""

        class Shop(ts.State):
            price: Money = Money(1)
            prices: list[Money] = []

            @ts.var
            def doubled(self) -> Money:
                return Money(self.price.amount * 2)

        browser = Browser(Shop)
        new = Money(2)
        with browser.block() as state:
            state.price = new
            state.prices.append(Refund(3))
        assert browser.state.price is new
        assert browser.store["state.shop"] == {
            "price": "2 EUR",
            "prices": ["3 EUR"],
            "doubled": "4 EUR",
        }
        with browser.block() as state:
            state.price = Money(2)
        assert browser.sent == []

    def test_in_a_page(self) -> None:
        """Before and after a page is live an expression sees what the serializer returns."""

        class Shop(ts.State):
            price: Money = Money(1)

        defaults = default_values([Shop])
        shown: Any = Shop.price
        text = evaluate(shown.to_string().expr, Values(defaults))
        assert text == "1 EUR"
        browser = Browser(Shop)
        assert public_state(browser.tree, [Shop]) == {"state.shop": {"price": "1 EUR"}}

    def test_refused_at_the_assignment(self) -> None:
        """What a serializer cannot do is told where the value is assigned, and nothing changes."""

        class Shop(ts.State):
            price: Money = Money(1)
            prices: list[Money] = []

        browser = Browser(Shop)
        with browser.block() as state:
            with pytest.raises(ts.UnsendableValueError, match=r"Shop\.price: .*Money.*surrogate"):
                state.price = Money("\ud800")
            with pytest.raises(ts.UnsendableValueError, match=r"Shop\.prices: .*Money.*surrogate"):
                state.prices.append(Money("\ud800"))
        assert browser.state.price.amount == 1
        assert browser.state.prices == []
        browser.check()

    def test_nothing_that_a_browser_sends(self) -> None:
        """A browser cannot send such a value, so nothing converts to it."""
        assert unconvertible(Money)
        assert unconvertible(list[Refund])


class TestOutput:
    def test_of_the_same_type(self) -> None:
        """A serializer that returns its own kind again is an error, not an endless loop."""

        @ts.serializer
        def again(value: Money) -> Any:
            return Money(value.amount)

        with pytest.raises(ts.UnsendableValueError, match=r"Money.*returned a Money again"):
            encode_value(Money(1))

    def test_in_a_circle(self) -> None:
        """Two that return each other's are an error as well."""

        @ts.serializer
        def to_secret(value: Money) -> Any:
            return Secret()

        @ts.serializer
        def to_money(value: Secret) -> Any:
            return Money(1)

        with pytest.raises(ts.UnsendableValueError, match="Money"):
            encode_value(Money(1))

    def test_that_raises(self) -> None:
        """What it raises is told with the type, and is the cause."""

        @ts.serializer
        def fails(value: Money) -> str:
            raise ZeroDivisionError("no rate")

        with pytest.raises(ts.UnsendableValueError, match=r"Money.*no rate") as caught:
            encode_value([Money(1)])
        assert isinstance(caught.value.__cause__, ZeroDivisionError)

    def test_that_does_not_travel(self) -> None:
        """What it returns has to be sendable itself."""

        @ts.serializer
        def opaque(value: Money) -> Any:
            return object()

        with pytest.raises(ts.UnsendableValueError, match=r"Money.*type object"):
            encode_value(Money(1))


class TestDeclaring:
    def test_twice(self, of_money: Any) -> None:
        """A second serializer for a type is refused, naming both."""
        with pytest.raises(ts.DefinitionError, match=r"Money has two.*of_money and .*other"):

            @ts.serializer
            def other(value: Money) -> str:
                return ""

        # The same function again is its module, imported anew.
        assert ts.serializer(of_money) is of_money

    @pytest.mark.parametrize(
        "fn",
        [
            lambda value: "",
            lambda: "",
            lambda a, b: "",
            5,
            Money,
        ],
    )
    def test_without_a_type(self, fn: Any) -> None:
        """No annotation, no parameter, too many, or no function: refused, with what to write."""
        with pytest.raises(ts.DefinitionError, match="serializer"):
            ts.serializer(fn)

    @pytest.mark.parametrize("kind", [int, str, list, dict, object, None, enum.Enum])
    def test_types_with_a_form(self, kind: Any) -> None:
        """A type that travels by itself keeps its form."""

        def fn(value: Any) -> str:
            return ""

        fn.__annotations__["value"] = kind
        with pytest.raises(ts.DefinitionError, match=r"form of its own|no class"):
            ts.serializer(fn)

    def test_no_class(self) -> None:
        """A generic is no class."""

        def fn(value: list[Money]) -> str:
            return ""

        with pytest.raises(ts.DefinitionError, match="no class"):
            ts.serializer(fn)

    def test_unknown_name(self) -> None:
        """A type that is not known where it is declared is refused."""

        def fn(value: Missing) -> str:  # type: ignore[name-defined]  # noqa: F821  # pyright: ignore[reportUndefinedVariable]
            return ""

        with pytest.raises(ts.DefinitionError, match=r"Missing.*known where it is declared"):
            ts.serializer(fn)

    def test_type_of_a_var(self, of_money: Any) -> None:
        """A public var may be annotated with a type that has a serializer."""

        class Right(ts.State):
            price: Money | None = None
            prices: dict[str, list[Refund]] = {}

        assert of_money is not None
        assert Right._fields.keys() == {"price", "prices"}
