"""The 27 stages of the decision table, each reached from a fresh order by real commands, and its 27 actions.

`stage_of` reads the stage back off an order, so that the stage after an action can be compared too.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sandbox.core.order import Channel, Order, RequestState, Status
from sandbox.core.world import World
from tests.core.worlds import START, later, place

ReachStage = Callable[[World], Order]
Form = dict[str, Any]
Step = tuple[str, Form]

REQUEST: Step = ("buyer-request-cancellation", {"reason": "mistake"})
LEAVES: Step = ("parcel-leaves", {})
CONFIRM: Step = ("seller-confirm-shipment", {})


def reach(*steps: Step, minutes: int = 31, **form: Any) -> ReachStage:
    """Place an order, let minutes pass, take the steps."""

    def play(world: World) -> Order:
        order = place(world, **form)
        if minutes:
            later(world, minutes=minutes)
        for action, arguments in steps:
            world.act(order.order_id, action, arguments)
        return world.order(order.order_id)

    return play


UNPAID: Form = {"payment": "unverified"}
NO_HOLD: Form = {"hold": False}
AMAZON: Form = {"channel": "AFN"}
RELEASE = (START + timedelta(days=60)).isoformat()

STAGES: dict[str, ReachStage] = {
    "S01": reach(release_at=RELEASE, **UNPAID),
    "S02": reach(minutes=0),
    "S03": reach(**UNPAID),
    "S04": reach(REQUEST, **UNPAID),
    "S05": reach(minutes=0, **NO_HOLD),
    "S06": reach(),
    "S07": reach(("buyer-message", {"text": "please cancel"})),
    "S08": reach(REQUEST),
    "S09": reach(("buyer-request-cancellation", {"items": ["A"]})),
    "S10": reach(REQUEST, ("buyer-withdraw-request", {})),
    "S11": reach(LEAVES, minutes=0, **NO_HOLD),
    "S12": reach(LEAVES),
    "S13": reach(REQUEST, LEAVES),
    "S14": reach(("parcel-leaves", {"items": ["A"]}), ("seller-confirm-shipment", {"items": ["A"]})),
    "S15": reach(("parcel-leaves", {"items": ["A"]}), ("seller-confirm-shipment", {"items": ["A"]}), REQUEST),
    "S16": reach(LEAVES, CONFIRM, minutes=0, **NO_HOLD),
    "S17": reach(LEAVES, CONFIRM),
    "S18": reach(REQUEST, LEAVES, CONFIRM),
    "S19": reach(CONFIRM),
    "S20": reach(LEAVES, CONFIRM, invoice=True),
    "S21": reach(("seller-cancel", {"reason": "no_inventory"})),
    "F01": reach(minutes=0, **AMAZON),
    "F02": reach(minutes=16, **AMAZON),
    "F03": reach(("warehouse-starts", {}), minutes=16, **AMAZON),
    "F04": reach(("warehouse-starts", {}), ("warehouse-ships", {}), minutes=16, **AMAZON),
    "F05": reach(("fraud-detected", {}), minutes=16, **AMAZON),
    "F06": reach(minutes=16, multi_channel=True, **AMAZON),
}

PART: Form = {"amounts": [{"sku": "A", "amount": 5}], "reason": "general_adjustment"}
FULL: Form = {"reason": "general_adjustment"}

ACTIONS: dict[str, tuple[str, Form, str]] = {
    "B1": ("buyer-cancel", {}, "page"),
    "B2": ("buyer-request-cancellation", {}, "page"),
    "B3": ("buyer-request-cancellation", {"items": ["A"]}, "page"),
    "B4": ("buyer-withdraw-request", {}, "page"),
    "B5": ("buyer-message", {"text": "please cancel"}, "page"),
    "U1": ("seller-cancel", {"reason": "buyer_canceled"}, "page"),
    "U2": ("seller-cancel", {"reason": "no_inventory"}, "page"),
    "U3": ("seller-confirm-shipment", {}, "page"),
    "U4": ("seller-confirm-shipment", {"items": ["A"]}, "page"),
    "U5": ("seller-refund", FULL, "page"),
    "U6": ("seller-refund", PART, "page"),
    "U7": ("seller-message", {"kind": "instructions"}, "page"),
    "U8": ("seller-message", {"kind": "advise_return"}, "page"),
    "D1": ("seller-cancel", {"reason": "buyer_canceled"}, "feed"),
    "D2": ("seller-cancel", {"reason": "no_inventory"}, "feed"),
    "D3": ("seller-cancel", {"reason": "no_inventory", "items": ["A"]}, "feed"),
    "D4": ("seller-acknowledge", {"seller_order_id": "MINE-1"}, "feed"),
    "D5": ("seller-confirm-shipment", {}, "feed"),
    "D6": ("seller-refund", FULL, "feed"),
    "P1": ("seller-cancel", {"reason": "buyer_canceled"}, "api"),
    "P2": ("seller-cancel", {"reason": "no_inventory"}, "api"),
    "P3": ("seller-confirm-shipment", {}, "api"),
    "Z1": ("auto-cancel", {}, "time"),
    "Z2": ("payment-authorized", {}, "control"),
    "Z3": ("fraud-detected", {}, "control"),
    "Z4": ("payment-failed", {}, "control"),
    "W1": ("parcel-leaves", {}, "control"),
}

# Where item A is confirmed, "some items" are those of B that are not.
OF_THE_REST: dict[tuple[str, str], Form] = {
    ("S14", "B3"): {"items": ["B"]},
    ("S15", "B3"): {"items": ["B"]},
    ("S09", "U4"): {"items": ["B"]},  # the item nobody asked to cancel
    ("S14", "U4"): {"items": [{"sku": "B", "quantity": 1}]},
    ("S15", "U4"): {"items": [{"sku": "B", "quantity": 1}]},
}


def action_at(stage: str, action: str) -> tuple[str, Form, str]:
    """The control action, its arguments and its channel for one cell."""
    name, arguments, channel = ACTIONS[action]
    return name, OF_THE_REST.get((stage, action), arguments), channel


def stage_of(world: World, order: Order) -> str:
    """The stage an order is in, read off its facts alone."""
    young = world.now() - order.purchased_at < timedelta(minutes=15 if order.channel is Channel.AFN else 30)
    if order.channel is Channel.AFN:
        return _amazon_stage(order, young)
    if order.status is Status.UNSHIPPED:
        return _unshipped_stage(order, young)
    return {
        Status.PENDING_AVAILABILITY: "S01",
        Status.PENDING: "S02" if young else "S04" if order.open_items else "S03",
        Status.PARTIALLY_SHIPPED: "S15" if order.open_items else "S14",
        Status.SHIPPED: _shipped_stage(order, young),
        Status.INVOICE_UNCONFIRMED: "S20",
        Status.CANCELED: "S21",
    }[order.status]


def _amazon_stage(order: Order, young: bool) -> str:
    ended = {Status.CANCELED: "F05", Status.UNFULFILLABLE: "F06", Status.SHIPPED: "F04"}
    in_process = "F03" if order.warehouse_started else "F01" if young else "F02"
    return ended.get(order.status, in_process)


def _unshipped_stage(order: Order, young: bool) -> str:
    if order.parcel_left:
        return "S13" if order.open_items else "S11" if young else "S12"
    if order.open_items:
        return "S08" if len(order.open_items) == len(order.items) else "S09"
    if young:
        return "S05"
    if order.unofficial_request:
        return "S07"
    return "S10" if any(item.request for item in order.items) else "S06"


def _shipped_stage(order: Order, young: bool) -> str:
    if not order.parcel_left:
        return "S19"
    if any(i.request and i.request.state is RequestState.CLOSED_BY_SHIPMENT for i in order.items):
        return "S18"
    return "S16" if young else "S17"
