"""Every bound of the framework, named with its unit and the reason for its value."""

from __future__ import annotations

# Requests

MAX_BODY_BYTES = 64 * 1024
"""Of an event POST: a batch of 32 events with room for a long text each."""

MAX_JSON_DEPTH = 32
"""Nesting of a body: deeper is no form that a page sends."""

MAX_BATCH_EVENTS = 32
"""Events in one POST: more wait in the browser, so that one tab cannot fill a queue at once."""

MAX_TOKEN_CHARS = 64
"""Of a token, page id or document id in a request: what we make is shorter."""

MAX_QUERY_FIELDS = 32
"""Parameters in the query of one of our own routes, which take a handful."""

# Sessions

CONNECT_GRACE_SECONDS = 10.0
"""A session that no stream has reached after its attach is of a browser that went away."""

DETACH_GRACE_SECONDS = 30.0
"""After a lost stream: long enough for a change of network, short enough not to pile up."""

LEAVE_GRACE_SECONDS = 3.0
"""After a goodbye: a reload comes back well within it."""

MAX_TABS_PER_VISITOR = 32
"""Sessions of one browser: more is a loop or an attack."""

MAX_QUEUED_EVENTS = 10_000
"""Events that wait for their turn in one session."""

MAX_BACKGROUND_RUNS = 2_000
"""Background runs of one session, waiting ones included."""

MAX_WAITING_RUNS = 100
"""Runs of one handler that wait for ``max_running`` or ``policy="queue"``."""

DRAIN_SECONDS = 1.0
"""What running foreground handlers get to finish when the server stops."""

# The stream

FRAME_SECONDS = 1 / 60
"""A busy session sends at most one frame in this time: a screen shows no more."""

HEARTBEAT_FIRST_SECONDS = 2.0
"""The second comment: shows early that nothing on the way buffers."""

HEARTBEAT_SECONDS = 10.0
"""Comments after that: under the idle time-out of common proxies."""

SEND_STALL_SECONDS = 20.0
"""One send to a browser that does not read: past it the connection is given up."""

MAX_WAITING_EFFECTS = 256
"""Effects that wait for a browser that does not read."""

CONFLATE_AFTER_OPS = 64
"""Operations on one var that wait before their size is first compared with the value's."""

# The bridge to the server

MAX_RECEIVED_MESSAGES = 4
"""Messages of a request that wait for the app: at most 64 KiB of a body each under hypercorn, so
256 KiB a request; enough for two schedulers to take turns in batches."""

MAX_EAGER_SENDS = 16
"""Sends to the server without a rest: a loop that does nothing but send to a fast reader never
suspends, and would starve every other task of the process."""

LAST_SEND_SECONDS = 1.0
"""What the last message of a response gets after a cancellation. A close takes milliseconds; a
peer that does not read must not hold up a shutdown, which has 3 s in all under hypercorn."""

SHUTDOWN_SECONDS = 5.0
"""What an app gets that its server drops without a word of a shutdown: a drain takes 2.5 s."""

PARENT_SECONDS = 1.0
"""How long a worker that got SIGTERM itself waits for its first process to tell it to stop, which
looks each 0.1 s."""

MAX_MESSAGE_CHARACTERS = 500
"""Of the reason for a failed start: a server's log shows it in one line."""
