"""Notices and their way to subscribers, as values: what changed, who is told, how each attempt went. Sends nothing."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.text.reading import JsonObject

ORDER_CHANGE = "ORDER_CHANGE"
FEED_PROCESSING_FINISHED = "FEED_PROCESSING_FINISHED"
REPORT_PROCESSING_FINISHED = "REPORT_PROCESSING_FINISHED"
NOTIFICATION_TYPES = (ORDER_CHANGE, FEED_PROCESSING_FINISHED, REPORT_PROCESSING_FINISHED)
NEVER_SENT = (
    "ACCOUNT_STATUS_CHANGED",
    "ANY_OFFER_CHANGED",
    "B2B_ANY_OFFER_CHANGED",
    "BRANDED_ITEM_CONTENT_CHANGE",
    "DATA_KIOSK_QUERY_PROCESSING_FINISHED",
    "DETAIL_PAGE_TRAFFIC_EVENT",
    "FBA_INVENTORY_AVAILABILITY_CHANGES",
    "FBA_OUTBOUND_SHIPMENT_STATUS",
    "FEE_PROMOTION",
    "FULFILLMENT_ORDER_STATUS",
    "ITEM_INVENTORY_EVENT_CHANGE",
    "ITEM_PRODUCT_TYPE_CHANGE",
    "ITEM_SALES_EVENT_CHANGE",
    "LISTINGS_ITEM_ISSUES_CHANGE",
    "LISTINGS_ITEM_MFN_QUANTITY_CHANGE",
    "LISTINGS_ITEM_STATUS_CHANGE",
    "PRICING_HEALTH",
    "PRODUCT_TYPE_DEFINITIONS_CHANGE",
    "SHIPMENT_TRACKING_MILESTONE_CHANGED",
    "TRANSACTION_UPDATE",
)
"""The platform's other types. They are about what is not here: one can subscribe to them, and nothing comes of it."""

ORDER_CHANGE_TYPES = ("BuyerRequestedChange", "DeliveryTipChange", "OrderStatusChange")
"""What may be asked for; a tip for the delivery is never changed here."""

RETRY_DELAYS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
)
"""Waits after each failed attempt, in virtual time: the example schedule of Standard Webhooks, without jitter."""


class DeliveryStatus(StrEnum):
    """Where a delivery stands: waiting to be sent, sent, waiting for its next attempt, or not tried any more."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    GIVEN_UP = "given_up"


SLOW_DOWN = (429, 502, 504)
"""Answers by which a receiver asks for fewer posts."""

LONGEST_PAUSE = timedelta(days=1)
"""The longest Retry-After that is kept to."""


@dataclass(frozen=True, slots=True)
class FinishedJob:
    """A feed or a report that has ended, as its notification tells of it."""

    job_id: str
    job_type: str
    status: str
    document_id: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A fact that subscribers are told: of an order as of `at`, `outcome` being what happened, or of a finished job.

    `delivery_after` is what the setting of that name was at `at`, so that a notice says the same for ever.
    """

    notice_id: str
    notification_type: str
    change: str
    outcome: str
    at: datetime
    order: Order | None = None
    finished_job: FinishedJob | None = None
    delivery_after: timedelta = timedelta(0)

    @property
    def order_id(self) -> str:
        """The order it is about, empty when it is about none."""
        return self.order.order_id if self.order else ""


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Somebody who is told: a webhook by its URL, signed with `secret` (`whsec_…`), or a queue by its ARN.

    Empty types mean every type. A subscription of the Notifications API names its destination and bears the
    processing directive as it was given. Until `not_before` nothing is sent, as the receiver asked.
    """

    subscriber_id: str
    address: str
    secret: str
    notification_types: tuple[str, ...]
    order_change_types: tuple[str, ...]
    since: datetime
    active: bool = True
    destination_id: str = ""
    payload_version: str = ""
    directive: JsonObject = field(default_factory=dict)
    not_before: datetime | None = None

    def wants(self, notice: Notice) -> bool:
        """Whether the subscription covers a notice."""
        if not self.active or (self.notification_types and notice.notification_type not in self.notification_types):
            return False
        return not (notice.change and self.order_change_types) or notice.change in self.order_change_types


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: the HTTP code, or none and an error; `latency_ms` is wall time. No other follows a final one.

    `retry_after` is how long the receiver wants to be left alone. `again` has the same sent once more at once.
    """

    at: datetime
    code: int | None
    latency_ms: int
    error: str = ""
    final: bool = False
    retry_after: timedelta | None = None
    again: bool = False

    @property
    def delivered(self) -> bool:
        """Whether the receiver took it: a status of the two hundreds."""
        return self.code is not None and 200 <= self.code < 300

    @property
    def slows_down(self) -> bool:
        """Whether the receiver asked to be left alone for a while."""
        return not self.delivered and (self.code in SLOW_DOWN or self.retry_after is not None)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One notice on its way to one subscriber. Its id is the NotificationId, the same in every attempt.

    One that is `held` was under way in the world that this one has left, and is made when somebody asks for it.
    """

    delivery_id: str
    notice: Notice
    subscriber_id: str
    status: DeliveryStatus = DeliveryStatus.PENDING
    attempts: tuple[Attempt, ...] = ()
    next_at: datetime | None = None
    held: bool = False

    def after(self, attempt: Attempt) -> "Delivery":
        """The delivery after an attempt: delivered on 2xx, else waiting, else given up. 410 ends it at once."""
        tried = replace(self, attempts=(*self.attempts, attempt), next_at=None)
        if attempt.delivered or self._was_repeated():
            return replace(tried, status=DeliveryStatus.DELIVERED)
        ended = attempt.final or attempt.code == GONE or self.status is DeliveryStatus.GIVEN_UP
        if ended or len(tried.attempts) > len(RETRY_DELAYS):
            return replace(tried, status=DeliveryStatus.GIVEN_UP)
        return replace(tried, status=DeliveryStatus.FAILED, next_at=attempt.at + _wait(attempt, len(tried.attempts)))

    @property
    def given_up_because(self) -> str:
        """Why it is not tried any more, in a sentence; empty while it is, and for what was delivered."""
        if self.status is not DeliveryStatus.GIVEN_UP:
            return ""
        last = self.attempts[-1] if self.attempts else None
        if last and last.code == GONE:
            return f"The receiver answered {GONE}, so it is told nothing any more."
        if last and len(self.attempts) > len(RETRY_DELAYS):
            return f"It was tried {len(self.attempts)} times."
        return last.error if last and last.final else "The subscriber was removed."

    def repeat(self, attempt: Attempt) -> "Delivery":
        """The delivery after an attempt that another follows at once, whatever came of it."""
        return replace(self, attempts=(*self.attempts, attempt), next_at=None)

    def _was_repeated(self) -> bool:
        """Whether what was tried last is a second copy of what had arrived."""
        return bool(self.attempts) and self.attempts[-1].again and self.attempts[-1].delivered


GONE = 410
"""The answer by which a receiver unsubscribes for good."""


def _wait(attempt: Attempt, tries: int) -> timedelta:
    """How long until the next attempt: by the schedule, a step further on or as asked for where it is to slow down."""
    step = min(tries - 1 + attempt.slows_down, len(RETRY_DELAYS) - 1)
    pause = min(attempt.retry_after or timedelta(0), LONGEST_PAUSE)
    return max(RETRY_DELAYS[step], pause)
