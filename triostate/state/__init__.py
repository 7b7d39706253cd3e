"""Vars, expressions, tracked values and deltas: the values of a session. No Trio, no web.

``state`` and ``fields`` are what user code declares, ``tree`` holds a session's values and changes
them, ``kinds``, ``links`` and ``views`` track containers, ``changes`` and ``inverse`` are its two
logs, ``var``, ``expr`` and ``operations`` are what pages are written in.
"""
