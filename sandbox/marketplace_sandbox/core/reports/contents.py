"""Which orders a report is about, and how they stand: a choice made at one instant from all orders. Writes nothing."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from marketplace_sandbox.core.orders.order import Channel, Order, Status
from marketplace_sandbox.core.policy import Policy
from marketplace_sandbox.core.reports.values import Contents, Report, Selection
from marketplace_sandbox.core.views.metrics import report_rate

TO_SHIP = (Status.UNSHIPPED, Status.PARTIALLY_SHIPPED)
NOT_RELEASED = (Status.PENDING, Status.PENDING_AVAILABILITY)


def _of_the_sellers_own(at: Callable[[Order], datetime | None]) -> Callable[[Order], datetime | None]:
    return lambda order: at(order) if order.channel is Channel.MFN else None


DATED: Mapping[Selection, Callable[[Order], datetime | None]] = {
    Selection.UNSHIPPED: _of_the_sellers_own(lambda order: order.purchased_at if order.status in TO_SHIP else None),
    Selection.RELEASED: _of_the_sellers_own(lambda order: order.released_at),
    Selection.UPDATED: lambda order: order.last_updated_at,
    Selection.PLACED: lambda order: order.purchased_at,
    Selection.PENDING: _of_the_sellers_own(lambda order: order.purchased_at if order.status in NOT_RELEASED else None),
}
"""The instant by which an order is in a report's range or not; None for an order that is in no such report."""

for _missing in set(Selection) - {Selection.PERFORMANCE, *DATED}:
    raise NotImplementedError(
        f"core/reports/contents.py does not say by which instant an order is {_missing}: add a line to DATED"
    )


RANGED = (Selection.RELEASED, Selection.UPDATED, Selection.PLACED)
"""Selections that look at the range."""


def gather(report: Report, orders: Iterable[Order], at: datetime, policy: Policy) -> Contents | None:
    """What the report says as of an instant; None where it has nothing to say."""
    everything = list(orders)
    if report.kind.selection is Selection.PERFORMANCE:
        rates = [(each, report_rate(everything, at, policy, each)) for each in report.marketplace_ids]
        return Contents(at, policy, rates=tuple(rates))
    most_days = policy.value("report_range_days")
    asked_for = report.kind.selection in RANGED and not report.schedule_id
    if asked_for and report.end - report.start > timedelta(days=most_days):
        return Contents(at, policy, most_days=most_days)
    instant = DATED[report.kind.selection]
    places = report.kind.places_of(report.marketplace_ids)
    chosen = [(instant(each), each) for each in everything if each.marketplace_id in places]
    found = [(dated, each) for dated, each in chosen if dated is not None and _within(report, dated)]
    found.sort(key=lambda each: (each[0], each[1].order_id))
    return Contents(at, policy, tuple(each for _, each in found)) if found else None


def _within(report: Report, dated: datetime) -> bool:
    return report.kind.selection not in RANGED or report.start <= dated <= report.end
