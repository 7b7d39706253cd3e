"""Many visits: what comes goes, all of it, every time."""

from __future__ import annotations

import pytest

from tests.testing.cycles import run_cycles


def test_five_hundred_visits() -> None:
    """500 tabs that start three tasks each and are closed leave everything as it was (41)."""
    report = run_cycles(500)
    assert report.objects_left < 100


@pytest.mark.slow
def test_ten_thousand_visits() -> None:
    """10,000 leave no more than 500 do: not a task, session, descriptor or object a visit (41)."""
    report = run_cycles(10_000)
    assert report.objects_left < 100
    assert report.bytes_left < 2_000_000
