"""Scenarios for tests: a small one that passes, and the ways to read and play one. Knows no fixture."""

from datetime import UTC, datetime
from typing import Any

from marketplace_sandbox.core.world.sellers import Defaults, Sellers
from marketplace_sandbox.scenario.player import PlayResult, play
from marketplace_sandbox.scenario.scenario import Scenario, read_yaml
from marketplace_sandbox.store.memory import MemoryStore

ONE, TWO = "902-0000001-0000001", "902-0000002-0000002"
NOW = datetime(2026, 3, 2, 16, tzinfo=UTC)

SMALL = """\
about: The buyer asks after the parcel has left.
start: 2026-03-02T16:00:00Z
orders:
  - id: 902-0000001-0000001      # everything has a default
    items: [{sku: MUG-BLUE, quantity: 1, price: 20.00}]
script:
  - {at: +1h,    parcel-leaves: 902-0000001-0000001}
  - {at: +1h10m, buyer-request-cancellation: 902-0000001-0000001, with: {reason: late}}
  - {at: +1h20m, seller-cancel: 902-0000001-0000001, with: {reason: buyer_canceled}, refused: SHIPPED_NOT_CONFIRMED}
  - {at: +1h30m, seller-confirm-shipment: 902-0000001-0000001}
until: +2h
expect:
"""


def a_shop(now: datetime = NOW, **defaults: Any) -> Sellers:
    """Sellers in memory whose worlds begin `now` by default."""
    return Sellers(MemoryStore(), Defaults(start=now, **defaults), real=lambda: 0.0)


def expecting(text: str) -> PlayResult:
    """The small scenario, played with these lines under `expect`."""
    return play_text(SMALL + "".join(f"  {line}\n" for line in text.splitlines()))


def play_text(text: str | Scenario) -> PlayResult:
    """A scenario from its text, played in memory."""
    return play(read_yaml(text) if isinstance(text, str) else text, a_shop())
