"""The notification types that are served, and what the platform checks of a subscription beyond its model.

Sources are the public reports of integrators whose subscriptions were refused. Knows no world.
"""

from collections.abc import Mapping
from typing import Any

from sandbox.api.access import invalid
from sandbox.api.calls import encode
from sandbox.api.complaints import shown
from sandbox.api.errors import ApiError, nearest
from sandbox.core.outbox import FEED_PROCESSING_FINISHED, ORDER_CHANGE, REPORT_PROCESSING_FINISHED

VERSIONS: Mapping[str, str] = {
    ORDER_CHANGE: "1.0",
    FEED_PROCESSING_FINISHED: "2020-09-04",
    REPORT_PROCESSING_FINISHED: "2020-09-04",
}
"""Each type with the one version of its payload that is published."""

GONE = ("ORDER_STATUS_CHANGE", "MFN_ORDER_STATUS_CHANGE")
"""The predecessors of ORDER_CHANGE, which the platform has removed."""

UNPARSED = "Request has missing or invalid parameters and cannot be parsed."
FOREIGN = ("marketplaceIds", "aggregationSettings", "trackingIdentifier")
"""Parts of an event filter that belong to other types of notification."""

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
        raise invalid(f"The payloadVersion of {name} is {VERSIONS[name]}, got {shown(version)}.", "payloadVersion")


def order_changes(name: str, directive: Directive | None) -> list[str]:
    """The kinds of change a directive lets through, none for all. Raises ApiError for a directive that is refused."""
    given = directive or {}
    if "filterExpression" in given:
        both = " It excludes eventFilter, too." if "eventFilter" in given else ""
        raise invalid(f"This sandbox does not take filterExpression; use eventFilter.{both}", "filterExpression")
    if name != ORDER_CHANGE:
        if "eventFilter" in given:
            raise _bad_filter(name, given["eventFilter"])
        return []
    if not given.get("eventFilter"):
        raise invalid(UNPARSED, "Processing Directive eventFilter must not be empty")
    return _filtered(given["eventFilter"])


def _filtered(event_filter: Directive) -> list[str]:
    wrong_type = event_filter["eventFilterType"] != ORDER_CHANGE
    if wrong_type or any(part in event_filter for part in FOREIGN):
        raise _bad_filter(ORDER_CHANGE, event_filter)
    return list(event_filter.get("orderChangeTypes", ()))


def _bad_filter(name: str, event_filter: Directive) -> ApiError:
    quoted = encode(event_filter).decode()[:200]
    return invalid(UNPARSED, f"EventFilter Payload {quoted} failed to validate for notification type {name}")
