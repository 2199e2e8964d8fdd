"""Refund order: all that is left or chosen amounts, and the refunds there are, of which pending ones are canceled."""

from marketplace_sandbox.console.refund.views import pages

__all__ = ["pages"]
