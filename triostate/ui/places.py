"""Where in the user's code something is made: what an error names that is found later.

Knows nothing of what is made.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

__all__ = ["place_of_call"]

_OURS: Final = f"{Path(__file__).parents[1]}{os.sep}"


def place_of_call() -> str:
    """Return ``file:line`` of the innermost call that is not the framework's; empty if all are."""
    frame = sys._getframe(1)
    while frame.f_code.co_filename.startswith(_OURS):
        if frame.f_back is None:
            return ""
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"
