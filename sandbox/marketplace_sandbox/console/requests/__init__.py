"""Requests: what the client called, live; why a call was rejected, and what would have been accepted."""

from marketplace_sandbox.console.requests.views import pages

__all__ = ["pages"]
