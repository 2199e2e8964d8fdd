"""Reading an order as fixtures and the control API write it: everything has a default, everything is checked.

Places nothing; `read` answers the order as it stands at the instant of its purchase.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from marketplace_sandbox.core.actions import decimal, printable
from marketplace_sandbox.core.ids import Ids
from marketplace_sandbox.core.instants import format_instant, parse_instant
from marketplace_sandbox.core.marketplaces import MARKETPLACES, Marketplace, marketplace_suggestion
from marketplace_sandbox.core.order import Address, Buyer, Channel, Item, Order, Payment, Status
from marketplace_sandbox.core.policy import Policy, ship_by
from marketplace_sandbox.core.quoting import nearest, quote, suggestion
from marketplace_sandbox.core.reading import FieldError

FIELDS = (
    "id", "marketplace", "channel", "purchased_at", "payment", "hold", "handling_days", "ship_by_at", "release_at",
    "invoice", "multi_channel", "buyer", "ship_to", "programs", "items", "count", "seller_order_id",
)  # fmt: skip
ITEM_FIELDS = ("id", "sku", "asin", "title", "quantity", "price", "tax", "shipping")
BUYER_FIELDS = ("name", "email")
ADDRESS_FIELDS = ("name", "line1", "line2", "city", "state", "postal_code", "country", "phone")
PROGRAMS = ("Business", "Prime", "Premium", "IBA", "Replacement")
ORDER_ID = re.compile(r"[0-9]{3}-[0-9]{7}-[0-9]{7}")
MOST_ORDERS_AT_ONCE = 10_000
MOST_ITEMS = 100
MOST_ITEMS_AT_ONCE = 20_000


class Form:
    """One order form against one world's time, policy and identifiers. Every reader raises FieldError."""

    def __init__(
        self, form: Mapping[str, Any], now: datetime, policy: Policy, ids: Ids, marketplace_ids: Sequence[str]
    ) -> None:
        _known("", form, FIELDS)
        self.form = form
        self.now = now
        self.policy = policy
        self.ids = ids
        self.marketplace = _marketplace(form.get("marketplace", marketplace_ids[0]), marketplace_ids)

    def count(self) -> int:
        """How many orders the form asks for."""
        count = _whole("count", self.form.get("count", 1), 1, MOST_ORDERS_AT_ONCE)
        items = self.form.get("items")
        each = len(items) if isinstance(items, list) else 1
        if count * each > MOST_ITEMS_AT_ONCE:
            raise FieldError(
                "count", f"At most {MOST_ITEMS_AT_ONCE} items are placed at once; these are {count * each}."
            )
        if count > 1 and "id" in self.form:
            raise FieldError("count", "An order id is one order's; leave out id or count.")
        return count

    def read(self, number: int) -> Order:
        """The order, as the world's `number`-th."""
        order_id = self._order_id(number)
        purchased_at = self._instant("purchased_at") or self.now
        if purchased_at > self.now:
            raise FieldError(
                "purchased_at", f"purchased_at lies in the future: the world's now is {format_instant(self.now)}."
            )
        buyer = self._buyer(order_id)
        channel = Channel(_choice("channel", self.form.get("channel", "MFN"), tuple(Channel)))
        handling = _whole(
            "handling_days", self.form.get("handling_days", self.policy.value("handling_days", self._place)), 0, 60
        )
        release_at = self._instant("release_at")
        given_ship_by = self._instant("ship_by_at")
        status = self._status(purchased_at, release_at, channel)
        return Order(
            order_id=order_id,
            marketplace_id=self._place,
            channel=channel,
            status=status,
            payment=self._payment(),
            purchased_at=purchased_at,
            last_updated_at=purchased_at,
            items=self._items(order_id),
            buyer=buyer,
            ship_to=self._address(buyer),
            hold=self._switch("hold", True),
            handling_days=handling,
            ship_by_at=self._ship_by(channel, given_ship_by, release_at or purchased_at, handling),
            explicit_ship_by=given_ship_by is not None,
            release_at=release_at,
            released_at=purchased_at if status is Status.UNSHIPPED else None,
            invoice=self._switch("invoice", False),
            multi_channel=self._switch("multi_channel", False),
            programs=self._programs(),
            seller_order_id=_text("seller_order_id", self.form.get("seller_order_id", ""), 100),
        )

    @property
    def _place(self) -> str:
        return self.marketplace.marketplace_id

    def _order_id(self, number: int) -> str:
        given = self.form.get("id")
        if given is None:
            return self.ids.order_id(number)
        if not isinstance(given, str) or not ORDER_ID.fullmatch(given):
            raise FieldError("id", f"An order id has the form 902-0000001-0000001; {quote(given)} has not.")
        return given

    def _instant(self, name: str) -> datetime | None:
        given = self.form.get(name)
        if given is None:
            return None
        try:
            return parse_instant(given)
        except (TypeError, ValueError, AttributeError):
            raise FieldError(
                name, f"{name} is an instant such as {format_instant(self.now)}; {quote(given)} is not."
            ) from None

    def _payment(self) -> Payment:
        return Payment(_choice("payment", self.form.get("payment", "authorized"), tuple(Payment)))

    def _switch(self, name: str, default: bool) -> bool:
        given = self.form.get(name, default)
        if not isinstance(given, bool):
            raise FieldError(name, f"{name} is true or false; {quote(given)} is neither.")
        return given

    def _status(self, purchased_at: datetime, release_at: datetime | None, channel: Channel) -> Status:
        if self._switch("multi_channel", False):
            if channel is not Channel.AFN:
                raise FieldError("multi_channel", "Only an Amazon-fulfilled order (channel AFN) can be multi-channel.")
            return Status.UNFULFILLABLE
        if release_at and release_at > purchased_at:
            return Status.PENDING_AVAILABILITY
        released = self._payment() is Payment.AUTHORIZED and not self._switch("hold", True)
        return Status.UNSHIPPED if released else Status.PENDING

    def _ship_by(self, channel: Channel, given: datetime | None, start: datetime, handling: int) -> datetime | None:
        if channel is Channel.AFN:
            return None
        return given or ship_by(start, handling, self._place)

    def _buyer(self, order_id: str) -> Buyer:
        given = _object("buyer", self.form.get("buyer", {}), BUYER_FIELDS)
        relay = f"{self.ids.relay_name(order_id)}@marketplace.amazon.com"
        return Buyer(
            _text("buyer.name", given.get("name", "Sample Buyer"), 100),
            _text("buyer.email", given.get("email", relay), 200),
        )

    def _address(self, buyer: Buyer) -> Address:
        given = _object("ship_to", self.form.get("ship_to", {}), ADDRESS_FIELDS)
        defaults = {
            "name": buyer.name, "line1": "1 Example Street", "line2": "", "city": "Springfield", "state": "IL",
            "postal_code": "62704", "country": self.marketplace.country, "phone": "555-0100",
        }  # fmt: skip
        return Address(
            **{name: _text(f"ship_to.{name}", given.get(name, default), 200) for name, default in defaults.items()}
        )

    def _programs(self) -> tuple[str, ...]:
        given = self.form.get("programs", [])
        if not isinstance(given, list):
            raise FieldError("programs", f"programs is a list of {', '.join(PROGRAMS)}.")
        return tuple(_choice(f"programs[{index}]", each, PROGRAMS) for index, each in enumerate(given))

    def _items(self, order_id: str) -> tuple[Item, ...]:
        given = self.form.get("items", [{}])
        if not isinstance(given, list) or not 1 <= len(given) <= MOST_ITEMS:
            raise FieldError("items", f"items is a list of 1 to {MOST_ITEMS} items.")
        items = tuple(self._item(f"items[{index}]", each, order_id, index) for index, each in enumerate(given))
        for names in ([i.order_item_id for i in items], [i.sku for i in items]):
            doubled = next((name for name in names if names.count(name) > 1), None)
            if doubled:
                raise FieldError(
                    "items", f"Two items are called {quote(doubled)}; add up their quantities or name them apart."
                )
        return items

    def _item(self, field: str, given: Any, order_id: str, index: int) -> Item:
        form = _object(field, given, ITEM_FIELDS)
        sku = _text(f"{field}.sku", form.get("sku", f"SKU-{index + 1}"), 100)
        item_id = _text(f"{field}.id", form.get("id", self.ids.order_item_id(order_id, index)), 40)
        if not sku or not item_id:
            raise FieldError(field, f"{field} needs a sku and an id that are not empty; leave them out for made ones.")
        return Item(
            order_item_id=item_id,
            sku=sku,
            asin=_text(f"{field}.asin", form.get("asin", f"B0{index:08d}"), 20),
            title=_text(f"{field}.title", form.get("title", sku.replace("-", " ").title()), 500),
            quantity=_whole(f"{field}.quantity", form.get("quantity", 1), 1, 10_000),
            price=self._money(f"{field}.price", form.get("price", 20)),
            tax=self._money(f"{field}.tax", form.get("tax", 0)),
            shipping=self._money(f"{field}.shipping", form.get("shipping", 0)),
        )

    def _money(self, field: str, given: Any) -> Decimal:
        amount = decimal(field, given)
        exact = amount.quantize(Decimal(1).scaleb(-self.marketplace.decimals))
        if amount < 0 or exact != amount:
            currency = f"{self.marketplace.decimals} decimals in {self.marketplace.currency}"
            raise FieldError(field, f"{field} is an amount from 0 with at most {currency}; {quote(given)} is not.")
        return exact + 0  # minus nothing is nothing


def _known(field: str, form: Any, known: Sequence[str]) -> None:
    if not isinstance(form, Mapping):
        raise FieldError(field or "order", f"{field or 'An order'} is an object with the fields {', '.join(known)}.")
    for name in form:
        if name not in known:
            where = f"{field}.{name}" if field else str(name)
            raise FieldError(where, f"There is no field {quote(where)}{suggestion(str(name), known)}")


def _object(field: str, given: Any, known: Sequence[str]) -> Mapping[str, Any]:
    _known(field, given, known)
    fields: Mapping[str, Any] = given
    return fields


def _marketplace(given: Any, enabled: Sequence[str]) -> Marketplace:
    if given not in enabled:
        if isinstance(given, str) and given in MARKETPLACES:
            raise FieldError(
                "marketplace",
                f"The seller does not sell in {given}; the seller's marketplaces are {', '.join(enabled)}.",
            )
        raise FieldError(
            "marketplace",
            f"There is no marketplace {quote(given)}{marketplace_suggestion(str(given), enabled)}",
        )
    return MARKETPLACES[str(given)]


def _choice(field: str, given: Any, known: Sequence[str]) -> str:
    if given not in known:
        words = ", ".join(known)
        raise FieldError(
            field,
            f"{field} is one of {words}; {quote(given)} is not, did you mean '{nearest(str(given), known)}'?",
        )
    return str(given)


def _whole(field: str, given: Any, least: int, most: int) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not least <= given <= most:
        raise FieldError(field, f"{field} is a whole number from {least} to {most}; {quote(given)} is not.")
    return given


def _text(field: str, given: Any, limit: int) -> str:
    if not isinstance(given, str) or len(given) > limit:
        raise FieldError(field, f"{field} is text of at most {limit} characters; {quote(given)} is not.")
    return printable(field, given)
