"""Sessions and all that runs in them. Trio, no web.

``engine`` keeps the sessions, ``session`` is one, ``lifecycle`` its life as a table, ``host`` its
state blocks, ``dispatch`` and ``background`` its handlers, ``outbox`` and ``stream`` what it tells
the browser.
"""
