"""Who is told of notices and how far each telling has come: the subscribers, deliveries and what is outgoing.

Each `plan_…` checks a journalled command and answers the change to commit. Retries are timers of the world's state,
which hands in how to set one; nothing is sent from here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sandbox.core import outbox
from sandbox.core.commands import BadField
from sandbox.core.ids import Ids
from sandbox.core.outbox import Delivery, DeliveryStatus, Notice, Subscriber
from sandbox.core.policy import nearest
from sandbox.core.receipt import Commit, Fired, Receipt
from sandbox.core.refusals import UnknownDelivery, UnknownSubscriber

SetRetry = Callable[[str, datetime | None], None]
"""Sets the timer of a delivery's next attempt, or takes it away."""


class Subscriptions:
    """The subscribers of one seller and their deliveries. `outgoing` are the ids to be sent now, in their order."""

    def __init__(self, ids: Ids, set_retry: SetRetry) -> None:
        self.subscribers: dict[str, Subscriber] = {}
        self.deliveries: dict[str, Delivery] = {}
        self.outgoing: dict[str, None] = {}
        self._ids = ids
        self._set_retry = set_retry
        self._subscribed = 0

    def subscriber(self, subscriber_id: str) -> Subscriber:
        """The subscriber of that id. Raises UnknownSubscriber."""
        subscriber = self.subscribers.get(subscriber_id)
        if subscriber is None:
            raise UnknownSubscriber(subscriber_id)
        return subscriber

    def delivery(self, delivery_id: str) -> Delivery:
        """The delivery of that id. Raises UnknownDelivery."""
        delivery = self.deliveries.get(delivery_id)
        if delivery is None:
            raise UnknownDelivery(delivery_id)
        return delivery

    def address(self, notice: Notice) -> list[str]:
        """Make a delivery for everybody who wants the notice and stands now; answers their ids."""
        made = [self._delivery(notice, each) for each in self.subscribers.values() if each.wants(notice)]
        for delivery in made:
            self._send(delivery)
        return [delivery.delivery_id for delivery in made]

    def _delivery(self, notice: Notice, subscriber: Subscriber) -> Delivery:
        delivery_id = self._ids.uuid("notification", notice.notice_id, subscriber.subscriber_id)
        return Delivery(delivery_id, notice, subscriber.subscriber_id)

    def _send(self, delivery: Delivery) -> None:
        pending = replace(delivery, status=DeliveryStatus.PENDING, next_at=None)
        self.deliveries[delivery.delivery_id] = pending
        self.outgoing[delivery.delivery_id] = None

    def plan_subscription(self, body: Mapping[str, Any], at: datetime) -> Commit:
        """Somebody subscribes."""
        subscriber = Subscriber(
            subscriber_id=self._ids.uuid("subscriber", self._subscribed + 1),
            url=body["url"],
            secret=body["secret"],
            notification_types=_types("notification_types", body, outbox.NOTIFICATION_TYPES),
            order_change_types=_types("order_change_types", body, outbox.ORDER_CHANGE_TYPES),
            since=at,
        )
        return lambda: self._subscribe(subscriber)

    def _subscribe(self, subscriber: Subscriber) -> Receipt:
        self._subscribed += 1
        self.subscribers[subscriber.subscriber_id] = subscriber
        return Receipt(subscriber=subscriber)

    def plan_unsubscription(self, body: Mapping[str, Any], _at: datetime) -> Commit:
        """Somebody unsubscribes; what he was not told yet he will not be told."""
        subscriber = self.subscriber(body["subscriber_id"])
        return lambda: self._unsubscribe(subscriber)

    def _unsubscribe(self, subscriber: Subscriber) -> Receipt:
        del self.subscribers[subscriber.subscriber_id]
        for delivery in list(self.deliveries.values()):
            if delivery.subscriber_id == subscriber.subscriber_id and delivery.status is not DeliveryStatus.DELIVERED:
                self._settle(replace(delivery, status=DeliveryStatus.GIVEN_UP, next_at=None))
        return Receipt()

    def plan_attempt(self, body: Mapping[str, Any], at: datetime) -> Commit:
        """An attempt was made, and went well or not."""
        delivery = self.delivery(body["delivery_id"])
        attempt = outbox.read_attempt(at, body)
        return lambda: self._attempt(delivery.after(attempt), attempt.code == outbox.GONE)

    def _attempt(self, delivery: Delivery, gone: bool) -> Receipt:
        self._settle(delivery)
        subscriber = self.subscribers.get(delivery.subscriber_id)
        if gone and subscriber:
            self.subscribers[subscriber.subscriber_id] = replace(subscriber, active=False)
        return Receipt(deliveries=[delivery.delivery_id])

    def _settle(self, delivery: Delivery) -> None:
        self.deliveries[delivery.delivery_id] = delivery
        self.outgoing.pop(delivery.delivery_id, None)
        self._set_retry(delivery.delivery_id, delivery.next_at)

    def retry(self, delivery_id: str, at: datetime) -> Receipt:
        """The time of a delivery's next attempt has come."""
        delivery = self.deliveries[delivery_id]
        self._send(delivery)
        return Receipt(fired=[Fired(at, "delivery-retry", delivery.notice.order.order_id)], deliveries=[delivery_id])

    def plan_resending(self, body: Mapping[str, Any], _at: datetime) -> Commit:
        """Somebody wants a delivery again."""
        delivery = self.delivery(body["delivery_id"])
        self.subscriber(delivery.subscriber_id)
        return lambda: self._resend(delivery)

    def _resend(self, delivery: Delivery) -> Receipt:
        self._set_retry(delivery.delivery_id, None)
        self._send(delivery)
        return Receipt(deliveries=[delivery.delivery_id])


def _types(name: str, body: Mapping[str, Any], known: Sequence[str]) -> tuple[str, ...]:
    for each in body.get(name) or ():
        if each not in known:
            near = nearest(str(each), known)
            raise BadField(name, f"{name} are among {', '.join(known)}; {each!r} is not, did you mean {near!r}?")
    return tuple(dict.fromkeys(body.get(name) or ()))
