"""Every bound of the framework, named with its unit and the reason for its value."""

from __future__ import annotations

# Requests

MAX_BODY_BYTES = 64 * 1024
"""Of an event POST: a batch of 32 events with room for a long text each."""

BODY_SECONDS = 20.0
"""For all of a body to come: a slow phone takes 64 KiB up in less, and a browser gives its POST up
after 15 s."""

MAX_JSON_DEPTH = 32
"""Nesting of a body: deeper is no form that a page sends."""

MAX_BATCH_EVENTS = 32
"""Events in one POST: more wait in the browser, so that one tab cannot fill a queue at once."""

MAX_EVENTS_PER_SECOND = 200
"""Of one session, for long: a slider that is dragged sends 60 to 120, a person at a keyboard 20."""

BURST_SECONDS = 2.0
"""How long a rest is worth: what was made offline goes up at once, up to 400 events."""

MAX_BUSY_TABS = 2
"""Tabs of one browser that may send at that rate at the same time: a person is at one, and what the
others send of themselves is little. All 32 together would take a whole processor."""

REFUSAL_SECONDS = 1.0
"""For how long the answer to what comes too fast is held back, give or take half of it: a client
that sends over one connection is slowed to its rate, whether or not it heeds the refusal."""

MAX_TOKEN_CHARS = 64
"""Of a token, page id or document id in a request: what we make is shorter."""

MAX_STORED_VARS = 256
"""Vars that a browser sends along when it asks for a session: an app declares a handful."""

MAX_VAR_NAME_CHARS = 512
"""Of a var's full name in a request: all its classes' names and its own."""

MAX_PATH_CHARS = 8192
"""Of the path and query that a browser says it shows: more than servers take in a request line."""

MAX_FORM_ERROR_CHARS = 500
"""Of what is said beside one field: some sentences."""

MAX_QUERY_FIELDS = 32
"""Parameters in the query of one of our own routes, which take a handful."""

# Sessions

CONNECT_GRACE_SECONDS = 10.0
"""A session that no stream has reached after its attach is of a browser that went away."""

DETACH_GRACE_SECONDS = 30.0
"""After a lost stream: long enough for a change of network, short enough not to pile up."""

LEAVE_GRACE_SECONDS = 3.0
"""After a goodbye: a reload comes back well within it."""

HIDDEN_GRACE_SECONDS = 600.0
"""After a lost stream of a tab that said it is hidden: a phone in a pocket suspends its browser,
and a long run behind the page goes on."""

CLEANUP_SECONDS = 2.0
"""What a cancelled task gets for all its cleanup blocks, and a session for its ``on_close`` hooks:
enough to write a row and tell a peer, short enough to fit into a server's shutdown."""

STUCK_SECONDS = 5.0
"""After this a session that does not end is named in the log, with what it waits for."""

MAX_STUCK_LINES = 20
"""Tasks that one such line of the log names."""

MAX_TABS_PER_VISITOR = 32
"""Sessions of one browser: more is a loop or an attack."""

MAX_SESSIONS_PER_ADDRESS = 200
"""Sessions, and shared streams, of one address that is not loopback: an office behind one address,
not a client that drops its cookies."""

MAX_STREAMS_PER_VISITOR = 32
"""Shared streams of one browser: it needs one, and some that are lost and not yet noticed."""

MAX_QUEUED_EVENTS = 10_000
"""Events that wait for their turn in one session."""

MAX_BACKGROUND_RUNS = 2_000
"""Background runs of one session, waiting ones included."""

MAX_WAITING_RUNS = 100
"""Runs of one handler that wait for ``max_running`` or ``policy="queue"``."""

MAX_STATE_BYTES = 64 * 1024 * 1024
"""Of one session's state: far more than a page shows, and a loop that appends without end in one
tab does not take the memory of the others."""

MAX_REQUESTS_PER_SECOND = 50
"""Pages and streams asked for, attaches, goodbyes and notes of frames applied, for long: of one
browser, whose 32 tabs send one of these now and then, or of one address that has no tab yet."""

REQUESTS_BURST_SECONDS = 20.0
"""How long a rest is worth in requests: 1,000 at once are the 200 tabs behind an office's address
that all come back after a restart, each with its page and its stream, twice."""

KEPT_BUCKETS = 1_000
"""Of those who ask: with more, the ones that are full again are dropped."""

PROGRESS_SECONDS = 0.1
"""Between two values of a run's progress: a bar that moves ten times a second looks smooth."""

MAX_THREADS = 40
"""Threads for blocking code, unless `App(max_threads=)` says otherwise: as many as Trio's own."""

ABANDONED_SECONDS = 5.0
"""After this long a thread whose caller was cancelled is named in the log: most end before."""

ASYNCIO_CLOSE_SECONDS = 0.4
"""What asyncio code that nobody waits for gets to end when the app has: with `END_SECONDS` it stays
below hypercorn's default grace of 3 s."""

WATCH_SECONDS = 0.025
"""Between two looks of the watchdog: a call that blocks is seen so late at most, and a few looks
show that it is the same."""

BLOCKED_SECONDS = 0.15
"""A loop that has not turned for so long is blocked: from about there on a page feels stuck."""

HELD_SECONDS = 1.0
"""State that is held for so long keeps a tab's other handlers from running noticeably."""

SWEEP_SECONDS = 0.25
"""Between two looks at who holds what, while anybody does: the warning comes so late at most."""

MAX_WARNED_PLACES = 1_000
"""Lines of code that one kind of warning has named; more are not named."""

TASKS_REFRESH_SECONDS = 2.0
"""Between two looks of the page that shows the tasks."""

MAX_TASKS_FORM_BYTES = 1024
"""Of the form of that page: one name and one number."""

DRAIN_SECONDS = 1.0
"""What running foreground handlers get to finish when the server stops."""

END_SECONDS = 2.5
"""What all of an app gets to end, drain included: hypercorn's default grace is 3 s."""

RECONNECT_SECONDS = 1.0
"""About when a browser comes back after a drain; each is told another time, between half of this
and one and a half, so that they do not come at once."""

# Development

CHANGE_STEP_SECONDS = 0.03
"""Files that change within so long of each other are one change: an editor writes in steps."""

RELOAD_END_SECONDS = 3.0
"""What a development server gets to end before the next one starts: above `END_SECONDS`."""

MIN_SERVED_SECONDS = 5.0
"""A development server that dies by itself after so long is started again at once; one that dies
earlier would do so again, and waits for a change."""

WARM_UP_DELAY_SECONDS = 0.5
"""From a development server's start until the next is made ready: the browser comes first."""

MAX_TRACEBACK_CHARACTERS = 20_000
"""Of a traceback shown in the browser, from its end: a recursion fills megabytes."""

MAX_CONTROL_BYTES = 256 * 1024
"""One line between `triostate run` and its server: a failure with its traceback."""

# The stream

FRAME_SECONDS = 1 / 60
"""A busy session sends at most one frame in this time: a screen shows no more."""

HEARTBEAT_FIRST_SECONDS = 2.0
"""The second comment: shows early that nothing on the way buffers."""

HEARTBEAT_SECONDS = 10.0
"""Of silence, after which there is another comment: under the idle time-out of common proxies."""

PULSE_SECONDS = 0.25
"""Between two looks at what all streams are due to say: by so much may a heartbeat be late."""

SEND_STALL_SECONDS = 20.0
"""One send to a browser that does not read: past it the connection is given up."""

MAX_CHUNK_BYTES = 64 * 1024
"""Of one send on a stream of several sessions, past which no other session's frame joins it: a
small frame does not wait for many large ones on a slow line."""

MAX_WAITING_EFFECTS = 256
"""Effects that wait for a browser that does not read."""

MAX_EFFECT_BYTES = 256 * 1024
"""Of a file, or of arguments for a script, that an effect brings: as many as `MAX_WAITING_EFFECTS`
may wait for a browser. What is larger has a route, which sends it as fast as it is read."""

MAX_SCRIPT_CALLBACKS = 64
"""Calls of scripts in one session whose result a handler waits for: the oldest are forgotten."""

MAX_KEPT_BYTES = 256 * 1024
"""Frames of one session that were sent and not yet named by its browser: minutes of a busy page,
and no more than a snapshot of a large one."""

CONFLATE_AFTER_OPS = 64
"""Operations on one var that wait before their size is first compared with the value's."""

# Values

MAX_VALUE_DEPTH = 64
"""Nesting of a var's value, and of one that a browser sends: deeper is no data of a page, and each
level costs stack in Python and in the browser."""

MAX_DECIMAL_PLACES = 6144
"""Digits of a Decimal, and places between its first digit and the point: what the largest format
of IEEE 754 has. Beyond it a few bytes could stand for a number that fills the memory."""

MAX_NUMBER_CHARS = 400
"""Of a text that becomes a number: longer than any float has written out."""

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

PEER_TIMEOUT_SECONDS = 8.0
"""How long a peer may leave what was sent unacknowledged, or its full buffer unread. With the
heartbeat before it a lost peer is noticed within 20 s; a change of network takes less than 8."""

KEEPALIVE_IDLE_SECONDS = 12.0
"""Silence after which the kernel probes a peer: more than a heartbeat, so a live stream is never
probed."""

KEEPALIVE_INTERVAL_SECONDS = 4.0
"""Between two probes: with `KEEPALIVE_IDLE_SECONDS` a lost peer is noticed within 20 s."""

MAX_UNSENT_BYTES = 128 * 1024
"""What the kernel takes of a connection before it has to: enough to keep a fast one busy, and a
slow one is not shown values that are long outdated."""

STUCK_PEER_SECONDS = 0.5
"""What a peer gets at a shutdown to read what it is sent: one that reads takes milliseconds."""

MIN_END_SECONDS = 1.5
"""What an app gets after `lifespan.shutdown` however late that comes: its drain, and some more."""

OVERTIME_SECONDS = 0.25
"""What an app gets of `END_SECONDS` to say what has not ended, and that it gives up."""

EXIT_SECONDS = 0.05
"""What a worker gets to act on the answer that an app gave up, before its process exits."""

PARENT_SECONDS = 1.0
"""How long a worker that got SIGTERM itself waits for its first process to tell it to stop, which
looks each 0.1 s."""

MAX_MESSAGE_CHARACTERS = 500
"""Of the reason for a failed start: a server's log shows it in one line."""

# Expressions

MAX_EXPRESSION_ITEMS = 1_000_000
"""Items or characters that one repetition or range makes: a slip of the pen in a page must not
fill the memory of server and browser."""

MAX_FORMAT_WIDTH = 1_000
"""Width or precision of a format spec: more is no text that anybody reads."""

# Triggers

MAX_HOLD_SECONDS = 60
"""The longest that a page may hold an event back: what a user did may not be forgotten."""
