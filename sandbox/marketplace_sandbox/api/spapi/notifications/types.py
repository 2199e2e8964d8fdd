"""The notification types that are served, and what the platform checks of a subscription beyond its model.

Sources are the public reports of integrators whose subscriptions were refused. Knows no world.
"""

from collections.abc import Mapping
from typing import Any

from marketplace_sandbox.api.admission.access import invalid
from marketplace_sandbox.api.http.errors import ApiError, nearest
from marketplace_sandbox.api.http.exchange import encode
from marketplace_sandbox.core.notifications.outbox import (
    FEED_PROCESSING_FINISHED,
    ORDER_CHANGE,
    REPORT_PROCESSING_FINISHED,
)
from marketplace_sandbox.core.quoting import quote

VERSIONS: Mapping[str, str] = {
    ORDER_CHANGE: "1.0",
    FEED_PROCESSING_FINISHED: "2020-09-04",
    REPORT_PROCESSING_FINISHED: "2020-09-04",
}
"""Each type with the one version of its payload that is published."""

GONE = ("ORDER_STATUS_CHANGE", "MFN_ORDER_STATUS_CHANGE")
"""The predecessors of ORDER_CHANGE, which the platform has removed."""

UNPARSED = "Request has missing or invalid parameters and cannot be parsed."
PARTS = ("eventFilter", "filterExpression")
"""What a processing directive is made of."""

FILTERS = ("eventFilterType", "orderChangeTypes")
"""What the event filter of ORDER_CHANGE is made of. The model has one form for all types. Production is known to refuse
marketplaceIds here; the rest, aggregation of offers and tracking of shipments, is taken to be refused alike."""

Directive = Mapping[str, Any]


def check_type(name: str) -> None:
    """Refuses a type that is not served, with a hint at what was meant."""
    if name not in VERSIONS:
        raise invalid(f'Invalid value "{name[:100]}" for path parameter notificationType', _hint(name))


def _hint(name: str) -> str:
    if name in GONE:
        return f"{name} was removed by the platform; {ORDER_CHANGE} takes its place."
    if name.startswith("NotificationType."):
        return f"Send the value of the enumeration's member, {name.removeprefix('NotificationType.')[:100]}."
    return f"The nearest type is {nearest(name[:100], VERSIONS)}."


def check_version(name: str, version: str) -> None:
    """Refuses a version of the payload that is not published."""
    if version != VERSIONS[name]:
        raise invalid(f"The payloadVersion of {name} is {VERSIONS[name]}, got {quote(version)}.", "payloadVersion")


def order_changes(name: str, directive: Directive | None) -> list[str]:
    """The kinds of change a directive lets through, none for all. Raises ApiError for a directive that is refused."""
    given = directive or {}
    for each in given:
        if each not in PARTS:
            raise invalid(UNPARSED, f"processingDirective takes {' or '.join(PARTS)}, not {quote(each)}.")
    if "filterExpression" in given:
        both = " It excludes eventFilter, too." if "eventFilter" in given else ""
        raise invalid(f"This sandbox does not take filterExpression; use eventFilter.{both}", "filterExpression")
    if name != ORDER_CHANGE:
        if "eventFilter" in given:
            raise _bad_filter(name, given["eventFilter"], "it takes no filter.")
        return []
    if not given.get("eventFilter"):
        raise invalid(UNPARSED, "Processing Directive eventFilter must not be empty")
    return _filtered(given["eventFilter"])


def _filtered(event_filter: Directive) -> list[str]:
    if event_filter["eventFilterType"] != ORDER_CHANGE:
        raise _bad_filter(ORDER_CHANGE, event_filter, f"eventFilterType has to be {ORDER_CHANGE}.")
    for each in event_filter:
        if each not in FILTERS:
            raise _bad_filter(ORDER_CHANGE, event_filter, f"it takes {' and '.join(FILTERS)}, not {quote(each)}.")
    return list(event_filter.get("orderChangeTypes", ()))


def _bad_filter(name: str, event_filter: Directive, why: str) -> ApiError:
    quote = encode(event_filter).decode()[:200]
    return invalid(UNPARSED, f"EventFilter Payload {quote} failed to validate for notification type {name}: {why}")
