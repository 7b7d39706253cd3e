"""Menus where little room is: in the rows of a table that scrolls, and at the window's end."""

import triostate as ts


class Rows(ts.State):
    done: str = ""

    @ts.event
    def do(self, what: str) -> None:
        self.done = what


def menu(name: str) -> ts.Component:
    return ts.dropdown_menu.root(
        ts.dropdown_menu.trigger(ts.button(name)),
        ts.dropdown_menu.content(
            *(
                ts.dropdown_menu.item(f"{what} {name}", on_click=Rows.do(f"{what} {name}"))
                for what in ("Edit", "Copy", "Print", "Delete")
            ),
        ),
    )


@ts.page(route="/", title="Menus")
def index() -> ts.Component:
    return ts.vstack(
        ts.heading("Menus"),
        ts.box(
            ts.box(*(ts.box(menu(f"row {n}"), height="60px") for n in range(9))),
            id="frame",
            height="130px",
            width="9rem",
            overflow="auto",
            tab_index=0,
            aria_label="Rows",
            role="region",
        ),
        ts.text(Rows.done, id="done"),
        ts.box(menu("last"), position="fixed", bottom="10px", right="0"),
    )


app = ts.App(modules=[__name__])
