"""Which orders a report is about, and how they stand: a choice made at one instant from all orders. Writes nothing."""

from collections.abc import Iterable
from datetime import datetime

from marketplace_sandbox.core.metrics import report_rate
from marketplace_sandbox.core.order import Channel, Order, Status
from marketplace_sandbox.core.policy import Policy
from marketplace_sandbox.core.reports.values import Contents, Report, Selection

TO_SHIP = (Status.UNSHIPPED, Status.PARTIALLY_SHIPPED)


def gathered(report: Report, orders: Iterable[Order], at: datetime, policy: Policy) -> Contents | None:
    """What the report says as of an instant; None where it has nothing to say."""
    everything = list(orders)
    if report.kind.selection is Selection.PERFORMANCE:
        rates = [(place, report_rate(everything, at, policy, place)) for place in report.marketplace_ids]
        return Contents(at, policy, rates=tuple(rates))
    chosen = [(_dated(report, each), each) for each in everything if each.marketplace_id in report.marketplace_ids]
    found = [(dated, each) for dated, each in chosen if dated is not None and _within(report, dated)]
    found.sort(key=lambda each: (each[0], each[1].order_id))
    return Contents(at, policy, tuple(each for _, each in found)) if found else None


def _dated(report: Report, order: Order) -> datetime | None:
    """The instant by which an order is in the report's range or not; None for an order that is in no such report."""
    selection = report.kind.selection
    if selection is Selection.UPDATED:
        return order.last_updated_at
    if selection is Selection.PLACED:
        return order.purchased_at
    if order.channel is not Channel.MFN:
        return None
    if selection is Selection.UNSHIPPED:
        return order.purchased_at if order.status in TO_SHIP else None
    return order.released_at


def _within(report: Report, dated: datetime) -> bool:
    return report.kind.selection is Selection.UNSHIPPED or report.start <= dated <= report.end
