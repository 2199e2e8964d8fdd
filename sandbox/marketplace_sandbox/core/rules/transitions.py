"""What an accepted outcome makes of an order: one small function per outcome, from a situation to the next order.

Whether an outcome is reached is decided in `rules`; nothing here refuses. What follows beside the order (mail,
notification, findings, rate) stands with the outcome itself.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from marketplace_sandbox.core.order import (
    Cancellation,
    Channel,
    Duty,
    Item,
    Order,
    Party,
    Payment,
    Refund,
    RefundAmount,
    RefundState,
    Request,
    RequestState,
    Shipment,
    Status,
)
from marketplace_sandbox.core.policy import ship_by
from marketplace_sandbox.core.reasons import BUYER_DIRECT, BUYER_REASONS, SELLER_REASONS
from marketplace_sandbox.core.refunds import refundable_of
from marketplace_sandbox.core.rules import outcomes
from marketplace_sandbox.core.rules.outcomes import Outcome
from marketplace_sandbox.core.rules.situation import Situation

Transition = Callable[[Situation, Outcome], Order]


def apply(situation: Situation, outcome: Outcome) -> Order:
    """The order after an accepted outcome, with `last_updated_at` moved exactly when a dialect shows the change."""
    change = _TRANSITIONS.get(outcome.name)
    order = change(situation, outcome) if change else situation.order
    return replace(order, last_updated_at=situation.at) if outcome.change else order


def _cancel(
    s: Situation, outcome: Outcome, by: Party, reason: str, ends: RequestState, *, restock: bool = True
) -> Order:
    items = tuple(_end_request(item, ends) for item in s.order.items)
    ended = Cancellation(by, reason, s.at, outcome.counts and s.order.channel is Channel.MFN)
    return replace(
        s.order, status=Status.CANCELED, items=items, cancellation=ended, restocked=restock, unofficial_request=False
    )


def _end_request(item: Item, state: RequestState) -> Item:
    if item.request is None or not item.request_open:
        return item
    return replace(item, request=replace(item.request, state=state))


def _canceled_by_buyer(s: Situation, outcome: Outcome) -> Order:
    return _cancel(s, outcome, Party.BUYER, s.command.reason or BUYER_DIRECT, RequestState.HONOURED)


def _granted_by_amazon(s: Situation, outcome: Outcome) -> Order:
    return _cancel(s, outcome, Party.BUYER, "fba_granted", RequestState.HONOURED)


def _canceled_by_seller(s: Situation, outcome: Outcome) -> Order:
    reason = SELLER_REASONS[s.command.reason or ""]
    ends = RequestState.OVERRIDDEN if outcome.counts else RequestState.HONOURED
    return _cancel(s, outcome, Party.MERCHANT, reason.key, ends, restock=reason.restocks)


def _canceled_unconfirmed(s: Situation, outcome: Outcome) -> Order:
    return _cancel(s, outcome, Party.AMAZON, "auto_unconfirmed_7d", RequestState.CLOSED_BY_AUTO_CANCEL)


def _canceled_for_fraud(s: Situation, outcome: Outcome) -> Order:
    return _cancel(s, outcome, Party.AMAZON, "fraud", RequestState.CLOSED_BY_AMAZON)


def _canceled_for_payment(s: Situation, outcome: Outcome) -> Order:
    return _cancel(s, outcome, Party.AMAZON, "payment", RequestState.CLOSED_BY_AMAZON)


def _request(s: Situation, _outcome: Outcome) -> Order:
    """Opens the request on the named items that have none; the first reason of an item stays."""
    words = (
        s.command.reason_text if s.command.reason_text is not None else BUYER_REASONS.get(s.command.reason or "", "")
    )
    asked = Request(RequestState.OPEN, s.command.reason, words, s.at)
    return s.order.with_items(replace(item, request=asked) for item in s.askable if not item.request_open)


def _request_by_message(s: Situation, _outcome: Outcome) -> Order:
    return replace(s.order, legacy_request=True)


def _warn(s: Situation, _outcome: Outcome) -> Order:
    return replace(s.order, warnings_sent=s.order.warnings_sent + 1)


def _ask_amazon(s: Situation, _outcome: Outcome) -> Order:
    return replace(s.order, amazon_asked_at=s.at)


def _declined_by_amazon(s: Situation, _outcome: Outcome) -> Order:
    return replace(s.order, amazon_asked_at=None)


def _withdraw(s: Situation, _outcome: Outcome) -> Order:
    return s.order.with_items(_end_request(item, RequestState.WITHDRAWN) for item in s.order.open_items)


def _ask_unofficially(s: Situation, _outcome: Outcome) -> Order:
    return replace(s.order, unofficial_request=True)


def _confirm(s: Situation, _outcome: Outcome) -> Order:
    sent = tuple(s.confirming.items())
    shipment = Shipment(s.command.carrier, s.command.tracking, s.at, sent)
    order = s.order.with_items(_confirmed(item, s.confirming.get(item.order_item_id, 0)) for item in s.order.items)
    shipped = replace(order, shipments=(*order.shipments, shipment), status=_status_of(order))
    return replace(shipped, duties=_duties_after(s, shipped))


def _confirmed(item: Item, units: int) -> Item:
    if not units:
        return item
    more = replace(item, quantity_confirmed=item.quantity_confirmed + units)
    return more if more.quantity_unconfirmed else _end_request(more, RequestState.CLOSED_BY_SHIPMENT)


def _status_of(order: Order) -> Status:
    if order.quantity_unconfirmed:
        return Status.PARTIALLY_SHIPPED
    return Status.INVOICE_UNCONFIRMED if order.invoice else Status.SHIPPED


def _duties_after(s: Situation, shipped: Order) -> tuple[Duty, ...]:
    """A buyer who wanted to cancel must be advised (R7), or refunded when nothing is on its way (R8)."""
    wanted = s.request_open or s.order.unofficial_request
    if shipped.quantity_unconfirmed or not wanted:
        return s.order.duties
    return (*s.order.duties, Duty.ADVISE_BUYER if s.parcel_left else Duty.FULL_REFUND)


def _edit_tracking(s: Situation, _outcome: Outcome) -> Order:
    if not s.order.shipments:
        return s.order
    last = s.order.shipments[-1]
    edited = replace(last, carrier=s.command.carrier or last.carrier, tracking=s.command.tracking or last.tracking)
    return replace(s.order, shipments=(*s.order.shipments[:-1], edited))


def _acknowledge(s: Situation, _outcome: Outcome) -> Order:
    linked = [replace(item, seller_item_id=own) for item, own in s.linked]
    known = replace(s.order, seller_order_id=s.command.seller_order_id or s.order.seller_order_id)
    return known.with_items(linked)


def _refund(s: Situation, _outcome: Outcome) -> Order:
    """The Refund Orders tool's refund waits and can be taken back; a feed's is paid at once."""
    number = len(s.order.refunds) + 1
    waits = not s.by_feed
    refund = Refund(
        refund_id=f"{s.order.order_id}-R{number}",
        state=RefundState.PENDING if waits else RefundState.RELEASED,
        reason=s.command.reason or "",
        amounts=tuple(RefundAmount(item_id, part, amount) for (item_id, part), amount in s.refunding.items()),
        requested_at=s.at,
        release_at=s.at + s.policy.span("refund_hold") if waits else None,
    )
    return _discharge_if_refunded(replace(s.order, refunds=(*s.order.refunds, refund)))


def _discharge_if_refunded(order: Order) -> Order:
    if any(refundable_of(order).values()):
        return order
    return _discharge(order, Duty.FULL_REFUND)


def _discharge(order: Order, duty: Duty) -> Order:
    return replace(order, duties=tuple(each for each in order.duties if each is not duty))


def _set_refund(s: Situation, state: RefundState) -> Order:
    refunds = tuple(
        replace(each, state=state, release_at=None if state is RefundState.CANCELED else each.release_at)
        if each.refund_id == s.command.refund_id
        else each
        for each in s.order.refunds
    )
    return replace(s.order, refunds=refunds)


def _cancel_refund(s: Situation, _outcome: Outcome) -> Order:
    """Taking a refund back opens the duty again that it had discharged."""
    order = _set_refund(s, RefundState.CANCELED)
    owed = s.all_confirmed and not s.parcel_left and s.request_closed_by_shipment
    missing = owed and Duty.FULL_REFUND not in order.duties and any(refundable_of(order).values())
    return replace(order, duties=(*order.duties, Duty.FULL_REFUND)) if missing else order


def _release_refund(s: Situation, _outcome: Outcome) -> Order:
    return _set_refund(s, RefundState.RELEASED)


def _advise(s: Situation, _outcome: Outcome) -> Order:
    return _discharge(s.order, Duty.ADVISE_BUYER)


def _start_authorization(s: Situation, _outcome: Outcome) -> Order:
    return replace(s.order, status=Status.PENDING)


def _remember_authorization(s: Situation, _outcome: Outcome) -> Order:
    return replace(s.order, payment=Payment.AUTHORIZED)


def _release(s: Situation, _outcome: Outcome) -> Order:
    released = replace(s.order, status=Status.UNSHIPPED, payment=Payment.AUTHORIZED, released_at=s.at)
    return released if s.fulfilled_by_amazon else replace(released, ship_by_at=_ship_by_after_release(s))


def _ship_by_after_release(s: Situation) -> datetime | None:
    """A late release starts the handling days afresh, or a late payment would end in an instant cancellation."""
    order = s.order
    on_time = order.purchased_at + s.policy.span("hold_period", order.marketplace_id)
    if order.explicit_ship_by or s.at <= on_time:
        return order.ship_by_at
    return ship_by(s.at, order.handling_days, order.marketplace_id)


def _parcel_leaves(s: Situation, _outcome: Outcome) -> Order:
    return s.order.with_items(
        replace(item, quantity_departed=item.quantity_departed + s.leaving.get(item.order_item_id, 0))
        for item in s.order.items
    )


def _parcel_leaves_late(s: Situation, outcome: Outcome) -> Order:
    """The parcel is on its way after all: the buyer must be advised instead of refunded."""
    order = _parcel_leaves(s, outcome)
    if Duty.FULL_REFUND not in order.duties:
        return order
    return replace(
        _discharge(order, Duty.FULL_REFUND), duties=(*_discharge(order, Duty.FULL_REFUND).duties, Duty.ADVISE_BUYER)
    )


def _warehouse_starts(s: Situation, _outcome: Outcome) -> Order:
    return replace(s.order, warehouse_started=True)


def _warehouse_ships(s: Situation, _outcome: Outcome) -> Order:
    items = tuple(replace(i, quantity_confirmed=i.quantity, quantity_departed=i.quantity) for i in s.order.items)
    shipment = Shipment("Amazon", "", s.at, tuple((i.order_item_id, i.quantity) for i in s.order.items))
    return replace(s.order, items=items, status=Status.SHIPPED, warehouse_started=True, shipments=(shipment,))


_BY_OUTCOME: tuple[tuple[Transition, tuple[Outcome, ...]], ...] = (
    (
        _canceled_by_buyer,
        (outcomes.CANCELED_BY_BUYER, outcomes.CANCELED_BY_BUYER_AFTER_PARCEL, outcomes.CANCELED_BY_BUYER_AT_AMAZON),
    ),
    (_granted_by_amazon, (outcomes.CANCELED_AT_AMAZON_ON_REQUEST,)),
    (_request, (outcomes.REQUEST_OPENED, outcomes.REQUEST_OPENED_IN_PART, outcomes.REQUEST_EXTENDED)),
    (_request_by_message, (outcomes.REQUEST_SENT_AS_MESSAGE,)),
    (_warn, (outcomes.SELLER_WARNED,)),
    (_ask_amazon, (outcomes.REQUEST_SENT_TO_AMAZON,)),
    (_declined_by_amazon, (outcomes.REQUEST_DECLINED_BY_AMAZON,)),
    (_withdraw, (outcomes.REQUEST_WITHDRAWN,)),
    (_ask_unofficially, (outcomes.BUYER_WROTE,)),
    (
        _canceled_by_seller,
        (
            outcomes.CANCELED_ON_REQUEST,
            outcomes.CANCELED_BY_SELLER,
            outcomes.CANCELED_WITHOUT_REQUEST,
            outcomes.CANCELED_FOR_OTHER_REASON,
            outcomes.CANCELED_BEYOND_REQUEST,
        ),
    ),
    (
        _confirm,
        (
            outcomes.SHIPPED,
            outcomes.SHIPPED_DESPITE_REQUEST,
            outcomes.CONFIRMED_EARLY,
            outcomes.CONFIRMED_EARLY_DESPITE_REQUEST,
            outcomes.SHIPPED_IN_PART,
            outcomes.SHIPPED_IN_PART_DESPITE_REQUEST,
            outcomes.REST_SHIPPED,
            outcomes.REST_SHIPPED_DESPITE_REQUEST,
        ),
    ),
    (_edit_tracking, (outcomes.TRACKING_EDITED,)),
    (_acknowledge, (outcomes.ACKNOWLEDGED,)),
    (
        _refund,
        (
            outcomes.REFUNDED_IN_FULL,
            outcomes.REFUNDED_IN_PART,
            outcomes.REFUNDED_CONFIRMED_ITEMS,
            outcomes.REFUNDED_BY_FEED,
        ),
    ),
    (_cancel_refund, (outcomes.REFUND_CANCELED,)),
    (_release_refund, (outcomes.REFUND_RELEASED,)),
    (_advise, (outcomes.BUYER_ADVISED,)),
    (_canceled_unconfirmed, (outcomes.CANCELED_UNCONFIRMED, outcomes.CANCELED_UNCONFIRMED_DESPITE_REQUEST)),
    (_canceled_for_fraud, (outcomes.CANCELED_FOR_FRAUD, outcomes.CANCELED_FOR_FRAUD_AT_AMAZON)),
    (_canceled_for_payment, (outcomes.CANCELED_FOR_PAYMENT, outcomes.CANCELED_FOR_PAYMENT_AT_AMAZON)),
    (_start_authorization, (outcomes.AUTHORIZATION_STARTED,)),
    (_remember_authorization, (outcomes.AUTHORIZATION_REMEMBERED,)),
    (_release, (outcomes.RELEASED, outcomes.RELEASED_WITH_REQUEST, outcomes.RELEASED_TO_AMAZON)),
    (_parcel_leaves, (outcomes.PARCEL_LEFT, outcomes.PARCEL_LEFT_DESPITE_REQUEST, outcomes.PARCEL_LEFT_UNSHIPPABLE)),
    (_parcel_leaves_late, (outcomes.PARCEL_LEFT_LATE,)),
    (_warehouse_starts, (outcomes.WAREHOUSE_STARTED,)),
    (_warehouse_ships, (outcomes.WAREHOUSE_SHIPPED,)),
)

_TRANSITIONS: dict[str, Transition] = {outcome.name: make for make, several in _BY_OUTCOME for outcome in several}
