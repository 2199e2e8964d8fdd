"""Orders v0: the reads that integrators poll, and the confirmation of shipments."""

from marketplace_sandbox.api.spapi.orders_v0.operations import OrdersV0

__all__ = ["OrdersV0"]
