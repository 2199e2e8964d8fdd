"""Notifications v1: where a seller's notifications go, and which."""

from marketplace_sandbox.api.spapi.notifications.operations import Notifications

__all__ = ["Notifications"]
