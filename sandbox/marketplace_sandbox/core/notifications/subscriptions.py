"""Who is told of notices: webhooks, and the subscriptions of the Notifications API with their destinations.

Each `plan_…` checks a command and answers the change to commit; nothing is sent from here.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from marketplace_sandbox.core.commands.notifications import RecordAttempt, Resend, Subscribe, Unsubscribe
from marketplace_sandbox.core.data.data import Data
from marketplace_sandbox.core.data.layers import Table
from marketplace_sandbox.core.ids import Ids
from marketplace_sandbox.core.notifications import outbox
from marketplace_sandbox.core.notifications.deliveries import Deliveries, DeliveryData
from marketplace_sandbox.core.notifications.destinations import DestinationData, Destinations
from marketplace_sandbox.core.notifications.outbox import Notice, Subscriber
from marketplace_sandbox.core.receipt import Commit, Receipt
from marketplace_sandbox.core.refusals import SubscriptionExistsError, UnknownSubscriberError
from marketplace_sandbox.core.world.schedule import Schedule


@dataclass(eq=False)
class SubscriptionData(Data):
    """The subscribers of one seller by id, how many there were, their destinations and the deliveries to them."""

    subscribers: Table[str, Subscriber] = field(default_factory=Table)
    subscribed: int = 0
    destinations: DestinationData = field(default_factory=DestinationData)
    deliveries: DeliveryData = field(default_factory=DeliveryData)


class Subscriptions:
    """The subscribers of one seller, the destinations they may name, and the deliveries to them."""

    def __init__(self, data: SubscriptionData, ids: Ids, schedule: Schedule) -> None:
        self.subscribers = data.subscribers
        self.destinations = Destinations(data.destinations, ids, self._users)
        self.deliveries = Deliveries(data.deliveries, ids, schedule, self.recipient, self._slow_down)
        self._ids = ids
        self._data = data

    def subscriber(self, subscriber_id: str) -> Subscriber:
        """The subscriber of that id. Raises UnknownSubscriberError."""
        subscriber = self.subscribers.get(subscriber_id)
        if subscriber is None:
            raise UnknownSubscriberError(subscriber_id)
        return subscriber

    def recipient(self, subscriber_id: str) -> Subscriber | None:
        """Whom a delivery goes to: a subscriber, or for a test notification a destination; None if it is gone."""
        destination = self.destinations.known.get(subscriber_id)
        if destination is None:
            return self.subscribers.get(subscriber_id)
        return Subscriber(subscriber_id, destination.arn, "", (), (), destination.since, destination_id=subscriber_id)

    def begin_deliveries(self, notice: Notice, at: datetime) -> list[str]:
        """Make a delivery for everybody who wants the notice and stands now; answers their ids."""
        if not self.subscribers:
            return []
        subscriber_ids = [each.subscriber_id for each in self.subscribers.values() if each.wants(notice)]
        return [self.deliveries.begin(notice, each, at) for each in subscriber_ids]

    def plan_subscription(self, command: Subscribe, at: datetime) -> Commit:
        """A webhook by its URL, or a seller who names a destination, a type and a version.

        Raises UnknownDestinationError, and SubscriptionExistsError for a second one of a type and version.
        """
        destination = self.destinations.find(command.destination_id) if command.destination_id else None
        subscriber = Subscriber(
            subscriber_id=self._ids.uuid("subscriber", self._data.subscribed + 1),
            address=destination.arn if destination else command.url,
            secret=command.secret,
            notification_types=command.notification_types,
            order_change_types=command.order_change_types,
            since=at,
            destination_id=command.destination_id,
            payload_version=command.payload_version,
            directive=command.directive,
        )
        self._check_single(subscriber)
        return lambda: self._subscribe(subscriber)

    def _check_single(self, new: Subscriber) -> None:
        if not new.destination_id:
            return
        for each in self.subscribers.values():
            same = each.notification_types == new.notification_types and each.payload_version == new.payload_version
            if each.destination_id and same:
                raise SubscriptionExistsError(new.notification_types[0], each.subscriber_id)

    def _subscribe(self, subscriber: Subscriber) -> Receipt:
        self._data.subscribed += 1
        self.subscribers[subscriber.subscriber_id] = subscriber
        return Receipt(subscriber=subscriber)

    def plan_unsubscription(self, command: Unsubscribe, _at: datetime) -> Commit:
        """End a subscription; what was not told yet will not be told."""
        subscriber = self.subscriber(command.subscriber_id)
        return lambda: self._unsubscribe(subscriber)

    def _unsubscribe(self, subscriber: Subscriber) -> Receipt:
        del self.subscribers[subscriber.subscriber_id]
        self.deliveries.end_all_to(subscriber.subscriber_id)
        return Receipt()

    def plan_attempt(self, command: RecordAttempt, at: datetime) -> Commit:
        """An attempt was made; the answer "gone" ends the subscription of a webhook."""
        commit = self.deliveries.plan_attempt(command, at)
        subscriber_id = self.deliveries.find(command.delivery_id).subscriber_id
        gone = command.code == outbox.GONE
        return lambda: self._record_attempt(commit, subscriber_id, gone=gone)

    def _record_attempt(self, commit: Commit, subscriber_id: str, *, gone: bool) -> Receipt:
        receipt = commit()
        if gone and (subscriber := self.subscribers.get(subscriber_id)):
            self.subscribers[subscriber_id] = replace(subscriber, active=False)
        return receipt

    def plan_resending(self, command: Resend, at: datetime) -> Commit:
        """Somebody wants a delivery again. Raises UnknownDeliveryError or UnknownSubscriberError."""
        commit = self.deliveries.plan_resending(command, at)
        subscriber_id = self.deliveries.find(command.delivery_id).subscriber_id
        if self.recipient(subscriber_id) is None:
            raise UnknownSubscriberError(subscriber_id)
        return commit

    def _slow_down(self, subscriber_id: str, until: datetime | None) -> None:
        subscriber = self.subscribers.get(subscriber_id)
        if subscriber and subscriber.not_before != until:
            self.subscribers[subscriber_id] = replace(subscriber, not_before=until)

    def _users(self, destination_id: str) -> list[str]:
        return [each.subscriber_id for each in self.subscribers.values() if each.destination_id == destination_id]
