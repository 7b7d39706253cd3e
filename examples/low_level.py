"""A task of the app's own that changes a tab's state by its token."""

import httpx

import triostate as ts


async def _fetch_data(app, token, url):
    async with httpx.AsyncClient() as client:
        response = await client.get(url)
    async with app.modify_state(token) as state:
        substate = state.get_substate(
            LowLevelState.get_full_name().split("."),
        )
        substate.result = response.text


class LowLevelState(ts.State):
    result: str = ""

    def fetch_data(self):
        # The app keeps the task until it is done: no set of references to look after.
        ts.get_app().start_soon(
            _fetch_data,
            ts.get_app(),
            self.get_token(),
            f"http://{self.router.headers['host']}/zen",
        )


def low_level_example():
    return ts.vstack(
        ts.text(LowLevelState.result),
        ts.button(
            "Fetch Data",
            on_click=LowLevelState.fetch_data,
        ),
    )
