"""Which paths are those of the Orders APIs, and of what is called for their sake."""

ORDERS = "/orders/"
RESTRICTED_TOKENS = "/tokens/2021-03-01/restrictedDataToken"
"""Fetched for reads of v0 that show personal data, and for nothing in 2026-01-01."""


def is_of_orders(path: str) -> bool:
    """Whether a call of either generation, or of a restricted token, has this path."""
    return path.startswith(ORDERS) or path == RESTRICTED_TOKENS
