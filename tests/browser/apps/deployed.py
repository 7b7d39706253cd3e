"""An app whose next version has another button before the one that was there."""

import os

import triostate as ts

VERSION = int(os.environ.get("DEPLOYED", "1"))


class Deployed(ts.State):
    kept: int = 0
    lost: int = 0

    @ts.event
    def keep(self):
        self.kept += 1

    @ts.event
    def lose(self):
        self.lost += 1


@ts.page(route="/")
def index():
    return ts.vstack(
        ts.button("Lose", on_click=Deployed.lose) if VERSION > 1 else None,
        ts.button("Keep", on_click=Deployed.keep),
        ts.text(Deployed.kept, " kept", id="kept"),
        ts.text(Deployed.lost, " lost", id="lost"),
    )


app = ts.App(modules=[__name__])
