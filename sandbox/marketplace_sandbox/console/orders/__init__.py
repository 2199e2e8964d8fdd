"""Manage Orders: the seller's list of orders by tabs, with what may be done to each, and canceling one."""

from marketplace_sandbox.console.orders.views import pages

__all__ = ["pages"]
