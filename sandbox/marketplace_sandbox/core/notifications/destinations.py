"""Destinations of the Notifications API: the queues and event buses that subscriptions name. Sends nothing there."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from marketplace_sandbox.core.commands.notifications import CreateDestination, DeleteDestination
from marketplace_sandbox.core.data.data import Data
from marketplace_sandbox.core.data.layers import Table
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


@dataclass(eq=False)
class DestinationData(Data):
    """The destinations of one seller by id, and how many were created."""

    known: Table[str, Destination] = field(default_factory=Table)
    created: int = 0


class Destinations:
    """The destinations of one seller's application. `subscribers` answers the ids of what sends to one."""

    def __init__(self, data: DestinationData, ids: Ids, subscribers: Callable[[str], list[str]]) -> None:
        self.known = data.known
        self._ids = ids
        self._subscribers = subscribers
        self._data = data

    def find(self, destination_id: str) -> Destination:
        """The destination of that id. Raises UnknownDestinationError."""
        destination = self.known.get(destination_id)
        if destination is None:
            raise UnknownDestinationError(destination_id)
        return destination

    def plan_creation(self, command: CreateDestination, at: datetime) -> Commit:
        """Add a destination. Raises DestinationExistsError."""
        destination_id = self._ids.uuid("destination", self._data.created + 1)
        destination = Destination(destination_id, command.name, at, command.arn, command.region, command.account_id)
        for each in self.known.values():
            if each.is_like(destination):
                resource = f"arn {command.arn}" if command.arn else f"account {command.account_id}"
                raise DestinationExistsError(each.destination_id, resource)
        return lambda: self._create(destination)

    def _create(self, destination: Destination) -> Receipt:
        self._data.created += 1
        self.known[destination.destination_id] = destination
        return Receipt(destination_id=destination.destination_id)

    def plan_deletion(self, command: DeleteDestination, _at: datetime) -> Commit:
        """Take one away. Raises UnknownDestinationError, and DestinationInUseError while subscriptions name it."""
        destination = self.find(command.destination_id)
        users = self._subscribers(destination.destination_id)
        if users:
            raise DestinationInUseError(destination.destination_id, users)
        return lambda: self._delete(destination)

    def _delete(self, destination: Destination) -> Receipt:
        del self.known[destination.destination_id]
        return Receipt()
