"""Effects can always be sent: what could not be encoded is refused where the effect is made."""

from __future__ import annotations

from typing import Any

import pytest

import triostate as ts
from triostate.protocol.frames import Delta, NumberedEffect, encode_frame

LONE = "\ud800"


def sent(effect: Any) -> bytes:
    numbered = NumberedEffect(1, effect.kind, effect.args)
    return encode_frame(Delta("t", 1, 0, (), (numbered,)), append=True)


@pytest.mark.parametrize("make", [ts.toast, ts.console_log])
def test_messages(make: Any) -> None:
    """A message is shown whatever is in it: half a character becomes a question mark."""
    assert b'"message":"a? 5"' in sent(make(f"a{LONE} {5}"))


@pytest.mark.parametrize(
    "make",
    [
        lambda: ts.set_value("id", LONE),
        lambda: ts.set_value("id", 2**60),
        lambda: ts.set_value(LONE, "x"),
        lambda: ts.set_focus(LONE),
        lambda: ts.redirect(f"/{LONE}"),
        lambda: ts.download("/x", LONE),
    ],
)
def test_what_cannot_be_sent(make: Any) -> None:
    """What is no message is refused: an effect that cannot be encoded would end the stream."""
    with pytest.raises(ts.UnsendableValueError):
        make()
