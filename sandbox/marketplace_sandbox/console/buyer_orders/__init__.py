"""Your Orders: what a buyer sees of the orders, and how one is canceled, asked to be canceled, or asked about."""

from marketplace_sandbox.console.buyer_orders.views import pages

__all__ = ["pages"]
