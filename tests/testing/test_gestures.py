"""What a tab makes of triggers that are held back, filtered, or told by no event of an element."""

from __future__ import annotations

import pytest
import trio

import triostate as ts
from triostate.testing import Client, NotShownError, isolated, virtual


def make_app() -> tuple[ts.App, type]:
    with isolated():

        class Desk(ts.State):
            log: list[str] = []
            is_open: bool = False
            rows: list[str] = ["a"]

            @ts.event
            def note(self, text: str) -> None:
                self.log.append(text)

            @ts.event
            def at(self, event: ts.MouseEvent) -> None:
                self.log.append(f"{event.x} {event.ctrl}")

            @ts.event
            def pressed(self, key: str, info: ts.KeyInfo) -> None:
                self.log.append(f"{key} {info.shift}")

            @ts.event
            def scrolled(self, event: ts.ScrollEvent) -> None:
                self.log.append(f"{event.top} {event.is_at_end}")

            @ts.event
            def size(self, width: int, height: int) -> None:
                self.log.append(f"{width}x{height}")

            @ts.event
            def toggle(self) -> None:
                self.is_open = not self.is_open

            @ts.event
            def grow(self) -> None:
                self.rows.insert(0, "b")

            @ts.event
            async def slow(self) -> None:
                await trio.sleep(5)

            @ts.event(background=True)
            async def work(self) -> None:
                await trio.sleep(5)

        @ts.page(route="/", title="Desk")
        def index() -> ts.Component:
            return ts.box(
                ts.input(id="find", on_change=Desk.note.debounce(0.3)),
                ts.input(id="both", on_change=[Desk.note.debounce(0.3), Desk.note("now")]),
                ts.slider(id="slide", on_change=lambda n: Desk.note(f"{n}").throttle(1)),
                ts.input(
                    id="keys",
                    on_key_down={"Enter": Desk.note("enter"), "Mod+s": Desk.note("save")},
                    on_key_up=Desk.pressed,
                ),
                ts.box("pad", id="pad", on_click=Desk.at),
                ts.box("feed", id="feed", on_scroll=Desk.scrolled),
                ts.link("out", href="/nowhere", on_click=Desk.note("out").prevent_default),
                ts.button("Toggle", on_click=Desk.toggle),
                ts.button("Grow", on_click=Desk.grow),
                ts.button("Slow", on_click=Desk.slow),
                ts.button("Quiet", on_click=Desk.slow, busy=False),
                ts.button("Work", on_click=Desk.work),
                ts.cond(
                    Desk.is_open,
                    ts.box(
                        "open",
                        on_mount=Desk.note("came"),
                        on_unmount=Desk.note("went"),
                        on_visible=Desk.note("seen"),
                        id="open",
                    ),
                ),
                ts.foreach(
                    Desk.rows,
                    lambda row: ts.text(row, on_mount=Desk.note(row)),
                    key=lambda row: row,
                ),
                ts.window_event_listener(
                    on_resize=Desk.size,
                    on_key_down={"Escape": Desk.note("escape"), "n": Desk.note("new")},
                ),
            )

        return ts.App(), Desk


@virtual
async def test_debounced_entries_are_sent_when_no_more_come() -> None:
    """The last of a burst arrives, its time after it was made, and not before."""
    app, desk = make_app()
    async with Client(app) as client, client.tab() as tab:
        for text in ("a", "ab", "abc"):
            await tab.fill("find", text)
            await trio.sleep(0.2)
        assert tab.value(desk, "log") == ["a"]  # the row's mount
        await tab.wait_var(desk, "log", ["a", "abc"])


@virtual
async def test_what_is_held_back_goes_before_the_next_click() -> None:
    """A button pressed after typing finds the text on the server."""
    app, desk = make_app()
    async with Client(app) as client, client.tab() as tab:
        await tab.fill("find", "x")
        await tab.press_key("keys", "Enter")
        assert tab.value(desk, "log") == ["a", "x", "enter"]


@virtual
async def test_each_event_of_a_trigger_keeps_its_own_time() -> None:
    """One that is not debounced is sent at once and does not drive the other out."""
    app, desk = make_app()
    async with Client(app) as client, client.tab() as tab:
        await tab.fill("both", "x")
        assert tab.value(desk, "log") == ["a", "now"]
        await tab.wait_var(desk, "log", ["a", "now", "x"])


@virtual
async def test_throttled_entries_are_sent_first_and_last() -> None:
    """The first at once, the newest at the end of the time."""
    app, desk = make_app()
    async with Client(app) as client, client.tab() as tab:
        for number in (1, 2, 3):
            await tab.change("slide", number)
        assert tab.value(desk, "log") == ["a", "1"]
        await tab.wait_var(desk, "log", ["a", "1", "3"])


@virtual
async def test_keys_that_a_filter_does_not_name_send_nothing() -> None:
    """Only the key with exactly what it wants held down."""
    app, desk = make_app()
    async with Client(app) as client, client.tab() as tab:
        for key in ("x", "Shift+Enter", "s", "Enter", "Ctrl+s", "n", "Escape"):
            await tab.press_key("keys", key)
        await tab.press_key(None, "n")
        assert tab.value(desk, "log") == ["a", "enter", "save", "escape", "new"]
        await tab.fire("keys", "keyup", key="A", info=ts.KeyInfo(shift=True))
        assert tab.value(desk, "log")[-1] == "A True"


@virtual
async def test_events_carry_what_the_test_says() -> None:
    """Instances arrive as the class that the handler is annotated with."""
    app, desk = make_app()
    async with Client(app) as client, client.tab() as tab:
        await tab.fire("pad", "click", mouse=ts.MouseEvent(x=7, ctrl=True))
        await tab.fire("feed", "scroll", scroll=ts.ScrollEvent(90, height=10, content_height=100))
        await tab.fire_window("resize", width=640, height=480)
        assert tab.value(desk, "log") == ["a", "7 True", "90 True", "640x480"]
        with pytest.raises(NotShownError, match="'online'"):
            await tab.fire_window("online")


@virtual
async def test_a_prevented_link_is_not_followed() -> None:
    """Its handler runs and the page stays."""
    app, desk = make_app()
    async with Client(app) as client, client.tab() as tab:
        await tab.click("out")
        assert tab.path == "/"
        assert tab.value(desk, "log") == ["a", "out"]


@virtual
async def test_mounts_are_told_as_branches_and_rows_come_and_go() -> None:
    """On opening the page, with a branch, and for the row that is new; not when the page goes."""
    app, desk = make_app()
    async with Client(app) as client, client.tab() as tab:
        assert tab.value(desk, "log") == ["a"]
        await tab.click("Toggle")
        await tab.wait_var(desk, "log", ["a", "came"])
        await tab.fire("open", "visible")
        await tab.click("Toggle")
        await tab.wait_var(desk, "log", ["a", "came", "seen", "went"])
        await tab.click("Grow")
        await tab.wait_var(desk, "log", ["a", "came", "seen", "went", "b"])


@virtual
async def test_what_runs_is_shown_as_busy() -> None:
    """Until it is over; a background handler for as long as it runs; nothing that opted out."""
    app, _ = make_app()
    async with Client(app) as client, client.tab() as tab:
        for name in ("Slow", "Quiet", "Work"):
            await tab.click(name, wait=False)
        await tab.until(lambda: "aria-busy" in tab.find("Work").attributes)
        assert tab.find("Slow").attributes["aria-busy"] == "true"
        assert "aria-busy" not in tab.find("Quiet").attributes
        await tab.until(lambda: "aria-busy" not in tab.find("Slow").attributes)
        await tab.until(lambda: "aria-busy" not in tab.find("Work").attributes)
