"""Measure everything and print one table: `python -m tests.bench`, or some: `... 1 4`.

Sections go by their numbers. The other figures in a row are of the same run: on a busy machine
the ratio says more than the figure. A goal that is missed is said to be, and fails nothing; so
is a section that cannot be measured.
"""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Callable

from playwright.sync_api import Browser

from . import (
    attacks,
    burst,
    clicks,
    connection,
    costs,
    deltas,
    growth,
    handlers,
    rows,
    startup,
    weight,
)
from .browser import chromium
from .table import Section, render

IN_BROWSER: dict[str, Callable[[Browser], Section]] = {
    "2": weight.measure,
    "3": clicks.measure_first,
    "4": clicks.measure_each,
    "10": burst.measure,
    "12": rows.measure,
}
ALONE: dict[str, Callable[[], Section]] = {
    "1": startup.measure,
    "5": costs.measure,
    "6": deltas.measure,
    "7": growth.measure,
    "8": handlers.measure,
    "9": connection.measure,
    "11": attacks.measure,
}


def main(wanted: list[str]) -> None:
    """Measure the sections of those numbers, all if there are none, and print the table."""
    known = sorted({*IN_BROWSER, *ALONE}, key=int)
    if unknown := set(wanted) - set(known):
        raise SystemExit(f"no section {', '.join(sorted(unknown))}: there are {', '.join(known)}")
    began, load_before = time.monotonic(), os.getloadavg()[0]
    sections: list[Section] = []
    for number in sorted(wanted, key=int) or known:
        print(f"measuring {number} ...", file=sys.stderr, flush=True)
        sections.append(measure(number))
    print(
        f"triostate: measured with Python {platform.python_version()} on {os.cpu_count()} "
        f"processors; load {load_before:.1f} before, {os.getloadavg()[0]:.1f} after; "
        f"took {time.monotonic() - began:.0f} s\n"
    )
    print(render(sections))


def measure(number: str) -> Section:
    """Measure one section; what cannot be measured becomes its note, and the others go on."""
    try:
        if number in ALONE:
            return ALONE[number]()
        with chromium() as browser:
            return IN_BROWSER[number](browser)
    except Exception as error:  # noqa: BLE001  crash wall: the other figures are worth having
        text = f"{type(error).__name__}: {error}"
        return Section(f"{number}. could not be measured", (), tuple(text.splitlines()))


if __name__ == "__main__":
    main(sys.argv[1:])
