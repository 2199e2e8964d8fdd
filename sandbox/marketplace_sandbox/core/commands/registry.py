"""Every command, by the word that the journal has for it."""

from collections.abc import Mapping

from marketplace_sandbox.core.commands.base import Command
from marketplace_sandbox.core.commands.feeds import (
    AcknowledgeFeeds,
    CancelFeed,
    CreateFeed,
    CreateFeedDocument,
    UploadFeedDocument,
)
from marketplace_sandbox.core.commands.notifications import (
    CreateDestination,
    DeleteDestination,
    PostponeDelivery,
    RecordAttempt,
    Resend,
    SendTestNotification,
    Subscribe,
    Unsubscribe,
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
from marketplace_sandbox.core.commands.reports import (
    AcknowledgeReports,
    CancelReport,
    CreateReport,
    ScheduleReport,
    UnscheduleReport,
)
from marketplace_sandbox.core.commands.worlds import AcceptRules, ConfigurePolicy, Reach
from marketplace_sandbox.core.text.reading import JsonObject, choice

COMMANDS: Mapping[str, type[Command]] = {
    each.kind: each
    for each in (
        PlaceOrders, Act, CancelLater, WriteToBuyer, UpdateShipmentStatus, UpdateVerification, SolicitReview,
        ConfigurePolicy, AcceptRules, Reach,
        Subscribe, Unsubscribe, RecordAttempt, PostponeDelivery, Resend,
        CreateDestination, DeleteDestination, SendTestNotification,
        CreateReport, CancelReport, AcknowledgeReports, ScheduleReport, UnscheduleReport,
        CreateFeedDocument, UploadFeedDocument, CreateFeed, CancelFeed, AcknowledgeFeeds,
    )
}  # fmt: skip


def read_command(kind: str, body: JsonObject) -> Command:
    """A command from the journal. Raises FieldError."""
    command = COMMANDS.get(kind) or COMMANDS[_KIND(kind, "kind")]
    return command.read(body)


_KIND = choice(COMMANDS, "kind of command")
