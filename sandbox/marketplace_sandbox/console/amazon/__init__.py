"""What Amazon, the carrier and the warehouse do to orders: one panel, for one order or for many at once."""

from marketplace_sandbox.console.amazon.views import pages

__all__ = ["pages"]
