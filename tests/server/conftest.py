"""What the tests of the servers share."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from tests.server.driving import run_fixture

__all__ = ["run_fixture"]


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """Let what an application froze at its start be collected: this process outlives it."""
    yield
    gc.unfreeze()
