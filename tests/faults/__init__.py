"""Faults of networks, clients and servers: real processes, real sockets, and a bad network between.

The only tests whose claims are times. Their bounds are three times the stated figures.
"""
