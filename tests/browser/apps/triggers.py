"""An app of every trigger: each writes down what it carried."""

import trio

import triostate as ts

app = ts.App(modules=[__name__])


class Triggers(ts.State):
    log: list[str] = []
    moves: int = 0
    typed: int = 0
    found: str = ""
    is_open: bool = False
    rows: list[int] = [1]

    @ts.event
    def note(self, text: str):
        self.log.append(text)

    @ts.event
    def clear(self):
        self.log.clear()

    @ts.event
    def mouse(self, what: str, event: ts.MouseEvent):
        self.log.append(f"{what} {event.x} {event.button} {'ctrl' * event.ctrl}".strip())

    @ts.event
    def moved(self, event: ts.MouseEvent):
        self.moves += 1

    @ts.event
    def pressed(self, key: str, info: ts.KeyInfo):
        self.log.append(f"{key} {'shift' * info.shift}".strip())

    @ts.event
    def scrolled(self, event: ts.ScrollEvent):
        if event.is_at_end:
            self.log.append(f"end {event.height} of {event.content_height}")

    @ts.event
    def resized(self, width: int, height: int):
        self.log.append(f"{width}x{height}")

    @ts.event
    def search(self, text: str):
        self.typed += 1
        self.found = text

    @ts.event
    def saw(self, seen: bool):
        self.log.append(f"seen {seen}")

    @ts.event
    def toggle(self):
        self.is_open = not self.is_open

    @ts.event
    def add_row(self):
        self.rows.append(len(self.rows) + 1)

    @ts.event
    async def slow(self):
        await trio.sleep(1.0)

    @ts.event
    async def fail(self):
        await trio.sleep(0.4)
        raise ValueError("as meant")

    @ts.event(background=True)
    async def work(self):
        await trio.sleep(1.0)


def noted(name: str) -> ts.EventSpec:
    return Triggers.note(name)


@ts.page(route="/", title="Triggers")
def index():
    return ts.vstack(
        ts.text(
            ts.foreach(Triggers.log, lambda line: ts.span(line, " | ")), id="log", height="60px"
        ),
        ts.text(Triggers.moves, id="moves"),
        ts.text(Triggers.typed, " ", Triggers.found, id="found"),
        ts.button("Clear", on_click=Triggers.clear),
        ts.box(
            "pad",
            id="pad",
            width="200px",
            height="40px",
            on_click=Triggers.mouse("click"),
            on_double_click=noted("double"),
            on_context_menu=Triggers.mouse("menu").prevent_default,
            on_mouse_down=noted("down"),
            on_mouse_up=noted("up"),
            on_mouse_enter=noted("enter"),
            on_mouse_leave=noted("leave"),
        ),
        ts.box(
            "over",
            id="over",
            width="200px",
            height="40px",
            on_mouse_over=noted("over"),
            on_mouse_out=noted("out"),
            on_mouse_move=Triggers.moved,
        ),
        ts.input(
            aria_label="Keys",
            on_key_down={
                "Enter": noted("enter"),
                "Ctrl+s": noted("save").prevent_default,
                "Shift+Tab": noted("back").prevent_default,
            },
            on_focus=lambda _: noted("focus"),
            on_blur=lambda _: noted("blur"),
        ),
        ts.input(aria_label="Any key", on_key_down=Triggers.pressed),
        ts.input(
            aria_label="Edit",
            default_value="some text",
            on_copy=noted("copy"),
            on_cut=noted("cut"),
            on_paste=Triggers.note,
        ),
        ts.input(aria_label="Search", on_change=Triggers.search.debounce(0.5)),
        ts.input(
            aria_label="Send",
            on_change=Triggers.search.debounce(9),
            on_key_down={"Enter": noted("send")},
        ),
        ts.box(
            ts.box("tall", height="1000px"),
            id="feed",
            tab_index=0,
            height="100px",
            width="200px",
            overflow="auto",
            on_scroll=Triggers.scrolled,
            on_scroll_end=noted("scroll end"),
        ),
        ts.hstack(
            ts.button("Toggle", on_click=Triggers.toggle),
            ts.button("Row", on_click=Triggers.add_row),
            ts.card(
                ts.button("Inner", on_click=noted("inner").stop_propagation),
                on_click=noted("outer"),
            ),
            ts.link("Link", href="/nowhere", on_click=noted("link").prevent_default),
        ),
        ts.cond(
            Triggers.is_open,
            ts.fragment(
                ts.box("open", on_mount=noted("mount"), on_unmount=noted("unmount")),
                ts.window_event_listener(
                    on_key_down={"Escape": Triggers.toggle, "n": noted("new")},
                    on_resize=Triggers.resized.debounce(0.2),
                    on_scroll=noted("page").debounce(0.2),
                    on_online=noted("online"),
                    on_visibility_change=Triggers.saw,
                ),
            ),
        ),
        ts.foreach(Triggers.rows, lambda n: ts.text(n, on_mount=Triggers.note(f"row {n}"))),
        ts.hstack(
            ts.button("Slow", on_click=Triggers.slow),
            ts.button("Quiet", on_click=Triggers.slow, busy=False),
            ts.button("Work", on_click=Triggers.work),
            ts.button("Fail", on_click=Triggers.fail),
            ts.foreach(Triggers.rows, lambda n: ts.button(f"Slow {n}", on_click=Triggers.slow)),
        ),
        ts.box(height="2000px"),
        ts.box("far", id="far", on_visible=noted("visible"), on_hidden=noted("hidden")),
    )
