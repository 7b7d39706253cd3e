"""An app that shows one text of somebody else's in every place that takes one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import triostate as ts
from triostate.testing import isolated

__all__ = ["make_page"]


def make_page(text: str, address: str = "/x", style: str = "red") -> SimpleNamespace:
    """Return an app whose page shows them, as constants, as defaults, and after ``change``."""
    first_text, first_address, first_style = text, address, style
    with isolated():

        class Shown(ts.State):
            text: str = first_text
            address: str = first_address
            style: str = first_style
            rows: list[str] = [first_text, first_text + "2"]
            table: dict[str, str] = {first_text: first_text}
            later: str = ""
            later_address: str = ""
            later_style: str = "red"
            later_rows: list[str] = []

            @ts.event
            def change(self) -> None:
                self.later, self.later_address = first_text, first_address
                self.later_style = first_style
                self.later_rows = [first_text, first_text + "2"]
                self.table = {first_text: first_text, "b": first_text}

        @ts.page(route="/", title=text, description=text)
        def index() -> ts.Component:
            return ts.vstack(
                ts.text(text, " and ", Shown.text, id="text"),
                ts.heading(Shown.text, title=Shown.text, aria_label=text),
                ts.text(f"{Shown.text}|{Shown.text.upper()}", data_x=Shown.text, data_y=text),
                ts.code_block(text),
                ts.code(text),
                ts.label(text, html_for=Shown.text),
                ts.input(value=Shown.text, placeholder=text, title=Shown.text),
                ts.button(text, class_name=Shown.text, title=text),
                ts.link(text, href=Shown.address, id="link"),
                ts.box(ts.text("styled"), color=Shown.style),
                ts.cond(Shown.text == text, ts.text(text), ts.text(Shown.text)),
                ts.foreach(Shown.rows, lambda row: ts.text(row, title=row)),
                ts.foreach(Shown.table.items(), lambda pair: ts.text(pair[0], ": ", pair[1])),
                ts.button("change", on_click=Shown.change, id="change"),
                ts.text(Shown.later, title=Shown.later, id="later", class_name=Shown.later),
                ts.input(value=Shown.later, placeholder=Shown.later),
                ts.link("later", href=Shown.later_address, id="later-link"),
                ts.box(ts.text("later"), color=Shown.later_style, id="later-style"),
                ts.foreach(Shown.later_rows, lambda row: ts.text(row, title=row, data_x=row)),
            )

        app = ts.App()
    made: Any = SimpleNamespace(app=app, Shown=Shown)
    return made
