"""What a tab holds it gives back, however it goes: open this page in two tabs and close one."""

import time

import trio

import triostate as ts


class Board:
    """What all tabs see: who holds a desk, and what happened."""

    def __init__(self):
        self.desks = {}  # number of a desk: name of the tab that holds it
        self.log = []
        self.changed = trio.Event()

    def take(self, tab):
        desk = next(number for number in range(1, 100) if number not in self.desks)
        self.desks[desk] = tab
        self.note(f"{tab} takes desk {desk}")
        return desk

    def give_back(self, desk):
        self.note(f"{self.desks.pop(desk)} gives desk {desk} back")

    def note(self, line):
        self.log.insert(0, f"{time.strftime('%H:%M:%S')}  {line}")
        del self.log[8:]
        self.changed.set()
        self.changed = trio.Event()


board = Board()


class Desks(ts.State):
    name: str = ""
    desks: dict[int, str] = {}
    log: list[str] = []

    @ts.event(background=True, policy="drop")
    async def follow(self):
        while True:
            changed = board.changed
            async with self:
                self.name = f"Tab {self.get_token()[:4]}"
                self.desks = dict(sorted(board.desks.items()))
                self.log = list(board.log)
            await changed.wait()

    @ts.event(background=True)
    async def hold(self):
        desk = board.take(f"Tab {self.get_token()[:4]}")
        try:
            await trio.sleep_forever()
        finally:
            board.give_back(desk)  # on Stop, a closed tab, a lost network, the end of the server


def desk(number):
    is_mine = Desks.desks[number] == Desks.name
    return ts.hstack(
        ts.code("desk ", number, color_scheme=ts.cond(is_mine, "green", "gray")),
        ts.text(ts.cond(is_mine, "this tab", Desks.desks[number]), size="2"),
        spacing="2",
    )


def demo():
    return ts.vstack(
        ts.hstack(
            ts.button("Take a desk", on_click=Desks.hold),
            ts.button(
                "Give back mine",
                variant="soft",
                on_click=Desks.hold.cancel,
                disabled=~Desks.hold.running,
            ),
            ts.text("You are ", Desks.name, size="2", color_scheme="gray"),
        ),
        ts.hstack(
            ts.cond(
                ts.length(Desks.desks) == 0,
                ts.text("No desk is taken.", size="2", color_scheme="gray"),
            ),
            ts.foreach(Desks.desks, desk),
            spacing="5",
            min_height="2rem",
        ),
        ts.divider(),
        ts.vstack(
            ts.foreach(Desks.log, lambda line: ts.text(line, size="2", as_="div")),
            spacing="1",
            role="log",
            min_height="9rem",
            font_family="var(--font-mono)",
        ),
        spacing="4",
        width="100%",
    )
