"""Which pages the documentation has, grouped and in order. Knows nothing of how they look.

A page that is not named here comes after those that are, in the group of its folder; so a new file
is on the site without a word in this one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

__all__ = ["ROOT", "Entry", "Group", "group_entries", "neighbours"]

ROOT = "/docs"

#: The groups in order: folder below ``pages``, title, and the pages that have a place of their own.
_GROUPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("", "Start", ("", "quick-start", "how-it-works", "reflex")),
    (
        "guide",
        "Guide",
        (
            "state",
            "expressions",
            "background",
            "blocks",
            "cancellation",
            "lifetime",
            "pages",
            "events",
            "forms",
            "effects",
            "styling",
            "custom-elements",
            "testing",
            "safety",
            "deploying",
        ),
    ),
    ("background", "Background tasks", ("tasks", "events")),
    ("components", "Components", ("",)),
    ("reference", "Reference", ("app", "state", "handlers", "effects", "components")),
)


@attrs.frozen
class Entry:
    """One page."""

    route: str
    title: str


@attrs.frozen
class Group:
    """The pages under one title of the navigation."""

    title: str
    entries: tuple[Entry, ...]


def group_entries(titles: Mapping[str, str]) -> tuple[Group, ...]:
    """Return the groups of these pages, given each route's title."""
    left = dict(titles)
    groups: list[Group] = []
    for folder, title, names in reversed(_GROUPS):  # the folders before the one of all
        base = f"{ROOT}/{folder}" if folder else ROOT
        first = [base if not name else f"{base}/{name}" for name in names]
        rest = sorted(
            (route for route in left if route == base or route.startswith(f"{base}/")),
            key=lambda route: left[route].lower(),
        )
        routes = dict.fromkeys(route for route in (*first, *rest) if route in left)
        if routes:
            groups.append(Group(title, tuple(Entry(route, left.pop(route)) for route in routes)))
    return tuple(reversed(groups))


def neighbours(groups: Iterable[Group], route: str) -> tuple[Entry | None, Entry | None]:
    """Return the pages before and after one."""
    entries = [None, *(entry for group in groups for entry in group.entries), None]
    routes = [entry.route if entry else "" for entry in entries]
    at = routes.index(route)
    return entries[at - 1], entries[at + 1]
