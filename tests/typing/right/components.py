"""Components: their props and triggers, in both forms of declaring vars."""

import triostate as ts


class Desk(ts.State):
    city: str = "osl"
    level: int = 3
    open: bool = False
    cities: list[str] = []
    entries: dict[str, str] = {}
    named: ts.Field[str] = ts.field("")
    share: ts.Field[float] = ts.field(0.5)

    @ts.event
    def receive(self, entries: dict[str, str]) -> None:
        self.entries = entries

    @ts.event
    def choose(self, value: str) -> None:
        self.city = value

    @ts.event
    def rate(self, count: int) -> None:
        self.level = count

    @ts.event
    def opened(self, is_open: bool) -> None:
        self.open = is_open

    def clear(self) -> None:
        self.city = ""


@ts.page(route="/")
def index() -> ts.Component:
    return ts.container(
        ts.grid(
            ts.icon("x", size=20, label="Close"),
            ts.image(src="/a.png", alt=Desk.city, width="8em"),
            ts.avatar(src=Desk.named, fallback="AL", size=3),
            ts.badge(Desk.city, color_scheme=ts.cond(Desk.open, "green", "red")),
            ts.callout("x", icon=None),
            ts.spinner(),
            ts.skeleton(ts.text("x"), loading=Desk.open),
            columns=Desk.level,
        ),
        ts.text_area(value=Desk.city, on_change=Desk.choose, rows=3),
        ts.select(["a", "b"], value=Desk.city, on_change=Desk.choose),
        ts.select([("a", "Ada"), ("b", "Bo")], value=Desk.named, on_change=Desk.named.set),
        ts.select({1: "One", 2: "Two"}, value=Desk.level, on_change=Desk.rate),
        ts.select(Desk.cities, value=Desk.city, on_change=Desk.set_city),
        ts.radio_group([1, 2], value=Desk.level, on_change=Desk.rate, direction="row"),
        ts.switch("x", checked=Desk.open, on_change=Desk.opened),
        ts.slider(value=Desk.share, max=1, step=0.1, on_change=Desk.share.set),
        ts.slider(value=Desk.level, on_value_commit=Desk.rate),
        ts.form(
            ts.form_field("Name", ts.input(name="a"), error=Desk.named),
            on_submit=Desk.receive,
            reset_on_submit=True,
        ),
        ts.tabs.root(
            ts.tabs.list(ts.tabs.trigger("A", value="a")),
            ts.tabs.content("x", value="a"),
            value=Desk.city,
            on_change=Desk.choose,
        ),
        ts.dialog.root(
            ts.dialog.trigger(ts.button("x")),
            ts.dialog.content(ts.dialog.title("x"), ts.dialog.close(ts.button("y"))),
            open=Desk.open,
            on_open_change=Desk.opened,
        ),
        ts.accordion.root(
            ts.accordion.item(header="A", content=ts.text("x"), on_open_change=Desk.opened)
        ),
        ts.dropdown_menu.root(
            ts.dropdown_menu.trigger(ts.button("x")),
            ts.dropdown_menu.content(ts.dropdown_menu.item("y", on_click=Desk.clear)),
        ),
        ts.tooltip(ts.button("x", on_click=Desk.clear), content=Desk.city),
        ts.table.root(ts.table.body(ts.table.row(ts.table.cell(Desk.level, justify="end")))),
        ts.el.article(ts.el.h2("x"), id="a", on_click=Desk.clear, col_span=2),
        ts.custom_element(
            "star-rating",
            attributes={"max": 5},
            properties={"value": Desk.level},
            on={"rate": Desk.rate},
            src="/stars.js",
        ),
        ts.script("/own.js"),
    )


def look() -> ts.Component:
    ts.App(theme=ts.theme(accent_color="violet", radius="large", dark={"card": "black"}))
    ts.App(stylesheets=["/static/theme.css"])
    return ts.vstack(
        ts.color_mode_button(allow_system=False),
        ts.color_mode_cond(ts.text("light"), "dark"),
        ts.grid(columns=["1", None, "2", 4], spacing=["2", "4"]),
        ts.mobile_only("x", _hover={"color": "red"}),
        ts.button("Dark", on_click=ts.set_color_mode("dark")),
        ts.button("Toggle", on_click=ts.toggle_color_mode),
        direction=["column", None, "row"],
        spacing=ts.breakpoints(initial="2", md="5"),
        align={"initial": "start", "lg": "center"},
        width=["100%", "50%"],
    )
