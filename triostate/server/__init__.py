"""Between an ASGI server and the Trio-native application.

Knows nothing of sessions, pages or state: only scopes, messages, loops and signals.

`guest` is the entry: `Bridge` serves a Trio-native application under any server. `run` is one guest
run on an asyncio loop, `host` the crossing between the two; `native` is the same for a Trio worker.
`receiving` and `sending` carry the messages of one request. `lifespan` judges how the application
started and ended, `private` plays the server's part for servers without a lifespan. `asgi` holds
the shapes.

The end: `stopping` learns from the server that it is going down, `sigterm` ends a hypercorn worker
that is signalled itself, `open_requests` sees to it that no request holds the server up, and
`last_resort` to it that no task does.

Below the requests: `connections` reaches the sockets and `sockets` sets their options; `crash_wall`
keeps one crashed connection from ending hypercorn's Trio worker.
"""
