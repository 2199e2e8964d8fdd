"""Lists of orders, the same for every dialect: what a filter admits, and which orders a page has.

Knows no wire name. Which orders a list has, and in what order, is settled by its first page; what the orders contain is
as of the page. A token carries the filter and the page size, so it may come alone.
"""

import threading
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from marketplace_sandbox.api.shared.pagination import Bound, BoundError, PageTokenError, PageTokens, first_of
from marketplace_sandbox.api.shared.status_table import visible_parts
from marketplace_sandbox.api.shared.visible_order import VisibleOrder
from marketplace_sandbox.core.instants import format_instant
from marketplace_sandbox.core.opening import Opening
from marketplace_sandbox.core.order import Order
from marketplace_sandbox.core.world import World

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

SortKey = tuple[datetime, str]
"""Where an order stands in a list: the date the list goes by, then the id."""


@dataclass(frozen=True, slots=True)
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
        return _by_update if self.by_update else _by_purchase

    def admits(self, order: Order) -> bool:
        """Whether the order passes everything that is not a bound of the date the list goes by."""
        visible = VisibleOrder(order, visible_parts(order), self.delivery_after)
        checks = (
            not self.nothing,
            _among(self.marketplace_ids, order.marketplace_id),
            _among(self.statuses, order.status),
            _among(self.channels, order.channel),
            _among(self.order_ids, order.order_id),
            self.ispu in (None, order.is_ispu),
            _among(self.easy_ship_statuses, order.details.easy_ship_shipment_status),
            _among(self.invoice_statuses, visible.invoice_status),
            self.store_chain_store_id in ("", *(each.details.store_chain_store_id for each in order.items)),
            self._admits_promise(visible),
            _among(self.payment_methods, visible.payment_method),
            self.buyer_email.casefold() in ("", order.buyer.email.casefold()),
            self.seller_order_id in ("", visible.seller_order_id),
        )
        return all(checks)

    def _admits_promise(self, order: VisibleOrder) -> bool:
        earliest = (self.earliest_delivery_after, self.earliest_delivery_before)
        latest = (self.latest_delivery_after, self.latest_delivery_before)
        if not any((*earliest, *latest)):
            return True
        return _between(order.earliest_delivery_date, *earliest) and _between(order.latest_delivery_date, *latest)

    def to_json(self) -> dict[str, Any]:
        """What differs from an empty filter."""
        empty = asdict(OrderFilter())
        differing = {name: value for name, value in asdict(self).items() if value != empty[name]}
        return {name: _plain(value) for name, value in differing.items()}

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


def _plain(value: Any) -> Any:
    """The value as JSON has it: an instant in its text, a span in seconds."""
    if isinstance(value, datetime):
        return value.isoformat()
    return value.total_seconds() if isinstance(value, timedelta) else value


def _between(at: datetime | None, after: datetime | None, before: datetime | None) -> bool:
    return at is not None and (after or at) <= at <= (before or at)


def _by_update(order: Order) -> SortKey:
    return order.last_updated_at, order.order_id


def _by_purchase(order: Order) -> SortKey:
    return order.purchased_at, order.order_id


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
        self._now: WeakKeyDictionary[World, _SortedOrders] = WeakKeyDictionary()
        self._earlier: WeakKeyDictionary[World, tuple[Opening, int, _SortedOrders]] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def first_page(self, world: World, order_filter: OrderFilter) -> OrderPage:
        """The first page. The upper bound is the filter's, or now less the listing lag."""
        bound = order_filter.updated_before if order_filter.by_update else order_filter.created_before
        upper = bound or world.now() - world.policy.span("listing_lag")
        version = world.version
        return self._page(world, order_filter, version, self._orders_now(world), upper, None)

    def next_page(self, world: World, token: str, page_size: int | None = None) -> OrderPage:
        """The page a token stands for, perhaps of another size. Raises PageTokenError."""
        position = self.position_of(world, token)
        order_filter = position.filter
        if page_size is not None:
            order_filter = replace(order_filter, page_size=page_size)
        orders = self._orders_as_of(world, position.version)
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
        orders: "_SortedOrders",
        upper: datetime,
        last: SortKey | None,
    ) -> OrderPage:
        admitted = (order for order in orders.between(order_filter, upper, last) if order_filter.admits(order))
        # a world seen through a fault may have shorter pages; the token keeps the size that was sent
        size = min(order_filter.page_size, getattr(world, "longest_page", order_filter.page_size))
        found, more = first_of(admitted, size)
        token = None
        if more:
            token = self.token_of(world, ListPosition(order_filter, version, upper, order_filter.sort_key(found[-1])))
        current = world.orders
        return OrderPage(tuple(current.get(each.order_id, each) for each in found), token, upper, order_filter)

    def _orders_now(self, world: World) -> "_SortedOrders":
        """All orders, sorted once for as long as none of them changes."""
        orders, itself = tuple(world.orders.values()), _itself(world)
        with self._lock:
            known = self._now.get(itself)
        if known is not None and known.orders == orders:
            return known
        fresh = _SortedOrders(orders)
        with self._lock:
            self._now[itself] = fresh
        return fresh

    def _orders_as_of(self, world: World, version: int) -> "_SortedOrders":
        """All orders as of an earlier version; those of the version read last stay for its next page."""
        if version == world.version:
            return self._orders_now(world)
        itself = _itself(world)
        with self._lock:
            known = self._earlier.get(itself)
        # Versions count from one again after a reset, which has an opening of its own.
        if known is not None and known[0] is world.opening and known[1] == version:
            return known[2]
        fresh = _SortedOrders(tuple(world.orders_as_of(version)))
        with self._lock:
            self._earlier[itself] = (world.opening, version, fresh)
        return fresh


def _itself(world: World) -> World:
    """The world behind a view that tells another time: what is remembered of it is good for the view, too."""
    itself: World = getattr(world, "itself", world)
    return itself


class _SortedOrders:
    """The orders of one moment by either date, the id breaking ties."""

    def __init__(self, orders: tuple[Order, ...]) -> None:
        self.orders = orders
        self._by_update: dict[bool, list[Order]] = {}

    def between(self, order_filter: OrderFilter, upper: datetime, last: SortKey | None) -> Iterable[Order]:
        """The orders within the filter's bounds that come after the last one shown."""
        key = order_filter.sort_key
        orders = self._by_update.get(order_filter.by_update)
        if orders is None:
            orders = self._by_update[order_filter.by_update] = sorted(self.orders, key=key)
        lower = order_filter.updated_after or order_filter.created_after
        start = bisect_left(orders, (lower, ""), key=key) if lower else 0
        if last is not None:
            start = bisect_right(orders, last, key=key)
        end = bisect_right(orders, (upper, "\U0010ffff"), key=key)
        return (orders[index] for index in range(start, end))


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
