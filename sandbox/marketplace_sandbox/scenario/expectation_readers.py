"""What a scenario may expect: the readers of `expect`. Compares nothing.

A mapping is a subset of what there is, a list means "contains", an empty list means that there is none.
"""

from collections.abc import Collection
from typing import Any

from marketplace_sandbox.core.messaging.buyer_seller import KINDS as MESSAGE_KINDS
from marketplace_sandbox.core.messaging.mail import KINDS as MAIL_KINDS
from marketplace_sandbox.core.notifications.outbox import NOTIFICATION_TYPES, ORDER_CHANGE_TYPES
from marketplace_sandbox.core.orders.actions import ARGUMENTS
from marketplace_sandbox.core.orders.order import Channel, Duty, Party, PickupStatus, RefundState, RequestState, Status
from marketplace_sandbox.core.orders.reasons import AMAZON_REASONS, BUYER_DIRECT, BUYER_REASONS, SELLER_REASONS
from marketplace_sandbox.core.orders.regulated import VerificationStatus
from marketplace_sandbox.core.rules.lints import LINTS
from marketplace_sandbox.core.text import reading
from marketplace_sandbox.core.text.quoting import quote, suggestion
from marketplace_sandbox.core.text.reading import FieldError, Reader, choice, join, list_of, number, optional, switch
from marketplace_sandbox.scenario.readers import amount, mapping, subset_of, text, when

_any_text = reading.text()
_whole = reading.whole()
_any_number = number(float("-inf"), float("inf"), "a number")

_CAUSES = tuple(dict.fromkeys((*SELLER_REASONS, *BUYER_REASONS, *AMAZON_REASONS, BUYER_DIRECT)))
_REQUEST = {"state": choice(RequestState), "reason": optional(choice(BUYER_REASONS)), "at": when}
_CANCELLATION = {
    "by": choice(Party),
    "reason": choice(_CAUSES),
    "at": when,
    "counts_in_rate": switch,
}
_ITEM = {
    "order_item_id": text, "sku": text, "title": text, "quantity": _whole, "quantity_confirmed": _whole,
    "quantity_invoiced": _whole, "estimated_ship_at": optional(when), "parcel_left": switch, "price": amount,
    "currency": text, "cancellation_requested": switch, "cancel_reason": optional(_any_text),
    "cancellation": optional(subset_of(_CANCELLATION)),
}  # fmt: skip
_AMOUNT = {"order_item_id": text, "component": choice(("price", "tax", "shipping")), "amount": amount}
_REFUND = {
    "refund_id": text,
    "state": choice(RefundState),
    "reason": text,
    "amounts": list_of(subset_of(_AMOUNT)),
    "release_at": optional(when),
}
_VERIFICATION = {
    "status": choice(VerificationStatus),
    "requires_merchant_action": switch,
    "rejection_reason_id": optional(_any_text),
    "external_reviewer_id": optional(_any_text),
    "review_date": optional(when),
}
ORDER: dict[str, Reader[Any]] = {
    "order_id": text, "marketplace_id": text, "channel": choice(Channel), "status": choice(Status),
    "purchased_at": when, "last_updated_at": when, "ship_by_at": optional(when), "auto_cancel_at": optional(when),
    "items": list_of(subset_of(_ITEM)), "request": optional(subset_of(_REQUEST)),
    "cancellation": optional(subset_of(_CANCELLATION)),
    "refunds": list_of(subset_of(_REFUND)), "restocked": switch, "pickup_status": optional(choice(PickupStatus)),
    "verification": optional(subset_of(_VERIFICATION)), "duties": list_of(choice(Duty)),
    "allowed": list_of(choice(ARGUMENTS)),
}  # fmt: skip
"""What can be said of an order: the fields of the order view."""


def expectations_of(order_ids: Collection[str]) -> Reader[dict[str, Any]]:
    """The reader of `expect` in a scenario with these orders."""
    order = choice(order_ids) if order_ids else text
    notice = {"at": when, "type": choice(NOTIFICATION_TYPES), "change": choice(ORDER_CHANGE_TYPES), "order": order}
    mail = {"at": when, "kind": choice(MAIL_KINDS), "to": choice(("buyer", "seller")), "order": order, "subject": text}
    message = {
        "at": when, "kind": choice(MESSAGE_KINDS),
        "to": choice(("buyer", "seller", "amazon")), "order": order, "label": _any_text, "text": _any_text,
        "reply_by": optional(when),
    }  # fmt: skip
    rate = {
        "canceled": _whole,
        "orders": _whole,
        "rate": optional(_any_number),
        "status": choice(("NONE", "GOOD", "BAD")),
        "by_cause": subset_of(dict.fromkeys(_CAUSES, _whole)),
    }
    return subset_of(
        {
            "orders": _orders(order_ids),
            "notifications": list_of(subset_of(notice)),
            "notifications_exactly": _whole,
            "mail": list_of(subset_of(mail)),
            "mail_exactly": _whole,
            "messages": list_of(subset_of(message)),
            "messages_exactly": _whole,
            "late_replies": _whole,
            "lint": list_of(_lint({"code": choice(LINTS), "at": when, "order": order})),
            "lint_exactly": _whole,
            "cancellation_rate": subset_of(rate),
        }
    )


def _orders(order_ids: Collection[str]) -> Reader[dict[str, Any]]:
    order = subset_of(ORDER)

    def read(value: Any, path: str) -> dict[str, Any]:
        for order_id in mapping(value, path):
            if order_id not in order_ids:
                hint = suggestion(order_id, order_ids or ("an order of this scenario with an id",))
                raise FieldError(join(path, order_id), f"There is no order {quote(order_id)} in this scenario{hint}")
        return {order_id: order(each, join(path, order_id)) for order_id, each in value.items()}

    return read


def _lint(readers: dict[str, Reader[Any]]) -> Reader[Any]:
    """A code, or an object with one."""
    several = subset_of(readers)
    return lambda value, path: several(value, path) if isinstance(value, dict) else readers["code"](value, path)
