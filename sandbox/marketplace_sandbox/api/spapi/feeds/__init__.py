"""Feeds 2021-06-30: files of messages about orders, uploaded, processed, and reported on."""

from marketplace_sandbox.api.spapi.feeds.operations import Feeds

__all__ = ["Feeds"]
