"""The query of searchOrders: which parameters go together, what they mean, and the listing they stand for.

The document has been checked before: lists are lists, and words of a list are known. Lists no order itself.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from marketplace_sandbox.api.admission.access import invalid, unauthorized
from marketplace_sandbox.api.shared.order_lists import OrderFilter, check_bounds
from marketplace_sandbox.api.shared.pagination import BoundError
from marketplace_sandbox.api.spapi.orders_2026.words import CHANNEL_WORDS, STATUS_WORDS
from marketplace_sandbox.core.marketplaces import MARKETPLACES, marketplace_suggestion
from marketplace_sandbox.core.orders.form import ORDER_ID
from marketplace_sandbox.core.text.instants import parse_instant
from marketplace_sandbox.core.world.world import World

Query = Mapping[str, Any]

CREATED = ("createdAfter", "createdBefore")
UPDATED = ("lastUpdatedAfter", "lastUpdatedBefore")
BOUNDS = {
    "createdAfter": "created_after",
    "createdBefore": "created_before",
    "lastUpdatedAfter": "updated_after",
    "lastUpdatedBefore": "updated_before",
}
REPEATED = {
    **BOUNDS,
    "fulfillmentStatuses": "statuses",
    "marketplaceIds": "marketplace_ids",
    "fulfilledBy": "channels",
}
"""The parameters that every page asks with again, and what a filter calls them."""


def read(query: Query) -> OrderFilter:
    """What to list, whatever the world is. Raises ApiError naming the parameter."""
    _check_together(query)
    dates = _dates(query)
    return OrderFilter(
        created_after=dates.get("createdAfter"),
        created_before=dates.get("createdBefore"),
        updated_after=dates.get("lastUpdatedAfter"),
        updated_before=dates.get("lastUpdatedBefore"),
        statuses=_known_by(query, "fulfillmentStatuses", STATUS_WORDS),
        channels=_known_by(query, "fulfilledBy", CHANNEL_WORDS),
        marketplace_ids=_marketplaces(query),
        page_size=query.get("maxResultsPerPage", 100),
    )


def check(order_filter: OrderFilter, world: World) -> None:
    """Refuses a first page that this world has not: bounds that are not past, marketplaces of another region."""
    _check_region(order_filter.marketplace_ids, world)
    margin, now = world.policy.span("before_parameter_margin"), world.now()
    for after, before in (CREATED, UPDATED):
        lower, upper = getattr(order_filter, BOUNDS[after]), getattr(order_filter, BOUNDS[before])
        try:
            check_bounds(now, margin, (after, lower), (before, upper))
        except BoundError as bad:
            raise invalid(f"{bad}.", bad.field) from None


def check_repeated(further: OrderFilter, first: OrderFilter) -> None:
    """Refuses a further page that asks for something else than the first did."""
    for name, field in REPEATED.items():
        now, then = getattr(further, field), getattr(first, field)
        if now != then:
            what = "is missing" if not now else "was not there" if not then else "is another"
            message = f"With paginationToken every other parameter has to be as on the first page; {name} {what}."
            raise invalid(message, name)


def require_order_id(order_id: str) -> None:
    """Refuses what cannot be an order id."""
    if not ORDER_ID.fullmatch(order_id):
        raise invalid(f"OrderId: {order_id[:100]} is invalid, should be in 3-7-7 format.", "orderId")


def _check_together(query: Query) -> None:
    for name in UPDATED:
        for other in CREATED:
            if name in query and other in query:
                raise invalid(f"{name} and {other} cannot be specified together.", f"{name}, {other}")
    if CREATED[0] not in query and UPDATED[0] not in query:
        message = "Exactly one of createdAfter and lastUpdatedAfter must be specified."
        raise invalid(message, "createdAfter, lastUpdatedAfter")


def _dates(query: Query) -> dict[str, datetime]:
    dates, bad = {}, []
    for name in BOUNDS:
        try:
            if name in query:
                dates[name] = parse_instant(query[name], naive_is_utc=True)
        except ValueError:
            bad.append(name)
    if bad:
        raise _bad_dates(query, bad)
    return dates


def _bad_dates(query: Query, bad: Sequence[str]) -> Exception:
    got = ", ".join(f"{name} is {query[name][:100]!r}" for name in bad)
    hint = " A + has to be sent as %2B." if any(" " in query[name] for name in bad) else ""
    message = f"Dates are ISO 8601, such as 2026-03-02T16:00:00Z; {got}.{hint}"
    return invalid(message, f"Invalid date-time field(s) [{', '.join(bad)}].")


def _known_by(query: Query, name: str, words: Mapping[Any, str]) -> tuple[str, ...]:
    """What has one of the parameter's words: a word stands for all that is shown by it."""
    named = query.get(name, ())
    return tuple(sorted(str(each) for each, word in words.items() if word in named))


def _marketplaces(query: Query) -> tuple[str, ...]:
    marketplace_ids = query.get("marketplaceIds", ())
    for each in marketplace_ids:
        if each not in MARKETPLACES:
            raise invalid(f"There is no marketplace {each[:100]!r}{marketplace_suggestion(each)}", "marketplaceIds")
    return tuple(sorted(set(marketplace_ids)))


def _check_region(marketplace_ids: Sequence[str], world: World) -> None:
    """A region's host knows that region's marketplaces only. A seller of several regions has one host for all here."""
    home = sorted({MARKETPLACES[each].region for each in world.marketplace_ids})
    foreign = [each for each in marketplace_ids if MARKETPLACES[each].region not in home]
    if foreign:
        names = ", ".join(f"{each} is in {MARKETPLACES[each].region}" for each in foreign)
        raise unauthorized(f"The marketplaces you provided are not valid for region {' and '.join(home)}: {names}.")
