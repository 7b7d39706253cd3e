"""Measurements, for `nox -s bench`: figures beside their goals, and nothing that can fail."""
