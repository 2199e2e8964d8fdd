"""Lists of orders, the same for every dialect: what a filter admits, and which orders a page has.

Knows no wire name. Which orders a list has, and in what order, is settled by its first page; what the orders contain is
as of the page. A token carries the filter and the page size, so it may come alone.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from operator import attrgetter
from typing import Any

from marketplace_sandbox.api.shared.order_index import (
    Admits,
    OrdersOfMoment,
    SortKey,
    by_purchase,
    by_update,
    index_of,
    sort_orders,
)
from marketplace_sandbox.api.shared.pagination import Bound, BoundError, PageTokenError, PageTokens, first_of
from marketplace_sandbox.api.shared.status_table import visible_parts
from marketplace_sandbox.api.shared.visible_order import VisibleOrder
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.text.instants import format_instant
from marketplace_sandbox.core.world.world import World

_INSTANTS = (
    "created_after",
    "created_before",
    "updated_after",
    "updated_before",
    "earliest_delivery_after",
    "earliest_delivery_before",
    "latest_delivery_after",
    "latest_delivery_before",
)

_BOUNDS_AND_SIZE = ("created_after", "created_before", "updated_after", "updated_before", "page_size")
"""What does not say which orders are admitted, but which part of them a list has."""

_NAMES: Mapping[str, Callable[[Order], str | None]] = {
    "marketplace_ids": attrgetter("marketplace_id"),
    "statuses": attrgetter("status"),
    "channels": attrgetter("channel"),
    "order_ids": attrgetter("order_id"),
    "easy_ship_statuses": attrgetter("details.easy_ship_shipment_status"),
}
"""What an order has to have one of the names of."""

_PROMISE = (
    "earliest_delivery_after",
    "earliest_delivery_before",
    "latest_delivery_after",
    "latest_delivery_before",
)
_SHOWN = ("invoice_statuses", "payment_methods", "seller_order_id", *_PROMISE)
"""What an order has to be looked at for as it is shown, which takes longer."""

_LAST_ID = "\U0010ffff"
_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class OrderFilter:
    """Which orders to list. Bounds are inclusive; an empty filter admits every order.

    `earliest_delivery_…` and `latest_delivery_…` bound the delivery promise of orders that show one; `delivery_after`
    is how long after the ship-by instant its latest date lies.
    With `updated_after` the list goes by last update, otherwise by purchase. `ispu` is whether to list those that are
    fetched in a store, or the others; `store_chain_store_id` is the store of one of their items. `nothing` stands for a
    filter that no order of the sandbox can meet.
    """

    created_after: datetime | None = None
    created_before: datetime | None = None
    updated_after: datetime | None = None
    updated_before: datetime | None = None
    statuses: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    payment_methods: tuple[str, ...] = ()
    buyer_email: str = ""
    seller_order_id: str = ""
    order_ids: tuple[str, ...] = ()
    earliest_delivery_after: datetime | None = None
    earliest_delivery_before: datetime | None = None
    latest_delivery_after: datetime | None = None
    latest_delivery_before: datetime | None = None
    delivery_after: timedelta = timedelta(0)
    marketplace_ids: tuple[str, ...] = ()
    page_size: int = 100
    ispu: bool | None = None
    easy_ship_statuses: tuple[str, ...] = ()
    invoice_statuses: tuple[str, ...] = ()
    store_chain_store_id: str = ""
    nothing: bool = False

    @property
    def by_update(self) -> bool:
        """Whether the list goes by last update."""
        return self.updated_after is not None

    @property
    def sort_key(self) -> Callable[[Order], SortKey]:
        """Where an order stands in the list."""
        return by_update if self.by_update else by_purchase

    @cached_property
    def key(self) -> Hashable:
        """The same for all filters that admit the same orders."""
        return tuple([getattr(self, name) for name in _FIELDS if name not in _BOUNDS_AND_SIZE])

    @cached_property
    def admits(self) -> Admits:
        """Whether an order passes everything that is not a bound of the date the list goes by."""
        if self.nothing:
            return lambda _: False
        named = [(frozenset(names), name_of) for field, name_of in _NAMES.items() if (names := getattr(self, field))]
        shown = any(getattr(self, name) for name in _SHOWN)

        def admits(order: Order) -> bool:
            if any(name_of(order) not in names for names, name_of in named) or not self._admits_details(order):
                return False
            return not shown or self._admits_shown(VisibleOrder(order, visible_parts(order), self.delivery_after))

        return admits

    def _admits_details(self, order: Order) -> bool:
        if self.ispu is not None and self.ispu != order.is_ispu:
            return False
        if self.buyer_email and self.buyer_email.casefold() != order.buyer.email.casefold():
            return False
        stores = (each.details.store_chain_store_id for each in order.items) if self.store_chain_store_id else ()
        return self.store_chain_store_id in ("", *stores)

    def _admits_shown(self, visible: VisibleOrder) -> bool:
        return (
            _among(self.invoice_statuses, visible.invoice_status)
            and _among(self.payment_methods, visible.payment_method)
            and self.seller_order_id in ("", visible.seller_order_id)
            and self._admits_promise(visible)
        )

    def _admits_promise(self, order: VisibleOrder) -> bool:
        earliest = (self.earliest_delivery_after, self.earliest_delivery_before)
        latest = (self.latest_delivery_after, self.latest_delivery_before)
        if not any((*earliest, *latest)):
            return True
        return _between(order.earliest_delivery_date, *earliest) and _between(order.latest_delivery_date, *latest)

    def to_json(self) -> dict[str, Any]:
        """What differs from an empty filter."""
        values = ((name, getattr(self, name), empty) for name, empty in _FIELDS.items())
        return {name: _plain(value) for name, value, empty in values if value != empty}

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> "OrderFilter":
        """The filter that was written so."""
        values = dict(written)
        for name, value in written.items():
            if name in _INSTANTS:
                values[name] = datetime.fromisoformat(value)
            elif name == "delivery_after":
                values[name] = timedelta(seconds=value)
            elif isinstance(value, list):
                values[name] = tuple(value)
        return cls(**values)


_FIELDS = {each.name: each.default for each in fields(OrderFilter)}
"""Every field, with what it is in a filter that admits every order."""


def _plain(value: Any) -> Any:
    """The value as JSON has it: an instant in its text, a span in seconds."""
    if isinstance(value, datetime):
        return value.isoformat()
    return value.total_seconds() if isinstance(value, timedelta) else value


def _between(at: datetime | None, after: datetime | None, before: datetime | None) -> bool:
    return at is not None and (after or at) <= at <= (before or at)


def _among(named: tuple[str, ...], value: str | None) -> bool:
    return not named or value in named


@dataclass(frozen=True, slots=True)
class OrderPage:
    """Some orders as they stand, the token of the next page, and the filter with the upper bound in force."""

    orders: tuple[Order, ...]
    token: str | None
    upper_bound: datetime
    filter: OrderFilter


@dataclass(frozen=True, slots=True)
class ListPosition:
    """What a token stands for: a filter, version and upper bound of the first page, and the last order shown."""

    filter: OrderFilter
    version: int
    upper_bound: datetime
    last: SortKey


class OrderLists:
    """The lists of one operation of a dialect. `name` keeps its tokens apart from others'.

    `lifetime` is how long a token may be used, in the world's time; None is for ever.
    """

    def __init__(self, tokens: PageTokens, name: str, lifetime: timedelta | None = None) -> None:
        self._tokens = tokens
        self._name = name
        self._lifetime = lifetime

    def first_page(self, world: World, order_filter: OrderFilter) -> OrderPage:
        """The first page. The upper bound is the filter's, or now less the listing lag."""
        bound = order_filter.updated_before if order_filter.by_update else order_filter.created_before
        upper = bound or world.now() - world.policy.span("listing_lag")
        version = world.version
        return self._page(world, order_filter, version, _orders_now(world, order_filter, version), upper, None)

    def next_page(self, world: World, token: str, page_size: int | None = None) -> OrderPage:
        """The page a token stands for, perhaps of another size. Raises PageTokenError."""
        position = self.position_of(world, token)
        order_filter = position.filter
        if page_size is not None:
            order_filter = replace(order_filter, page_size=page_size)
        orders = _orders_as_of(world, order_filter, position.version)
        return self._page(world, order_filter, position.version, orders, position.upper_bound, position.last)

    def position_of(self, world: World, token: str) -> ListPosition:
        """What a token stands for. Raises PageTokenError."""
        content = self._tokens.open(self._name, world, token)
        if self._lifetime and world.now() - datetime.fromisoformat(content["issued"]) > self._lifetime:
            raise PageTokenError("expired")
        order_filter, upper = OrderFilter.from_json(content["filter"]), datetime.fromisoformat(content["upper"])
        at, order_id = content["last"]
        return ListPosition(order_filter, content["version"], upper, (datetime.fromisoformat(at), order_id))

    def token_of(self, world: World, position: ListPosition) -> str:
        """A token that goes on from a position."""
        at, order_id = position.last
        content = {
            "filter": position.filter.to_json(),
            "version": position.version,
            "upper": position.upper_bound.isoformat(),
            "last": [at.isoformat(), order_id],
            "issued": world.now().isoformat(),
        }
        return self._tokens.seal(self._name, world, content)

    def _page(
        self,
        world: World,
        order_filter: OrderFilter,
        version: int,
        orders: OrdersOfMoment,
        upper: datetime,
        last: SortKey | None,
    ) -> OrderPage:
        listed = _between_bounds(orders, order_filter, upper, last)
        # a world seen through a fault may have shorter pages; the token keeps the size that was sent
        size = min(order_filter.page_size, getattr(world, "longest_page", order_filter.page_size))
        found, more = first_of(listed, size)
        token = None
        if more:
            token = self.token_of(world, ListPosition(order_filter, version, upper, order_filter.sort_key(found[-1])))
        current = world.orders
        return OrderPage(tuple(current.get(each.order_id, each) for each in found), token, upper, order_filter)


def _orders_now(world: World, order_filter: OrderFilter, version: int) -> OrdersOfMoment:
    """The orders of a list as they stand. A view of the world that has others is sorted for this time."""
    state, orders = world.state, world.orders
    if orders is not state.orders:
        return sort_orders(list(orders.values()), order_filter)
    if order_filter.order_ids:  # seldom the same again
        return sort_orders(filter(None, map(orders.get, dict.fromkeys(order_filter.order_ids))), order_filter)
    return index_of(state, order_filter).now(version)


def _orders_as_of(world: World, order_filter: OrderFilter, version: int) -> OrdersOfMoment:
    """The orders of a list as of the version of its first page."""
    if version == world.version:
        return _orders_now(world, order_filter, version)
    return index_of(world.state, order_filter).as_of(version)


def _between_bounds(
    orders: OrdersOfMoment, order_filter: OrderFilter, upper: datetime, last: SortKey | None
) -> Iterable[Order]:
    """Those within the filter's bounds that come after the last one shown."""
    lower = order_filter.updated_after or order_filter.created_after or _EVER
    first = (lower, "") if last is None else last
    sorted_orders = orders.by_update if order_filter.by_update else orders.by_purchase
    return sorted_orders.between(first, (upper, _LAST_ID), after=last is not None)


def check_bounds(now: datetime, margin: timedelta, after: Bound, before: Bound) -> None:
    """Refuses bounds nobody may list by. Raises BoundError.

    Neither lies in the world's future; an upper bound that was sent lies at least `margin`
    (the setting `before_parameter_margin`) before now, and not before the lower one.
    """
    for field, at in (after, before):
        if at is not None and at > now:
            raise BoundError(field, f"{field} lies in the future; the world's now is {format_instant(now)}")
    (after_field, lower), (field, upper) = after, before
    if upper is None:
        return
    latest = now - margin
    if upper > latest:
        minutes = f"{margin.total_seconds() / 60:g} minutes"
        allowed = f"the latest allowed is {format_instant(latest)}"
        raise BoundError(field, f"{field} must be at least {minutes} before now; {allowed}")
    if lower is not None and upper < lower:
        raise BoundError(field, f"{field} must not be earlier than {after_field}")
