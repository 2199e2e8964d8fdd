"""What a scenario may expect: the shape of `expect`. Compares nothing.

A mapping is a subset of what there is, a list means "contains", an empty list means that there is none.
"""

from collections.abc import Collection
from typing import Any

from marketplace_sandbox.core.actions import ARGUMENTS
from marketplace_sandbox.core.messaging.buyer_seller import KINDS as MESSAGE_KINDS
from marketplace_sandbox.core.messaging.mail import KINDS as MAIL_KINDS
from marketplace_sandbox.core.notifications.outbox import NOTIFICATION_TYPES, ORDER_CHANGE_TYPES
from marketplace_sandbox.core.order import Channel, Duty, Party, RefundState, RequestState, Status
from marketplace_sandbox.core.reasons import AMAZON_REASONS, BUYER_DIRECT, BUYER_REASONS, SELLER_REASONS
from marketplace_sandbox.core.rules.lints import LINTS
from marketplace_sandbox.scenario import shapes
from marketplace_sandbox.scenario.shapes import Shape, fields, many, maybe, one_of, switch, text, unknown, whole
from marketplace_sandbox.scenario.tree import Path

_at = shapes.when
_words = shapes.words

_ITEM = {
    "order_item_id": text, "sku": text, "title": text, "quantity": whole, "quantity_confirmed": whole,
    "parcel_left": switch, "price": shapes.amount, "currency": text, "cancellation_requested": switch,
    "cancel_reason": maybe(_words),
}  # fmt: skip
_CAUSES = tuple(dict.fromkeys((*SELLER_REASONS, *BUYER_REASONS, *AMAZON_REASONS, BUYER_DIRECT)))
_REQUEST = {"state": one_of(RequestState), "reason": maybe(one_of(BUYER_REASONS)), "at": _at}
_CANCELLATION = {
    "by": one_of(Party),
    "reason": one_of(_CAUSES),
    "at": _at,
    "counts_in_rate": switch,
}
_AMOUNT = {"order_item_id": text, "component": one_of(("price", "tax", "shipping")), "amount": shapes.amount}
_REFUND = {
    "refund_id": text,
    "state": one_of(RefundState),
    "reason": text,
    "amounts": many(fields(_AMOUNT)),
    "release_at": maybe(_at),
}
ORDER: dict[str, Shape] = {
    "order_id": text, "marketplace_id": text, "channel": one_of(Channel), "status": one_of(Status),
    "purchased_at": _at, "last_updated_at": _at, "ship_by_at": maybe(_at), "auto_cancel_at": maybe(_at),
    "items": many(fields(_ITEM)), "request": maybe(fields(_REQUEST)), "cancellation": maybe(fields(_CANCELLATION)),
    "refunds": many(fields(_REFUND)), "restocked": switch, "duties": many(one_of(Duty)),
    "allowed": many(one_of(ARGUMENTS)),
}  # fmt: skip
"""What can be said of an order: the fields of the order view."""


def expectations(order_ids: Collection[str]) -> Shape:
    """The shape of `expect` in a scenario with these orders."""
    order = one_of(order_ids) if order_ids else text
    notice = {"at": _at, "type": one_of(NOTIFICATION_TYPES), "change": one_of(ORDER_CHANGE_TYPES), "order": order}
    mail = {"at": _at, "kind": one_of(MAIL_KINDS), "to": one_of(("buyer", "seller")), "order": order, "subject": text}
    message = {
        "at": _at, "kind": one_of(MESSAGE_KINDS),
        "to": one_of(("buyer", "seller", "amazon")), "order": order, "label": _words, "text": _words,
        "reply_by": maybe(_at),
    }  # fmt: skip
    rate = {
        "canceled": whole,
        "orders": whole,
        "rate": maybe(shapes.number),
        "status": one_of(("NONE", "GOOD", "BAD")),
        "by_cause": fields(dict.fromkeys(_CAUSES, whole)),
    }
    return fields(
        {
            "orders": _orders(order_ids),
            "notifications": many(fields(notice)),
            "notifications_exactly": whole,
            "mail": many(fields(mail)),
            "mail_exactly": whole,
            "messages": many(fields(message)),
            "messages_exactly": whole,
            "late_replies": whole,
            "lint": many(_finding({"code": one_of(LINTS), "at": _at, "order": order})),
            "lint_exactly": whole,
            "cancellation_rate": fields(rate),
        }
    )


def _orders(order_ids: Collection[str]) -> Shape:
    view = fields(ORDER)

    def read(value: Any, path: Path) -> dict[str, Any]:
        for order_id in shapes.mapping(value, path):
            if order_id not in order_ids:
                unknown((*path, order_id), order_ids or ("an order of this scenario with an id",))
        return {order_id: view(each, (*path, order_id)) for order_id, each in value.items()}

    return read


def _finding(lint: dict[str, Shape]) -> Shape:
    """A code, or a mapping with one."""
    several = fields(lint)

    def read(value: Any, path: Path) -> Any:
        return several(value, path) if isinstance(value, dict) else lint["code"](value, path)

    return read
