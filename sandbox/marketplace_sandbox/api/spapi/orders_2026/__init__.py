"""Orders 2026-01-01: orders with their items and with who cancelled them, and the cancellation that came and went."""

from marketplace_sandbox.api.spapi.orders_2026.operations import Orders2026

__all__ = ["Orders2026"]
