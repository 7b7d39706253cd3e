"""Expressions mean in both evaluators what Python means: the parts that both suites share."""
