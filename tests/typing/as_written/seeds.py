"""The demos of the documents that this comes from, with the names changed and nothing added."""

import httpx
import trio
import triostate as ts


class MyTaskState(ts.State):
    counter: int = 0
    max_counter: int = 10
    running: bool = False
    _n_tasks: int = 0

    @ts.background
    async def my_task(self):
        async with self:
            # The latest state values are always available inside the context
            if self._n_tasks > 0:
                # only allow 1 concurrent task
                return

            # State mutation is only allowed inside context block
            self._n_tasks += 1

        while True:
            async with self:
                # Check for stopping conditions inside context
                if self.counter >= self.max_counter:
                    self.running = False
                if not self.running:
                    self._n_tasks -= 1
                    return

                self.counter += 1

            # Await long operations outside the context to avoid blocking UI
            await trio.sleep(0.5)

    def toggle_running(self):
        self.running = not self.running
        if self.running:
            return MyTaskState.my_task

    def clear_counter(self):
        self.counter = 0


@ts.page(route="/task")
def background_task_example():
    return ts.hstack(
        ts.heading(MyTaskState.counter, " /"),
        ts.number_input(
            value=MyTaskState.max_counter,
            on_change=MyTaskState.set_max_counter,
            width="8em",
        ),
        ts.button(
            ts.cond(~MyTaskState.running, "Start", "Stop"),
            on_click=MyTaskState.toggle_running,
        ),
        ts.button(
            "Reset",
            on_click=MyTaskState.clear_counter,
        ),
    )


async def _fetch_data(app, token):
    async with httpx.AsyncClient() as client:
        response = await client.get("https://api.example.org/zen")
    async with app.modify_state(token) as state:
        substate = state.get_substate(
            LowLevelState.get_full_name().split("."),
        )
        substate.result = response.text


class LowLevelState(ts.State):
    result: str = ""

    def fetch_data(self):
        ts.get_app().start_soon(
            _fetch_data,
            ts.get_app(),
            self.get_token(),
        )


@ts.page(route="/low")
def low_level_example():
    return ts.vstack(
        ts.text(LowLevelState.result),
        ts.button(
            "Fetch Data",
            on_click=LowLevelState.fetch_data,
        ),
    )
