"""Notifications: who is told, what was sent and how each attempt went, and what goes wrong with the next one."""

from marketplace_sandbox.console.notifications.views import pages

__all__ = ["pages"]
