"""Account Health: the Cancellation Rate now and over time, by cause, and the orders behind each figure."""

from marketplace_sandbox.console.account_health.views import pages

__all__ = ["pages"]
