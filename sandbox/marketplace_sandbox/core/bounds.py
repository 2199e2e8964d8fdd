"""How much there may be of what clients bring: of one seller's by settings, of all sellers' by `Totals`.

Looked at when a command is given, never when a journal is read: what was taken once is there.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from marketplace_sandbox.core.commands.base import Command
from marketplace_sandbox.core.commands.feeds import CreateFeed, CreateFeedDocument, UploadFeedDocument
from marketplace_sandbox.core.commands.notifications import (
    CreateDestination,
    Resend,
    SendTestNotification,
    Subscribe,
)
from marketplace_sandbox.core.commands.orders import (
    Act,
    CancelLater,
    PlaceOrders,
    SolicitReview,
    UpdateShipmentStatus,
    UpdateVerification,
    WriteToBuyer,
)
from marketplace_sandbox.core.commands.reports import CreateReport, ScheduleReport
from marketplace_sandbox.core.form import count_orders
from marketplace_sandbox.core.policy import Policy
from marketplace_sandbox.core.reading import FieldError

GROWING = (
    PlaceOrders, Act, CancelLater, WriteToBuyer, UpdateShipmentStatus, UpdateVerification, SolicitReview,
    Subscribe, CreateDestination, SendTestNotification, Resend,
    CreateReport, ScheduleReport, CreateFeedDocument, UploadFeedDocument, CreateFeed,
)  # fmt: skip
"""What clients bring. Time and settings go on in a world that is full, and so does what makes room."""


SCENARIO = "scenario_"
"""How the names of those bounds begin that hold for one scenario."""


class BoundError(FieldError):
    """More than there may be. `field_path` is the field that asks for it; the text names the bound and its setting."""


def bound(default: float, least: float, most: float, meaning: str) -> Any:
    """A field that is a bound, with what its option takes and what its help says."""
    return field(default=default, metadata={"least": least, "most": most, "meaning": meaning})


def option(name: str) -> str:
    """The option of `serve` that sets a bound: `--max-url-bytes`."""
    return f"--max-{name.replace('_', '-')}"


def variable(name: str) -> str:
    """The environment variable that sets a bound: `SANDBOX_MAX_URL_BYTES`."""
    return f"SANDBOX_MAX_{name.upper()}"


@dataclass(frozen=True, slots=True)
class Totals:
    """How much all sellers of one server may have together, and how much one call may bring."""

    sellers: int = bound(10_000, 1, 1_000_000, "Sellers at once.")
    orders: int = bound(1_000_000, 1, 100_000_000, "Orders of all sellers together.")
    scenario_orders: int = bound(10_000, 1, 10_000_000, "Orders that one scenario places, all counts added up.")
    scenario_items: int = bound(50_000, 1, 100_000_000, "Items of all orders that one scenario places.")

    def check(self, name: str, count: int, field_path: str) -> None:
        """Raises BoundError where there would be `count` of what is bounded under a name."""
        most: int = getattr(self, name)
        if count > most:
            kind = f"{name.removeprefix(SCENARIO)} by one scenario" if name.startswith(SCENARIO) else name
            raise BoundError(
                field_path,
                f"There may be {most} {kind}, and these would be {count}; `{option(name)}` says how many there may be.",
            )


class Contents(Protocol):
    """What there is of one seller's."""

    policy: Policy
    version: int

    @property
    def order_count(self) -> int:
        """How many orders there are."""

    @property
    def subscriber_count(self) -> int:
        """How many webhooks and subscriptions there are."""

    def kept_files(self, at: datetime, but: str) -> Iterable[int]:
        """How many bytes each uploaded file has that is kept at an instant, all `but` the one of a document."""


def check_room(contents: Contents, command: Command, at: datetime) -> None:
    """Raises BoundError for a command that brings more than the seller's settings allow."""
    if not isinstance(command, GROWING):
        return
    _check(contents.policy, "most_entries", contents.version + 1, "entries in the seller's journal", "")
    if isinstance(command, PlaceOrders):
        count = contents.order_count + count_orders(command.form)
        _check(contents.policy, "most_orders", count, "orders of the seller", "count")
    elif isinstance(command, Subscribe):
        count = contents.subscriber_count + 1
        _check(contents.policy, "most_subscribers", count, "webhooks and subscriptions of the seller", "")
    elif isinstance(command, UploadFeedDocument | CreateFeed) and command.content is not None:
        files = [*contents.kept_files(at, command.document_id), len(command.content)]
        _check(contents.policy, "most_feed_files", len(files), "feed files of the seller", "content")
        _check(contents.policy, "most_feed_bytes", sum(files), "bytes in the seller's feed files", "content")


def _check(policy: Policy, key: str, count: int, of: str, field_path: str) -> None:
    most = policy.value(key)
    if count > most:
        problem = f"There may be {most} {of}, and these would be {count}"
        raise BoundError(field_path, f"{problem}; the setting {key} says how many there may be.")
