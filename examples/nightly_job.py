"""A ten-minute job with time-outs and retries: its test takes milliseconds of real time."""

from dataclasses import dataclass

import trio

import triostate as ts

BATCHES = 60
BATCH_SECONDS = 10.0  # sixty of them: ten minutes
MAX_BATCH_SECONDS = 30.0  # of one attempt
MAX_ATTEMPTS = 3
PAUSE_SECONDS = 15.0  # before the second attempt; twice that before the third
MAX_JOB_SECONDS = 20 * 60.0


class SourceError(Exception):
    pass


@dataclass
class Attempt:
    batch: int
    number: int
    outcome: str


async def fetch(batch, attempt, mood):
    """Stand in for a source that can fail, hang or crawl."""
    if mood == "down" or (mood == "flaky" and batch == 20 and attempt == 1):
        raise SourceError("the source does not answer")
    if mood == "hanging" and batch == 40 and attempt <= 2:
        await trio.sleep_forever()
    await trio.sleep(25.0 if mood == "slow" else BATCH_SECONDS)


class NightlyJob(ts.State):
    mood: str = "fine"
    done: int = 0
    attempts: list[Attempt] = []

    @ts.event(background=True, policy="drop", timeout=MAX_JOB_SECONDS)
    async def run(self):
        async with self:
            self.done = 0
            self.attempts.clear()
            mood = self.mood
        for batch in ts.track(range(1, BATCHES + 1)):
            await self._copy(batch, mood)
            async with self:
                self.done = batch

    async def _copy(self, batch, mood):
        for number in range(1, MAX_ATTEMPTS + 1):
            try:
                with trio.fail_after(MAX_BATCH_SECONDS):
                    await fetch(batch, number, mood)
            except (SourceError, trio.TooSlowError) as error:
                outcome = "took too long" if isinstance(error, trio.TooSlowError) else str(error)
                async with self:
                    self.attempts.append(Attempt(batch, number, outcome))
                if number == MAX_ATTEMPTS:
                    raise
            else:
                if number > 1:
                    async with self:
                        self.attempts.append(Attempt(batch, number, "worked"))
                return
            await trio.sleep(PAUSE_SECONDS * number)


def attempt_row(attempt):
    color = ts.cond(attempt.outcome == "worked", "green", "amber")
    return ts.hstack(
        ts.text("Batch ", attempt.batch, ", attempt ", attempt.number, size="2"),
        ts.text(attempt.outcome, size="2", color_scheme=color),
        justify="between",
        width="100%",
    )


def mood_button(mood, label):
    return ts.button(
        label,
        on_click=NightlyJob.set_mood(mood),
        variant=ts.cond(NightlyJob.mood == mood, "soft", "ghost"),
        disabled=NightlyJob.run.running,
        size="1",
    )


def demo():
    return ts.vstack(
        ts.hstack(
            ts.heading(
                ts.match(
                    NightlyJob.run.status,
                    ("running", "Copying"),
                    ("succeeded", "All is copied"),
                    ("failed", "Given up"),
                    ("timed_out", "Out of time"),
                    ("cancelled", "Stopped"),
                    "Ready to copy",
                ),
                size="5",
                as_="h2",
                id="status",
            ),
            ts.text(NightlyJob.done, f" of {BATCHES} batches", color_scheme="gray", id="done"),
            justify="between",
            align="baseline",
            width="100%",
        ),
        ts.progress(value=NightlyJob.done / BATCHES, label="Copied"),
        ts.hstack(
            ts.cond(
                NightlyJob.run.running,
                ts.button("Stop", on_click=NightlyJob.run.cancel, color_scheme="red"),
                ts.button("Copy", on_click=NightlyJob.run),
            ),
            ts.spacer(),
            ts.text("The source is", size="2", color_scheme="gray"),
            mood_button("fine", "fine"),
            mood_button("flaky", "flaky"),
            mood_button("hanging", "hanging"),
            mood_button("slow", "slow"),
            mood_button("down", "down"),
            width="100%",
        ),
        ts.vstack(
            ts.foreach(NightlyJob.attempts, attempt_row),
            spacing="2",
            width="100%",
            id="attempts",
        ),
        spacing="4",
        width="100%",
    )
