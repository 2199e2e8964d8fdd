"""One order, one command, one instant: the questions the rules ask about them. Changes nothing.

Each public property answers one yes-or-no question; the table in `rules` names its conditions by these names.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from marketplace_sandbox.core.actions import Action
from marketplace_sandbox.core.order import Channel, Item, Order, RefundState, RequestState, Status
from marketplace_sandbox.core.policy import Policy, auto_cancel_at, requests_are_messages
from marketplace_sandbox.core.reasons import BUYER_REASONS, REFUND_REASONS, SELLER_REASONS
from marketplace_sandbox.core.refunds import Refundable, in_bounds, refundable_of


@dataclass(frozen=True)
class Situation:
    """What a rule looks at. `at` is the instant the command is judged by; no clock is read."""

    order: Order
    command: Action
    at: datetime
    policy: Policy

    # The order's stage

    @property
    def canceled(self) -> bool:
        return self.order.status is Status.CANCELED

    @property
    def unfulfillable(self) -> bool:
        return self.order.status is Status.UNFULFILLABLE

    @property
    def fulfilled_by_amazon(self) -> bool:
        return self.order.channel is Channel.AFN

    @property
    def pending(self) -> bool:
        return self.order.status in (Status.PENDING, Status.PENDING_AVAILABILITY)

    @property
    def awaits_release_date(self) -> bool:
        return self.order.status is Status.PENDING_AVAILABILITY

    @property
    def unshipped(self) -> bool:
        return self.order.status is Status.UNSHIPPED

    @property
    def some_confirmed(self) -> bool:
        return self.order.status is Status.PARTIALLY_SHIPPED

    @property
    def all_confirmed(self) -> bool:
        return self.order.status in (Status.SHIPPED, Status.INVOICE_UNCONFIRMED)

    @property
    def any_confirmed(self) -> bool:
        return self.some_confirmed or self.all_confirmed

    @property
    def parcel_left(self) -> bool:
        return self.order.parcel_left

    @property
    def warehouse_started(self) -> bool:
        return self.order.warehouse_started

    @property
    def amazon_takes_time(self) -> bool:
        """Whether Amazon answers a request on its own order later than at once."""
        return bool(self.policy.span("fba_answer_delay"))

    @property
    def amazon_was_asked(self) -> bool:
        return self.order.amazon_asked_at is not None

    # Windows

    @property
    def window_open(self) -> bool:
        """Whether the buyer may still cancel alone. Half-open: the end is outside."""
        if self.fulfilled_by_amazon:
            return not self.warehouse_started and self._age_below("fba_cancel_window")
        return self._age_below("buyer_cancel_window")

    @property
    def cancels_directly(self) -> bool:
        """Whether a buyer's request is a direct cancellation, the window being open and nothing confirmed."""
        return self.window_open and not self.any_confirmed

    @property
    def held(self) -> bool:
        """Whether the order is still kept Pending, however good its payment."""
        return self.order.hold and self._age_below("hold_period")

    @property
    def before_auto_cancel(self) -> bool:
        ship_by = self.order.ship_by_at
        return ship_by is None or self.at < auto_cancel_at(ship_by, self.order.marketplace_id, self.policy)

    def _age_below(self, key: str) -> bool:
        return self.at < self.order.purchased_at + self.policy.span(key, self.order.marketplace_id)

    # The buyer's request

    @property
    def request_open(self) -> bool:
        return any(item.request_open for item in self.order.items)

    @property
    def request_on_all_items(self) -> bool:
        return self.order.legacy_request or all(item.request_open for item in self.order.items)

    @property
    def requests_are_messages(self) -> bool:
        return requests_are_messages(self.at, self.order.marketplace_id, self.policy)

    @property
    def seller_window_over(self) -> bool:
        """Whether the literal reading of one sentence, off by default, forbids the seller to cancel by now."""
        window = self.policy.span("seller_cancel_window")
        return bool(window) and self.at >= self.order.purchased_at + window

    @property
    def request_closed_by_shipment(self) -> bool:
        return any(i.request and i.request.state is RequestState.CLOSED_BY_SHIPMENT for i in self.order.items)

    @property
    def asked_already(self) -> bool:
        """Whether every item asked for now has an open request."""
        return all(item.request_open for item in self.askable)

    @property
    def nothing_to_ask_for(self) -> bool:
        """Whether all the items asked for are confirmed."""
        return not self.askable

    @property
    def asks_for_part(self) -> bool:
        return self.any_confirmed or self.subset

    @property
    def withdrawal_enabled(self) -> bool:
        return self.policy.is_on("buyer_withdrawal")

    @property
    def unofficial_request_waits(self) -> bool:
        """Whether the buyer asked by message only and the seller can still point out the official way."""
        return self.order.unofficial_request and self.unshipped and not self.parcel_left and not self.request_open

    # What the command names

    @property
    def item_unknown(self) -> bool:
        return any(self._find(ref) is None for ref in self._refs())

    @property
    def subset(self) -> bool:
        """Whether the command names less than the whole order."""
        return any(self.picked.get(i.order_item_id, 0) < i.quantity for i in self.order.items)

    @property
    def too_many_units(self) -> bool:
        """Whether more units are named than an item has."""
        return any(self.picked.get(i.order_item_id, 0) > i.quantity for i in self.order.items)

    @property
    def confirms_too_many(self) -> bool:
        """Whether more units are confirmed than an item still has unconfirmed."""
        named = ((i, self.picked.get(i.order_item_id, 0)) for i in self.order.items)
        return any(count > i.quantity_unconfirmed > 0 for i, count in named)

    @property
    def confirms_nothing_new(self) -> bool:
        return not self.confirming

    @property
    def completes_shipment(self) -> bool:
        """Whether the command confirms all that is unconfirmed."""
        return sum(self.confirming.values()) == self.order.quantity_unconfirmed

    @property
    def confirms_unsent(self) -> bool:
        """Whether a part is confirmed of which no parcel has left."""
        return any(not i.parcel_left for i in self.order.items if i.order_item_id in self.confirming)

    @property
    def left_already(self) -> bool:
        return not self.leaving

    @property
    def buyer_reason_unknown(self) -> bool:
        return self.command.reason is not None and self.command.reason not in BUYER_REASONS

    @property
    def seller_reason_unknown(self) -> bool:
        reason = SELLER_REASONS.get(self.command.reason or "")
        newer = reason is not None and (reason.newer or (reason.newer_in_feeds and self.by_feed))
        return reason is None or (newer and not self.policy.is_on("newer_cancel_reasons"))

    @property
    def names_the_buyer(self) -> bool:
        """Whether the seller's reason is that the buyer canceled."""
        return self.command.reason == "buyer_canceled"

    @property
    def any_reason_exempts(self) -> bool:
        return not self.policy.is_on("exempt_requires_reason")

    @property
    def parcel_stops_cancellation(self) -> bool:
        """Whether a parcel that left is a fact the seller is bound by, or only earns a finding."""
        return self.parcel_left and self.policy.value("physical_facts") == "strict"

    @property
    def by_feed(self) -> bool:
        return self.command.origin == "feed"

    # Refunds

    @property
    def refund_reason_unknown(self) -> bool:
        return self.command.reason not in REFUND_REASONS

    @property
    def refunds_unconfirmed(self) -> bool:
        """Whether an amount is asked for an item of which nothing is confirmed."""
        named = [self._find(ref) for ref in self._refs()]
        return any(item is not None and item.quantity_confirmed == 0 for item in named)

    @property
    def refund_out_of_bounds(self) -> bool:
        return not in_bounds(self.refunding, refundable_of(self.order), self.order.marketplace_id)

    @property
    def refunds_everything(self) -> bool:
        return self.command.items is None and self.command.amounts is None

    @property
    def refund_unknown(self) -> bool:
        return all(each.refund_id != self.command.refund_id for each in self.order.refunds)

    @property
    def refund_not_pending(self) -> bool:
        states = {each.refund_id: each.state for each in self.order.refunds}
        return states.get(self.command.refund_id) is not RefundState.PENDING

    # What transitions need: the items and units a command is about

    @cached_property
    def picked(self) -> dict[str, int]:
        """Units named per order item id; the whole order where the command names no items."""
        if self.command.items is None:
            return {item.order_item_id: item.quantity for item in self.order.items}
        units: dict[str, int] = {}
        for pick in self.command.items:
            item = self._find(pick.ref)
            if item is not None:
                count = item.quantity if pick.quantity is None else pick.quantity
                units[item.order_item_id] = units.get(item.order_item_id, 0) + count
        return units

    @cached_property
    def askable(self) -> tuple[Item, ...]:
        """The named items of which something is unconfirmed."""
        return tuple(i for i in self.order.items if i.order_item_id in self.picked and i.quantity_unconfirmed)

    @cached_property
    def confirming(self) -> dict[str, int]:
        """Units to confirm per order item id, as far as they are unconfirmed."""
        units = {
            i.order_item_id: min(self.picked.get(i.order_item_id, 0), i.quantity_unconfirmed) for i in self.order.items
        }
        return {item_id: count for item_id, count in units.items() if count}

    @cached_property
    def leaving(self) -> dict[str, int]:
        """Units that leave now per order item id, as far as they have not left."""
        left = {i.order_item_id: i.quantity - i.quantity_departed for i in self.order.items}
        units = {item_id: min(count, left[item_id]) for item_id, count in self.picked.items()}
        return {item_id: count for item_id, count in units.items() if count}

    @cached_property
    def refunding(self) -> Refundable:
        """Amounts to refund by (order item id, component)."""
        if self.command.amounts is not None:
            amounts: Refundable = {}
            for each in self.command.amounts:
                item = self._find(each.ref)
                if item is not None:
                    key = (item.order_item_id, each.component)
                    amounts[key] = amounts.get(key, each.amount * 0) + each.amount
            return amounts
        left = refundable_of(self.order)
        return {key: amount for key, amount in left.items() if key[0] in self.picked and amount}

    @property
    def linked(self) -> list[tuple[Item, str]]:
        """Items with the seller's own ids of them, as an acknowledgement links them."""
        found = ((self._find(each.ref), each.seller_item_id) for each in self.command.seller_item_ids)
        return [(item, own) for item, own in found if item is not None]

    def _refs(self) -> list[str]:
        named = [pick.ref for pick in self.command.items or ()]
        amounts = [each.ref for each in self.command.amounts or ()]
        return named + amounts + [each.ref for each in self.command.seller_item_ids]

    def _find(self, ref: str) -> Item | None:
        by_id = self.order.item(ref)
        return by_id or next((item for item in self.order.items if item.sku == ref), None)
