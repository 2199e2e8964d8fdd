"""What a row of Manage Orders shows of one order: the actions the rules allow, why the others are not, the banner.

Whether something is allowed, and what would come of it, is what the rules say when it is tried.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from marketplace_sandbox.core.marketplaces import MARKETPLACES
from marketplace_sandbox.core.orders.actions import Action, Pick
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.policy import Policy
from marketplace_sandbox.core.rules import table
from marketplace_sandbox.core.rules.outcomes import Outcome
from marketplace_sandbox.core.world.world import World

BUYER_CANCELED = "buyer_canceled"
PLAIN_REASON = "general_adjustment"


@dataclass(frozen=True)
class SellerAction:
    """An action of the seller's: its name on the page and in a sentence, how it is tried on an order, and its page."""

    label: str
    noun: str
    plain: Callable[[Order], Action]
    page: str

    def path(self, order_id: str) -> str:
        """Where its form is."""
        return f"/seller/orders/{order_id}/{self.page}"


def confirm_all(order: Order) -> Action:
    """The confirmation of all that is left; of what is confirmed already, another tracking number."""
    left = [Pick(each.order_item_id, each.quantity_unconfirmed, "id") for each in order.items]
    return Action("seller-confirm-shipment", items=tuple(each for each in left if each.quantity) or None)


def cancel_all(_: Order) -> Action:
    """The cancellation of the whole order."""
    return Action("seller-cancel", reason=PLAIN_REASON)


def refund_all(_: Order) -> Action:
    """A full refund."""
    return Action("seller-refund", reason=PLAIN_REASON)


SELLER_ACTIONS = (
    SellerAction("Confirm shipment", "confirmation", confirm_all, "confirm-shipment"),
    SellerAction("Cancel order", "cancellation", cancel_all, "cancel"),
    SellerAction("Refund order", "refund", refund_all, "refund"),
)


@dataclass(frozen=True)
class Banner:
    """What stands above an order whose buyer has asked: the reasons, and whether canceling counts in the rate."""

    at: datetime
    reasons: tuple[str, ...]
    items: int
    counts: bool


@dataclass(frozen=True)
class Row:
    """One order of the list. `missing` has for each action that is not allowed its noun and the reason."""

    order: Order
    currency: str
    banner: Banner | None
    actions: tuple[SellerAction, ...]
    missing: tuple[tuple[str, str], ...]


def row_of(world: World, order: Order) -> Row:
    """The row of an order as of the world's now."""
    now, policy = world.now(), world.policy
    # of what is confirmed as a whole, another tracking number is the last that is wanted
    offered = SELLER_ACTIONS if order.quantity_unconfirmed else SELLER_ACTIONS[::-1]
    tried = [(each, attempt(order, each.plain(order), now, policy)) for each in offered]
    return Row(
        order,
        MARKETPLACES[order.marketplace_id].currency,
        banner_of(world, order),
        tuple(each for each, outcome in tried if outcome.accepted),
        tuple((each.noun, outcome.meaning) for each, outcome in tried if not outcome.accepted),
    )


def banner_of(world: World, order: Order) -> Banner | None:
    """The banner of an order that waits for the seller's answer, None of any other."""
    waiting = order.open_items
    if not waiting or order.cancellation:
        return None
    on_request = attempt(order, Action("seller-cancel", reason=BUYER_CANCELED), world.now(), world.policy)
    asked = [each.request for each in waiting if each.request]
    reasons = tuple(dict.fromkeys(each.text for each in asked if each.text))
    return Banner(min(each.at for each in asked), reasons, len(waiting), on_request.counts)


def attempt(order: Order, action: Action, now: datetime, policy: Policy) -> Outcome:
    """What the rules make of an action, which changes nothing."""
    return table.step(order, action, now, policy).outcome
