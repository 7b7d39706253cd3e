"""Live tiles: one handler, a run for each tile, each at a pace of its own."""

import random
from dataclasses import dataclass, field

import trio

import triostate as ts

BARS = 24


@dataclass
class Tile:
    name: str
    unit: str
    typical: int
    seconds: float
    value: int = 0
    history: list[int] = field(default_factory=lambda: [0] * BARS)


TILES = [
    Tile("Requests", "per second", 840, 0.25),
    Tile("Response time", "ms", 120, 0.5),
    Tile("Queue", "jobs", 36, 1.0),
    Tile("Signed in", "people", 210, 1.5),
]


class Dashboard(ts.State):
    tiles: list[Tile] = TILES

    # One run a tile: a second one of the same key is dropped, and leaving the page ends them.
    @ts.event(background=True, policy="drop", key=lambda number: number, scope="page")
    async def watch(self, number: int):
        while True:
            async with self:
                tile = self.tiles[number]
                tile.value = measure(tile)
                tile.history.append(100 * tile.value // (2 * tile.typical))
                del tile.history[:-BARS]
            await trio.sleep(tile.seconds)


def measure(tile):
    before = tile.value or tile.typical
    drift = (tile.typical - before) / 6 + random.uniform(-0.12, 0.12) * tile.typical
    return max(1, round(before + drift))


WATCH_ALL = [Dashboard.watch(number) for number in range(len(TILES))]


def bar(percent):
    return ts.box(
        height=f"{percent}%",
        flex="1 1 0",
        border_radius="2px",
        background="var(--primary)",
    )


def tile_card(tile):
    return ts.card(
        ts.vstack(
            ts.text(tile.name, size="2", color_scheme="gray"),
            ts.hstack(
                ts.heading(tile.value, size="7", as_="h2"),
                ts.text(tile.unit, size="2", color_scheme="gray"),
                align="baseline",
                spacing="2",
            ),
            ts.hstack(
                ts.foreach(tile.history, bar),
                spacing="1",
                align="end",
                wrap="nowrap",
                width="100%",
                height="3.5rem",
                aria_hidden=True,
            ),
            spacing="2",
        ),
    )


def demo():
    return ts.vstack(
        ts.hstack(
            ts.text(Dashboard.watch.count, " of ", len(TILES), " tiles are live"),
            ts.cond(
                Dashboard.watch.running,
                ts.button("Pause", variant="soft", on_click=Dashboard.watch.cancel),
                ts.button("Go on", on_click=WATCH_ALL),
            ),
            justify="between",
            width="100%",
        ),
        ts.box(
            ts.foreach(Dashboard.tiles, tile_card),
            display="grid",
            grid_template_columns="repeat(auto-fit, minmax(13rem, 1fr))",
            gap="1rem",
            width="100%",
        ),
        spacing="4",
        width="100%",
    )
