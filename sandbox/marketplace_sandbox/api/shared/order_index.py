"""The orders of a state that a filter admits, sorted by either date, and kept so as they change.

A list of a hundred thousand orders is sorted once. After that a page costs what has changed since the page before: the
state keeps what orders have become in the order of their changes. What was sorted is never changed in place, so the
pages that follow a first one are cut from what that was cut from, whatever happens in between. Knows no page and no
token.
"""

import threading
from bisect import bisect_left, bisect_right, insort
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import datetime
from itertools import chain
from typing import Protocol
from weakref import WeakKeyDictionary

from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.world.state import State

SortKey = tuple[datetime, str]
"""Where an order stands in a list: the date the list goes by, then the id."""

Admits = Callable[[Order], bool]

CHUNK = 512
"""Orders that are sorted into one chunk; a change copies one."""

MOST_FILTERS = 8
"""Filters by which the orders of one state are kept. Clients poll by one or two."""

MOST_MOMENTS = 16
"""Earlier moments that are kept for pages that follow, of each filter."""


class Criteria(Protocol):
    """What of a filter does not depend on the dates a list goes by: what it admits, and by what it is known."""

    @property
    def key(self) -> Hashable:
        """The same for all that admit the same orders."""

    @property
    def admits(self) -> Admits:
        """Whether an order is let through."""


def by_update(order: Order) -> SortKey:
    """By the date of the last change."""
    return order.last_updated_at, order.order_id


def by_purchase(order: Order) -> SortKey:
    """By the date of purchase."""
    return order.purchased_at, order.order_id


class SortedOrders:
    """Some orders in the order of a key. Never changes; a changed one shares all chunks but those that differ."""

    __slots__ = ("_chunks", "_key")

    def __init__(self, orders: Iterable[Order], key: Callable[[Order], SortKey]) -> None:
        found = sorted(orders, key=key)
        self._key = key
        self._chunks = [found[at : at + CHUNK] for at in range(0, len(found), CHUNK)]

    def __iter__(self) -> Iterator[Order]:
        return chain.from_iterable(self._chunks)

    def __reversed__(self) -> Iterator[Order]:
        return chain.from_iterable(map(reversed, reversed(self._chunks)))

    def __len__(self) -> int:
        return sum(map(len, self._chunks))

    def find(self, key: SortKey) -> Order | None:
        """The order that stands exactly there."""
        for chunk in self._chunks[(at := self._chunk_of(key)) : at + 1]:
            index = bisect_left(chunk, key, key=self._key)
            if index < len(chunk) and self._key(chunk[index]) == key:
                return chunk[index]
        return None

    def between(self, first: SortKey, last: SortKey, *, after: bool) -> Iterator[Order]:
        """Those from a place on, or `after` it, to another."""
        begin, end = self._chunk_of(first), self._chunk_of(last)
        cut = bisect_right if after else bisect_left
        for at in range(begin, min(end + 1, len(self._chunks))):
            chunk = self._chunks[at]
            start = cut(chunk, first, key=self._key) if at == begin else 0
            stop = bisect_right(chunk, last, key=self._key) if at == end else len(chunk)
            yield from chunk[start:stop]

    def changed(self, gone: list[Order], come: list[Order]) -> "SortedOrders":
        """The same without some, and with others."""
        if (len(gone) + len(come)) * 16 > len(self._chunks) * CHUNK:
            without = {id(each) for each in gone}
            return SortedOrders(chain((each for each in self if id(each) not in without), come), self._key)
        changed = SortedOrders((), self._key)
        changed._chunks = list(self._chunks)
        for each in gone:
            changed._take_out(each)
        for each in come:
            changed._put_in(each)
        return changed

    def _chunk_of(self, key: SortKey) -> int:
        """The number of the chunk in which a key belongs."""
        return max(0, bisect_right(self._chunks, key, key=lambda chunk: self._key(chunk[0])) - 1)

    def _take_out(self, order: Order) -> None:
        key = self._key(order)
        at = self._chunk_of(key)
        chunk = self._chunks[at]
        index = bisect_left(chunk, key, key=self._key)
        left = chunk[:index] + chunk[index + 1 :]
        self._chunks[at : at + 1] = [left] if left else []

    def _put_in(self, order: Order) -> None:
        if not self._chunks:
            self._chunks = [[order]]
            return
        at = self._chunk_of(self._key(order))
        chunk = list(self._chunks[at])
        insort(chunk, order, key=self._key)
        half = len(chunk) // 2 if len(chunk) > 2 * CHUNK else len(chunk)
        self._chunks[at : at + 1] = [part for part in (chunk[:half], chunk[half:]) if part]


class OrdersOfMoment:
    """The orders that a filter admits at one moment, by either date."""

    def __init__(self, purchased: SortedOrders, updated: SortedOrders | None = None) -> None:
        self.by_purchase = purchased
        self._by_update = updated

    @property
    def by_update(self) -> SortedOrders:
        """By their last change; sorted so when it is first wanted."""
        if self._by_update is None:
            self._by_update = SortedOrders(self.by_purchase, by_update)
        return self._by_update

    def changed(self, gone: list[Order], come: list[Order]) -> "OrdersOfMoment":
        """The same without some, and with others."""
        updated = self._by_update.changed(gone, come) if self._by_update is not None else None
        return OrdersOfMoment(self.by_purchase.changed(gone, come), updated)


def sort_orders(orders: Iterable[Order], criteria: Criteria) -> OrdersOfMoment:
    """Those of the orders that are admitted."""
    return OrdersOfMoment(SortedOrders(filter(criteria.admits, orders), by_purchase))


class OrderIndex:
    """The orders of one state that one filter admits: now, and at the moments whose pages are read just now."""

    def __init__(self, state: State, admits: Admits) -> None:
        self._state = state
        self._admits = admits
        self._seen = 0
        self._now = OrdersOfMoment(SortedOrders((), by_purchase))
        self._moments: OrderedDict[int, OrdersOfMoment] = OrderedDict()
        self._lock = threading.Lock()

    def now(self, version: int) -> OrdersOfMoment:
        """As they stand, which is remembered as of a version."""
        with self._lock:
            self._catch_up()
            return self._remember(version, self._now)

    def as_of(self, version: int) -> OrdersOfMoment:
        """As they stood at an earlier version."""
        with self._lock:
            found = self._moments.get(version)
            if found is None:
                earlier = filter(self._admits, self._state.orders_as_of(version))
                found = OrdersOfMoment(SortedOrders(earlier, by_purchase))
            return self._remember(version, found)

    def _remember(self, version: int, moment: OrdersOfMoment) -> OrdersOfMoment:
        self._moments[version] = moment
        self._moments.move_to_end(version)
        if len(self._moments) > MOST_MOMENTS:
            self._moments.popitem(last=False)
        return moment

    def _catch_up(self) -> None:
        """Take in what orders have become since."""
        versions = self._state.versions
        count = len(versions)
        if count == self._seen:
            return
        newest = {each.order.order_id: each.order for each in versions[self._seen : count]}
        gone: list[Order] = []
        come: list[Order] = []
        for order in newest.values():
            before = self._now.by_purchase.find(by_purchase(order))
            if before is not None:
                gone.append(before)
            if self._admits(order):
                come.append(order)
        self._now = self._now.changed(gone, come)
        self._seen = count


class _Indexes:
    """Those of one state, by filter; the one that was not asked for longest gives way."""

    def __init__(self) -> None:
        self._by_filter: OrderedDict[Hashable, OrderIndex] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, state: State, criteria: Criteria) -> OrderIndex:
        with self._lock:
            found = self._by_filter.get(criteria.key)
            if found is None:
                found = self._by_filter[criteria.key] = OrderIndex(state, criteria.admits)
            self._by_filter.move_to_end(criteria.key)
            if len(self._by_filter) > MOST_FILTERS:
                self._by_filter.popitem(last=False)
            return found


# what follows from a state alone is the same for every dialect
_of_states: WeakKeyDictionary[State, _Indexes] = WeakKeyDictionary()
_lock = threading.Lock()


def index_of(state: State, criteria: Criteria) -> OrderIndex:
    """The index of a state by a filter."""
    with _lock:
        indexes = _of_states.get(state)
        if indexes is None:
            indexes = _of_states[state] = _Indexes()
    return indexes.find(state, criteria)
