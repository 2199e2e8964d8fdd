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

from marketplace_sandbox.core.orders.order import Cancellation, Channel, Order, Party
from marketplace_sandbox.core.policy import Policy


@dataclass(frozen=True, slots=True)
class CancellationRate:
    """The rate of the window `after < t <= until`: `rate` is None and `status` NONE when the window has no orders.

    `target` is what it has to stay below. `counted` are the orders of the numerator; `left_out` says of how many orders
    that are in neither part why that is.
    """

    canceled: int
    orders: int
    rate: Fraction | None
    status: str
    by_cause: dict[str, int]
    after: datetime
    until: datetime
    target: Fraction
    counted: tuple[Order, ...]
    left_out: dict[str, int]


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
    known = list(orders)
    sold = [o for o in known if why_left_out(o, marketplace_id) is None]
    canceled = [
        o for o in sold if (cause := o.counted_cancellation) and after < attributed_at(o, cause, policy) <= until
    ]
    ended = {o.order_id for o in canceled}
    placed = {o.order_id for o in sold if after < o.purchased_at <= until and not is_excluded(o)}
    # What is canceled in the window may have been placed before it; it counts in both parts, so no rate exceeds one.
    counted = placed | ended
    reasons = (
        why_left_out(o, marketplace_id) or ("canceled_by_others" if is_excluded(o) else "outside_window")
        for o in known
        if o.order_id not in counted
    )
    causes = Counter(o.counted_cancellation.reason for o in canceled if o.counted_cancellation)
    rate = Fraction(len(canceled), len(counted)) if counted else None
    target = Fraction(policy.value("rate_target_per_mille"), 1000)
    return CancellationRate(
        len(canceled), len(counted), rate, _status(rate, target), dict(sorted(causes.items())), after, until, target,
        tuple(canceled), dict(sorted(Counter(reasons).items())),
    )  # fmt: skip


def why_left_out(order: Order, marketplace_id: str) -> str | None:
    """Why an order is in no rate of a marketplace, whenever it was placed; None where it may be in it."""
    if order.channel is not Channel.MFN:
        return "fulfilled_by_amazon"
    if order.released_at is None:
        return "still_pending"
    return None if marketplace_id in ("", order.marketplace_id) else "other_marketplace"


def attributed_at(order: Order, cause: Cancellation, policy: Policy) -> datetime:
    """The instant at which a cancellation that counts is counted (`rate_attribution`)."""
    return order.purchased_at if policy.value("rate_attribution") == "purchased_at" else cause.at


def is_excluded(order: Order) -> bool:
    """Whether an order is no part of those placed: the buyer or Amazon's checks of fraud and payment ended it."""
    ended = order.cancellation
    return ended is not None and (ended.by is Party.BUYER or ended.reason in ("fraud", "payment"))


def _status(rate: Fraction | None, target: Fraction) -> str:
    if rate is None:
        return "NONE"
    return "GOOD" if rate < target else "BAD"
