"""Place an order: a form in which everything has a default, for one order or very many alike."""

from marketplace_sandbox.console.new_order.views import pages

__all__ = ["pages"]
