"""What the test kit raises when an app does not do what a test says of it.

All are AssertionErrors, so test runners show them as failures of the test and not as accidents.
"""

from __future__ import annotations

import trio

__all__ = [
    "ExpectationError",
    "InvalidEntryError",
    "LeakError",
    "NotReachedError",
    "NotShownError",
    "RefusedError",
    "SweepError",
]


class ExpectationError(AssertionError):
    """What all errors of the test kit have in common."""


class NotShownError(ExpectationError, LookupError):
    """What a test looks for is not on the page, or more than once. Lists what there is."""


class RefusedError(ExpectationError, RuntimeError):
    """The server refused an event or a page; the text is the server's."""


class InvalidEntryError(ExpectationError, ValueError):
    """A form is not sent, because the browser itself finds an entry wrong, by its rules for it."""


class NotReachedError(ExpectationError, trio.TooSlowError):
    """What a test waits for did not come in time. Says what was on show instead."""


class LeakError(ExpectationError):
    """Something is left over, or missing, at the end of a `leak_check`. Lists it."""


class SweepError(ExpectationError):
    """A `cancel_sweep` failed: names the step at which the cancellation came, with its stack."""
