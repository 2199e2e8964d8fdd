"""How far each delivery of a notice has come: what is to be sent now, what waits, what went well. Sends nothing.

Each `plan_…` checks a command and answers the change to commit. What waits for an instant is a timer of the
world's schedule; what waits behind others is counted down as they are attempted.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import ceil

from marketplace_sandbox.core.commands.notifications import PostponeDelivery, RecordAttempt, Resend
from marketplace_sandbox.core.data.data import Data
from marketplace_sandbox.core.data.layers import Table
from marketplace_sandbox.core.ids import Ids
from marketplace_sandbox.core.notifications.outbox import (
    LONGEST_PAUSE,
    Attempt,
    Delivery,
    DeliveryStatus,
    Notice,
    Subscriber,
)
from marketplace_sandbox.core.orders.actions import Action
from marketplace_sandbox.core.receipt import Commit, FiredTimer, Receipt
from marketplace_sandbox.core.refusals import UnknownDeliveryError
from marketplace_sandbox.core.text.reading import FieldError
from marketplace_sandbox.core.world.schedule import Schedule, Timer

TIMER = "delivery"
_RETRY = Action("delivery-retry")


@dataclass(eq=False)
class DeliveryData(Data):
    """The deliveries of one world by id. Of them `outgoing` are to be sent now, others are `waiting` for their instant,
    or wait `behind` so many.
    """

    all: Table[str, Delivery] = field(default_factory=Table)
    outgoing: Table[str, None] = field(default_factory=Table)
    waiting: Table[str, None] = field(default_factory=Table)
    behind: Table[str, int] = field(default_factory=Table)


class Deliveries:
    """The deliveries of one world. `outgoing` are the ids to be sent now, in their order.

    `recipient` answers who a delivery goes to, None when nobody is told any more; `slow_down` has a receiver left
    alone until an instant, or no longer.
    """

    def __init__(
        self,
        data: DeliveryData,
        ids: Ids,
        schedule: Schedule,
        recipient: Callable[[str], Subscriber | None],
        slow_down: Callable[[str, datetime | None], None],
    ) -> None:
        self.all = data.all
        self.outgoing = data.outgoing
        self._waiting = data.waiting
        self._behind = data.behind
        self._ids = ids
        self._schedule = schedule
        self._recipient = recipient
        self._slow_down = slow_down

    def find(self, delivery_id: str) -> Delivery:
        """The delivery of that id. Raises UnknownDeliveryError."""
        delivery = self.all.get(delivery_id)
        if delivery is None:
            raise UnknownDeliveryError(delivery_id)
        return delivery

    def begin(self, notice: Notice, subscriber_id: str, at: datetime) -> str:
        """Have somebody told of a notice; answers the delivery's id."""
        delivery_id = self._ids.uuid("notification", notice.notice_id, subscriber_id)
        self._send(Delivery(delivery_id, notice, subscriber_id), at)
        return delivery_id

    def end_all_to(self, subscriber_id: str) -> None:
        """Give up what this subscriber has not been told yet."""
        for delivery in list(self.all.values()):
            if delivery.subscriber_id == subscriber_id and delivery.status is not DeliveryStatus.DELIVERED:
                self._settle(replace(delivery, status=DeliveryStatus.GIVEN_UP, next_at=None, held=False))

    def hold_all(self) -> None:
        """Have none of what is under way sent by itself; it costs by that, whatever was sent before."""
        for delivery_id in dict.fromkeys([*self.outgoing, *self._waiting, *self._behind]):
            self._settle(replace(self.all[delivery_id], next_at=None, held=True))

    def _send(self, delivery: Delivery, at: datetime) -> None:
        """Now, or when the receiver wants to be posted to again."""
        subscriber = self._recipient(delivery.subscriber_id)
        pause = subscriber.not_before if subscriber else None
        if pause and pause > at:
            self._wait(replace(delivery, status=DeliveryStatus.PENDING, next_at=pause))
        else:
            self._send_now(delivery)

    def _send_now(self, delivery: Delivery) -> None:
        self._behind.pop(delivery.delivery_id, None)
        self._waiting.pop(delivery.delivery_id, None)
        self.all[delivery.delivery_id] = replace(delivery, status=DeliveryStatus.PENDING, next_at=None, held=False)
        self.outgoing[delivery.delivery_id] = None

    def _wait(self, delivery: Delivery) -> None:
        """Until its instant, if it has one."""
        self.all[delivery.delivery_id] = delivery
        self.outgoing.pop(delivery.delivery_id, None)
        key = (TIMER, delivery.delivery_id)
        if delivery.next_at:
            self._schedule.set(key, _RETRY, delivery.next_at, delivery.next_at)
            self._waiting[delivery.delivery_id] = None
        else:
            self._schedule.clear(key)
            self._waiting.pop(delivery.delivery_id, None)

    def _settle(self, delivery: Delivery) -> None:
        self._behind.pop(delivery.delivery_id, None)
        self._wait(delivery)

    # What the courier reports

    def plan_attempt(self, command: RecordAttempt, at: datetime) -> Commit:
        """An attempt was made, and went well or not."""
        delivery = self.find(command.delivery_id)
        pause = command.retry_after
        attempt = Attempt(
            at,
            command.code,
            command.latency_ms,
            command.error,
            command.final,
            # whole milliseconds, as every instant of a journal
            None if pause is None else timedelta(milliseconds=ceil(1000 * min(pause, LONGEST_PAUSE.total_seconds()))),
            command.again,
        )
        return lambda: self._attempt(delivery, attempt)

    def _attempt(self, delivery: Delivery, attempt: Attempt) -> Receipt:
        if attempt.again:
            self.all[delivery.delivery_id] = delivery.repeat(attempt)
            return Receipt(deliveries=[delivery.delivery_id])
        updated = delivery.after(attempt)
        self._settle(updated)
        if attempt.delivered or attempt.slows_down:
            self._slow_down(delivery.subscriber_id, updated.next_at if attempt.slows_down else None)
        if attempt.slows_down:
            self._hold_back(delivery.subscriber_id, attempt.at)
        self._count_down(delivery.subscriber_id)
        return Receipt(deliveries=[delivery.delivery_id])

    def _hold_back(self, subscriber_id: str, at: datetime) -> None:
        """What is outgoing to a receiver who asked to be left alone waits as well, not only what it refused."""
        for each in [self.all[name] for name in self.outgoing]:
            if each.subscriber_id == subscriber_id:
                self._send(each, at)

    def _count_down(self, subscriber_id: str) -> None:
        """One more has been attempted; what waited behind just so many goes now."""
        for each, ahead in list(self._behind.items()):
            if self.all[each].subscriber_id == subscriber_id:
                self._behind[each] = ahead - 1
                if ahead <= 1:
                    self._schedule.clear((TIMER, each))
                    self._send_now(self.all[each])

    def plan_postponement(self, command: PostponeDelivery, at: datetime) -> Commit:
        """A delivery waits `until` an instant, `behind` so many others to the subscriber, or for what comes first."""
        delivery = self.find(command.delivery_id)
        until, behind = command.until, command.behind
        if until is None and behind < 1:
            raise FieldError("until", "A delivery waits until an instant, or behind at least one other.")
        return lambda: self._postpone(replace(delivery, next_at=max(until, at) if until else None), behind)

    def _postpone(self, delivery: Delivery, behind: int) -> Receipt:
        self._wait(delivery)
        if behind:
            self._behind[delivery.delivery_id] = behind
        return Receipt(deliveries=[delivery.delivery_id])

    def retry(self, timer: Timer, at: datetime) -> Receipt:
        """The time of a delivery's next attempt has come."""
        delivery = self.all[timer.owner]
        self._send(delivery, at)
        return Receipt(fired=[FiredTimer(at, _RETRY.name, delivery.notice.order_id)], deliveries=[delivery.delivery_id])

    def plan_resending(self, command: Resend, _at: datetime) -> Commit:
        """Send a delivery again, now."""
        delivery = self.find(command.delivery_id)
        return lambda: self._resend(delivery)

    def _resend(self, delivery: Delivery) -> Receipt:
        self._schedule.clear((TIMER, delivery.delivery_id))
        self._send_now(delivery)
        return Receipt(deliveries=[delivery.delivery_id])
