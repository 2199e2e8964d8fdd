"""The query of getOrders: which parameters go together, what they mean, and the listing they stand for.

The document has been checked before: lists are lists, and words of a list are known. Lists no order itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from marketplace_sandbox.api.admission.access import invalid
from marketplace_sandbox.api.shared.order_lists import OrderFilter, check_bounds
from marketplace_sandbox.api.shared.pagination import BoundError
from marketplace_sandbox.core.marketplaces import MARKETPLACES, marketplace_suggestion
from marketplace_sandbox.core.orders.form import ORDER_ID
from marketplace_sandbox.core.orders.order import Status
from marketplace_sandbox.core.text.instants import format_instant, parse_instant
from marketplace_sandbox.core.world.world import World

Query = Mapping[str, Any]

CREATED = ("CreatedAfter", "CreatedBefore")
UPDATED = ("LastUpdatedAfter", "LastUpdatedBefore")
DELIVERY_DATES = (
    "EarliestDeliveryDateAfter", "EarliestDeliveryDateBefore", "LatestDeliveryDateAfter", "LatestDeliveryDateBefore",
)  # fmt: skip
EXCLUDES: Mapping[str, tuple[str, ...]] = {
    "LastUpdatedAfter": CREATED,
    "LastUpdatedBefore": CREATED,
    "SellerOrderId": ("FulfillmentChannels", "OrderStatuses", "PaymentMethods", *UPDATED, "BuyerEmail"),
}
"""Which parameters must not be sent together with another."""

NEVER = ("ActualFulfillmentSupplySourceId",)
"""Filters for orders that the sandbox has none of."""

_OPEN = (Status.UNSHIPPED.value, Status.PARTIALLY_SHIPPED.value)


def check_token_query(query: Query) -> None:
    """Refuses what may not come with a token: it comes alone, or with the marketplaces again."""
    if "MarketplaceIds" not in query and len(query) > 1:
        others = ", ".join(name for name in query if name != "NextToken")
        message = f"MarketplaceIds is required, unless NextToken comes alone; {others} came with it."
        raise invalid(message, "MarketplaceIds")


def read(query: Query, world: World) -> OrderFilter:
    """What to list. Raises ApiError naming the parameter."""
    _check_together(query)
    dates = _dates(query)
    _check_bounds(world, dates)
    _check_marketplaces(query)
    for order_id in query.get("AmazonOrderIds", ()):
        require_order_id(order_id, "AmazonOrderIds")
    order_filter = OrderFilter(
        created_after=dates.get("CreatedAfter"),
        created_before=dates.get("CreatedBefore"),
        updated_after=dates.get("LastUpdatedAfter"),
        updated_before=dates.get("LastUpdatedBefore"),
        statuses=_statuses(query.get("OrderStatuses", ())),
        channels=tuple(query.get("FulfillmentChannels", ())),
        payment_methods=tuple(query.get("PaymentMethods", ())),
        buyer_email=query.get("BuyerEmail", ""),
        seller_order_id=query.get("SellerOrderId", ""),
        order_ids=tuple(query.get("AmazonOrderIds", ())),
        marketplace_ids=tuple(query["MarketplaceIds"]),
        page_size=query.get("MaxResultsPerPage", 100),
        ispu=query.get("IsISPU"),
        easy_ship_statuses=tuple(query.get("EasyShipShipmentStatuses", ())),
        invoice_statuses=tuple(query.get("ElectronicInvoiceStatuses", ())),
        store_chain_store_id=query.get("StoreChainStoreId", ""),
        nothing=any(name in query for name in NEVER),
    )
    return _limit_to_promise(order_filter, dates, world)


def require_order_id(order_id: str, field: str = "") -> None:
    """Refuses what cannot be an order id."""
    if not ORDER_ID.fullmatch(order_id):
        raise invalid(f"OrderId: {order_id[:100]} is invalid, should be in 3-7-7 format.", field)


def _check_together(query: Query) -> None:
    if not any(name in query for name in ("CreatedAfter", "LastUpdatedAfter", "AmazonOrderIds")):
        raise invalid("CreatedAfter or LastUpdatedAfter must be specified.", "CreatedAfter, LastUpdatedAfter")
    for name, others in EXCLUDES.items():
        for other in others:
            if name in query and other in query:
                raise invalid(f"{name} and {other} cannot be specified together.", f"{name}, {other}")
    for after, before in (CREATED, UPDATED):
        if before in query and after not in query:
            raise invalid(f"{before} can only be specified together with {after}.", before)
    if not query.get("MarketplaceIds"):
        raise invalid("MarketplaceIds is required.", "MarketplaceIds")


def _dates(query: Query) -> dict[str, datetime]:
    dates, bad = {}, []
    for name in (*CREATED, *UPDATED, *DELIVERY_DATES):
        try:
            if name in query:
                dates[name] = parse_instant(query[name], naive_is_utc=True)
        except ValueError:
            bad.append(name)
    if bad:
        raise _bad_dates(query, bad)
    return dates


def _bad_dates(query: Query, bad: Sequence[str]) -> Exception:
    """The platform names the fields as it calls them inside, in small first letters."""
    inside = ", ".join(name[0].lower() + name[1:] for name in bad)
    got = ", ".join(f"{name} is {query[name][:100]!r}" for name in bad)
    hint = " A + has to be sent as %2B." if any(" " in query[name] for name in bad) else ""
    message = f"Dates are ISO 8601, such as 2026-03-02T16:00:00Z; {got}.{hint}"
    return invalid(message, f"Invalid date-time field(s) [{inside}].")


def _check_bounds(world: World, dates: Mapping[str, datetime]) -> None:
    margin, now = world.policy.span("before_parameter_margin"), world.now()
    for after, before in (CREATED, UPDATED):
        try:
            check_bounds(now, margin, (after, dates.get(after)), (before, dates.get(before)))
        except BoundError as bad:
            raise invalid(f"{bad}.", bad.field) from None
    for after, before in (DELIVERY_DATES[:2], DELIVERY_DATES[2:]):
        if after in dates and before in dates and dates[before] < dates[after]:
            raise invalid(f"{before} must not be earlier than {after} ({format_instant(dates[after])}).", before)


def _check_marketplaces(query: Query) -> None:
    for each in query["MarketplaceIds"]:
        if each not in MARKETPLACES:
            raise invalid(f"There is no marketplace {each[:100]!r}{marketplace_suggestion(each)}", "MarketplaceIds")


def _statuses(named: Sequence[str]) -> tuple[str, ...]:
    """Naming one of the two unshipped statuses brings both, as on the platform."""
    both = _OPEN if any(each in named for each in _OPEN) else ()
    return tuple(dict.fromkeys((*named, *both)))


def _limit_to_promise(order_filter: OrderFilter, dates: Mapping[str, datetime], world: World) -> OrderFilter:
    """The filter cut down to a delivery promise, where any of its dates is bounded."""
    earliest_after, earliest_before, latest_after, latest_before = (dates.get(name) for name in DELIVERY_DATES)
    return replace(
        order_filter,
        earliest_delivery_after=earliest_after,
        earliest_delivery_before=earliest_before,
        latest_delivery_after=latest_after,
        latest_delivery_before=latest_before,
        delivery_after=world.policy.span("delivery_after"),
    )
