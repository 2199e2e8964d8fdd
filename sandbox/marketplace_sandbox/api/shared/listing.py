"""Order lists and their pages, the same for every dialect: what a filter lets through, and tokens.

Knows no wire name. Which orders a listing has, and in what order, is settled by its first page;
what the orders contain is as of the page. A token carries the filter and the page size, so it
may come alone.
"""

import base64
import binascii
import hashlib
import hmac
import json
import threading
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from weakref import WeakKeyDictionary

from marketplace_sandbox.core.instants import format_instant
from marketplace_sandbox.core.opening import Opening
from marketplace_sandbox.core.order import Order, Status
from marketplace_sandbox.core.world import World

TOKEN_LENGTH = 16_384
"""The longest token that is looked at, in characters."""

_MAC_BYTES = 16
_INSTANTS = (
    "created_after",
    "created_before",
    "updated_after",
    "updated_before",
    "promised_after",
    "promised_before",
)

Key = tuple[datetime, str]
Bound = tuple[str, datetime | None]
"""A bound under the name its dialect gives it."""


class PageTokenError(ValueError):
    """A token that was not issued for this world and operation, or has expired."""


class BoundError(ValueError):
    """A date that a listing cannot start or end at. `field` is the dialect's name for it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Listing:
    """What to list. Bounds are inclusive; an empty filter lets everything through.

    `promised_…` bound the ship-by instant, from which delivery promises follow, of orders that show one.
    With `updated_after` the list goes by last update, otherwise by purchase. `nothing` stands for
    a filter that no order of the sandbox can meet.
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
    promised_after: datetime | None = None
    promised_before: datetime | None = None
    marketplace_ids: tuple[str, ...] = ()
    page_size: int = 100
    nothing: bool = False

    @property
    def by_update(self) -> bool:
        """Whether the list goes by last update."""
        return self.updated_after is not None


@dataclass(frozen=True, slots=True)
class Page:
    """Some orders as they stand, the token of the next page, and the upper bound in force."""

    orders: tuple[Order, ...]
    token: str | None
    upper_bound: datetime
    listing: Listing


class PageTokens:
    """Opaque tokens under a key, bound to a kind of list and to one beginning of one world."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def seal(self, kind: str, world: World, content: Mapping[str, Any]) -> str:
        """A token that says this. It contains `+`, `/` and `=`, as the platform's do."""
        packed = zlib.compress(json.dumps(content, separators=(",", ":")).encode())
        return base64.b64encode(self._mac(kind, world, packed) + packed).decode("ascii")

    def open(self, kind: str, world: World, token: str) -> dict[str, Any]:
        """What a token says. Raises PageTokenError."""
        if len(token) > TOKEN_LENGTH:
            raise PageTokenError("too long")
        try:
            raw = base64.b64decode(token, validate=True)
        except (binascii.Error, ValueError):
            raise PageTokenError("not base64") from None
        mac, packed = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(kind, world, packed)):
            raise PageTokenError("not issued for this list")
        content: dict[str, Any] = json.loads(zlib.decompress(packed))
        return content

    def _mac(self, kind: str, world: World, packed: bytes) -> bytes:
        # A reset begins the world at another moment of the real clock, so no token outlives it.
        bound = f"{kind}\n{world.seller_id}\n{world.opening.wall!r}\n".encode()
        return hmac.new(self._key, bound + packed, hashlib.sha256).digest()[:_MAC_BYTES]


class Listings:
    """The lists of one operation of a dialect. `kind` keeps its tokens apart from others'.

    `lifetime` is how long a token may be used, in the world's time; None is for ever.
    """

    def __init__(self, tokens: PageTokens, kind: str, lifetime: timedelta | None = None) -> None:
        self._tokens = tokens
        self._kind = kind
        self._lifetime = lifetime
        self._sorted: WeakKeyDictionary[World, _Sorted] = WeakKeyDictionary()
        self._stood: WeakKeyDictionary[World, tuple[Opening, int, _Sorted]] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def first_page(self, world: World, listing: Listing) -> Page:
        """The first page. The upper bound is the one asked for, or now less the listing lag."""
        asked = listing.updated_before if listing.by_update else listing.created_before
        upper = asked or world.now() - world.policy.span("listing_lag")
        version = world.version
        return self._page(world, listing, version, self._as_it_stands(world), upper, None)

    def next_page(self, world: World, token: str, page_size: int | None = None) -> Page:
        """The page a token stands for, perhaps of another size. Raises PageTokenError."""
        content = self._tokens.open(self._kind, world, token)
        if self._lifetime and world.now() - _at(content["issued"]) > self._lifetime:
            raise PageTokenError("expired")
        listing = _read(content["listing"])
        if page_size is not None:
            listing = replace(listing, page_size=page_size)
        version = content["version"]
        then = self._as_it_stood(world, version)
        last = (_at(content["last"][0]), content["last"][1])
        return self._page(world, listing, version, then, _at(content["upper"]), last)

    def _page(
        self,
        world: World,
        listing: Listing,
        version: int,
        then: "_Sorted",
        upper: datetime,
        last: Key | None,
    ) -> Page:
        found = (order for order in then.between(listing, upper, last) if _admits(listing, order))
        # a world seen through a fault may have shorter pages; the token keeps the size that was asked for
        size = min(listing.page_size, getattr(world, "longest_page", listing.page_size))
        members = list(islice(found, size + 1))
        shown = members[:size]
        token = None
        if len(members) > len(shown):
            token = self._token(world, listing, version, upper, shown[-1])
        now = world.orders
        return Page(tuple(now.get(each.order_id, each) for each in shown), token, upper, listing)

    def _token(self, world: World, listing: Listing, version: int, upper: datetime, last: Order) -> str:
        at, order_id = _key(listing)(last)
        content = {
            "listing": _written(listing),
            "version": version,
            "upper": upper.isoformat(),
            "last": [at.isoformat(), order_id],
            "issued": world.now().isoformat(),
        }
        return self._tokens.seal(self._kind, world, content)

    def _as_it_stands(self, world: World) -> "_Sorted":
        """All orders, sorted once for as long as none of them changes."""
        orders = tuple(world.orders.values())
        with self._lock:
            known = self._sorted.get(world)
        if known is not None and known.orders == orders:
            return known
        fresh = _Sorted(orders)
        with self._lock:
            self._sorted[world] = fresh
        return fresh

    def _as_it_stood(self, world: World, version: int) -> "_Sorted":
        """All orders of an earlier version; the latest one asked for is kept, for the next page."""
        if version == world.version:
            return self._as_it_stands(world)
        with self._lock:
            known = self._stood.get(world)
        # Versions count from one again after a reset, which has an opening of its own.
        if known is not None and known[0] is world.opening and known[1] == version:
            return known[2]
        fresh = _Sorted(tuple(world.orders_as_of(version)))
        with self._lock:
            self._stood[world] = (world.opening, version, fresh)
        return fresh


class _Sorted:
    """The orders of one moment by either date, the id breaking ties."""

    def __init__(self, orders: tuple[Order, ...]) -> None:
        self.orders = orders
        self._by: dict[bool, list[Order]] = {}

    def between(self, listing: Listing, upper: datetime, last: Key | None) -> Iterable[Order]:
        """The orders of the listing's window that come after the last one shown."""
        key = _key(listing)
        orders = self._by.get(listing.by_update)
        if orders is None:
            orders = self._by[listing.by_update] = sorted(self.orders, key=key)
        lower = listing.updated_after or listing.created_after
        start = bisect_left(orders, (lower, ""), key=key) if lower else 0
        if last is not None:
            start = bisect_right(orders, last, key=key)
        end = bisect_right(orders, (upper, "\U0010ffff"), key=key)
        return (orders[index] for index in range(start, end))


def check_window(now: datetime, margin: timedelta, after: Bound, before: Bound) -> None:
    """Refuses bounds nobody may list by. Raises BoundError.

    Neither lies in the world's future; an upper bound that was asked for lies at least `margin`
    (the two-minute rule) before now, and not before the lower one.
    """
    for field, at in (after, before):
        if at is not None and at > now:
            told = f"{field} lies in the future; the world's now is {format_instant(now)}"
            raise BoundError(field, told)
    (after_field, lower), (field, upper) = after, before
    if upper is None:
        return
    latest = now - margin
    if upper > latest:
        minutes = f"{margin.total_seconds() / 60:g} minutes"
        told = f"{field} must be at least {minutes} before now"
        raise BoundError(field, f"{told}; the latest allowed is {format_instant(latest)}")
    if lower is not None and upper < lower:
        raise BoundError(field, f"{field} must not be earlier than {after_field}")


def payment_method(order: Order) -> str | None:
    """How an order is paid; it has no method before it is released, nor once it is canceled."""
    none = (Status.PENDING_AVAILABILITY, Status.PENDING, Status.CANCELED)
    return None if order.status in none else "Other"


def _key(listing: Listing) -> Callable[[Order], Key]:
    return _updated if listing.by_update else _created


def _updated(order: Order) -> Key:
    return order.last_updated_at, order.order_id


def _created(order: Order) -> Key:
    return order.purchased_at, order.order_id


def _admits(listing: Listing, order: Order) -> bool:
    """Whether the order passes every filter that is not a date."""
    checks = (
        not listing.nothing,
        _among(listing.marketplace_ids, order.marketplace_id),
        _among(listing.statuses, order.status),
        _among(listing.channels, order.channel),
        _among(listing.order_ids, order.order_id),
        _promised(listing, order),
        _among(listing.payment_methods, payment_method(order)),
        listing.buyer_email.casefold() in ("", order.buyer.email.casefold()),
        listing.seller_order_id in ("", order.seller_order_id or order.order_id),
    )
    return all(checks)


def _promised(listing: Listing, order: Order) -> bool:
    if listing.promised_after is None and listing.promised_before is None:
        return True
    if order.ship_by_at is None or order.status in UNPROMISED:
        return False
    after, before = listing.promised_after or order.ship_by_at, listing.promised_before or order.ship_by_at
    return after <= order.ship_by_at <= before


UNPROMISED = (Status.PENDING_AVAILABILITY, Status.PENDING, Status.CANCELED)
"""Statuses in which no dialect shows a delivery promise."""


def _among(wanted: tuple[str, ...], value: str | None) -> bool:
    return not wanted or value in wanted


def _written(listing: Listing) -> dict[str, Any]:
    """What differs from an empty listing, as JSON."""
    empty = asdict(Listing())
    given = {name: value for name, value in asdict(listing).items() if value != empty[name]}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in given.items()}


def _read(written: Mapping[str, Any]) -> Listing:
    values = dict(written)
    for name, value in written.items():
        if name in _INSTANTS:
            values[name] = _at(value)
        elif isinstance(value, list):
            values[name] = tuple(value)
    return Listing(**values)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)
