"""The demos of the seeds, with annotations."""

import trio

import triostate as ts


class MyTaskState(ts.State):
    counter: int = 0
    max_counter: int = 10
    running: bool = False
    _n_tasks: int = 0

    @ts.background
    async def my_task(self) -> None:
        async with self:
            if self._n_tasks > 0:
                return
            self._n_tasks += 1

        while True:
            async with self:
                if self.counter >= self.max_counter:
                    self.running = False
                if not self.running:
                    self._n_tasks -= 1
                    return
                self.counter += 1
            await trio.sleep(0.5)

    def toggle_running(self) -> object:
        self.running = not self.running
        return MyTaskState.my_task if self.running else None

    def clear_counter(self) -> None:
        self.counter = 0


@ts.page(route="/task")
def background_task_example() -> ts.Component:
    return ts.hstack(
        ts.heading(MyTaskState.counter, " /"),
        ts.number_input(
            value=MyTaskState.max_counter, on_change=MyTaskState.set_max_counter, width="8em"
        ),
        ts.button(
            ts.cond(~MyTaskState.running, "Start", "Stop"), on_click=MyTaskState.toggle_running
        ),
        ts.button("Reset", on_click=MyTaskState.clear_counter),
    )


class LowLevelState(ts.State):
    result: str = ""

    def fetch_data(self) -> None:
        ts.get_app().start_soon(_fetch_data, ts.get_app(), self.get_token())


async def _fetch_data(app: ts.App, token: str) -> None:
    await trio.sleep(1)
    async with app.modify_state(token) as state:
        substate = state.get_substate(LowLevelState.get_full_name().split("."))
        substate.result = "fetched"


@ts.page(route="/low")
def low_level_example() -> ts.Component:
    return ts.vstack(
        ts.text(LowLevelState.result),
        ts.button("Fetch Data", on_click=LowLevelState.fetch_data),
    )
