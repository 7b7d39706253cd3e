"""An app with a theme of its own, and styles that depend on widths, modes and states."""

import triostate as ts

app = ts.App(
    modules=[__name__],
    theme=ts.theme(
        accent_color="violet",
        gray_color="sand",
        radius="large",
        light={"background": "oklch(0.98 0.01 90)"},
        dark={"background": "oklch(0.2 0.02 290)"},
    ),
    stylesheets=["/own.css"],
)


class Look(ts.State):
    color: str = "rgb(1, 2, 3)"
    wide: int = 160
    missing: str | None = None

    @ts.event
    def change(self):
        self.color = "rgb(4, 5, 6)"
        self.wide = 240


@app.quart.get("/own.css")
async def own_css():
    return ":root { --own: 7px; }\n.own { color: rgb(9, 9, 9); background: white; }", {
        "content-type": "text/css"
    }


def swatches() -> ts.Component:
    variants = ("solid", "soft", "surface", "outline")
    return ts.grid(
        *[ts.button(variant.title(), variant=variant) for variant in variants],
        *[ts.badge(variant, variant=variant) for variant in variants],
        ts.text(ts.link("A link", href="#a"), " and ", ts.code("code", color_scheme="accent")),
        ts.callout("A callout", icon=None),
        ts.span("In the accent", color_scheme="accent"),
        ts.text("Less important", color_scheme="gray"),
        id="swatches",
        columns=["2", None, "4"],
        spacing=["2", None, "4"],
    )


@ts.page(route="/", title="Theme")
def index():
    return ts.vstack(
        ts.hstack(
            ts.heading("Theme"),
            ts.spacer(),
            ts.color_mode_button(),
            ts.button("Dark", on_click=ts.set_color_mode("dark"), variant="soft"),
            ts.button("Toggle", on_click=ts.toggle_color_mode, variant="soft"),
            width="100%",
        ),
        ts.card(swatches(), width="100%"),
        ts.hstack(
            ts.card(
                "Hover, focus or press me",
                id="states",
                tab_index=0,
                color="rgb(1, 1, 1)",
                background="rgb(250, 250, 250)",
                _hover={"color": "rgb(2, 2, 2)"},
                _focus={"color": "rgb(3, 3, 3)"},
                _active={"color": "rgb(4, 4, 4)"},
                _dark={
                    "background": "rgb(30, 30, 30)",
                    "color": "rgb(240, 240, 240)",
                    "_hover": {"color": "rgb(5, 5, 5)", "background": "rgb(200, 200, 200)"},
                },
                _before={"content": "* ", "color": "rgb(6, 6, 6)"},
            ),
            ts.card(
                "As wide as the state says",
                id="bound",
                background="rgb(250, 250, 250)",
                color=Look.color,
                width=["100%", None, Look.wide],
                _hover={"color": "rgb(7, 7, 7)"},
                _focus={"color": Look.missing},
                tab_index=0,
            ),
            ts.button("Change", on_click=Look.change),
            ts.button("Off", id="off", disabled=True, _disabled={"opacity": "0.25"}),
            direction=["column", None, "row"],
            align=["stretch", None, "center"],
            width="100%",
            id="row",
        ),
        ts.input(
            id="field",
            placeholder="Placeholder",
            aria_label="Field",
            required=True,
            _placeholder={"color": "rgb(110, 60, 20)"},
            _focus_visible={"background": "rgb(255, 250, 240)", "color": "rgb(20, 20, 20)"},
        ),
        ts.checkbox("Gift", id="box", class_name="gift", _checked={"color": "rgb(130, 0, 0)"}),
        ts.vstack(
            ts.foreach(
                ["one", "two", "three"],
                lambda row: ts.text(
                    row,
                    class_name="row",
                    padding="4px 8px",
                    width="100%",
                    _odd={"background": "var(--muted)"},
                    _last={"font_weight": "700"},
                ),
            ),
            spacing="0",
            width="100%",
        ),
        ts.color_mode_cond(ts.text("It is light"), ts.text("It is dark")),
        ts.mobile_only("a phone"),
        ts.tablet_only("a tablet"),
        ts.desktop_only("a desktop"),
        ts.text("Of a sheet of my own", class_name="own", id="own"),
        ts.text("A style prop wins", class_name="own", id="won", color="rgb(8, 8, 8)"),
        spacing=["4", None, "5"],
        width="100%",
    )


@ts.page(route="/second", title="Second")
def second():
    return ts.vstack(ts.color_mode_button(allow_system=False), ts.text("Another page"))
