"""The chat example: an answer that streams and can be stopped."""

from __future__ import annotations

import trio

from examples.chat import ANSWERS, Chat
from examples.gallery import app
from triostate.testing import Client, Tab, virtual


def last(tab: Tab) -> str:
    """Return the newest message's text."""
    text: str = tab.value(Chat, "messages")[-1].text
    return text


@virtual
async def test_the_answer_arrives_word_by_word() -> None:
    """Each word is a change of its own, and the whole is there in the end."""
    async with Client(app) as client, client.tab("/chat") as tab:
        await tab.fill("Your message", "How do you stop?")
        await tab.press_key("Your message", "Enter")
        assert tab.find("Your message").value == ""
        await tab.until(lambda: last(tab).strip() == ANSWERS[0])
        ops = [op for name, data in tab.frames if name == "delta" for op in data["ops"]]
        assert sum(op["path"].endswith("/text") for op in ops) == len(ANSWERS[0].split())


@virtual
async def test_stop_stops_it() -> None:
    """Stop ends the answer where it is; the next question gets the next answer (45)."""
    async with Client(app) as client, client.tab("/chat") as tab:
        await tab.fill("Your message", "First")
        await tab.click("Send")
        await tab.until(lambda: len(last(tab).split()) == 5)
        await tab.click("Stop")
        await tab.wait_var(Chat, "answer.running", False)
        said = last(tab)
        await trio.sleep(60)
        assert last(tab) == said
        await tab.fill("Your message", "Second")
        await tab.click("Send")
        await tab.until(lambda: last(tab).strip() == ANSWERS[1])


@virtual
async def test_nothing_is_sent_of_nothing() -> None:
    """Send is out of use while the field is empty, and Enter does nothing."""
    async with Client(app) as client, client.tab("/chat") as tab:
        assert tab.find("Send").is_disabled
        await tab.press_key("Your message", "Enter")
        assert tab.value(Chat, "messages") == []
