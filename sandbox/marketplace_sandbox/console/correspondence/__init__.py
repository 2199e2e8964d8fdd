"""Messages between buyers and the seller, with what the seller may answer, and every mail as its recipient reads it."""

from marketplace_sandbox.console.correspondence.views import pages

__all__ = ["pages"]
