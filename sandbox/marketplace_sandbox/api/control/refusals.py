"""Which HTTP status each refusal of the core has: the one table. Knows no resource."""

from collections.abc import Iterator
from contextlib import contextmanager

from marketplace_sandbox.api.http.errors import ApiError, invalid_input
from marketplace_sandbox.core.feeds.feeds import DocumentUsedError
from marketplace_sandbox.core.jobs import NotInQueueError, UnknownJobError
from marketplace_sandbox.core.messaging.solicitations import SolicitationError
from marketplace_sandbox.core.messaging.templates import TemplateNotAllowedError
from marketplace_sandbox.core.orders.pickup import NotForPickupError, NothingToHandOverError
from marketplace_sandbox.core.orders.verification import NotRegulatedError, VerificationRefusedError
from marketplace_sandbox.core.policy import SettingError
from marketplace_sandbox.core.refusals import (
    ClockBusyError,
    DestinationExistsError,
    DestinationInUseError,
    DuplicateOrderError,
    EndOfTimeError,
    NothingDueError,
    OvertakenError,
    RefusalError,
    RefusedError,
    SubscriptionExistsError,
    TimeGoesForwardError,
    UnknownDeliveryError,
    UnknownDestinationError,
    UnknownOrderError,
    UnknownSubscriberError,
)
from marketplace_sandbox.core.text.reading import FieldError
from marketplace_sandbox.core.world.sellers import DuplicateSellerError, UnknownSellerError

STATUSES: dict[type[RefusalError], int] = {
    UnknownSellerError: 404,
    OvertakenError: 404,
    UnknownOrderError: 404,
    UnknownSubscriberError: 404,
    UnknownDeliveryError: 404,
    UnknownDestinationError: 404,
    UnknownJobError: 404,
    NotForPickupError: 400,
    NothingToHandOverError: 400,
    NotRegulatedError: 404,
    VerificationRefusedError: 400,
    TemplateNotAllowedError: 403,
    SolicitationError: 403,
    DestinationExistsError: 409,
    DestinationInUseError: 409,
    SubscriptionExistsError: 409,
    NotInQueueError: 409,
    DocumentUsedError: 409,
    DuplicateSellerError: 409,
    DuplicateOrderError: 409,
    ClockBusyError: 409,
    TimeGoesForwardError: 409,
    NothingDueError: 409,
}
"""The status of every refusal, or of its family, but those of the rules, which come with their outcome."""


@contextmanager
def translate_refusals() -> Iterator[None]:
    """Turns what the core refuses into the error the client gets."""
    try:
        yield
    except (RefusalError, FieldError, SettingError, OverflowError) as wrong:
        raise api_error(wrong) from wrong


def api_error(wrong: Exception) -> ApiError:
    """The error for a refusal. `details` names the field or setting, or says what would be allowed."""
    if isinstance(wrong, EndOfTimeError):
        return invalid_input(str(wrong), "by")
    if isinstance(wrong, RefusedError):
        return ApiError(wrong.http, wrong.code, str(wrong), wrong.details)
    if isinstance(wrong, RefusalError):
        status = next(STATUSES[each] for each in type(wrong).__mro__ if each in STATUSES)
        return ApiError(status, wrong.code, str(wrong))
    if isinstance(wrong, FieldError):
        return invalid_input(str(wrong), wrong.field_path)
    if isinstance(wrong, SettingError):
        return invalid_input(str(wrong), wrong.key)
    return invalid_input("A date or span of the request leads beyond the calendar.")
