"""What cannot be bound to a trigger."""

import triostate as ts


class Demo(ts.State):
    n: ts.Field[int] = ts.field(0)
    plain: int = 0

    @ts.event
    def nothing(self) -> None: ...

    @ts.event
    def text(self, text: str) -> None: ...

    @ts.event
    def number(self, number: int) -> None: ...

    @ts.event
    def real(self, number: float) -> None: ...

    @ts.event
    def two(self, number: int, text: str) -> None: ...

    @ts.event
    def names(self, names: list[str]) -> None: ...

    @ts.event(background=True)
    async def work(self, number: int) -> None: ...

    def plain_method(self, number: int) -> None: ...


def returns_text(text: str) -> str:
    return text


def page() -> None:
    ts.button(on_click=Demo.text)  # error
    ts.button(on_click=Demo.two)  # error
    ts.button(on_click=Demo.two(1))  # error
    ts.button(on_click=Demo.work)  # error
    ts.button(on_click=Demo.set_plain)  # error
    ts.button(on_click=Demo.n.set)  # error
    ts.button(on_click=Demo.n)  # error
    ts.button(on_click=Demo.plain)  # error
    ts.button(on_click="nothing")  # error
    ts.button(on_click=3)  # error
    ts.button(on_click=[Demo.text])  # error
    ts.button(on_click=[Demo.nothing, 3])  # error
    ts.button(on_click={Demo.nothing})  # error
    ts.button(on_click=lambda: None)  # error
    ts.button(on_click=lambda: 3)  # error
    ts.button(on_click=lambda: Demo.text)  # error
    ts.button(on_click=lambda x: Demo.nothing)  # error
    ts.button(on_click=Demo.plain_method)  # error
    ts.button(on_click=ts.text("x"))  # error
    ts.box(on_click=Demo.text)  # error
    ts.card(on_click=Demo.text)  # error
    ts.vstack(on_click=3)  # error
    ts.text("x", on_click=Demo.two(1))  # error
    ts.link("x", on_click=lambda: None)  # error
    ts.input(on_change=Demo.number)  # error
    ts.input(on_change=Demo.real)  # error
    ts.input(on_change=Demo.two)  # error
    ts.input(on_change=Demo.two("x"))  # error
    ts.input(on_change=Demo.names)  # error
    ts.input(on_change=Demo.work)  # error
    ts.input(on_change=[Demo.text, Demo.number])  # error
    ts.input(on_change=lambda text: Demo.number(text))  # error
    ts.input(on_change=lambda text: Demo.text(text.uper()))  # error
    ts.input(on_change=lambda text: text)  # error
    ts.input(on_change=lambda: Demo.number("x"))  # error
    ts.input(on_change=returns_text)  # error
    ts.input(on_blur=Demo.number)  # error
    ts.input(on_key_down=Demo.number)  # error
    ts.number_input(on_change=Demo.text)  # error
    ts.number_input(on_change=lambda number: Demo.text(number))  # error
    ts.number_input(on_change=lambda number: Demo.number(number.upper()))  # error
    ts.checkbox(on_change=Demo.text)  # error
    ts.checkbox(on_change=Demo.names)  # error
    ts.input(on_change=Demo.text)
    ts.number_input(on_change=Demo.number)


@ts.page(route="/", on_load=Demo.text)  # error
def takes_a_value() -> ts.Component:
    return ts.text("x")


@ts.page(route="/", on_load=[Demo.nothing, 3])  # error
def no_event() -> ts.Component:
    return ts.text("x")


class Gestures(ts.State):
    @ts.event
    def text(self, text: str) -> None: ...

    @ts.event
    def at(self, event: ts.MouseEvent) -> None: ...

    @ts.event
    def scrolled(self, event: ts.ScrollEvent) -> None: ...


def gestures() -> None:
    ts.button(on_click=Gestures.scrolled)  # error
    ts.button(on_click=Gestures.text.debounce(0.3))  # error
    ts.input(on_change=Gestures.at.debounce(0.3))  # error
    ts.input(on_change=Gestures.text.debounce("0.3"))  # error
    ts.input(on_change=Gestures.text.prevent_default())  # error
    ts.input(on_key_down=Gestures.at)  # error
    ts.input(on_key_down={"Enter": Gestures.text})  # error
    ts.input(on_key_down={1: Gestures.text("x")})  # error
    ts.window_event_listener(on_resize=Gestures.text)  # error
    ts.window_event_listener(on_scroll=Gestures.at)  # error
    ts.window_event_listener(on_online=Gestures.text)  # error
    ts.window_event_listener(on_rezise=Gestures.text)  # error
