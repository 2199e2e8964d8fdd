"""How much there may be of what grows: of one seller's by settings, of all sellers' by `Totals`.

Looked at when a command is given, never when a journal is read: what was taken once is there. One command may go
beyond a bound by what it brings, a feed by what its messages bring; the next one is refused. What time alone makes has
an end, an order having so many deadlines, but for the reports of schedules, which rest in a world that is full.
"""

from collections.abc import Callable, Iterable, Mapping, Sized
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from marketplace_sandbox.core.commands.base import Command
from marketplace_sandbox.core.commands.feeds import (
    AcknowledgeFeeds,
    CreateFeed,
    CreateFeedDocument,
    UploadFeedDocument,
)
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
from marketplace_sandbox.core.commands.reports import AcknowledgeReports, CreateReport, ScheduleReport
from marketplace_sandbox.core.commands.worlds import ConfigurePolicy
from marketplace_sandbox.core.notifications.outbox import Delivery
from marketplace_sandbox.core.orders.form import count_orders
from marketplace_sandbox.core.policy import Policy
from marketplace_sandbox.core.text.quoting import write_count
from marketplace_sandbox.core.text.reading import FieldError

GROWING = (
    PlaceOrders, Act, CancelLater, WriteToBuyer, UpdateShipmentStatus, UpdateVerification, SolicitReview,
    Subscribe, CreateDestination, SendTestNotification, Resend,
    CreateReport, ScheduleReport, CreateFeedDocument, UploadFeedDocument, CreateFeed,
)  # fmt: skip
"""What clients bring. Time and settings go on in a world that is full, and so does what makes room."""


ENDLESS = (ConfigurePolicy, AcknowledgeFeeds, AcknowledgeReports)
"""What brings nothing but its entry, and may be said again and again."""

OF_ONE = {
    "scenario_orders": "orders by one scenario",
    "scenario_items": "items by one scenario",
    "scenario_steps": "steps of one scenario",
    "scenario_bytes": "bytes in the file of one scenario",
    "export_entries": "orders and steps of a world that is exported",
}
"""What those bounds count that hold for one thing, and not for all sellers together."""


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
    former_sellers: int = bound(
        1_000_000, 1, 100_000_000, "Ids of sellers who are gone, whose credentials stay refused; then none is opened."
    )
    orders: int = bound(1_000_000, 1, 100_000_000, "Orders of all sellers together.")
    scenario_orders: int = bound(10_000, 1, 10_000_000, "Orders that one scenario places, all counts added up.")
    scenario_items: int = bound(50_000, 1, 100_000_000, "Items of all orders that one scenario places.")
    scenario_steps: int = bound(50_000, 1, 100_000_000, "Steps of one scenario's script.")
    scenario_bytes: int = bound(64 * 1024 * 1024, 1_024, 16 * 1024**3, "Bytes of one scenario's file.")
    export_entries: int = bound(
        250_000, 1, 100_000_000, "Orders and steps of a world together that is written out as a scenario."
    )

    def check(self, name: str, count: int, field_path: str) -> None:
        """Raises BoundError where there would be `count` of what is bounded under a name."""
        most: int = getattr(self, name)
        if count > most:
            kind = OF_ONE.get(name, name.replace("_", " "))
            raise BoundError(
                field_path,
                f"There may be {write_count(most, kind)}, and these would be {count}; "
                f"`{option(name)}` says how many there may be.",
            )


class Contents(Protocol):
    """What there is of one seller's: the data of a world, of which only the sizes are looked at."""

    @property
    def policy(self) -> Policy:
        """The settings in force."""

    @property
    def version(self) -> int:
        """How many entries the journal has."""

    @property
    def orders(self) -> Sized:
        """The orders."""

    @property
    def order_events(self) -> Sized:
        """What has happened to them."""

    @property
    def notices(self) -> Sized:
        """What was told of."""

    @property
    def tests(self) -> Sized:
        """Test notifications."""

    @property
    def mail(self) -> Sized:
        """All mail."""

    @property
    def messages(self) -> Sized:
        """Messages of seller and buyers."""

    @property
    def deliveries(self) -> Mapping[str, Delivery]:
        """Deliveries by their ids."""

    @property
    def subscribers(self) -> Sized:
        """Webhooks and subscriptions."""

    @property
    def destinations(self) -> Sized:
        """Destinations."""

    @property
    def timer_count(self) -> int:
        """How many timers wait for their instants."""

    @property
    def report_count(self) -> int:
        """How many reports are known."""

    @property
    def report_schedule_count(self) -> int:
        """How many report schedules there are."""

    @property
    def feed_document_count(self) -> int:
        """How many feed documents there are; each feed has one."""

    @property
    def feed_files_at_most(self) -> tuple[int, int]:
        """How many feed files are kept, and with how many bytes; more where some of them are so no longer."""

    def kept_files(self, at: datetime, but: str) -> Iterable[int]:
        """How many bytes each uploaded file has that is kept at an instant, all `but` the one of a document."""


@dataclass(frozen=True, slots=True)
class SellerBound:
    """A setting that bounds what one seller has. `count` says how much there is, `of` what it is in a sentence.

    Looked at for what `brings` more of it: `more` says how much, and `field_path` which field asks for it.
    """

    setting: str
    of: str
    count: Callable[[Contents], int]
    brings: tuple[type[Command], ...] = GROWING
    more: Callable[[Any], int] = lambda _command: 1
    field_path: str = ""


SELLER_BOUNDS = (
    SellerBound("most_entries", "entries in the seller's journal", lambda of: of.version),
    SellerBound("most_order_events", "happenings of the seller's orders", lambda of: len(of.order_events)),
    SellerBound("most_notices", "notices of the seller", lambda of: len(of.notices) + len(of.tests)),
    SellerBound("most_deliveries", "deliveries of the seller", lambda of: len(of.deliveries)),
    SellerBound("most_mail", "mails in the seller's world", lambda of: len(of.mail)),
    SellerBound("most_messages", "messages of the seller and the buyers", lambda of: len(of.messages)),
    SellerBound("most_timers", "timers in the seller's world", lambda of: of.timer_count),
    SellerBound(
        "most_orders", "orders of the seller", lambda of: len(of.orders), (PlaceOrders,),
        lambda command: count_orders(command.form), "count",
    ),
    SellerBound(
        "most_subscribers", "webhooks or subscriptions of the seller", lambda of: len(of.subscribers), (Subscribe,)
    ),
    SellerBound(
        "most_destinations", "destinations of the seller", lambda of: len(of.destinations), (CreateDestination,)
    ),
    SellerBound("most_reports", "reports of the seller", lambda of: of.report_count, (CreateReport,)),
    SellerBound(
        "most_report_schedules", "report schedules of the seller", lambda of: of.report_schedule_count,
        (ScheduleReport,),
    ),
    SellerBound(
        "most_feed_documents", "feed documents of the seller", lambda of: of.feed_document_count, (CreateFeedDocument,)
    ),
)  # fmt: skip
"""What a seller has, each kind with its setting; feed files and attempts are looked at below."""

GROWS: Mapping[str, str] = {
    "orders": "most_orders",
    "versions": "most_order_events",
    "latest": "most_orders",
    "order_events": "most_order_events",
    "lints": "most_order_events",
    "notices": "most_notices",
    "tests": "most_notices",
    "mail": "most_mail",
    "messages": "most_messages",
    "schedule.armed": "most_timers",
    "schedule.timers": "most_timers",
    "subscriptions.subscribers": "most_subscribers",
    "subscriptions.destinations.known": "most_destinations",
    "subscriptions.deliveries.all": "most_deliveries",
    "subscriptions.deliveries.outgoing": "most_deliveries",
    "subscriptions.deliveries.waiting": "most_deliveries",
    "subscriptions.deliveries.behind": "most_deliveries",
    "reports.all": "most_reports",
    "reports.by_document": "most_reports",
    "reports.schedules": "most_report_schedules",
    "reports.ids": "most_entries_with_time",
    "feeds.all": "most_feed_documents",
    "feeds.by_document": "most_feed_documents",
    "feeds.documents": "most_feed_documents",
    "feeds.running": "most_feed_documents",
    "feeds.ready": "most_feed_documents",
    "feeds.worker.accepted": "most_order_events",
    "feeds.worker.waiting": "most_feed_bytes",
}
"""All that grows in a world, by its name in the world's data, with the setting that bounds it.

What comes with something else has its bound: each version of an order, and each lint, comes of a happening.
"""

ALL_ENTRIES = "most_entries_with_time"
"""The setting that bounds a journal with what is taken in a world that is full; it can always be set."""


def check_room(contents: Contents, command: Command, at: datetime) -> None:
    """Raises BoundError for a command that brings more than the seller's settings allow."""
    policy = contents.policy
    if not isinstance(command, GROWING):
        if isinstance(command, ENDLESS) and ALL_ENTRIES not in getattr(command, "changes", ()):
            check_time(contents)
        return
    for each in SELLER_BOUNDS:
        if isinstance(command, each.brings):
            _check(policy, each.setting, each.count(contents) + each.more(command), each.of, each.field_path)
    if isinstance(command, Resend) and (delivery := contents.deliveries.get(command.delivery_id)):
        _check(policy, "most_attempts", len(delivery.attempts) + 1, "attempts of a delivery", "")
    if isinstance(command, UploadFeedDocument | CreateFeed) and command.content is not None:
        _check_files(contents, command.document_id, len(command.content), at)
    if isinstance(command, CreateFeed) and command.content is not None:
        documents = contents.feed_document_count + 1
        _check(policy, "most_feed_documents", documents, "feed documents of the seller", "content")


def _check_files(contents: Contents, document_id: str, length: int, at: datetime) -> None:
    """Files are looked at one by one only where there might be too many: some may be kept no longer."""
    policy, (count, byte_count) = contents.policy, contents.feed_files_at_most
    if count < policy.value("most_feed_files") and byte_count + length <= policy.value("most_feed_bytes"):
        return
    files = [*contents.kept_files(at, document_id), length]
    _check(policy, "most_feed_files", len(files), "feed files of the seller", "content")
    _check(policy, "most_feed_bytes", sum(files), "bytes in the seller's feed files", "content")


def check_time(contents: Contents) -> None:
    """Raises BoundError where the journal is so full that not even settings and advances go on."""
    _check(contents.policy, ALL_ENTRIES, contents.version + 1, "entries in the seller's journal", "")


def is_full(contents: Contents) -> bool:
    """Whether there is no room for what a report schedule makes, of which there would be no end."""
    policy = contents.policy
    return any(each.count(contents) >= policy.value(each.setting) for each in SELLER_BOUNDS if each.setting in RESTING)


RESTING = ("most_reports", "most_notices", "most_deliveries")
"""Where one of these is reached, report schedules rest: their instants pass without a report."""


def _check(policy: Policy, key: str, count: int, of: str, field_path: str) -> None:
    most = policy.value(key)
    if count > most:
        problem = f"There may be {write_count(most, of)}, and these would be {count}"
        raise BoundError(field_path, f"{problem}; the setting {key} says how many there may be.")
