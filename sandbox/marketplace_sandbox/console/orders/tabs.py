"""The orders of each tab of Manage Orders, counted and sorted, and kept so as they change.

A world of a hundred thousand orders is sorted once. After that a page costs what has changed since the page before.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice
from weakref import WeakKeyDictionary

from marketplace_sandbox.api.shared.order_index import SortedOrders, SortKey, by_purchase
from marketplace_sandbox.core.orders.order import Channel, Order, Status
from marketplace_sandbox.core.world.state import State

MOST_SEARCHES = 8
"""As many searches are kept up with what orders become."""
NEVER = datetime.max.replace(tzinfo=UTC)

TABS = ("pending", "unshipped", "sent", "canceled", "fba")
LABELS = {"pending": "Pending", "unshipped": "Unshipped", "sent": "Sent", "canceled": "Canceled", "fba": "FBA"}
REQUESTED = "requested"
"""The part of the Unshipped tab where a buyer's request waits for the seller."""
EVERY = "every"
"""All orders, whatever tab they stand on."""

_OF_STATUS = {
    Status.PENDING_AVAILABILITY: "pending",
    Status.PENDING: "pending",
    Status.UNSHIPPED: "unshipped",
    Status.PARTIALLY_SHIPPED: "unshipped",
    Status.SHIPPED: "sent",
    Status.INVOICE_UNCONFIRMED: "sent",
    Status.CANCELED: "canceled",
    Status.UNFULFILLABLE: "canceled",
}


def by_ship_date(order: Order) -> SortKey:
    """By the date it has to be shipped by; those without one last."""
    return order.ship_by_at or NEVER, order.order_id


SORTS: dict[str, tuple[Callable[[Order], SortKey], bool]] = {
    "newest": (by_purchase, True),
    "oldest": (by_purchase, False),
    "ship-by": (by_ship_date, False),
    "ship-by-latest": (by_ship_date, True),
}
"""What a list may be sorted by: the key, and whether the greatest comes first."""
SORT_LABELS = {
    "newest": "Order date, newest first",
    "oldest": "Order date, oldest first",
    "ship-by": "Ship by, soonest first",
    "ship-by-latest": "Ship by, latest first",
}


def tab_of(order: Order) -> str:
    """The tab that an order stands on."""
    return "fba" if order.channel is Channel.AFN else _OF_STATUS[order.status]


def lists_of(order: Order) -> tuple[str, ...]:
    """The lists that an order is in: its tab, all, and that of requests that wait while nothing of it is shipped."""
    tab = tab_of(order)
    waits = tab == "unshipped" and order.status is Status.UNSHIPPED and bool(order.open_items)
    return (tab, EVERY, REQUESTED) if waits else (tab, EVERY)


class _List:
    """The orders of one list, sorted by whatever was asked for so far."""

    def __init__(self) -> None:
        self.by_purchase = SortedOrders((), by_purchase)
        self.by_ship_date: SortedOrders | None = None

    def sorted_by(self, key: Callable[[Order], SortKey]) -> SortedOrders:
        if key is by_purchase:
            return self.by_purchase
        if self.by_ship_date is None:
            self.by_ship_date = SortedOrders(self.by_purchase, by_ship_date)
        return self.by_ship_date

    def change(self, gone: list[Order], come: list[Order]) -> None:
        self.by_purchase = self.by_purchase.changed(gone, come)
        if self.by_ship_date is not None:
            self.by_ship_date = self.by_ship_date.changed(gone, come)


Wanted = tuple[str, str]
"""Which orders a list has: its name, and the text that all of them have; without one all."""


class OrderTabs:
    """The tabs of one state, and the latest searches in them."""

    def __init__(self, state: State) -> None:
        self._versions = state.versions
        self._seen = 0
        self._shown: dict[str, Order] = {}
        self._lists: dict[Wanted, _List] = {(name, ""): _List() for name in (*TABS, EVERY, REQUESTED)}
        self._searches: OrderedDict[Wanted, _List] = OrderedDict()
        self._lock = threading.Lock()

    def counts(self) -> dict[str, int]:
        """How many orders each list has."""
        with self._lock:
            self._catch_up()
            return {name: len(each.by_purchase) for (name, _), each in self._lists.items()}

    def find(self, name: str, sort: str, search: str = "") -> "Found":
        """The orders of a list in an order of SORTS, all or those that have a text in id, buyer, SKU or title."""
        key, backwards = SORTS[sort]
        with self._lock:
            self._catch_up()
            wanted = name, search.casefold()
            found = self._search(wanted) if search else self._lists[wanted]
            return Found(found.sorted_by(key), backwards=backwards)

    def _search(self, wanted: Wanted) -> _List:
        """What was found for the same before, which is kept as orders change, or is found now."""
        if wanted not in self._searches:
            name, text = wanted
            found = self._searches[wanted] = _List()
            found.change([], [each for each in self._lists[name, ""].by_purchase if text in _text_of(each)])
        self._searches.move_to_end(wanted)
        if len(self._searches) > MOST_SEARCHES:
            self._searches.popitem(last=False)
        return self._searches[wanted]

    def _catch_up(self) -> None:
        """Take in what orders have become since."""
        count = len(self._versions)
        if count == self._seen:
            return
        newest = {each.order.order_id: each.order for each in self._versions[self._seen : count]}
        changes = [(self._shown.get(order_id), order) for order_id, order in newest.items()]
        for (name, text), each in (*self._lists.items(), *self._searches.items()):
            gone = [before for before, _ in changes if before is not None and _is_in(name, text, before)]
            come = [order for _, order in changes if _is_in(name, text, order)]
            if gone or come:
                each.change(gone, come)
        self._shown.update(newest)
        self._seen = count


def _is_in(name: str, text: str, order: Order) -> bool:
    return name in lists_of(order) and (not text or text in _text_of(order))


def _text_of(order: Order) -> str:
    """What a search looks at: nothing of it changes in the life of an order."""
    items = (each for item in order.items for each in (item.sku, item.title))
    return "\n".join((order.order_id, order.buyer.name, order.buyer.email, *items)).casefold()


class Found:
    """The orders that were found, of which pages are cut."""

    def __init__(self, orders: SortedOrders, *, backwards: bool) -> None:
        self._orders = orders
        self._backwards = backwards

    def __len__(self) -> int:
        return len(self._orders)

    def __iter__(self) -> Iterator[Order]:
        return reversed(self._orders) if self._backwards else iter(self._orders)

    def cut(self, start: int, stop: int) -> list[Order]:
        """Those from a place on to another."""
        return list(islice(self, start, stop))


_of_states: WeakKeyDictionary[State, OrderTabs] = WeakKeyDictionary()
_lock = threading.Lock()


def tabs_of(state: State) -> OrderTabs:
    """The tabs of a state, the same for all who ask."""
    with _lock:
        tabs = _of_states.get(state)
        if tabs is None:
            tabs = _of_states[state] = OrderTabs(state)
        return tabs
