"""For tests, of users and our own: an app in the same process, on any Trio clock.

Needs the extra ``triostate[testing]``.
"""

from __future__ import annotations

from triostate.state.definitions import isolated
from triostate.testing.client import Answer, Client, Tab

__all__ = ["Answer", "Client", "Tab", "isolated"]
