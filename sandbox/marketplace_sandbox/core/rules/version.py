"""The version of the rules: the number that a world has of those it was made by.

A world is folded from its journal by the rules there are now. So whoever changes what an old journal leads to gives the
rules a new version, and a store of it to the tests: CONTRIBUTING, "Change a rule". `tests/core/test_rules_version.py`
notices.
"""

RULES = 8
"""Counts up with every change of a decision, of what follows from one, or of a default that decides."""

FIRST_RULES = 1
"""That of worlds that do not say it: of entry format 1."""
