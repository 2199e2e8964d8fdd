"""The Cancellation Rate over time: that of the window before each of many instants, for all orders in one go."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import accumulate

from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.policy import Policy
from marketplace_sandbox.core.views.causes import cause_of
from marketplace_sandbox.core.views.metrics import attributed_at, is_excluded, why_left_out


@dataclass(slots=True)
class WindowRate:
    """The rate of the window that ends with `until`: its orders, and those that count by the source of their cause."""

    until: datetime
    orders: int = 0
    by_cause: Counter[str] = field(default_factory=Counter)

    @property
    def canceled(self) -> int:
        """Orders that count."""
        return self.by_cause.total()

    @property
    def rate(self) -> Fraction | None:
        """The share, None without orders."""
        return Fraction(self.canceled, self.orders) if self.orders else None


def rate_history(
    orders: Iterable[Order], ends: Sequence[datetime], policy: Policy, marketplace_id: str = ""
) -> list[WindowRate]:
    """The rate at each of some instants, in ascending order, by what is known of the orders now.

    What an instant's window counts is that of `rate_between`; here an order is looked at once for all of them.
    """
    window = timedelta(days=policy.value("rate_window_days", marketplace_id))
    orders_change = [0] * (len(ends) + 1)
    causes_change: dict[str, list[int]] = {}

    def windows_of(at: datetime) -> range:
        return range(bisect_left(ends, at), bisect_left(ends, at + window))

    for order in orders:
        if why_left_out(order, marketplace_id) is not None:
            continue
        placed = range(0) if is_excluded(order) else windows_of(order.purchased_at)
        ended = range(0)
        if cause := order.counted_cancellation:
            ended = windows_of(attributed_at(order, cause, policy))
            row = cause_of(cause)
            change = causes_change.setdefault(row.source if row else "", [0] * (len(ends) + 1))
            change[ended.start] += 1
            change[ended.stop] -= 1
        for each in _united(placed, ended):
            orders_change[each.start] += 1
            orders_change[each.stop] -= 1

    history = [WindowRate(end, count) for end, count in zip(ends, accumulate(orders_change), strict=False)]
    for source, change in causes_change.items():
        for at, count in zip(history, accumulate(change), strict=False):
            if count:
                at.by_cause[source] = count
    return history


def _united(first: range, second: range) -> list[range]:
    """Two ranges as one where they meet, without empty ones."""
    ranges = sorted((each for each in (first, second) if each), key=lambda each: each.start)
    if len(ranges) == 2 and ranges[1].start <= ranges[0].stop:
        return [range(ranges[0].start, max(ranges[0].stop, ranges[1].stop))]
    return ranges
