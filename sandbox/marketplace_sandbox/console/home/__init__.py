"""Home: what runs, for whom, at what time, with whose credentials, and what has happened lately."""

from marketplace_sandbox.console.home.views import pages

__all__ = ["pages"]
