"""What happens to a second job while the first is running: the four policies, side by side."""

from dataclasses import dataclass

import trio

import triostate as ts


@dataclass
class Job:
    number: int
    done: float = 0.0
    status: str = "running"


class Lane(ts.State, mixin=True):
    clicks: int = 0
    jobs: list[Job] = []

    def click(self):
        self.clicks += 1

    async def _work(self):
        async with self:
            number = self.jobs[0].number + 1 if self.jobs else 1
            self.jobs.insert(0, Job(number))
            del self.jobs[4:]
        status = "stopped"
        try:
            for step in range(1, 21):
                await trio.sleep(0.15)
                await self._note(number, step / 20, "running")
            status = "done"
        finally:
            await self._note(number, None, status)  # works after a cancellation, too

    async def _note(self, number, done, status):
        async with self:
            for job in self.jobs:
                if job.number == number:
                    job.done = job.done if done is None else done
                    job.status = status


class Parallel(Lane, ts.State):
    @ts.event(background=True, max_running=2)
    async def work(self):
        await self._work()


class Queue(Lane, ts.State):
    @ts.event(background=True, policy="queue")
    async def work(self):
        await self._work()


class Replace(Lane, ts.State):
    @ts.event(background=True, policy="replace")
    async def work(self):
        await self._work()


class Drop(Lane, ts.State):
    @ts.event(background=True, policy="drop")
    async def work(self):
        await self._work()


def job_row(job):
    color = ts.match(job.status, ("done", "green"), ("stopped", "gray"), "indigo")
    return ts.vstack(
        ts.hstack(
            ts.text("Job ", job.number, size="2"),
            ts.text(job.status, size="1", color_scheme="gray"),
            justify="between",
            width="100%",
        ),
        ts.progress(value=job.done, label="Done", size="1", color_scheme=color),
        spacing="1",
        width="100%",
    )


def lane(state, title, explains):
    return ts.vstack(
        ts.vstack(
            ts.heading(title, size="4", as_="h2"),
            ts.text(explains, size="2", color_scheme="gray", min_height="4.35em"),
            spacing="1",
        ),
        ts.hstack(
            ts.button("Start a job", size="1", on_click=[state.click, state.work]),
            ts.text("Clicks: ", state.clicks, size="1", color_scheme="gray"),
        ),
        ts.vstack(ts.foreach(state.jobs, job_row), spacing="3", width="100%", min_height="10.5em"),
        spacing="4",
        width="100%",
    )


def demo():
    return ts.box(
        lane(Parallel, "parallel", "All run, here two at a time: max_running=2."),
        lane(Queue, "queue", "One after the other, in order."),
        lane(Replace, "replace", "The newest wins; the one before is cancelled."),
        lane(Drop, "drop", "While one is running, others are ignored."),
        display="grid",
        grid_template_columns="repeat(auto-fit, minmax(8rem, 1fr))",
        gap="1.25rem",
    )
