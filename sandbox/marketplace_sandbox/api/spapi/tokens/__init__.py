"""Tokens 2021-03-01: restricted data tokens."""

from marketplace_sandbox.api.spapi.tokens.operations import Tokens

__all__ = ["Tokens"]
