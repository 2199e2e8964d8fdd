"""One order, one action, one instant: what a rule looks at, and the items and units the action is about.

The questions asked about it stand in `guards`. Changes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from marketplace_sandbox.core.orders.actions import Action, Amount, Link, Pick, Transparency
from marketplace_sandbox.core.orders.order import Item, Order
from marketplace_sandbox.core.orders.refunds import Refundable, refundable_of
from marketplace_sandbox.core.policy import Policy

Question = Callable[["Situation"], bool]
"""What is asked of a situation."""


@dataclass(frozen=True)
class Situation:
    """What a rule looks at. `at` is the instant the action is judged by; no clock is read.

    `answers` are those to what guards have asked about the order alone; situations that differ in their action
    alone may share them.
    """

    order: Order
    action: Action
    at: datetime
    policy: Policy
    answers: dict[Question, bool] = field(default_factory=dict, compare=False, repr=False)

    def span(self, key: str) -> timedelta:
        """A span of the policy, as it is in the order's marketplace."""
        return self.policy.span(key, self.order.marketplace_id)

    def age_below(self, key: str) -> bool:
        """Whether less than that span of the policy has passed since the purchase."""
        return self.at < self.order.purchased_at + self.span(key)

    @cached_property
    def units_by_item(self) -> dict[str, int]:
        """Units named per order item id; all that is kept of the order where the action names no items."""
        if self.action.items is None:
            return {item.order_item_id: item.quantity for item in self.order.kept_items}
        units: dict[str, int] = {}
        for pick in self.action.items:
            item = self.find(pick.ref)
            if item is not None:
                count = item.quantity if pick.quantity is None else pick.quantity
                units[item.order_item_id] = units.get(item.order_item_id, 0) + count
        return units

    @cached_property
    def askable(self) -> tuple[Item, ...]:
        """The named items of which something is unconfirmed."""
        return tuple(i for i in self.order.items if i.order_item_id in self.units_by_item and i.quantity_unconfirmed)

    @cached_property
    def confirming(self) -> dict[str, int]:
        """Units to confirm per order item id, as far as they are unconfirmed."""
        units = {
            i.order_item_id: min(self.units_by_item.get(i.order_item_id, 0), i.quantity_unconfirmed)
            for i in self.order.items
        }
        return {item_id: count for item_id, count in units.items() if count}

    @property
    def invoicing(self) -> dict[str, int]:
        """Units whose invoice is confirmed per order item id; all that are left where the action names no items."""
        left = {item.order_item_id: item.quantity_uninvoiced for item in self.order.items}
        named = self.units_by_item if self.action.items is not None else left
        return {item_id: count for item_id, count in named.items() if count}

    @property
    def without_ship_date(self) -> tuple[Item, ...]:
        """The items that are kept and have no estimated ship date yet, nor get one by the action."""
        kept = self.order.kept_items
        return tuple(i for i in kept if i.estimated_ship_at is None and i.order_item_id not in self.units_by_item)

    @cached_property
    def leaving(self) -> dict[str, int]:
        """Units that leave now per order item id, as far as they have not left."""
        remaining = {i.order_item_id: i.quantity - i.quantity_departed for i in self.order.kept_items}
        units = {item_id: min(count, remaining.get(item_id, 0)) for item_id, count in self.units_by_item.items()}
        return {item_id: count for item_id, count in units.items() if count}

    @cached_property
    def refunding(self) -> Refundable:
        """Amounts to refund by (order item id, component)."""
        if self.action.amounts is not None:
            amounts: Refundable = {}
            for each in self.action.amounts:
                item = self.find(each.ref)
                if item is not None:
                    key = (item.order_item_id, each.component)
                    amounts[key] = amounts.get(key, each.amount * 0) + each.amount
            return amounts
        remaining = refundable_of(self.order)
        return {key: amount for key, amount in remaining.items() if key[0] in self.units_by_item and amount}

    @property
    def links(self) -> list[tuple[Item, str]]:
        """Items with the seller's own ids of them, as an acknowledgement links them."""
        found = ((self.find(each.ref), each.seller_item_id) for each in self.action.seller_item_ids)
        return [(item, own) for item, own in found if item is not None]

    @property
    def transparency_codes(self) -> dict[str, tuple[str, ...]]:
        """The codes of each item that is sent with some, per order item id."""
        codes: dict[str, tuple[str, ...]] = {}
        for each in self.action.transparency_codes:
            item = self.find(each.ref)
            if item is not None:
                codes[item.order_item_id] = (*codes.get(item.order_item_id, ()), *each.codes)
        return codes

    @property
    def refs(self) -> list[str]:
        """What the action calls the items it is about."""
        picks, amounts = self.action.items or (), self.action.amounts or ()
        links, codes = self.action.seller_item_ids, self.action.transparency_codes
        named: tuple[Pick | Amount | Link | Transparency, ...] = (*picks, *amounts, *links, *codes)
        return [each.ref for each in named]

    def find(self, ref: str) -> Item | None:
        """The item of that order item id or SKU; None where there is none, or none alone."""
        items = self.items_of(ref)
        return items[0] if len(items) == 1 else None

    def items_of(self, ref: str) -> tuple[Item, ...]:
        """The items that a name stands for: the one of that order item id, or else all of that SKU."""
        by_id = self.order.item(ref)
        return (by_id,) if by_id else tuple(item for item in self.order.items if item.sku == ref)
