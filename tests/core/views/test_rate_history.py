"""The rate over time is, at each instant, the rate of the window before it, whatever has happened."""

from datetime import timedelta

import pytest

from marketplace_sandbox.core.views.causes import CAUSES, cause_of
from marketplace_sandbox.core.views.metrics import rate_between
from marketplace_sandbox.core.views.rate_history import rate_history
from tests.core.histories import live


@pytest.mark.parametrize("seed", range(12))
def test_it_is_the_rate_of_each_window(seed: int) -> None:
    (*_, world) = live(seed, 120)
    window = timedelta(days=world.policy.value("rate_window_days"))
    now, orders = world.now(), list(world.orders.values())
    # at instants of the orders themselves a window begins and ends in the middle of things
    met = [each.purchased_at + shift for each in orders[:20] for shift in (timedelta(0), window)]
    ends = sorted({*met, now, *(now - timedelta(hours=30 * back) for back in range(20))})
    for marketplace_id in ("", "A1VC38T7YXB528"):
        history = rate_history(orders, ends, world.policy, marketplace_id)
        plain = [rate_between(orders, end - window, end, world.policy, marketplace_id) for end in ends]
        assert [(at.until, at.canceled, at.orders, at.rate) for at in history] == [
            (each.until, each.canceled, each.orders, each.rate) for each in plain
        ]
        for at, each in zip(history, plain, strict=True):
            causes = [cause_of(order.counted_cancellation) for order in each.counted if order.counted_cancellation]
            assert at.by_cause == {source: count for source in CAUSES if (count := causes.count(CAUSES[source]))}
    assert any(at.canceled for at in rate_history(orders, ends, world.policy)) or seed in QUIET


QUIET: set[int] = set()
"""Histories in which nothing that counts was canceled."""
