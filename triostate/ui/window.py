"""The browser's window as something that has triggers: its size, its keys, its connection.

    ts.window_event_listener(
        on_key_down={"Mod+s": Editor.save.prevent_default, "Escape": Editor.close},
        on_resize=Editor.fit,
    )

Stands anywhere on a page and shows nothing. In a branch or a row it listens while that is shown.
"""

from __future__ import annotations

from typing import Final

from .element import Kind, make_element
from .event_types import CheckedEvent, KeyEvent, PlainEvent, ScrolledEvent, SizeEvent
from .tree import Component
from .triggers import CHATTY_SECONDS, TriggerKind

__all__ = ["window_event_listener"]

_LISTENER: Final = Kind(
    name="window_event_listener",
    tag="span",
    triggers={
        "on_resize": TriggerKind(
            "window:resize", ("width", "height"), throttle_seconds=CHATTY_SECONDS
        ),
        "on_scroll": TriggerKind("window:scroll", ("scroll",), throttle_seconds=CHATTY_SECONDS),
        "on_key_down": TriggerKind("window:keydown", ("key", "info")),
        "on_key_up": TriggerKind("window:keyup", ("key", "info")),
        "on_focus": TriggerKind("window:focus"),
        "on_blur": TriggerKind("window:blur"),
        "on_online": TriggerKind("window:online"),
        "on_offline": TriggerKind("window:offline"),
        "on_visibility_change": TriggerKind("window:visibilitychange", ("seen",)),
    },
)


def window_event_listener(
    *,
    on_resize: SizeEvent = None,
    on_scroll: ScrolledEvent = None,
    on_key_down: KeyEvent = None,
    on_key_up: KeyEvent = None,
    on_focus: PlainEvent = None,
    on_blur: PlainEvent = None,
    on_online: PlainEvent = None,
    on_offline: PlainEvent = None,
    on_visibility_change: CheckedEvent = None,
) -> Component:
    """Return what listens to the window; it shows nothing.

    Args:
        on_resize: runs with the width and height of what is seen of the page, in pixels, when they
            change; not when the page opens. At most ten times a second, unless the handler says
            otherwise (``.throttle``, ``.debounce``).
        on_scroll: runs with a `ScrollEvent` of the page; as often as ``on_resize``.
        on_key_down: runs with a key's name and a `KeyInfo`, whatever has the focus. A dict from
            keys to what each runs makes keyboard shortcuts: other keys send nothing, and a key
            without Ctrl, Alt or Meta is left alone while the user writes in a field (but Escape
            and F1 to F24).
        on_key_up: the same when a key is let go.
        on_focus: runs when the window becomes the one that is used.
        on_blur: runs when another is.
        on_online: runs when the device has a network again.
        on_offline: runs when it has none any more; the server learns of it when it is back.
        on_visibility_change: runs with whether the page can be seen, when another tab was or is in
            front of it. That a phone was put away may be told when it is taken up again.
    """
    given = {name: value for name, value in locals().items() if name.startswith("on_")}
    return make_element(_LISTENER, (), given, {"hidden": ""})
