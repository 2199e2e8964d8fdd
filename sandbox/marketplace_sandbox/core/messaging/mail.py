"""Mail to buyer and seller as records: which kinds there are, to whom they go and what they say. Sends nothing."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple, Protocol

from marketplace_sandbox.core.data.values import maker_of
from marketplace_sandbox.core.marketplaces import MARKETPLACES
from marketplace_sandbox.core.orders.actions import Action
from marketplace_sandbox.core.orders.order import Cancellation, Item, Order
from marketplace_sandbox.core.orders.reasons import REFUND_REASONS, SELLER_REASONS
from marketplace_sandbox.core.policy import Policy, auto_cancel_at
from marketplace_sandbox.core.rules.situation import Situation
from marketplace_sandbox.core.text.instants import format_instant
from marketplace_sandbox.core.text.span_words import in_words


class _Cause(Protocol):
    """The event behind a mail."""

    @property
    def event_id(self) -> str:
        """What it is told from others by."""


class _Facts(NamedTuple):
    """What a mail is written from: the situation before, as its parts, and the order afterwards. None ever changes."""

    cause: _Cause
    before: Order
    action: Action
    policy: Policy
    order: Order


class _HasFacts:
    """A mail that was not written yet has this instead of its words."""

    __slots__ = ("facts",)
    facts: _Facts


@dataclass(frozen=True, slots=True)
class Mail(_HasFacts):
    """One mail. `to` is buyer or seller, `address` the relay address it would go to, `cause_id` the event behind it.

    `locale` is that of the marketplace; the words are English all the same. Most mail is never read, so the last three
    are found out of its facts whenever somebody asks, unless it was made with them.
    """

    mail_id: str
    kind: str
    to: str
    address: str
    at: datetime
    order_id: str
    marketplace_id: str
    locale: str
    cause_id: str
    subject: str
    body: str

    def __getattr__(self, name: str) -> str:
        """One of those that the mail was made without."""
        if name == "cause_id":
            return self.facts.cause.event_id
        if name in ("subject", "body"):
            words: str = getattr(KINDS[self.kind], name)
            return words.format_map(_Found(self))
        raise AttributeError(name)


_new_mail = maker_of(Mail, "facts", "mail_id", "kind", "to", "address", "at", "order_id", "marketplace_id", "locale")
"""A mail of which all is known but what is found out of its facts."""


Units = Iterable[tuple[Item, int]]
About = Callable[[Situation], Units]
"""What a mail is about, from the situation before the change: items, and how many of each."""


def units_of(items: Iterable[Item]) -> Units:
    """The items with all of their units."""
    return ((item, item.quantity) for item in items)


def items_of_new_requests(s: Situation) -> Units:
    """What the buyer asks to cancel and had not asked for before; all of it where nothing is new."""
    named = s.askable
    return units_of([item for item in named if not item.request_open] or named)


def items_of_shipment(s: Situation) -> Units:
    """What is confirmed now; of an order that Amazon ships all of it."""
    return [(item, s.confirming[item.order_item_id]) for item in s.order.items if item.order_item_id in s.confirming]


def items_of_action(s: Situation) -> Units:
    """What the action names; all that is kept of the order where it names nothing."""
    return units_of(item for item in s.order.kept_items if item.order_item_id in s.units_by_item)


def items_of_withdrawal(s: Situation) -> Units:
    """What the buyer wants after all."""
    return units_of(s.order.open_items)


@dataclass(frozen=True, slots=True)
class MailKind:
    """One kind of mail: the published decision table's code of it, its recipients and its words.

    Words may have the placeholders of `_FACTS`, of which {items} are those that `about` answers, with their units.
    """

    code: str
    recipients: tuple[str, ...]
    subject: str
    body: str
    about: "About" = lambda s: units_of(s.order.kept_items)


KINDS = {
    "canceled_by_buyer": MailKind("E01", ("buyer",), "Your order {order} is canceled", "You canceled {items} at {now}. Nothing is charged."),
    "cancellation_requested": MailKind("E02", ("seller",),
        "The buyer of order {order} asks to cancel",
        "Items: {items}. Reason: {reason}. Asked at {now}; ship by {ship_by}. Canceling with the reason Buyer Canceled does "
        "not affect your Cancellation Rate. Find it under Manage Orders, Unshipped, Buyer-Requested Cancel.",
        items_of_new_requests,
    ),
    "request_submitted": MailKind("E03", ("buyer",),
        "Your request to cancel order {order}",
        "Your request to cancel {items} is passed on. Reason: {reason}. A cancellation is not guaranteed.",
        items_of_new_requests,
    ),
    "canceled_by_seller": MailKind("E04", ("buyer",), "Your order {order} was canceled by the seller", "{items} was canceled at {now}: {cause}. Nothing is charged."
    ),
    "cancellation_receipt": MailKind("E05", ("seller",), "You canceled order {order}", "Reason: {cause}. {rate} Canceled at {now}."
    ),
    "items_canceled_by_buyer": MailKind("E01", ("buyer",),
        "Items of your order {order} are canceled", "You canceled {items} at {now}. Nothing is charged for that.", items_of_action),
    "items_canceled_by_seller": MailKind("E04", ("buyer",),
        "Items of your order {order} were canceled by the seller",
        "{items} was canceled at {now}: {cause}. Nothing is charged for that; the rest of the order goes on.", items_of_action),
    "items_cancellation_receipt": MailKind("E05", ("seller",),
        "You canceled items of order {order}", "Items: {items}. Reason: {cause}. {rate} Canceled at {now}.", items_of_action),
    "shipment_confirmed": MailKind("E06", ("buyer",), "Your order {order} has shipped", "{items} is on its way. Carrier: {carrier}.", items_of_shipment),
    "order_released": MailKind("E07", ("seller",), "Sold, ship now: order {order}", "{items}. Ship by {ship_by}."),
    "refund_released": MailKind("E08", ("buyer",), "Refund for order {order}", "Refunded at {now}: {refund}."),
    "canceled_unconfirmed": MailKind("E09", ("buyer", "seller"),
        "Order {order} was canceled",
        "Its shipment was not confirmed within {confirmation_time} after {ship_by}. The buyer is not charged, even if a parcel was sent; "
        "the cancellation counts in the seller's Cancellation Rate.",
    ),
    "auto_cancel_warning": MailKind("E10", ("seller",), "Order {order} will be canceled", "Its shipment is not confirmed; ship by {ship_by}. Unconfirmed orders are canceled {confirmation_time} later, this one at {deadline}, and that counts."),
    "payment_failed": MailKind("E11", ("buyer",), "Payment for order {order}", "The payment could not be verified; please order again."),
    "order_not_verified": MailKind("E12", ("buyer",), "Your order {order} is canceled", "We could not complete your order. Nothing is charged."),
    "amazon_decided_request": MailKind("E13", ("buyer",), "Your request to cancel order {order}", "{decision}"),
    "request_withdrawn": MailKind("E14", ("seller",), "The buyer of order {order} wants it after all", "The request for {items} is withdrawn.", items_of_withdrawal),
}  # fmt: skip
"""Every kind of mail by its name."""


def write_mails(
    kinds: Sequence[str], situation: Situation, order: Order, seller_id: str, cause: _Cause, ids: Iterator[str]
) -> list[Mail]:
    """The mails of some kinds about what an action has made of the order, from the situation it met."""
    if not kinds:
        return []
    facts = _Facts(cause, situation.order, situation.action, situation.policy, order)
    about = situation.at, order.order_id, order.marketplace_id, MARKETPLACES[order.marketplace_id].locale
    return [
        _new_mail(facts, next(ids), kind, to, order.buyer.email if to == "buyer" else _address_of(seller_id), *about)
        for kind in kinds
        for to in KINDS[kind].recipients
    ]


@lru_cache
def _address_of(seller_id: str) -> str:
    """A seller's address, of which there is one value however many mails bear it."""
    return f"{seller_id.lower()}@sellers.example"


class _Found(dict[str, str]):
    """What the words of a mail may name of an order, each found out when the mail names it."""

    def __init__(self, mail: Mail) -> None:
        super().__init__(order=mail.order_id)
        facts = mail.facts
        self._situation = Situation(facts.before, facts.action, mail.at, facts.policy)
        self._order, self._about = facts.order, KINDS[mail.kind].about

    def __missing__(self, name: str) -> str:
        return _FACTS[name](self._situation, self._order, self._about)


_FACTS: Mapping[str, Callable[[Situation, Order, About], str]] = {
    "now": lambda s, _order, _about: format_instant(s.at),
    "items": lambda s, order, about: ", ".join(f"{units} × {_name(item, order)}" for item, units in about(s)),
    "reason": lambda s, _order, _about: s.action.why_asked or "none given",
    "ship_by": lambda _s, order, _about: format_instant(order.ship_by_at) if order.ship_by_at else "no date",
    "confirmation_time": lambda s, order, _about: _confirmation_time(s.policy, order.marketplace_id),
    "deadline": lambda s, order, _about: _deadline(order, s.policy),
    "cause": lambda s, order, _about: _cause(_ended(order, s.at)),
    "rate": lambda s, order, _about: _rate_words(_ended(order, s.at)),
    "carrier": lambda _s, order, _about: (order.shipments[-1].carrier if order.shipments else "") or "not named",
    "refund": lambda s, order, _about: _refund_words(order, s.action.refund_id) if order.refunds else "",
    "decision": lambda _s, order, _about: GRANTED if order.cancellation else DECLINED,
}
"""Those besides {order}, from the situation before, the order afterwards and the units that the mail is about."""

GRANTED = "Your order is canceled."
DECLINED = "The order is in the shipping process and cannot be canceled."


def _ended(order: Order, at: datetime) -> Cancellation | None:
    """How the order was canceled or, at that instant, items of it."""
    return order.cancellation or _item_cancellation(order, at)


def _deadline(order: Order, policy: Policy) -> str:
    """When an order is canceled for want of a confirmation."""
    if order.ship_by_at is None:
        return "no date"
    return format_instant(auto_cancel_at(order.ship_by_at, order.marketplace_id, policy))


def _cause(ended: Cancellation | None) -> str:
    """The seller's reason, as it is called."""
    return SELLER_REASONS[ended.reason].label if ended and ended.reason in SELLER_REASONS else ""


def _rate_words(ended: Cancellation | None) -> str:
    """Whether a cancellation counts."""
    return f"It {'counts' if ended and ended.counts_in_rate else 'does not count'} in your Cancellation Rate."


def _item_cancellation(order: Order, at: datetime) -> Cancellation | None:
    """How items were canceled at an instant, where some were."""
    return next((item.canceled for item in order.items if item.canceled and item.canceled.at == at), None)


def _name(item: Item, order: Order) -> str:
    """An item by its SKU and, where another of the order has the same one, by its id."""
    alone = len(order.items) == 1 or [each.sku for each in order.items].count(item.sku) == 1
    return f"{item.sku} ({item.title})" if alone else f"{item.sku} ({item.title}, item {item.order_item_id})"


def _confirmation_time(policy: Policy, marketplace_id: str) -> str:
    """How long after the ship-by instant a shipment may be confirmed, and which days are counted."""
    words, mode = in_words(policy.span("auto_cancel_after", marketplace_id)), policy.value("auto_cancel_mode")
    return words if mode == "elapsed" else words.replace(" day", f" {mode} day")


def _refund_words(order: Order, refund_id: str) -> str:
    """What is paid for which items, and why: by the refund that is released, or the one just made."""
    refund = next((each for each in order.refunds if each.refund_id == refund_id), order.refunds[-1])
    reason = REFUND_REASONS[refund.reason]
    cause = f", {reason.cause}" if reason.cause else ""
    paid = [
        (
            item,
            [
                f"{each.amount} ({each.component})"
                for each in refund.amounts
                if each.order_item_id == item.order_item_id
            ],
        )
        for item in order.items
    ]
    parts = "; ".join(f"{', '.join(amounts)} for {_name(item, order)}" for item, amounts in paid if amounts)
    return f"{parts}. Reason: {reason.label}{cause}"
