"""What no form fills, and no effect takes."""

import triostate as ts


class Desk(ts.State):
    @ts.event
    def number(self, number: int) -> None: ...

    @ts.event
    def plain(self, data: dict[str, str]) -> None: ...

    @ts.event
    def two(self, a: int, b: int) -> None: ...


def page() -> None:
    ts.form(on_submit=Desk.number)  # error
    ts.form(on_submit=lambda data: Desk.number(data))  # error: pyright
    ts.form(on_submit=Desk.plain)
    ts.set_clipboard()  # error
    ts.scroll_to("x", align="top")  # error
    ts.redirect(3)  # error
    ts.call_script("charts.draw", callback=Desk.two)  # error
    ts.call_script("charts.draw", callback=Desk.number)
