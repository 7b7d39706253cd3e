"""Between an ASGI server and the Trio-native application.

Knows nothing of sessions, pages or state: only scopes, messages, loops and signals.

`guest` is the entry: `Bridge` serves a Trio-native application under any server. `lifespan` judges
how the application started and ended, `receiving` and `sending` carry the messages of one request,
`host` is the crossing between an asyncio loop and a Trio run on it, `stopping` learns from the
server that it is going down, `asgi` holds the shapes.
"""
