"""What somebody does to an order: one value for every action of every actor. Knows no rule and no order.

`parse` reads the arguments as the control API and fixtures write them; whether they fit the order is the rules' matter.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from marketplace_sandbox.core.quoting import quote, suggestion
from marketplace_sandbox.core.reading import FieldError

REASON_TEXT_LIMIT = 500
MESSAGE_KINDS = ("instructions", "advise_return", "ask_to_cancel", "out_of_stock")
COMPONENTS = ("price", "tax", "shipping")


@dataclass(frozen=True, slots=True)
class Pick:
    """One item somebody chose, by order item id or SKU; without a quantity all of it."""

    ref: str
    quantity: int | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount somebody asks to refund for one component of one item."""

    ref: str
    component: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Link:
    """The seller's own id of an item."""

    ref: str
    seller_item_id: str


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
    amounts: tuple[Amount, ...] | None = None
    refund_id: str = ""
    seller_order_id: str = ""
    seller_item_ids: tuple[Link, ...] = ()
    origin: str = "control"


ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "buyer-cancel": ("items", "reason", "reason_text"),
    "buyer-request-cancellation": ("items", "reason", "reason_text"),
    "buyer-withdraw-request": (),
    "buyer-message": ("text",),
    "seller-cancel": ("reason", "items"),
    "seller-confirm-shipment": ("items", "carrier", "tracking"),
    "seller-refund": ("items", "amounts", "reason"),
    "seller-cancel-refund": ("refund_id",),
    "seller-message": ("kind",),
    "seller-acknowledge": ("seller_order_id", "seller_item_ids"),
    "parcel-leaves": ("items",),
    "payment-authorized": (),
    "payment-failed": (),
    "fraud-detected": (),
    "warehouse-starts": (),
    "warehouse-ships": (),
}
"""Every action a person or the carrier can take, with the arguments it has."""

REQUIRED = {"buyer-message": "text", "seller-cancel-refund": "refund_id", "seller-message": "kind"}


def read_action(name: str, arguments: Mapping[str, Any], origin: str = "control") -> Action:
    """The action of that name with its arguments as JSON. Raises FieldError for what cannot be read."""
    known = ARGUMENTS.get(name)
    if known is None:
        raise FieldError("action", f"There is no action {quote(name)}{suggestion(name, ARGUMENTS)}")
    for argument in arguments:
        if argument not in known:
            raise FieldError(argument, _unknown_argument(name, argument, known))
    given = {argument: value for argument, value in arguments.items() if value is not None}
    needed = REQUIRED.get(name)
    if needed and needed not in given:
        raise FieldError(needed, f"{name} needs {needed}.")
    return Action(name, origin=origin, **{argument: _READERS[argument](value) for argument, value in given.items()})


def _unknown_argument(action: str, name: str, known: Sequence[str]) -> str:
    if not known:
        return f"{action} takes no arguments; '{name}' is not known."
    return f"{action} has no argument '{name}'{suggestion(name, known)}"


_UNPRINTABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def printable(field: str, text: str) -> str:
    """A text that every dialect can show alike: XML has no place for control characters. Raises FieldError."""
    found = _UNPRINTABLE.search(text)
    if found:
        told = f"{field} has U+{ord(found[0]):04X} at {found.start()}, a character that XML cannot hold; leave it out."
        raise FieldError(field, told)
    return text


def _words(name: str, limit: int) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise FieldError(name, f"{name} is text; {quote(value)} is not.")
        if len(value) > limit:
            raise FieldError(name, f"{name} has at most {limit} characters; this one has {len(value)}.")
        return printable(name, value)

    return read


def _kind(value: Any) -> str:
    if value not in MESSAGE_KINDS:
        raise FieldError(
            "kind",
            f"There is no message kind {quote(value)}{suggestion(str(value), MESSAGE_KINDS)}",
        )
    return str(value)


def _picks(value: Any) -> tuple[Pick, ...]:
    if not isinstance(value, list) or not value:
        raise FieldError("items", "items is a list of at least one order item id, SKU or {id, quantity}.")
    return tuple(_pick(f"items[{index}]", each) for index, each in enumerate(value))


def _pick(field: str, value: Any) -> Pick:
    if isinstance(value, str):
        return Pick(value)
    ref = _reference(field, value, ("id", "sku", "quantity"))
    quantity = value.get("quantity")
    if quantity is not None and (isinstance(quantity, bool) or not isinstance(quantity, int) or quantity < 1):
        raise FieldError(f"{field}.quantity", f"quantity is a whole number from 1; {quote(quantity)} is not.")
    return Pick(ref, quantity)


def _reference(field: str, value: Any, known: Sequence[str]) -> str:
    if not isinstance(value, dict):
        raise FieldError(field, f"{field} is an order item id, a SKU or an object with one; {quote(value)} is none.")
    for name in value:
        if name not in known:
            raise FieldError(f"{field}.{name}", f"{field} has no '{name}'{suggestion(name, known)}")
    named = [value[name] for name in ("id", "sku") if name in value]
    if len(named) != 1 or not isinstance(named[0], str):
        raise FieldError(field, f"{field} names its item by exactly one of id and sku.")
    return named[0]


def _amounts(value: Any) -> tuple[Amount, ...]:
    if not isinstance(value, list) or not value:
        raise FieldError("amounts", "amounts is a list of at least one {id, component, amount}.")
    return tuple(_amount(f"amounts[{index}]", each) for index, each in enumerate(value))


def _amount(field: str, value: Any) -> Amount:
    ref = _reference(field, value, ("id", "sku", "component", "amount"))
    component = value.get("component", "price")
    if component not in COMPONENTS:
        raise FieldError(
            f"{field}.component", f"component is among {', '.join(COMPONENTS)}; {quote(component)} is not."
        )
    return Amount(ref, component, decimal(f"{field}.amount", value.get("amount")))


def _links(value: Any) -> tuple[Link, ...]:
    if not isinstance(value, list):
        raise FieldError("seller_item_ids", "seller_item_ids is a list of {id, seller_item_id}.")
    return tuple(_link(f"seller_item_ids[{index}]", each) for index, each in enumerate(value))


def _link(field: str, value: Any) -> Link:
    ref = _reference(field, value, ("id", "sku", "seller_item_id"))
    return Link(ref, _words(f"{field}.seller_item_id", 100)(value.get("seller_item_id")))


def decimal(field: str, value: Any) -> Decimal:
    """A finite amount from a JSON number or decimal text. Raises FieldError."""
    try:
        number = Decimal(str(value)) if not isinstance(value, bool) else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) >= Decimal(10) ** 9:
        raise FieldError(field, f"{field} is an amount such as 20.00; {quote(value)} is not.")
    return number


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "items": _picks,
    "amounts": _amounts,
    "reason": _words("reason", 100),
    "reason_text": _words("reason_text", REASON_TEXT_LIMIT),
    "text": _words("text", 4000),
    "kind": _kind,
    "carrier": _words("carrier", 100),
    "tracking": _words("tracking", 100),
    "refund_id": _words("refund_id", 100),
    "seller_order_id": _words("seller_order_id", 100),
    "seller_item_ids": _links,
}
