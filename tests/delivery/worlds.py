"""Worlds whose receivers have time, so that no machine is too slow for a test. Sends nothing."""

from typing import Any

from marketplace_sandbox.core.journal.opening import Opening
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.store.memory import MemoryStore
from tests.core.worlds import START

LONG = 60.0
"""Seconds that are as good as for ever in a test that passes."""


def patient_world(seller_id: str = "ATESTSELLER", **policy: Any) -> World:
    """A fresh world whose clock stands and which waits a minute for every receiver. Keywords are settings."""
    opening = Opening(seller_id, START, 0.0, 0.0, policy={"webhook_timeout": "PT1M", **policy})
    return World.open(opening, MemoryStore(), lambda: 0.0)
