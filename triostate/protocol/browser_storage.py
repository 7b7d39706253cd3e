"""Effects on what lives in the browser: removing what it keeps of vars, in storage and cookies.

Which vars it keeps, and under which keys, is said where they are declared. Knows nothing of how
they are kept.
"""

from __future__ import annotations

from triostate.protocol.effects import Effect
from triostate.state.fields import StateVar

__all__ = [
    "clear_local_storage",
    "clear_session_storage",
    "remove_cookie",
    "remove_local_storage",
    "remove_session_storage",
]


def remove_local_storage(var: object) -> Effect:
    """Remove what the browser keeps of a `LocalStorage` var: ``ts.remove_local_storage(S.theme)``.

    The var keeps its value until the page is loaded again; when it changes it is kept again. Raises
    TypeError for anything but such a var.
    """
    return _remove("remove_local_storage", var, "local")


def remove_session_storage(var: object) -> Effect:
    """Remove what the tab keeps of a `SessionStorage` var; as `remove_local_storage`."""
    return _remove("remove_session_storage", var, "session")


def remove_cookie(var: object) -> Effect:
    """Remove the cookie of a `Cookie` var; as `remove_local_storage`."""
    return _remove("remove_cookie", var, "cookie")


def clear_local_storage() -> Effect:
    """Remove what the browser keeps of all `LocalStorage` vars of the app, and nothing else."""
    return Effect("remove_storage", {"in": "local", "key": None})


def clear_session_storage() -> Effect:
    """Remove what the tab keeps of all `SessionStorage` vars of the app, and nothing else."""
    return Effect("remove_storage", {"in": "session", "key": None})


def _remove(name: str, var: object, kind: str) -> Effect:
    field = var._field if isinstance(var, StateVar) else None
    place = None if field is None else field.place
    if field is None or place is None or place.kind != kind:
        raise TypeError(
            f"{name}: give the var that the browser keeps, of the class: State.theme, declared by "
            "ts.LocalStorage, ts.SessionStorage or ts.Cookie as the name says"
        )
    return Effect("remove_storage", {"in": kind, "key": place.key(field.path)})
