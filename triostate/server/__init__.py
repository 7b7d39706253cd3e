"""Between an ASGI server and the Trio-native application.

Knows nothing of sessions, pages or state: only scopes, messages, loops and signals.

`guest` is the entry: `Bridge` serves a Trio-native application under any server. `run` is one guest
run on an asyncio loop, `host` the crossing between the two. `receiving` and `sending` carry the
messages of one request. `lifespan` judges how the application started and ended, `private` plays
the server's part for servers without a lifespan. `stopping` learns from the server that it is going
down, `sigterm` ends a hypercorn worker that is signalled itself. `asgi` holds the shapes.
"""
