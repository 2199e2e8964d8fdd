"""Which HTTP status each refusal of the core has: the one table. Knows no resource."""

from collections.abc import Iterator
from contextlib import contextmanager

from marketplace_sandbox.api.http.errors import ApiError, invalid_input
from marketplace_sandbox.core.commands import BadField
from marketplace_sandbox.core.feeds.feeds import DocumentUsed, FeedNotInQueue, UnknownFeed
from marketplace_sandbox.core.messaging.templates import TemplateNotAllowed
from marketplace_sandbox.core.policy import BadSetting
from marketplace_sandbox.core.refusals import (
    ClockBusy,
    DestinationExists,
    DestinationInUse,
    DuplicateOrder,
    EndOfTime,
    NothingDue,
    Overtaken,
    Refusal,
    Refused,
    SubscriptionExists,
    TimeGoesForward,
    UnknownDelivery,
    UnknownDestination,
    UnknownOrder,
    UnknownSubscriber,
)
from marketplace_sandbox.core.reports.reports import NotInQueue, UnknownReport
from marketplace_sandbox.core.sellers import DuplicateSeller, UnknownSeller

STATUSES: dict[type[Refusal], int] = {
    UnknownSeller: 404,
    Overtaken: 404,
    UnknownOrder: 404,
    UnknownSubscriber: 404,
    UnknownDelivery: 404,
    UnknownDestination: 404,
    UnknownFeed: 404,
    UnknownReport: 404,
    TemplateNotAllowed: 403,
    DestinationExists: 409,
    DestinationInUse: 409,
    SubscriptionExists: 409,
    FeedNotInQueue: 409,
    NotInQueue: 409,
    DocumentUsed: 409,
    DuplicateSeller: 409,
    DuplicateOrder: 409,
    ClockBusy: 409,
    TimeGoesForward: 409,
    NothingDue: 409,
}
"""The status of every refusal but those of the rules, which come with their outcome."""


@contextmanager
def shown() -> Iterator[None]:
    """Turns what the core refuses into the error the client gets."""
    try:
        yield
    except (Refusal, BadField, BadSetting, OverflowError) as wrong:
        raise api_error(wrong) from wrong


def api_error(wrong: Exception) -> ApiError:
    """The error for a refusal. `details` names the field or setting, or says what would be allowed."""
    if isinstance(wrong, EndOfTime):
        return invalid_input(str(wrong), "by")
    if isinstance(wrong, Refused):
        return ApiError(wrong.http, wrong.code, str(wrong), wrong.details)
    if isinstance(wrong, Refusal):
        return ApiError(STATUSES[type(wrong)], wrong.code, str(wrong))
    if isinstance(wrong, BadField):
        return invalid_input(str(wrong), wrong.field)
    if isinstance(wrong, BadSetting):
        return invalid_input(str(wrong), wrong.key)
    return invalid_input("A date or span of the request leads beyond the calendar.")
