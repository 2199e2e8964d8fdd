"""Confirm shipment: of all items or some, with the carrier and the tracking number."""

from marketplace_sandbox.console.shipment.views import pages

__all__ = ["pages"]
