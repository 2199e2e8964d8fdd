"""Reading an order as fixtures and the control API write it: everything has a default, everything is checked.

Places nothing; `read` answers the order as it stands at the instant of its purchase.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache, lru_cache
from itertools import count
from typing import Any, TypeVar

from marketplace_sandbox.core.data.values import with_changes
from marketplace_sandbox.core.ids import Ids
from marketplace_sandbox.core.marketplaces import MARKETPLACES, Marketplace, marketplace_suggestion
from marketplace_sandbox.core.orders import regulated
from marketplace_sandbox.core.orders.order import Address, Buyer, Channel, Item, Order, Payment, Status
from marketplace_sandbox.core.orders.order_details import NO_ITEM_DETAILS, NO_ORDER_DETAILS, ItemDetails, OrderDetails
from marketplace_sandbox.core.policy import Policy, ship_by
from marketplace_sandbox.core.text.instants import format_instant
from marketplace_sandbox.core.text.quoting import quote
from marketplace_sandbox.core.text.reading import (
    FieldError,
    Fields,
    JsonObject,
    amount,
    choice,
    instant,
    join,
    list_of,
    optional,
    past_instant,
    printable_text,
    switch,
    whole,
)
from marketplace_sandbox.core.text.records import record, record_fields

OWN_FIELDS = (
    "id", "marketplace", "channel", "purchased_at", "payment", "hold", "handling_days", "ship_by_at", "release_at",
    "invoice", "multi_channel", "buyer", "ship_to", "programs", "items", "count", "seller_order_id", "is_ispu",
    *regulated.FIELDS,
)  # fmt: skip
FIELDS = (*OWN_FIELDS, *record_fields(OrderDetails))
OWN_ITEM_FIELDS = ("id", "sku", "asin", "title", "quantity", "price", "tax", "shipping")
ITEM_FIELDS = (*OWN_ITEM_FIELDS, *record_fields(ItemDetails))
BUYER_FIELDS = record_fields(Buyer)
ADDRESS_FIELDS = record_fields(Address)
ADDRESS_TEXTS = tuple(name for name in ADDRESS_FIELDS if name != "extended_fields")
"""Those fields of an address that are no object."""
ADDRESS_DEFAULTS = ("name", "line1", "line2", "city", "state", "postal_code", "country", "phone")
"""Those that are something where nothing is said of them."""
DISCOUNTED = (("promotion_discount", "price"), ("shipping_discount", "shipping"), ("cod_fee_discount", "cod_fee"))
"""What a discount is taken off, which has to be as much at least."""
_KNOWN = {"buyer": BUYER_FIELDS, "ship_to": ADDRESS_FIELDS}
_DETAILS: Mapping[Any, tuple[str, ...]] = {kind: record_fields(kind) for kind in (OrderDetails, ItemDetails)}
_NOTHING: Mapping[Any, Any] = {OrderDetails: NO_ORDER_DETAILS, ItemDetails: NO_ITEM_DETAILS}
"""One value for all that say nothing, of which there are many."""
Details = TypeVar("Details", OrderDetails, ItemDetails)
PROGRAMS = ("Business", "Prime", "Premium", "IBA", "Replacement")
_CHANNEL, _PAYMENT, _PROGRAMS = choice(Channel), choice(Payment), list_of(choice(PROGRAMS, "program"), of="programs")
_HANDLING_DAYS, _QUANTITY = whole(0, 60), whole(1, 10_000)
_OPTIONAL_INSTANT = optional(instant)
_SELLER_ORDER_ID, _SKU, _TITLE = printable_text(100), printable_text(100), printable_text(500)
_ITEM_ID, _ASIN = printable_text(40), printable_text(20)
ITS_OWN = frozenset(("id", "purchased_at", "ship_by_at", "release_at"))
"""What a form says that is true of one order, or at one instant, alone."""
ORDER_ID = re.compile(r"[0-9]{3}-[0-9]{7}-[0-9]{7}")
MOST_ORDERS_AT_ONCE = 100_000
MOST_ITEMS = 100
MOST_ITEMS_AT_ONCE = 200_000


def count_orders(form: JsonObject) -> int:
    """How many orders a form asks for. Raises FieldError."""
    fields = Fields(form, known=FIELDS)
    count = fields.get("count", whole(1, MOST_ORDERS_AT_ONCE), 1)
    items = fields.values.get("items")
    each = len(items) if isinstance(items, list) else 1
    if count * each > MOST_ITEMS_AT_ONCE:
        raise FieldError("count", f"At most {MOST_ITEMS_AT_ONCE} items are placed at once; these are {count * each}.")
    if count > 1 and "id" in fields:
        raise FieldError("count", "An order id is one order's; leave out id or count.")
    return count


def _has_item_ids(items: Any) -> bool:
    """Whether an item has an id of its own, which the made one of another order's may be, too."""
    return isinstance(items, list) and any(isinstance(each, Mapping) and "id" in each for each in items)


class Form:
    """One order form against one world's time, policy and identifiers. Every reader raises FieldError."""

    def __init__(
        self, form: JsonObject, now: datetime, policy: Policy, ids: Ids, marketplace_ids: Sequence[str]
    ) -> None:
        self.fields = Fields(form, known=FIELDS)
        self.now = now
        self.policy = policy
        self.ids = ids
        self.marketplace = _marketplace(form.get("marketplace", marketplace_ids[0]), marketplace_ids)
        self.count = count_orders(form)
        self.has_item_ids = _has_item_ids(form.get("items"))
        self.is_any_ones = ITS_OWN.isdisjoint(form)
        """Whether it says neither when nor which order it is: at another instant it is read alike."""
        self._latest: tuple[int, Order] | None = None

    def at(self, now: datetime) -> "Form":
        """The same form at another instant, of one that is anyone's: what was read of it is not read again."""
        form = object.__new__(Form)
        form.__dict__ |= self.__dict__
        form.now = now
        if self._latest is not None:
            form._latest = -1, self._latest[1]
        return form

    def read(self, number: int, made_id: str = "") -> Order:
        """The order, as the world's `number`-th. What its id would be where it says none may be known.

        Of several alike only ids and relay address are each one's own, and the instant.
        """
        made_id = made_id or self.ids.order_id(number)
        if self._latest is None:
            order = self._read(self._order_id(made_id))
        elif self._latest[0] == number:
            return self._latest[1]
        else:
            order = self._read_alike(self._latest[1], self._order_id(made_id))
        self._latest = number, order
        return order

    def _read_alike(self, other: Order, order_id: str) -> Order:
        now, buyer = self.now, other.buyer
        if "email" not in self._given("buyer"):
            buyer = with_changes(buyer, email=self._relay(order_id))
        items = self._items_alike(other.items, order_id)
        if other.purchased_at == now or not self.is_any_ones:
            return with_changes(other, order_id=order_id, buyer=buyer, items=items)
        return with_changes(
            other,
            order_id=order_id,
            buyer=buyer,
            items=items,
            purchased_at=now,
            last_updated_at=now,
            released_at=now if other.released_at else None,
            ship_by_at=other.ship_by_at and ship_by(now, other.handling_days, other.marketplace_id),
        )

    def _items_alike(self, items: Sequence[Item], order_id: str) -> tuple[Item, ...]:
        given: Sequence[Any] = self.fields.values.get("items", [{}])
        alike = tuple(
            item if "id" in each else with_changes(item, order_item_id=self.ids.order_item_id(order_id, index))
            for index, (item, each) in enumerate(zip(items, given, strict=True))
        )
        _check_item_ids(alike)
        return alike

    def _read(self, order_id: str) -> Order:
        fields, marketplace_id = self.fields, self.marketplace.marketplace_id
        purchased_at = fields.get("purchased_at", optional(past_instant(self.now)), None) or self.now
        buyer = self._buyer(order_id)
        channel = Channel(fields.get("channel", _CHANNEL, Channel.MFN))
        payment = Payment(fields.get("payment", _PAYMENT, Payment.AUTHORIZED))
        hold = fields.get("hold", switch, default=True)
        multi_channel = fields.get("multi_channel", switch, default=False)
        if multi_channel and channel is not Channel.AFN:
            raise FieldError("multi_channel", "Only an Amazon-fulfilled order (channel AFN) can be multi-channel.")
        is_ispu = fields.get("is_ispu", switch, default=False)
        if is_ispu and channel is not Channel.MFN:
            raise FieldError(
                "is_ispu", "Only a seller-fulfilled order (channel MFN) is for pickup in the seller's store."
            )
        details = self._details("", self.fields, OrderDetails)
        handling_days = fields.get("handling_days", _HANDLING_DAYS, self.policy.value("handling_days", marketplace_id))
        release_at = fields.get("release_at", _OPTIONAL_INSTANT, None)
        explicit_ship_by = fields.get("ship_by_at", _OPTIONAL_INSTANT, None)
        if release_at and explicit_ship_by and purchased_at < release_at and explicit_ship_by < release_at:
            earliest = format_instant(release_at)
            raise FieldError("ship_by_at", f"No pre-order ships before its release_at; the earliest is {earliest}.")
        ship_by_at = explicit_ship_by or ship_by(release_at or purchased_at, handling_days, marketplace_id)
        if multi_channel:
            status = Status.UNFULFILLABLE
        elif release_at and release_at > purchased_at:
            status = Status.PENDING_AVAILABILITY
        else:
            status = Status.UNSHIPPED if payment is Payment.AUTHORIZED and not hold else Status.PENDING
        return Order(
            order_id=order_id,
            marketplace_id=marketplace_id,
            channel=channel,
            status=status,
            payment=payment,
            purchased_at=purchased_at,
            last_updated_at=purchased_at,
            items=self._items(order_id),
            buyer=buyer,
            ship_to=self._address(buyer),
            hold=hold,
            handling_days=handling_days,
            ship_by_at=None if channel is Channel.AFN else ship_by_at,
            explicit_ship_by=explicit_ship_by is not None,
            release_at=release_at,
            released_at=purchased_at if status is Status.UNSHIPPED else None,
            invoice=fields.get("invoice", switch, default=False),
            multi_channel=multi_channel,
            programs=self._programs(details),
            seller_order_id=fields.get("seller_order_id", _SELLER_ORDER_ID, ""),
            is_ispu=is_ispu,
            regulated=regulated.read_regulated(fields),
            details=details,
        )

    def _order_id(self, made: str) -> str:
        value = self.fields.values.get("id")
        if value is None:
            return made
        if not isinstance(value, str) or not ORDER_ID.fullmatch(value):
            raise FieldError("id", f"An order id has the form 902-0000001-0000001; {quote(value)} has not.")
        return value

    def _programs(self, details: OrderDetails) -> tuple[str, ...]:
        """The programs that are named, among which an order that replaces another is a replacement."""
        named = self.fields.get("programs", _PROGRAMS, [])
        replaces = details.replaced_order_id and "Replacement" not in named
        return (*named, "Replacement") if replaces else tuple(named)

    def _buyer(self, order_id: str) -> Buyer:
        given = self._given("buyer")
        defaults = {"name": "Sample Buyer", "email": self._relay(order_id)}
        if not given:
            return Buyer(defaults["name"], defaults["email"])
        return record(Buyer, self._money, {"name": 100, "email": 200})({**defaults, **given}, "buyer")

    def _relay(self, order_id: str) -> str:
        return f"{self.ids.relay_name(order_id)}@marketplace.amazon.com"

    def _given(self, name: str) -> Mapping[str, Any]:
        """What is said of the buyer or the address."""
        return Fields(self.fields.values.get(name, {}), name, known=_KNOWN[name]).values

    def _address(self, buyer: Buyer) -> Address:
        given, unsaid = self._given("ship_to"), _plain_address(buyer.name, self.marketplace.country)
        if not given:
            return unsaid
        defaults = {name: getattr(unsaid, name) for name in ADDRESS_DEFAULTS}
        return record(Address, self._money, dict.fromkeys(defaults, 200))({**defaults, **given}, "ship_to")

    def _items(self, order_id: str) -> tuple[Item, ...]:
        if "items" not in self.fields:
            item_id = self.ids.order_item_id(order_id, 0)
            return (with_changes(_plain_item(self.marketplace.decimals), order_item_id=item_id),)
        value: list[Any] = self.fields.get("items", _ITEMS, [])
        given = {each["sku"] for each in value if isinstance(each, Mapping) and isinstance(each.get("sku"), str)}
        items: list[Item] = []
        for index, each in enumerate(value):
            made_sku = next(name for number in count(index + 1) if (name := f"SKU-{number}") not in given)
            items.append(self._item(each, index, order_id, made_sku, items))
            given.add(items[-1].sku)
        _check_item_ids(items)
        return tuple(items)

    def _item(self, value: Any, index: int, order_id: str, made_sku: str, before: Sequence[Item]) -> Item:
        """One item. The `before` it may be of the same SKU, which is one product.

        Source: ITEMS-OF-ONE-SKU in docs/sources.md.
        """
        path = join("items", index)
        fields = Fields(value, path, known=ITEM_FIELDS)
        sku = fields.get("sku", _SKU, made_sku)
        item_id = fields.get("id", _ITEM_ID, self.ids.order_item_id(order_id, index))
        if not sku or not item_id:
            raise FieldError(path, f"{path} needs a sku and an id that are not empty; leave them out for made ones.")
        same = next((each for each in before if each.sku == sku), None)
        item = Item(
            order_item_id=item_id,
            sku=sku,
            asin=fields.get("asin", _ASIN, same.asin if same else f"B0{index:08d}"),
            title=fields.get("title", _TITLE, same.title if same else sku.replace("-", " ").title()),
            quantity=fields.get("quantity", _QUANTITY, 1),
            price=fields.get("price", self._money, _plain_money(20, self.marketplace.decimals)),
            tax=fields.get("tax", self._money, _plain_money(0, self.marketplace.decimals)),
            shipping=fields.get("shipping", self._money, _plain_money(0, self.marketplace.decimals)),
            details=self._details(path, fields, ItemDetails),
        )
        if same:
            _check_product(item, same, path)
        return self._check_discounts(item, path)

    def _details(self, path: str, fields: Fields, kind: type[Details]) -> Details:
        """Those fields of an order or an item that are its details."""
        known = _DETAILS[kind]
        said = {name: each for name, each in fields.values.items() if name in known}
        return record(kind, self._money)(said, path) if said else _NOTHING[kind]

    def _check_discounts(self, item: Item, path: str) -> Item:
        if item.details is NO_ITEM_DETAILS:
            return item
        for discount, name in DISCOUNTED:
            charged = getattr(item, name, None) if name in OWN_ITEM_FIELDS else getattr(item.details, name)
            if getattr(item.details, discount) > charged:
                wrong = f"is more than the {name} that it is taken off, {charged}"
                raise FieldError(join(path, discount), f"{join(path, discount)} {wrong}.")
        if item.charge < 0:
            raise FieldError(path, f"{path} has more discounts than charges; lower one of its discounts' taxes.")
        return item

    def _money(self, value: Any, path: str) -> Decimal:
        read = amount(value, path)
        exact = read.quantize(Decimal(1).scaleb(-self.marketplace.decimals))
        if read < 0 or exact != read:
            currency = f"{self.marketplace.decimals} decimals in {self.marketplace.currency}"
            raise FieldError(path, f"{path} is an amount from 0 with at most {currency}; {quote(value)} is not.")
        return exact + 0  # minus nothing is nothing


def _check_item_ids(items: Sequence[Item]) -> None:
    """Raises FieldError where two have the same, as those that are given may."""
    if len(items) == 1:
        return
    item_ids = [each.order_item_id for each in items]
    doubled = next((each for each in item_ids if item_ids.count(each) > 1), None)
    if doubled:
        raise FieldError("items", f"Two items have the id {quote(doubled)}; give each its own, or leave them out.")


@lru_cache(maxsize=1024)
def _plain_address(name: str, country: str) -> Address:
    """Where an order goes that does not say it: one value for all that go to the same buyer."""
    return Address(name, "1 Example Street", "", "Springfield", "IL", "62704", country, "555-0100")


@cache
def _plain_item(decimals: int) -> Item:
    """What is ordered where nothing is said of it, in a currency of so many decimals; without an id."""
    nothing = _plain_money(0, decimals)
    return Item("", "SKU-1", "B000000000", "Sku 1", 1, _plain_money(20, decimals), nothing, nothing)


@cache
def _plain_money(whole_units: int, decimals: int) -> Decimal:
    """What something costs of which nothing is said."""
    return Decimal(whole_units).quantize(Decimal(1).scaleb(-decimals))


def _check_product(item: Item, same: Item, path: str) -> None:
    """Raises FieldError where an item is another product than one before it of the same SKU."""
    for name in ("asin", "title"):
        mine, other = quote(getattr(item, name)), quote(getattr(same, name))
        if mine != other:
            where = join(path, name)
            problem = f"{where} is {mine}, where an item before it of the same SKU has {other}"
            raise FieldError(where, f"{problem}; a SKU is one product, so give both the same or each its own sku.")


def _any(value: Any, _path: str) -> Any:
    """An item, which is read when the others are known to be no more than may be."""
    return value


_ITEMS = list_of(_any, 1, MOST_ITEMS, of="items")


def _marketplace(value: Any, enabled: Sequence[str]) -> Marketplace:
    if isinstance(value, str) and value in enabled:
        return MARKETPLACES[value]
    if isinstance(value, str) and value in MARKETPLACES:
        raise FieldError(
            "marketplace",
            f"The seller does not sell in {value}; the seller's marketplaces are {', '.join(enabled)}.",
        )
    return MARKETPLACES[choice(enabled, suggest=marketplace_suggestion)(value, "marketplace")]
