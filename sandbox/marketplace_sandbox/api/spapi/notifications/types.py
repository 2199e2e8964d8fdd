"""The platform's notification types, and what it checks of a subscription beyond its model.

Sources are the public reports of integrators whose subscriptions were refused. Knows no world.
"""

from collections.abc import Mapping
from typing import Any

from marketplace_sandbox.api.admission.access import invalid
from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.api.http.exchange import encode
from marketplace_sandbox.core.notifications.outbox import (
    FEED_PROCESSING_FINISHED,
    NEVER_SENT,
    NOTIFICATION_TYPES,
    ORDER_CHANGE,
    REPORT_PROCESSING_FINISHED,
)
from marketplace_sandbox.core.text.quoting import nearest, quote

VERSIONS: Mapping[str, tuple[str, ...]] = dict.fromkeys((ORDER_CHANGE, *NEVER_SENT), ("1.0",)) | {
    FEED_PROCESSING_FINISHED: ("2020-09-04",),
    REPORT_PROCESSING_FINISHED: ("2020-09-04",),
    "DATA_KIOSK_QUERY_PROCESSING_FINISHED": ("2023-11-15",),
    "DETAIL_PAGE_TRAFFIC_EVENT": ("2020-09-04",),
    "ITEM_INVENTORY_EVENT_CHANGE": ("2020-09-04",),
    "ITEM_SALES_EVENT_CHANGE": ("2020-09-04",),
    "LISTINGS_ITEM_ISSUES_CHANGE": ("1.0", "2023-12-13"),
    "SHIPMENT_TRACKING_MILESTONE_CHANGED": ("2026-01-30",),
}
"""Each type with the versions of its payload that are published."""

TO_EVENT_BUSES = (
    "BRANDED_ITEM_CONTENT_CHANGE",
    "ITEM_PRODUCT_TYPE_CHANGE",
    "LISTINGS_ITEM_ISSUES_CHANGE",
    "LISTINGS_ITEM_MFN_QUANTITY_CHANGE",
    "LISTINGS_ITEM_STATUS_CHANGE",
    "PRODUCT_TYPE_DEFINITIONS_CHANGE",
)
"""The types that the platform sends to event buses."""

REMOVED = ("ORDER_STATUS_CHANGE", "MFN_ORDER_STATUS_CHANGE")
"""The predecessors of ORDER_CHANGE, which the platform has removed."""

UNPARSED = "Request has missing or invalid parameters and cannot be parsed."
DIRECTIVE_FIELDS = ("eventFilter", "filterExpression")
"""What a processing directive is made of."""

FILTER_FIELDS: Mapping[str, tuple[str, ...]] = {
    ORDER_CHANGE: ("eventFilterType", "orderChangeTypes"),
    "ANY_OFFER_CHANGED": ("eventFilterType", "marketplaceIds", "aggregationSettings"),
    "SHIPMENT_TRACKING_MILESTONE_CHANGED": ("eventFilterType", "trackingIdentifier"),
}
"""What the event filter of a type is made of; the others take none. The model has one form for all types. Production is
known to refuse marketplaceIds for ORDER_CHANGE; the rest, aggregation and tracking, is taken to be refused alike."""

Directive = Mapping[str, Any]


def check_type(name: str) -> None:
    """Refuses a type that the platform has not, with a hint at the one that may be meant."""
    if name in VERSIONS:
        return
    if name in REMOVED:
        hint = f"{name} was removed by the platform; {ORDER_CHANGE} takes its place."
    elif name.startswith("NotificationType."):
        hint = f"Send the value of the enumeration's member, {name.removeprefix('NotificationType.')[:100]}."
    else:
        near = nearest(name, VERSIONS)
        hint = f"The nearest type is {near}." if near else f"There are {', '.join(sorted(VERSIONS))}."
    raise invalid(f'Invalid value "{name[:100]}" for path parameter notificationType', hint)


def check_version(name: str, version: str) -> None:
    """Refuses a version of the payload that is not published."""
    if version not in VERSIONS[name]:
        known = " or ".join(VERSIONS[name])
        raise invalid(f"The payloadVersion of {name} is {known}, got {quote(version)}.", "payloadVersion")


def check_event_bus(name: str) -> None:
    """Refuses a type that the platform does not send to event buses, in its words."""
    if name not in TO_EVENT_BUSES:
        raise invalid(UNPARSED, f"Notification type {name} does not support AWS_EVENT_BRIDGE")


def check_sent(name: str) -> None:
    """Refuses to send a sample of a type that nothing is ever sent of here."""
    if name in NEVER_SENT:
        raise invalid(f"This sandbox sends no {name}; it sends {', '.join(NOTIFICATION_TYPES)}.", "notificationType")


def read_directive(name: str, directive: Directive | None) -> list[str]:
    """The kinds of change a directive lets through, none for all. Raises ApiError for a directive that is refused."""
    fields = directive or {}
    for each in fields:
        if each not in DIRECTIVE_FIELDS:
            raise invalid(UNPARSED, f"processingDirective takes {' or '.join(DIRECTIVE_FIELDS)}, not {quote(each)}.")
    if "filterExpression" in fields:
        both = " It excludes eventFilter, too." if "eventFilter" in fields else ""
        raise invalid(f"This sandbox does not take filterExpression; use eventFilter.{both}", "filterExpression")
    if not fields.get("eventFilter") and name == ORDER_CHANGE:
        raise invalid(UNPARSED, "Processing Directive eventFilter must not be empty")
    return _read_filter(name, fields["eventFilter"]) if "eventFilter" in fields else []


def _read_filter(name: str, event_filter: Directive) -> list[str]:
    if name not in FILTER_FIELDS:
        raise _bad_filter(name, event_filter, "it takes no filter.")
    if event_filter["eventFilterType"] != name:
        raise _bad_filter(name, event_filter, f"eventFilterType has to be {name}.")
    for each in event_filter:
        if each not in FILTER_FIELDS[name]:
            known = " and ".join(FILTER_FIELDS[name])
            raise _bad_filter(name, event_filter, f"it takes {known}, not {quote(each)}.")
    return list(event_filter.get("orderChangeTypes", ()))


def _bad_filter(name: str, event_filter: Directive, why: str) -> ApiError:
    payload = encode(event_filter).decode()[:200]
    return invalid(UNPARSED, f"EventFilter Payload {payload} failed to validate for notification type {name}: {why}")
