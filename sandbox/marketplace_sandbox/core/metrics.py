"""The Cancellation Rate: canceled orders of a window as an exact fraction of the orders in it. Reads no clock.

Seller-fulfilled orders that have left Pending; the numerator are cancellations that count, by the instant they
happened; the denominator are orders placed in the window, less those that the buyer or Amazon's fraud and payment
checks ended, and with every order of the numerator. An order of which single items were canceled is in the numerator
once, from the first that counts. Source: the definition of the Cancellation Rate help, and K12.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from marketplace_sandbox.core.order import Cancellation, Channel, Order, Party
from marketplace_sandbox.core.policy import Policy


@dataclass(frozen=True, slots=True)
class CancellationRate:
    """The rate of one window: `rate` is None and `status` NONE when the window has no orders."""

    canceled: int
    orders: int
    rate: Fraction | None
    status: str
    by_cause: dict[str, int]


def cancellation_rate(
    orders: Iterable[Order], now: datetime, policy: Policy, marketplace_id: str = ""
) -> CancellationRate:
    """The live rate: the window is the days before `now`, without its start and with its end."""
    days = policy.value("rate_window_days", marketplace_id)
    return rate_between(orders, now - timedelta(days=days), now, policy, marketplace_id)


def report_rate(orders: Iterable[Order], now: datetime, policy: Policy, marketplace_id: str = "") -> CancellationRate:
    """The rate as reports show it: of the complete UTC days that end with yesterday."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(milliseconds=1)
    days = policy.value("rate_window_days", marketplace_id)
    return rate_between(orders, midnight - timedelta(days=days), midnight, policy, marketplace_id)


def rate_between(
    orders: Iterable[Order], after: datetime, until: datetime, policy: Policy, marketplace_id: str = ""
) -> CancellationRate:
    """The rate of the window `after < t <= until`."""
    of_seller = [o for o in orders if o.channel is Channel.MFN and o.released_at is not None]
    counted = [o for o in of_seller if marketplace_id in ("", o.marketplace_id)]
    canceled = [
        o for o in counted if (cause := o.counted_cancellation) and after < _attributed_at(o, cause, policy) <= until
    ]
    ended = {o.order_id for o in canceled}
    placed = {o.order_id for o in counted if after < o.purchased_at <= until and not _is_excluded(o)}
    # What is canceled in the window may have been placed before it; it counts in both parts, so no rate exceeds one.
    total = len(placed | ended)
    causes = Counter(o.counted_cancellation.reason for o in canceled if o.counted_cancellation)
    rate = Fraction(len(canceled), total) if total else None
    return CancellationRate(len(canceled), total, rate, _status(rate, policy), dict(sorted(causes.items())))


def _attributed_at(order: Order, cause: Cancellation, policy: Policy) -> datetime:
    return order.purchased_at if policy.value("rate_attribution") == "purchased_at" else cause.at


def _is_excluded(order: Order) -> bool:
    ended = order.cancellation
    return ended is not None and (ended.by is Party.BUYER or ended.reason in ("fraud", "payment"))


def _status(rate: Fraction | None, policy: Policy) -> str:
    if rate is None:
        return "NONE"
    return "GOOD" if rate < Fraction(policy.value("rate_target_per_mille"), 1000) else "BAD"
