"""A State, and short ways to compile what a test is about. Knows nothing of sessions."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import attrs

from triostate.state.decorators import background, event
from triostate.state.definitions import isolated
from triostate.state.expr import VarRef
from triostate.state.state import State
from triostate.ui import Assets, CompiledPage, Component, Page, Surround, compile_page, page

ASSETS = Assets(
    css_url="/t.css",
    boot_url="/boot.js",
    runtime_url="/runtime.js",
    widgets_url="/widgets.js",
    forms_url="/forms.js",
)


@attrs.define
class Item:
    name: str = ""
    tags: list[str] = attrs.field(factory=list)


with isolated():

    class Shop(State):
        count: int = 0
        limit: int = 10
        name: str = "Ada"
        flag: bool = False
        nothing: Any = None
        url: str = "/a"
        rows: list[Any] = []
        table: dict[str, int] = {}

        def plain(self):
            """Takes nothing."""

        @event
        def pick(self, index: int, name: str = ""):
            """Takes one or two."""

        @event
        def pair(self, first: str, second: str):
            """Takes two."""

        @event
        def several(self, *args: str):
            """Takes any."""

        @background
        async def work(self):
            """Runs beside the others."""


def compiled(
    build: Callable[[], object], *, route: str = "/", on_load: tuple[Any, ...] = (), **values: Any
) -> CompiledPage:
    """Compile what ``build`` returns, with the class's defaults but for ``values``."""

    def default(ref: VarRef) -> Any:
        if ref.name in values:
            return values[ref.name]
        return False if ref.name.endswith(".running") else vars(Shop)[ref.name].default

    page = Page(route=route, title="T", function=build, module=__name__, on_load=on_load)
    return compile_page(page, default, ASSETS)


def compiled_page(
    function: Callable[..., object], surround: Surround | None = None, **options: Any
) -> CompiledPage:
    """Compile a function as `page` declares it; vars have their defaults."""
    with isolated() as definitions:
        page(**options)(function)
    (declared,) = definitions.select("page", None)
    defaults = vars(Shop)
    return compile_page(
        declared,
        lambda ref: defaults[ref.name].default,
        ASSETS,
        surround=surround or Surround(),
    )


def body(page: CompiledPage) -> str:
    """Return what is in the page's root."""
    match = re.search(
        r'<div id="ts-root"(?: role="main")?>(.*)</div>\n?<div id="ts-toasts"',
        page.html.decode(),
        re.DOTALL,
    )
    assert match is not None
    return match[1]


def html(node: Component | Callable[[], object], **values: Any) -> str:
    """Return the first paint of a component."""
    return body(compiled(node if callable(node) else lambda: node, **values))


def templates(page: CompiledPage) -> list[str]:
    """Return the contents of the page's templates."""
    return re.findall(r'<template id="t\d+">(.*?)</template>', page.html.decode(), re.DOTALL)


def embedded_plan(page: CompiledPage) -> Any:
    """Return the plan as a browser reads it."""
    text = re.search(r'id="ts-plan">(.*?)</script>', page.html.decode(), re.DOTALL)
    assert text is not None
    return json.loads(text[1])
