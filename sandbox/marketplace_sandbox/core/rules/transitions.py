"""What an accepted outcome makes of an order: functions from a situation to the next order, named by the table.

Whether an outcome is reached is decided by the table's rows; nothing here refuses. What follows beside the order (mail,
notification, lints, rate) stands with the outcome itself. `last_updated_at` moves in one place, `table.step`.
"""

from collections.abc import Callable, Mapping

from marketplace_sandbox.core.data.values import with_changes
from marketplace_sandbox.core.orders.order import (
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
from marketplace_sandbox.core.orders.reasons import BUYER_DIRECT, SELLER_REASONS
from marketplace_sandbox.core.orders.refunds import refundable_of
from marketplace_sandbox.core.policy import ship_by
from marketplace_sandbox.core.rules import guards
from marketplace_sandbox.core.rules.situation import Situation

Transition = Callable[[Situation, bool], Order]
"""From the situation before, and whether the outcome counts in the Cancellation Rate, to the order afterwards."""


def change_nothing(s: Situation, _counts: bool) -> Order:
    """The order stays as it is."""
    return s.order


# The order ends


def cancel_by_buyer(s: Situation, counts: bool) -> Order:
    """The buyer ends it alone."""
    return _cancel(s, counts, Party.BUYER, s.action.reason or BUYER_DIRECT, RequestState.HONOURED)


def grant_by_amazon(s: Situation, counts: bool) -> Order:
    """Amazon ends its own order because the buyer asked."""
    return _cancel(s, counts, Party.BUYER, "fba_granted", RequestState.HONOURED)


def cancel_by_seller(s: Situation, counts: bool) -> Order:
    """The seller ends it; goods that were out of stock do not come back to it. What counts overrides the request."""
    reason = SELLER_REASONS[s.action.reason or ""]
    ends = RequestState.OVERRIDDEN if counts else RequestState.HONOURED
    return _cancel(s, counts, Party.MERCHANT, reason.key, ends, restock=reason.restocks)


def cancel_items_by_buyer(s: Situation, counts: bool) -> Order:
    """The buyer ends some items alone; the others are kept."""
    return _cancel_items(s, counts, Party.BUYER, s.action.reason or BUYER_DIRECT)


def cancel_items_by_seller(s: Situation, counts: bool) -> Order:
    """The seller ends some items; the others are kept."""
    return _cancel_items(s, counts, Party.MERCHANT, s.action.reason or "")


def _cancel_items(s: Situation, counts: bool, by: Party, reason: str) -> Order:
    ended = Cancellation(by, reason, s.at, counts)
    ends = RequestState.OVERRIDDEN if counts else RequestState.HONOURED
    named = [item for item in s.order.kept_items if item.order_item_id in s.units_by_item]
    return s.order.with_items(with_changes(_end_request(item, ends), canceled=ended) for item in named)


def cancel_unconfirmed(s: Situation, counts: bool) -> Order:
    """Amazon ends it because nobody confirmed the shipment."""
    return _cancel(s, counts, Party.AMAZON, "auto_unconfirmed_7d", RequestState.CLOSED_BY_AUTO_CANCEL)


def cancel_for_fraud(s: Situation, counts: bool) -> Order:
    """Amazon ends it because of the buyer."""
    return _cancel(s, counts, Party.AMAZON, "fraud", RequestState.CLOSED_BY_AMAZON)


def cancel_for_payment(s: Situation, counts: bool) -> Order:
    """Amazon ends it because it is not paid."""
    return _cancel(s, counts, Party.AMAZON, "payment", RequestState.CLOSED_BY_AMAZON)


def _cancel(s: Situation, counts: bool, by: Party, reason: str, ends: RequestState, *, restock: bool = True) -> Order:
    # an Amazon-fulfilled order is not in the seller's rate, whoever cancels it
    counts = counts or s.order.counted_cancellation is not None
    ended = Cancellation(by, reason, s.at, counts and s.order.channel is Channel.MFN)
    return with_changes(
        s.order,
        status=Status.CANCELED,
        items=tuple(_end_request(item, ends) for item in s.order.items),
        cancellation=ended,
        restocked=restock,
        unofficial_request=False,
    )


def _end_request(item: Item, state: RequestState) -> Item:
    if item.request is None or not item.request_open:
        return item
    return with_changes(item, request=with_changes(item.request, state=state))


ENDED_BY: Mapping[Transition | None, Party] = {
    cancel_by_buyer: Party.BUYER,
    grant_by_amazon: Party.BUYER,
    cancel_by_seller: Party.MERCHANT,
    cancel_unconfirmed: Party.AMAZON,
    cancel_for_fraud: Party.AMAZON,
    cancel_for_payment: Party.AMAZON,
}
"""Who ends an order by which of them, as whoever is told of the end can know."""


# The buyer asks


def open_request(s: Situation, _counts: bool) -> Order:
    """A request on the named items that have none open; the first reason of an item stays (K17)."""
    request = Request(RequestState.OPEN, s.action.reason, s.action.why_asked, s.at)
    return s.order.with_items(with_changes(item, request=request) for item in s.askable if not item.request_open)


def request_by_message(s: Situation, _counts: bool) -> Order:
    """The official request of the days when those were messages."""
    return with_changes(s.order, legacy_request=True)


def ask_unofficially(s: Situation, _counts: bool) -> Order:
    """The buyer wrote, which is no request."""
    return with_changes(s.order, unofficial_request=True)


def withdraw_request(s: Situation, _counts: bool) -> Order:
    """No item is asked for any more."""
    return s.order.with_items(_end_request(item, RequestState.WITHDRAWN) for item in s.order.open_items)


def ask_amazon(s: Situation, _counts: bool) -> Order:
    """Amazon has a request on its own order to answer."""
    return with_changes(s.order, amazon_asked_at=s.at)


def decline_by_amazon(s: Situation, _counts: bool) -> Order:
    """Amazon has answered no."""
    return with_changes(s.order, amazon_asked_at=None)


def warn_seller(s: Situation, _counts: bool) -> Order:
    """One more warning has gone out."""
    return with_changes(s.order, warnings_sent=s.order.warnings_sent + 1)


# The seller ships


def confirm(s: Situation, _counts: bool) -> Order:
    """The named units are confirmed, which closes the requests on items that are confirmed as a whole.

    A buyer who wanted to cancel must now be advised (R7), or refunded where nothing is on its way (R8).
    """
    codes = tuple((item_id, each) for item_id, each in s.transparency_codes.items() if item_id in s.confirming)
    parcel = (s.action.carrier, s.action.tracking, s.at, tuple(s.confirming.items()))
    shipment = Shipment(*parcel, s.action.shipping_service, codes)
    sent = [item for item in s.order.items if item.order_item_id in s.confirming]
    order = s.order.with_items(_confirm_item(item, s.confirming[item.order_item_id]) for item in sent)
    order = with_changes(order, shipments=(*order.shipments, shipment))
    if order.quantity_unconfirmed:
        return with_changes(order, status=Status.PARTIALLY_SHIPPED)
    duties = order.duties
    if guards.request_open(s) or s.order.unofficial_request:
        duties = (*duties, Duty.ADVISE_BUYER if s.order.parcel_left else Duty.FULL_REFUND)
    return with_changes(order, status=Status.INVOICE_UNCONFIRMED if order.invoice else Status.SHIPPED, duties=duties)


def _confirm_item(item: Item, units: int) -> Item:
    item = with_changes(item, quantity_confirmed=item.quantity_confirmed + units)
    return item if item.quantity_unconfirmed else _end_request(item, RequestState.CLOSED_BY_SHIPMENT)


def edit_tracking(s: Situation, _counts: bool) -> Order:
    """The last shipment has other tracking data, as far as the action names any."""
    if not s.order.shipments:
        return s.order
    *earlier, last = s.order.shipments
    sent = {item_id for item_id, _ in last.items}
    codes = dict(last.transparency_codes) | {name: each for name, each in s.transparency_codes.items() if name in sent}
    newest = with_changes(
        last,
        carrier=s.action.carrier or last.carrier,
        tracking=s.action.tracking or last.tracking,
        service=s.action.shipping_service or last.service,
        transparency_codes=tuple(codes.items()),
    )
    return with_changes(s.order, shipments=(*earlier, newest))


def acknowledge(s: Situation, _counts: bool) -> Order:
    """The order and its items bear the seller's own ids."""
    order = with_changes(s.order, seller_order_id=s.action.seller_order_id or s.order.seller_order_id)
    return order.with_items(with_changes(item, seller_item_id=own) for item, own in s.links)


def confirm_invoice(s: Situation, _counts: bool) -> Order:
    """The invoice of the named units was sent; once all are told of, the order is Shipped, its invoice accepted."""
    order = s.order.with_items(
        with_changes(item, quantity_invoiced=item.quantity_invoiced + s.invoicing[item.order_item_id])
        for item in s.order.items
        if item.order_item_id in s.invoicing
    )
    if any(item.quantity_uninvoiced for item in order.items):
        return order
    return with_changes(
        order, status=Status.SHIPPED, details=with_changes(order.details, electronic_invoice_status="Accepted")
    )


def estimate_ship_date(s: Situation, _counts: bool) -> Order:
    """The named items are to ship then; once each has a date, the order is to be shipped by the latest of them."""
    order = s.order.with_items(
        with_changes(item, estimated_ship_at=s.action.ship_date)
        for item in s.order.items
        if item.order_item_id in s.units_by_item
    )
    if s.without_ship_date:
        return order
    latest = max(item.estimated_ship_at for item in order.kept_items if item.estimated_ship_at)
    details = with_changes(order.details, is_estimated_ship_date_set=True)
    return with_changes(order, ship_by_at=latest, explicit_ship_by=True, warnings_sent=0, details=details)


# The seller refunds and advises


def refund(s: Situation, _counts: bool) -> Order:
    """One more refund: the Refund Orders tool's waits and can be taken back, a feed's is paid at once."""
    waits = not guards.by_feed(s)
    new_refund = Refund(
        refund_id=f"{s.order.order_id}-R{len(s.order.refunds) + 1}",
        state=RefundState.PENDING if waits else RefundState.RELEASED,
        reason=s.action.reason or "",
        amounts=tuple(RefundAmount(item_id, part, amount) for (item_id, part), amount in s.refunding.items()),
        requested_at=s.at,
        release_at=s.at + s.span("refund_hold") if waits else None,
    )
    order = with_changes(s.order, refunds=(*s.order.refunds, new_refund))
    return order if any(refundable_of(order).values()) else _discharge(order, Duty.FULL_REFUND)


def cancel_refund(s: Situation, _counts: bool) -> Order:
    """The pending refund is taken back, which opens the duty again that it had discharged."""
    order = _set_refund(s, RefundState.CANCELED)
    owed = guards.all_confirmed(s) and not s.order.parcel_left and guards.request_closed_by_shipment(s)
    missing = owed and Duty.FULL_REFUND not in order.duties and any(refundable_of(order).values())
    return with_changes(order, duties=(*order.duties, Duty.FULL_REFUND)) if missing else order


def release_refund(s: Situation, _counts: bool) -> Order:
    """The pending refund is paid."""
    return _set_refund(s, RefundState.RELEASED)


def _set_refund(s: Situation, state: RefundState) -> Order:
    refunds = list(s.order.refunds)
    for index, each in enumerate(refunds):
        if each.refund_id == s.action.refund_id:
            due = None if state is RefundState.CANCELED else each.release_at
            refunds[index] = with_changes(each, state=state, release_at=due)
    return with_changes(s.order, refunds=tuple(refunds))


def advise_buyer(s: Situation, _counts: bool) -> Order:
    """The buyer has the advice that was owed."""
    return _discharge(s.order, Duty.ADVISE_BUYER)


def _discharge(order: Order, duty: Duty) -> Order:
    return with_changes(order, duties=tuple(each for each in order.duties if each is not duty))


# The payment


def start_authorization(s: Situation, _counts: bool) -> Order:
    """The pre-order is Pending: its release date has come, or its payment is good before that."""
    verified = s.action.name == "payment-authorized"
    return with_changes(s.order, status=Status.PENDING, payment=Payment.AUTHORIZED if verified else s.order.payment)


def remember_authorization(s: Situation, _counts: bool) -> Order:
    """The payment is good, and the order is held all the same."""
    return with_changes(s.order, payment=Payment.AUTHORIZED)


def release(s: Situation, _counts: bool) -> Order:
    """The seller may act on the order.

    A late release starts the handling days afresh, or a late payment would end in an instant cancellation.
    """
    released = with_changes(s.order, status=Status.UNSHIPPED, payment=Payment.AUTHORIZED, released_at=s.at)
    on_time = s.at <= s.order.purchased_at + s.span("hold_period")
    if on_time or s.order.explicit_ship_by or guards.fulfilled_by_amazon(s):
        return released
    return with_changes(released, ship_by_at=ship_by(s.at, s.order.handling_days, s.order.marketplace_id))


# Parcels


def send_parcel(s: Situation, _counts: bool) -> Order:
    """The named units are on their way."""
    return s.order.with_items(
        with_changes(item, quantity_departed=item.quantity_departed + s.leaving.get(item.order_item_id, 0))
        for item in s.order.items
    )


def send_parcel_late(s: Situation, counts: bool) -> Order:
    """The parcel is on its way after all: a buyer who was to be refunded must be advised instead."""
    order = send_parcel(s, counts)
    if Duty.FULL_REFUND not in order.duties:
        return order
    order = _discharge(order, Duty.FULL_REFUND)
    return with_changes(order, duties=(*order.duties, Duty.ADVISE_BUYER))


def start_in_warehouse(s: Situation, _counts: bool) -> Order:
    """Amazon's warehouse has begun to pick the order."""
    return with_changes(s.order, warehouse_started=True)


def ship_from_warehouse(s: Situation, _counts: bool) -> Order:
    """Everything has left Amazon's warehouse, and is confirmed by that."""
    items = tuple(with_changes(i, quantity_confirmed=i.quantity, quantity_departed=i.quantity) for i in s.order.items)
    shipment = Shipment("Amazon", "", s.at, tuple((i.order_item_id, i.quantity) for i in items))
    return with_changes(s.order, items=items, status=Status.SHIPPED, warehouse_started=True, shipments=(shipment,))
