"""What may be bound to triggers."""

from collections.abc import AsyncGenerator, Generator
from typing import Any

import triostate as ts


class Form(ts.State):
    name: str = ""
    age: ts.Field[int] = ts.field(3)
    size: ts.Field[float] = ts.field(1.0)

    @ts.event
    def nothing(self) -> None: ...

    @ts.event
    def text(self, text: str) -> None: ...

    @ts.event
    def number(self, number: int) -> None: ...

    @ts.event
    def real(self, number: float) -> None: ...

    @ts.event
    def maybe(self, number: int | None) -> None: ...

    @ts.event
    def default(self, number: int = 0) -> None: ...

    @ts.event
    def two(self, number: int, text: str) -> None: ...

    @ts.event
    def three(self, number: int, text: str, flag: bool = False) -> None: ...

    @ts.event
    def names(self, names: list[str]) -> None: ...

    @ts.event
    def many(self, *numbers: int) -> None: ...

    @ts.event
    def anything(self, value: Any) -> None: ...

    @ts.event
    async def later(self, text: str) -> AsyncGenerator[Any, None]:
        yield Form.nothing

    @ts.event
    def steps(self) -> Generator[object]:
        yield None
        yield [Form.number(1), ts.toast("hi")]

    @ts.event(background=True, policy="replace", key=lambda text: text, timeout=3)
    async def work(self, text: str) -> None: ...

    def plain(self) -> object:
        self.nothing()
        self.text("x")
        return [Form.work("x"), Form.plain]

    async def plain_async(self) -> None: ...


@ts.page(route="/", on_load=[Form.nothing, Form.text("x"), Form.plain])
def index() -> ts.Component:
    return ts.vstack(
        ts.button("x", on_click=Form.nothing),
        ts.button("x", on_click=Form.default),
        ts.button("x", on_click=Form.many),
        ts.button("x", on_click=Form.plain),
        ts.button("x", on_click=Form.plain_async),
        ts.button("x", on_click=Form.steps),
        ts.button("x", on_click=Form.work("x")),
        ts.button("x", on_click=Form.work.cancel),
        ts.button("x", on_click=Form.number(1)),
        ts.button("x", on_click=Form.number(Form.age)),
        ts.button("x", on_click=Form.number(Form.age + 1)),
        ts.button("x", on_click=Form.real(Form.age)),
        ts.button("x", on_click=Form.maybe(None)),
        ts.button("x", on_click=Form.two(1, "x")),
        ts.button("x", on_click=Form.two(number=1, text="x")),
        ts.button("x", on_click=Form.two(1, text="x")),
        ts.button("x", on_click=Form.two(Form.age, Form.name)),
        ts.button("x", on_click=Form.three(Form.age, "x")),
        ts.button("x", on_click=Form.three(Form.age, "x", Form.age > 3)),
        ts.button("x", on_click=Form.names(["a"])),
        ts.button("x", on_click=Form.many(1, 2, 3)),
        ts.button("x", on_click=Form.anything(Form.age)),
        ts.button("x", on_click=Form.set_name("x")),
        ts.button("x", on_click=Form.age.set(3)),
        ts.button("x", on_click=Form.size.set(Form.age)),
        ts.button("x", on_click=ts.toast("hi")),
        ts.button("x", on_click=[Form.nothing, Form.number(1), Form.plain, ts.toast("hi")]),
        ts.button("x", on_click=(Form.nothing, Form.work("x"))),
        ts.button("x", on_click=lambda: Form.number(1)),
        ts.button("x", on_click=lambda: [Form.number(1), Form.plain]),
        ts.button("x", on_click=Form.nothing if Form.__name__ else None),
        ts.input(on_change=Form.text),
        ts.input(on_change=Form.nothing, on_blur=Form.later),
        ts.input(on_change=Form.set_name, on_key_down=Form.text),
        ts.input(on_change=Form.age.set),
        ts.input(on_change=Form.anything),
        ts.input(on_change=Form.two(3)),
        ts.input(on_change=Form.work),
        ts.input(on_change=[Form.text, Form.nothing, Form.text("x"), Form.plain, Form.two(3)]),
        ts.input(on_change=lambda text: Form.text(text.upper())),
        ts.input(on_change=lambda text: [Form.two(3, text), Form.nothing]),
        ts.number_input(on_change=Form.number),
        ts.number_input(on_change=Form.real),
        ts.number_input(on_change=Form.maybe),
        ts.number_input(on_change=lambda number: Form.two(number + 1, "x")),
        ts.checkbox(on_change=Form.anything),
        ts.checkbox(on_change=lambda ticked: Form.three(1, "x", ticked)),
        ts.card(ts.text("x", on_click=Form.plain), on_click=Form.nothing),
    )


class Gestures(ts.State):
    @ts.event
    def plain(self) -> None: ...

    @ts.event
    def find(self, text: str) -> None: ...

    @ts.event
    def rename(self, key: int, name: str) -> None: ...

    @ts.event
    def at(self, event: ts.MouseEvent) -> None:
        print(event.x + event.y, event.ctrl)

    @ts.event
    def key(self, key: str, info: ts.KeyInfo) -> None: ...

    @ts.event
    def size(self, width: int, height: int) -> None: ...

    @ts.event
    def scrolled(self, event: ts.ScrollEvent) -> None: ...

    @ts.event
    def seen(self, seen: bool) -> None: ...

    @ts.event(background=True)
    async def work(self) -> None: ...


def gestures() -> ts.Component:
    return ts.box(
        ts.input(on_change=Gestures.find.debounce(0.3)),
        ts.input(on_change=Gestures.rename(1).debounce(0.3).stop_propagation),
        ts.input(on_change=[Gestures.find.debounce(0.3), Gestures.find]),
        ts.input(on_key_down=Gestures.key),
        ts.input(on_key_down=Gestures.find),
        ts.input(on_key_down=lambda key: Gestures.find(key)),
        ts.input(on_key_down={"Enter": Gestures.plain, "Ctrl+s": Gestures.find("x")}),
        ts.input(on_key_down={"Enter": [Gestures.plain.prevent_default, ts.toast("x")]}),
        ts.button("x", on_click=Gestures.at),
        ts.button("x", on_click=Gestures.plain.throttle(1)),
        ts.button("x", on_click=Gestures.find("x").prevent_default),
        ts.button("x", on_click=Gestures.work.cancel.stop_propagation, busy=False),
        ts.button("x", on_click=[Gestures.at, Gestures.plain]),
        ts.button("x", on_click=lambda: Gestures.plain),
        ts.window_event_listener(
            on_resize=Gestures.size,
            on_scroll=Gestures.scrolled,
            on_key_down={"Escape": Gestures.plain},
            on_visibility_change=Gestures.seen,
            on_online=Gestures.plain,
        ),
        ts.window_event_listener(on_resize=lambda width, height: Gestures.size(height, width)),
        ts.window_event_listener(on_scroll=lambda event: Gestures.size(event.top, event.left)),
    )
