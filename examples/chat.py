"""A chat that streams its answer: a growing string costs its new text only, and Stop stops it."""

from dataclasses import dataclass

import trio

import triostate as ts

ANSWERS = (
    "Trio says: a task has a parent, and the parent waits. When you press Stop, this answer ends.",
    "Each word that arrives is one state block; what travels is that word, however long I talk.",
    "Close this tab in the middle of a sentence, and I will not go on talking to an empty room.",
)


@dataclass
class Message:
    author: str
    text: str


async def fake_model(turn):
    for word in ANSWERS[turn % len(ANSWERS)].split(" "):
        await trio.sleep(0.09)
        yield word + " "


class Chat(ts.State):
    messages: list[Message] = []
    draft: str = ""

    def send(self):
        if self.draft.strip():
            self.messages.append(Message("you", self.draft.strip()))
            self.draft = ""
            return Chat.answer

    @ts.event
    def key(self, name: str):
        if name == "Enter":
            return Chat.send

    @ts.event(background=True, policy="replace")
    async def answer(self):
        async with self:
            turn = sum(message.author == "you" for message in self.messages) - 1
            self.messages.append(Message("model", ""))
            reply = len(self.messages) - 1
        async for word in fake_model(turn):
            async with self:
                self.messages[reply].text += word


def bubble(message):
    is_mine = message.author == "you"
    return ts.hstack(
        ts.text(
            ts.cond(message.text == "", "…", message.text),
            padding="0.5rem 0.875rem",
            border_radius="1rem",
            max_width="min(34rem, 88%)",
            background=ts.cond(is_mine, "var(--primary)", "var(--muted)"),
            color=ts.cond(is_mine, "var(--primary-foreground)", "var(--foreground)"),
        ),
        justify=ts.cond(is_mine, "end", "start"),
        width="100%",
    )


def demo():
    return ts.vstack(
        ts.vstack(
            ts.cond(
                ts.length(Chat.messages) == 0,
                ts.text(
                    "Say something. The model is a fake, its patience is real.", color_scheme="gray"
                ),
            ),
            ts.foreach(Chat.messages, bubble),
            role="log",
            width="100%",
            min_height="14rem",
        ),
        ts.hstack(
            ts.input(
                value=Chat.draft,
                on_change=Chat.set_draft,
                on_key_down=Chat.key,
                placeholder="Your message",
                aria_label="Your message",
                flex="1 1 12rem",
            ),
            ts.button("Send", on_click=Chat.send, disabled=Chat.draft.strip() == ""),
            ts.button(
                "Stop",
                variant="soft",
                color_scheme="red",
                on_click=Chat.answer.cancel,
                disabled=~Chat.answer.running,
            ),
            width="100%",
        ),
        spacing="4",
    )
