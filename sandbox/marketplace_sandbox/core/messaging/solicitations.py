"""When a seller may have the buyer asked for a review: of a shipped order, once, in days after its promised delivery.

The window is the platform's (SEEN-SOLICITATIONS). Nobody tells the sandbox of a delivery, so the day it goes by is that
of the promise.
"""

from datetime import datetime

from marketplace_sandbox.core.orders.order import Order, Status
from marketplace_sandbox.core.policy import Policy
from marketplace_sandbox.core.refusals import RefusalError
from marketplace_sandbox.core.text.instants import format_instant

_SHIPPED = (Status.SHIPPED, Status.INVOICE_UNCONFIRMED)


class SolicitationError(RefusalError):
    """The buyer of this order may not be asked: it is not shipped, or the buyer has been asked."""

    code = "Unauthorized"


class OutsideWindowError(SolicitationError):
    """It is too early or too late. `first` and `last` are the days after the delivery between which it is not."""

    def __init__(self, order: Order, window: tuple[datetime, datetime], policy: Policy) -> None:
        self.first = policy.span("solicitation_after", order.marketplace_id).days
        self.last = policy.span("solicitation_until", order.marketplace_id).days
        begins, ends = map(format_instant, window)
        super().__init__(f"The buyer of order {order.order_id} may be asked from {begins} to before {ends}.")


def solicitation_window(order: Order, policy: Policy) -> tuple[datetime, datetime]:
    """From when until before when the buyer of a shipped order may be asked."""
    promised = order.ship_by_at or order.released_at or order.purchased_at
    delivered = promised + policy.span("delivery_after", order.marketplace_id)
    after, until = (policy.span(key, order.marketplace_id) for key in ("solicitation_after", "solicitation_until"))
    return delivered + after, delivered + until


def check_solicitation(order: Order, at: datetime, policy: Policy) -> None:
    """Raises SolicitationError."""
    if order.status not in _SHIPPED:
        raise SolicitationError(f"Order {order.order_id} is {order.status}; only the buyer of a shipped one is asked.")
    if order.solicited_at:
        asked = format_instant(order.solicited_at)
        raise SolicitationError(f"The buyer of order {order.order_id} was asked at {asked}, and is asked once.")
    window = solicitation_window(order, policy)
    if not window[0] <= at < window[1]:
        raise OutsideWindowError(order, window, policy)


def may_solicit(order: Order, at: datetime, policy: Policy) -> bool:
    """Whether the buyer may be asked now."""
    try:
        check_solicitation(order, at, policy)
    except SolicitationError:
        return False
    return True
