"""What somebody does to an order: one value for every action of every actor. Knows no rule and no order.

`read_action` reads the arguments as the control API and fixtures write them; whether they fit the order is the rules'
matter.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from marketplace_sandbox.core.orders.reasons import BUYER_REASONS
from marketplace_sandbox.core.text.instants import format_instant
from marketplace_sandbox.core.text.quoting import quote
from marketplace_sandbox.core.text.reading import (
    FieldError,
    Fields,
    JsonObject,
    Reader,
    amount,
    choice,
    instant,
    list_of,
    optional,
    printable_text,
    text,
    whole,
)

REASON_TEXT_LIMIT = 500
MESSAGE_KINDS = ("instructions", "advise_return", "ask_to_cancel", "out_of_stock")
MOST_CODES = 1_000
"""Transparency codes of one item in one parcel."""

COMPONENTS = ("price", "tax", "shipping")
NAMES, OWN = ("id", "sku"), "seller_item_id"
"""What an item may be named by, by people and by feeds alone."""


@dataclass(frozen=True, slots=True)
class Pick:
    """One item somebody chose; without a quantity all of it.

    `named_by` says whether `ref` is its order item `id`, its `sku` or the seller's own `seller_item_id`, empty where it
    may be any; an item is the same however it is named.
    """

    ref: str
    quantity: int | None = None
    named_by: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount somebody asks to refund for one component of one item, named as in Pick."""

    ref: str
    component: str
    amount: Decimal
    named_by: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Link:
    """The seller's own id of an item, which is named as in Pick."""

    ref: str
    seller_item_id: str
    named_by: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Transparency:
    """The codes by which single units of an item are known to be genuine; the item is named as in Pick."""

    ref: str
    codes: tuple[str, ...]
    named_by: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Action:
    """One action on one order. `origin` is where it came from: control, feed, api or time."""

    name: str
    items: tuple[Pick, ...] | None = None
    reason: str | None = None
    reason_text: str | None = None
    text: str = ""
    kind: str = ""
    carrier: str = ""
    tracking: str = ""
    shipping_service: str = ""
    transparency_codes: tuple[Transparency, ...] = ()
    amounts: tuple[Amount, ...] | None = None
    refund_id: str = ""
    seller_order_id: str = ""
    seller_item_ids: tuple[Link, ...] = ()
    ship_date: datetime | None = None
    origin: str = "control"

    @property
    def why_asked(self) -> str:
        """Why a buyer asks to cancel: in words of the buyer's own or, without any, in those of the reason."""
        return BUYER_REASONS.get(self.reason or "", "") if self.reason_text is None else self.reason_text


ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "buyer-cancel": ("items", "reason", "reason_text"),
    "buyer-request-cancellation": ("items", "reason", "reason_text"),
    "buyer-withdraw-request": (),
    "buyer-message": ("text",),
    "seller-cancel": ("reason", "items"),
    "seller-confirm-shipment": ("items", "carrier", "tracking", "shipping_service", "transparency_codes"),
    "seller-refund": ("items", "amounts", "reason"),
    "seller-cancel-refund": ("refund_id",),
    "seller-message": ("kind",),
    "seller-acknowledge": ("seller_order_id", "seller_item_ids"),
    "seller-confirm-invoice": ("items",),
    "seller-estimate-ship-date": ("items", "ship_date"),
    "parcel-leaves": ("items",),
    "payment-authorized": (),
    "payment-failed": (),
    "fraud-detected": (),
    "warehouse-starts": (),
    "warehouse-ships": (),
}
"""Every action a person or the carrier can take, with the arguments it has."""

_ACTION = choice(ARGUMENTS)
REQUIRED = {
    "buyer-message": "text",
    "seller-cancel-refund": "refund_id",
    "seller-message": "kind",
    "seller-estimate-ship-date": "ship_date",
}


def read_action(name: str, arguments: JsonObject, origin: str = "control") -> Action:
    """The action of that name with its arguments as JSON. Raises FieldError for what cannot be read.

    A feed may name items by the seller's own ids, too.
    """
    known = ARGUMENTS[_ACTION(name, "action")]
    fields = Fields({key: each for key, each in arguments.items() if each is not None}, known=known, of=name)
    readers = _readers((*NAMES, OWN) if origin == "feed" else NAMES)
    if name in REQUIRED:
        fields.need(REQUIRED[name], readers[REQUIRED[name]])
    return Action(name, origin=origin, **{key: readers[key](each, key) for key, each in fields.values.items()})


def write_action(action: Action) -> dict[str, Any]:
    """The arguments of an action as JSON, as `read_action` takes them."""
    values = {name: getattr(action, name) for name in ARGUMENTS[action.name]}
    if action.items is not None:
        values["items"] = [_write_pick(each) for each in action.items]
    if action.amounts is not None:
        values["amounts"] = [
            {each.named_by or "id": each.ref, "component": each.component, "amount": str(each.amount)}
            for each in action.amounts
        ]
    values["seller_item_ids"] = [
        {each.named_by or "id": each.ref, "seller_item_id": each.seller_item_id} for each in action.seller_item_ids
    ]
    values["transparency_codes"] = [
        {each.named_by or "id": each.ref, "codes": list(each.codes)} for each in action.transparency_codes
    ]
    if action.ship_date is not None and "ship_date" in values:
        values["ship_date"] = format_instant(action.ship_date)
    return {name: each for name, each in values.items() if each and name in ARGUMENTS[action.name]}


def _write_pick(pick: Pick) -> str | dict[str, Any]:
    if not pick.named_by and pick.quantity is None:
        return pick.ref
    return {pick.named_by or "id": pick.ref} | ({} if pick.quantity is None else {"quantity": pick.quantity})


@cache
def _readers(names: tuple[str, ...]) -> Mapping[str, Reader[Any]]:
    """How each argument is read, where an item may be called by these names."""

    def item(value: Any, path: str, more: tuple[str, ...], names: tuple[str, ...] = names) -> tuple[Fields, str, str]:
        if not isinstance(value, Mapping):
            forms = "an order item id, a SKU or an object with one"
            raise FieldError(path, f"{path} is {forms}; {quote(value)} is none.")
        fields = Fields(value, path, known=(*names, *more))
        named = [name for name in names if name in fields]
        if len(named) != 1:
            raise FieldError(path, f"{path} names its item by exactly one of {' and '.join(names)}.")
        return fields, fields.need(named[0], text()), named[0]

    def pick(value: Any, path: str) -> Pick:
        if isinstance(value, str):
            return Pick(value)
        fields, ref, named_by = item(value, path, ("quantity",))
        return Pick(ref, fields.get("quantity", optional(whole(least=1)), None), named_by)

    def refund(value: Any, path: str) -> Amount:
        fields, ref, named_by = item(value, path, ("component", "amount"))
        component = fields.get("component", choice(COMPONENTS), "price")
        return Amount(ref, component, fields.need("amount", amount, ", such as 20.00."), named_by)

    def link(value: Any, path: str) -> Link:
        fields, ref, named_by = item(value, path, (OWN,), NAMES)
        return Link(ref, fields.need(OWN, printable_text(100)), named_by)

    def transparency(value: Any, path: str) -> Transparency:
        fields, ref, named_by = item(value, path, ("codes",))
        codes = fields.need("codes", list_of(printable_text(100), 1, MOST_CODES, of="codes"))
        return Transparency(ref, tuple(codes), named_by)

    def many(entry: Reader[Any], least: int, of: str) -> Reader[tuple[Any, ...]]:
        return lambda value, path: tuple(list_of(entry, least, of=of)(value, path))

    return {
        "items": many(pick, 1, "order item ids, SKUs or {id, quantity}"),
        "amounts": many(refund, 1, "{id, component, amount}"),
        "seller_item_ids": many(link, 0, "{id, seller_item_id}"),
        "reason": printable_text(100),
        "reason_text": printable_text(REASON_TEXT_LIMIT),
        "text": printable_text(4000),
        "kind": choice(MESSAGE_KINDS, "message kind"),
        "carrier": printable_text(100),
        "tracking": printable_text(100),
        "shipping_service": printable_text(100),
        "transparency_codes": many(transparency, 0, "{id, codes}"),
        "refund_id": printable_text(100),
        "seller_order_id": printable_text(100),
        "ship_date": instant,
    }
