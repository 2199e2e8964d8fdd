"""Which paths are those of the Orders APIs, and of what is called for their sake."""

from marketplace_sandbox.amazon.orders_v0_end import RESTRICTED_TOKENS

ORDERS = "/orders/"


def is_of_orders(path: str) -> bool:
    """Whether a call of either generation, or of a restricted token, has this path."""
    return path.startswith(ORDERS) or path == RESTRICTED_TOKENS
