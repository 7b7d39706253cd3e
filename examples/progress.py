"""A long job that shows how far it is and can be stopped, with ts.track and ts.progress."""

import trio

import triostate as ts


class Import(ts.State):
    rows: int = 150
    imported: int = 0

    @ts.event(background=True, policy="drop")
    async def run(self):
        async with self:
            self.imported = 0
            rows = self.rows
        for _row in ts.track(range(rows)):  # feeds Import.run.progress, with no state block
            await trio.sleep(0.04)  # the work
            async with self:
                self.imported += 1


def demo():
    return ts.vstack(
        ts.hstack(
            ts.heading(
                ts.match(
                    Import.run.status,
                    ("running", "Importing"),
                    ("succeeded", "All imported"),
                    ("cancelled", "Stopped half-way"),
                    "Ready to import",
                ),
                size="5",
                as_="h2",
            ),
            ts.text(Import.imported, " / ", Import.rows, " rows", color_scheme="gray"),
            justify="between",
            align="baseline",
            width="100%",
        ),
        ts.progress(
            value=ts.cond(Import.run.status == "idle", 0, Import.run.progress),
            label="Rows imported",
            color_scheme=ts.match(
                Import.run.status, ("succeeded", "green"), ("cancelled", "gray"), "indigo"
            ),
        ),
        ts.hstack(
            ts.cond(
                Import.run.running,
                ts.button("Stop", variant="soft", color_scheme="red", on_click=Import.run.cancel),
                ts.button("Import", on_click=Import.run),
            ),
            ts.label(
                "Rows",
                ts.number_input(
                    value=Import.rows,
                    on_change=Import.set_rows,
                    min=1,
                    disabled=Import.run.running,
                    width="6em",
                ),
            ),
            spacing="5",
        ),
        spacing="4",
    )
