"""Components given what they do not take."""

import triostate as ts


class Desk(ts.State):
    level: int = 3
    open: bool = False

    @ts.event
    def rate(self, count: int) -> None:
        self.level = count

    @ts.event
    def opened(self, is_open: bool) -> None:
        self.open = is_open


def page() -> ts.Component:
    return ts.box(
        ts.icon(3),  # error
        ts.badge("x", variant="sold"),  # error
        ts.image(alt="x"),  # error
        ts.switch("x", on_change=3),  # error
        ts.radio_group(["a"], direction="up"),  # error
        ts.tabs.trigger("x"),  # error
        ts.tabs.roots(),  # error
        ts.accordion.item("x"),  # error
        ts.tooltip(ts.button("x")),  # error
        ts.el.scrip("x"),  # error
        ts.custom_element(),  # error
        ts.dropdown_menu.item("x", on_click=Desk.opened),  # error
    )


def look() -> ts.Component:
    ts.App(theme="violet")  # error
    ts.theme(accent="violet")  # error
    ts.theme(radius="huge")  # error
    ts.breakpoints(tablet="1em")  # error
    ts.set_color_mode("drak")  # error
    return ts.hstack(
        ts.color_mode_button(size="9"),  # error
        ts.grid(columns=object()),  # error
        direction=["row", "side"],  # error
        spacing={"md": "x"},  # error
    )
