"""Destinations of the Notifications API: the queues and event buses that subscriptions name. Sends nothing there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marketplace_sandbox.core.ids import Ids
from marketplace_sandbox.core.receipt import Commit, Receipt
from marketplace_sandbox.core.refusals import DestinationExistsError, DestinationInUseError, UnknownDestinationError


@dataclass(frozen=True, slots=True)
class Destination:
    """Where notifications go: an SQS queue by its ARN, or an EventBridge bus by region and account."""

    destination_id: str
    name: str
    since: datetime
    arn: str = ""
    region: str = ""
    account_id: str = ""

    def is_like(self, other: "Destination") -> bool:
        """Whether both stand for the same resource: one queue, or one account's only event bus."""
        return (self.arn, self.account_id) == (other.arn, other.account_id)


class Destinations:
    """The destinations of one seller's application. `subscribers` answers the ids of what sends to one."""

    def __init__(self, ids: Ids, subscribers: Callable[[str], list[str]]) -> None:
        self.known: dict[str, Destination] = {}
        self._ids = ids
        self._subscribers = subscribers
        self._made = 0

    def find(self, destination_id: str) -> Destination:
        """The destination of that id. Raises UnknownDestinationError."""
        destination = self.known.get(destination_id)
        if destination is None:
            raise UnknownDestinationError(destination_id)
        return destination

    def plan_creation(self, body: Mapping[str, Any], at: datetime) -> Commit:
        """A new destination: `name`, and `arn` or `region` and `account_id`. Raises DestinationExistsError."""
        made = Destination(
            self._ids.uuid("destination", self._made + 1),
            body["name"],
            at,
            body.get("arn", ""),
            body.get("region", ""),
            body.get("account_id", ""),
        )
        for each in self.known.values():
            if each.is_like(made):
                raise DestinationExistsError(
                    each.destination_id, f"arn {made.arn}" if made.arn else f"account {made.account_id}"
                )
        return lambda: self._create(made)

    def _create(self, made: Destination) -> Receipt:
        self._made += 1
        self.known[made.destination_id] = made
        return Receipt(destination_id=made.destination_id)

    def plan_deletion(self, body: Mapping[str, Any], _at: datetime) -> Commit:
        """A destination goes. Raises UnknownDestinationError, and DestinationInUseError while subscriptions name it."""
        destination = self.find(body["destination_id"])
        users = self._subscribers(destination.destination_id)
        if users:
            raise DestinationInUseError(destination.destination_id, users)
        return lambda: self._delete(destination)

    def _delete(self, destination: Destination) -> Receipt:
        del self.known[destination.destination_id]
        return Receipt()
