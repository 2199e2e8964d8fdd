"""The rules: what every action comes to at every stage, by which rule and source, and what they make of an order."""

from marketplace_sandbox.console.rules.views import pages

__all__ = ["pages"]
