"""The pytest plugin of triostate: fixtures, and async tests on a virtual clock.

Loaded at the start of every pytest of an environment that has triostate installed, so it imports
nothing of triostate, nor Trio, before a test asks for one of its fixtures: what a project covers
and what pytest rewrites is imported when the project imports it. That is why it is no part of the
package: importing `triostate.testing` would import all of it. What it does is in
`triostate.testing.fixtures`.
"""

from __future__ import annotations

import importlib
import inspect
from typing import Any

import pytest

__all__ = ["VirtualTest", "ts_app", "ts_client", "ts_clock", "ts_open"]

_FIXTURES = frozenset({"ts_app", "ts_client", "ts_clock", "ts_open"})

_MARKER = (
    "triostate(limit_seconds=None, clock='virtual'): run this async test under Trio, on a clock "
    "that jumps or, with clock='real', on the real one; for how many seconds at most"
)


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", _MARKER)


@pytest.fixture
def ts_app() -> Any:
    """Return the app under test: what ``[tool.triostate] app`` or ``TRIOSTATE_APP`` names.

    A project that has several, or makes one for each test, overrides this fixture.
    """
    return _implementation().find_app()


@pytest.fixture
def ts_client(ts_app: Any) -> Any:
    """Return a `triostate.testing.Client` of `ts_app`, which is served while the test runs."""
    return _implementation().Client(ts_app)


@pytest.fixture
def ts_open(ts_client: Any) -> Any:
    """Return the function that opens tabs of `ts_client`; it is awaited, with a path."""
    return ts_client.open


@pytest.fixture
def ts_clock() -> Any:
    """Return the test's virtual clock: a `trio.testing.MockClock` that jumps by itself."""
    return _implementation().make_clock()


def _implementation() -> Any:
    return importlib.import_module("triostate.testing.fixtures")


class VirtualTest(pytest.Function):
    """An async test that runs under Trio, whatever other plugins make of async tests."""

    def setup(self) -> None:
        """Set up the fixtures, and take note of the function before anyone wraps it."""
        super().setup()
        self._function = self.obj

    def runtest(self) -> None:
        """Run it, with every `Client` among its fixtures served meanwhile."""
        __tracebackhide__ = True
        marker = self.get_closest_marker("triostate")
        options = {} if marker is None else marker.kwargs
        arguments = {name: self.funcargs[name] for name in self._fixtureinfo.argnames}
        _implementation().run_test(self._function, arguments, self.funcargs, **options)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Take over the async tests that use our fixtures or carry our marker, and no others."""
    items[:] = [_ours(item) if _is_ours(item) else item for item in items]


def _is_ours(item: pytest.Item) -> bool:
    if not isinstance(item, pytest.Function) or not inspect.iscoroutinefunction(item.obj):
        return False
    return item.get_closest_marker("triostate") is not None or any(
        _is_our_fixture(item, name) for name in _FIXTURES.intersection(item.fixturenames)
    )


def _is_our_fixture(item: pytest.Function, name: str) -> bool:
    """Whether a fixture of that name is ours, or overrides ours."""
    known = item._fixtureinfo.name2fixturedefs.get(name, ())
    return any(definition.func.__module__ == __name__ for definition in known)


def _ours(item: pytest.Item) -> pytest.Item:
    # A new item and not the old one with another method: plugins that run async tests have
    # classes of their own for them.
    assert isinstance(item, pytest.Function)
    assert item.parent is not None
    made = VirtualTest.from_parent(
        item.parent,
        name=item.name,
        callspec=getattr(item, "callspec", None),
        fixtureinfo=item._fixtureinfo,
        originalname=item.originalname,
    )
    made.own_markers = item.own_markers
    made.keywords.update(item.keywords)
    return made
