"""Faults and limits: what goes wrong next, the buckets of calls as they stand, and all settings."""

from marketplace_sandbox.console.faults.views import pages

__all__ = ["pages"]
