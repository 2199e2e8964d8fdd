"""The notification types that are served, and what the platform checks of a subscription beyond its model.

Sources are the public reports of integrators whose subscriptions were refused. Knows no world.
"""

from collections.abc import Mapping
from typing import Any

from marketplace_sandbox.api.admission.access import invalid
from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.api.http.exchange import encode
from marketplace_sandbox.core.notifications.outbox import (
    FEED_PROCESSING_FINISHED,
    ORDER_CHANGE,
    REPORT_PROCESSING_FINISHED,
)
from marketplace_sandbox.core.quoting import nearest, quote

VERSIONS: Mapping[str, str] = {
    ORDER_CHANGE: "1.0",
    FEED_PROCESSING_FINISHED: "2020-09-04",
    REPORT_PROCESSING_FINISHED: "2020-09-04",
}
"""Each type with the one version of its payload that is published."""

REMOVED = ("ORDER_STATUS_CHANGE", "MFN_ORDER_STATUS_CHANGE")
"""The predecessors of ORDER_CHANGE, which the platform has removed."""

UNPARSED = "Request has missing or invalid parameters and cannot be parsed."
DIRECTIVE_FIELDS = ("eventFilter", "filterExpression")
"""What a processing directive is made of."""

FILTER_FIELDS = ("eventFilterType", "orderChangeTypes")
"""What the event filter of ORDER_CHANGE is made of. The model has one form for all types. Production is known to refuse
marketplaceIds here; the rest, aggregation of offers and tracking of shipments, is taken to be refused alike."""

Directive = Mapping[str, Any]


def check_type(name: str) -> None:
    """Refuses a type that is not served, with a hint at the one that may be meant."""
    if name in VERSIONS:
        return
    if name in REMOVED:
        hint = f"{name} was removed by the platform; {ORDER_CHANGE} takes its place."
    elif name.startswith("NotificationType."):
        hint = f"Send the value of the enumeration's member, {name.removeprefix('NotificationType.')[:100]}."
    else:
        near = nearest(name, VERSIONS)
        hint = f"The nearest type is {near}." if near else f"There are {', '.join(VERSIONS)}."
    raise invalid(f'Invalid value "{name[:100]}" for path parameter notificationType', hint)


def check_version(name: str, version: str) -> None:
    """Refuses a version of the payload that is not published."""
    if version != VERSIONS[name]:
        raise invalid(f"The payloadVersion of {name} is {VERSIONS[name]}, got {quote(version)}.", "payloadVersion")


def read_directive(name: str, directive: Directive | None) -> list[str]:
    """The kinds of change a directive lets through, none for all. Raises ApiError for a directive that is refused."""
    fields = directive or {}
    for each in fields:
        if each not in DIRECTIVE_FIELDS:
            raise invalid(UNPARSED, f"processingDirective takes {' or '.join(DIRECTIVE_FIELDS)}, not {quote(each)}.")
    if "filterExpression" in fields:
        both = " It excludes eventFilter, too." if "eventFilter" in fields else ""
        raise invalid(f"This sandbox does not take filterExpression; use eventFilter.{both}", "filterExpression")
    if name != ORDER_CHANGE:
        if "eventFilter" in fields:
            raise _bad_filter(name, fields["eventFilter"], "it takes no filter.")
        return []
    if not fields.get("eventFilter"):
        raise invalid(UNPARSED, "Processing Directive eventFilter must not be empty")
    return _read_order_change_filter(fields["eventFilter"])


def _read_order_change_filter(event_filter: Directive) -> list[str]:
    if event_filter["eventFilterType"] != ORDER_CHANGE:
        raise _bad_filter(ORDER_CHANGE, event_filter, f"eventFilterType has to be {ORDER_CHANGE}.")
    for each in event_filter:
        if each not in FILTER_FIELDS:
            known = " and ".join(FILTER_FIELDS)
            raise _bad_filter(ORDER_CHANGE, event_filter, f"it takes {known}, not {quote(each)}.")
    return list(event_filter.get("orderChangeTypes", ()))


def _bad_filter(name: str, event_filter: Directive, why: str) -> ApiError:
    payload = encode(event_filter).decode()[:200]
    return invalid(UNPARSED, f"EventFilter Payload {payload} failed to validate for notification type {name}: {why}")
