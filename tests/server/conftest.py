"""Fixtures of the tests of the server side."""

from tests.server.driving import run_fixture

__all__ = ["run_fixture"]
