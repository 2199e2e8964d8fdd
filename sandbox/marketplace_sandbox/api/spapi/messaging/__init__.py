"""Messaging v1: what a seller may write to a buyer, and the writing of it."""

from marketplace_sandbox.api.spapi.messaging.operations import Messaging

__all__ = ["Messaging"]
