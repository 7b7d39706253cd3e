"""The app of the connection's measurements, whose clients say where they are."""

from __future__ import annotations

import triostate as ts

from . import live_app

app = ts.App(modules=[live_app.__name__], trusted_proxies=["127.0.0.1"], detach_grace_seconds=0.5)
