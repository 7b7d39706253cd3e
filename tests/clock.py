"""`virtual`, where the project's own tests look for it; it is the public one."""

from __future__ import annotations

from triostate.testing import virtual

__all__ = ["virtual"]
