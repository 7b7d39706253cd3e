"""Views: what handlers see of tracked values.

A view stands for a list, dict, set or by-value instance of the state. It reads through to the
value and turns every way of changing it into steps of the state tree. Views are not subclasses of
what they stand for: C code that looks past ``__class__`` fails loudly instead of seeing an empty
container. One module for each kind; `view` holds what they share.
"""

from __future__ import annotations

from triostate.state.views.dicts import DictView
from triostate.state.views.instances import InstanceView
from triostate.state.views.lists import ListView
from triostate.state.views.sets import SetView
from triostate.state.views.view import View, wrap

__all__ = ["DictView", "InstanceView", "ListView", "SetView", "View", "wrap"]
