"""Sessions and all that runs in them. Trio, no web.

``engine`` keeps the sessions, ``session`` is one, ``lifecycle`` its life as a table, ``host`` its
state blocks, ``dispatch`` and ``background`` its handlers, ``outbox`` what it tells the browser,
``stream`` a connection that carries it, with a lane (``lanes``) for each session on it.
"""
