"""The stages of an order's life that the rules tell apart, each with the way to it, and the actions tried at each.

A stage is reached by placing an order of a form, letting minutes pass and taking steps, all by the ordinary rules;
`matrix` plays every action at every stage and so prints the table of rules as it is, not as somebody wrote it down.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from marketplace_sandbox.core.actions import Action, read_action
from marketplace_sandbox.core.form import Form
from marketplace_sandbox.core.ids import Ids
from marketplace_sandbox.core.marketplaces import DEFAULT_MARKETPLACE
from marketplace_sandbox.core.order import Channel, Order, RequestState, Status
from marketplace_sandbox.core.policy import Policy
from marketplace_sandbox.core.rules import table
from marketplace_sandbox.core.rules.table import Step

START = datetime(2026, 3, 2, 16, tzinfo=UTC)
POLICY = Policy().changed({"buyer_withdrawal": True})
ITEMS = [{"sku": "A", "price": 20}, {"sku": "B", "quantity": 2, "price": 15}]

Arguments = Mapping[str, Any]
Move = tuple[str, Arguments]
_REQUEST: Move = ("buyer-request-cancellation", {"reason": "mistake"})
_LEAVES: Move = ("parcel-leaves", {})
_CONFIRM: Move = ("seller-confirm-shipment", {})
_FIRST_ITEM: tuple[Move, ...] = (("parcel-leaves", {"items": ["A"]}), ("seller-confirm-shipment", {"items": ["A"]}))
_PICKING: Move = ("warehouse-starts", {})
_UNPAID = {"payment": "unverified"}
_EARLY = {"hold": False}
_AMAZON = {"channel": "AFN"}
_PREORDER = {**_UNPAID, "release_at": "2026-05-01T16:00:00Z"}


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage and the way to it: an order form, minutes that pass, and steps of (action, arguments)."""

    name: str
    about: str
    minutes: int = 31
    steps: tuple[Move, ...] = ()
    form: Arguments = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trial:
    """One action as the table tries it. Confirmation of "the rest" names what the stage has left."""

    name: str
    actor: str
    about: str
    action: str
    arguments: Arguments = field(default_factory=dict)
    channel: str = "control"


_STAGES = (
    Stage("preorder", "Pre-order, its payment not authorized, its release ahead", form=_PREORDER),
    Stage("held", "Pending, within the hold", 0),
    Stage("unpaid", "Pending, the payment still unverified", form=_UNPAID),
    Stage("unpaid-requested", "Pending, unverified, with an open request", steps=(_REQUEST,), form=_UNPAID),
    Stage("released-early", "Unshipped within the buyer's window", 0, form=_EARLY),
    Stage("unshipped", "Unshipped"),
    Stage("message-only", "Unshipped, asked to cancel by message only", steps=(("buyer-message", {"text": "cancel"}),)),
    Stage("requested", "Unshipped, request open on all items", steps=(_REQUEST,)),
    Stage("requested-in-part", "Unshipped, request open on some items", steps=((_REQUEST[0], {"items": ["A"]}),)),
    Stage("withdrawn", "Unshipped, request withdrawn", steps=(_REQUEST, ("buyer-withdraw-request", {}))),
    Stage("parcel-left-early", "Parcel gone unconfirmed within the buyer's window", 0, (_LEAVES,), _EARLY),
    Stage("parcel-left", "Parcel gone, not confirmed", steps=(_LEAVES,)),
    Stage("parcel-left-requested", "Parcel gone, not confirmed, request open", steps=(_REQUEST, _LEAVES)),
    Stage("partly-shipped", "Some items confirmed", steps=_FIRST_ITEM),
    Stage(
        "partly-shipped-requested", "Some items confirmed, request open on the others", steps=(*_FIRST_ITEM, _REQUEST)
    ),
    Stage("shipped-early", "Confirmed within the buyer's window", 0, (_LEAVES, _CONFIRM), _EARLY),
    Stage("shipped", "Shipped", steps=(_LEAVES, _CONFIRM)),
    Stage("shipped-despite-request", "Shipped, which closed a request", steps=(_REQUEST, _LEAVES, _CONFIRM)),
    Stage("confirmed-not-sent", "Confirmed, but the parcel never left", steps=(_CONFIRM,)),
    Stage(
        "invoice-unconfirmed", "Shipped, the invoice not confirmed", steps=(_LEAVES, _CONFIRM), form={"invoice": True}
    ),
    Stage("canceled", "Canceled", steps=(("seller-cancel", {"reason": "no_inventory"}),)),
    Stage("amazon-young", "Amazon-fulfilled, within its window", 0, form=_AMAZON),
    Stage("amazon-waiting", "Amazon-fulfilled, after its window, not picked", 16, form=_AMAZON),
    Stage("amazon-picking", "Amazon-fulfilled, the warehouse has begun", 16, (_PICKING,), _AMAZON),
    Stage("amazon-shipped", "Amazon-fulfilled, shipped", 16, (_PICKING, ("warehouse-ships", {})), _AMAZON),
    Stage("amazon-canceled", "Amazon-fulfilled, canceled", 16, (("fraud-detected", {}),), _AMAZON),
    Stage("amazon-unfulfillable", "Placed elsewhere, unfulfillable", 16, form={**_AMAZON, "multi_channel": True}),
)
STAGES = {stage.name: stage for stage in _STAGES}
"""Every stage by its name, in the order of an order's life."""

_BUYER_CANCELED = {"reason": "buyer_canceled"}
_OUT_OF_STOCK = {"reason": "no_inventory"}
_FULL = {"reason": "general_adjustment"}
_PART = {"amounts": [{"sku": "A", "amount": 5}], "reason": "general_adjustment"}
_SOME = {"items": ["A"]}

_TRIALS = (
    Trial("buyer-cancel", "buyer", "Cancels directly", "buyer-cancel"),
    Trial("request", "buyer", "Requests the cancellation of the order", "buyer-request-cancellation"),
    Trial("request-items", "buyer", "Requests the cancellation of some items", "buyer-request-cancellation", _SOME),
    Trial("withdraw", "buyer", "Withdraws the request", "buyer-withdraw-request"),
    Trial("message", "buyer", "Asks by message", "buyer-message", {"text": "please cancel"}),
    Trial("page-cancel-for-buyer", "seller", "Cancels, Buyer Canceled", "seller-cancel", _BUYER_CANCELED, "page"),
    Trial("page-cancel", "seller", "Cancels for another reason", "seller-cancel", _OUT_OF_STOCK, "page"),
    Trial("page-confirm", "seller", "Confirms all items", "seller-confirm-shipment", {}, "page"),
    Trial("page-confirm-items", "seller", "Confirms some items", "seller-confirm-shipment", _SOME, "page"),
    Trial("page-refund", "seller", "Refunds in full", "seller-refund", _FULL, "page"),
    Trial("page-refund-part", "seller", "Refunds in part", "seller-refund", _PART, "page"),
    Trial("instructions", "seller", "Shows the official way", "seller-message", {"kind": "instructions"}, "page"),
    Trial(
        "advise-return", "seller", "Advises to refuse or return", "seller-message", {"kind": "advise_return"}, "page"
    ),
    Trial(
        "feed-cancel-for-buyer", "seller", "Cancels by feed, BuyerCanceled", "seller-cancel", _BUYER_CANCELED, "feed"
    ),
    Trial("feed-cancel", "seller", "Cancels by feed for another reason", "seller-cancel", _OUT_OF_STOCK, "feed"),
    Trial(
        "feed-cancel-items", "seller", "Cancels some items by feed", "seller-cancel", {**_OUT_OF_STOCK, **_SOME}, "feed"
    ),
    Trial(
        "feed-acknowledge", "seller", "Acknowledges by feed", "seller-acknowledge", {"seller_order_id": "M-1"}, "feed"
    ),
    Trial("feed-confirm", "seller", "Confirms all items by feed", "seller-confirm-shipment", {}, "feed"),
    Trial("feed-refund", "seller", "Refunds by feed", "seller-refund", _FULL, "feed"),
    Trial("api-cancel-for-buyer", "seller", "Cancels by API, BUYER_CANCELLED", "seller-cancel", _BUYER_CANCELED, "api"),
    Trial("api-cancel", "seller", "Cancels by API for another reason", "seller-cancel", _OUT_OF_STOCK, "api"),
    Trial("api-confirm", "seller", "Confirms all items by API", "seller-confirm-shipment", {}, "api"),
    Trial("auto-cancel", "time", "Ship-by plus seven days", "auto-cancel", {}, "time"),
    Trial("payment-authorized", "amazon", "Payment authorized", "payment-authorized"),
    Trial("fraud", "amazon", "Buyer judged fraudulent", "fraud-detected"),
    Trial("payment-failed", "amazon", "Payment fails for good", "payment-failed"),
    Trial("parcel-leaves", "carrier", "Parcel handed over", "parcel-leaves"),
)
TRIALS = {trial.name: trial for trial in _TRIALS}
"""Every action of the table by its name, the buyer's first."""

# Where item A is confirmed or asked for, "some items" are of item B.
_OF_THE_REST: dict[tuple[str, str], Arguments] = {
    ("partly-shipped", "request-items"): {"items": ["B"]},
    ("partly-shipped-requested", "request-items"): {"items": ["B"]},
    ("requested-in-part", "page-confirm-items"): {"items": ["B"]},
    ("partly-shipped", "page-confirm-items"): {"items": [{"sku": "B", "quantity": 1}]},
    ("partly-shipped-requested", "page-confirm-items"): {"items": [{"sku": "B", "quantity": 1}]},
}


def arguments_at(stage: Stage, trial: Trial) -> Arguments:
    """The arguments a trial has at a stage."""
    return _OF_THE_REST.get((stage.name, trial.name), trial.arguments)


@dataclass(frozen=True, slots=True)
class Cell:
    """What comes of a trial at a stage: the step, and the stage the order is in afterwards."""

    stage: Stage
    trial: Trial
    step: Step
    next_stage: str


def reach(stage: Stage) -> tuple[Order, datetime]:
    """An order at the stage, by the ordinary rules, and the instant it is judged at."""
    form = Form({"items": ITEMS, **stage.form}, START, POLICY, Ids(0, "RULES"), (DEFAULT_MARKETPLACE,))
    now = START + timedelta(minutes=stage.minutes)
    order = _until(form.read(1), now)
    for action, arguments in stage.steps:
        order = table.step(order, read_action(action, arguments), now, POLICY).order
    return order, now


def _until(order: Order, now: datetime) -> Order:
    for due, command in table.timers(order, POLICY):
        if due <= now:
            return _until(table.step(order, command, due, POLICY).order, now)
    return order


def play(stage: Stage, trial: Trial) -> Cell:
    """One cell. The automatic cancellation is tried at its own instant where one lies ahead of an order of some age."""
    order, now = reach(stage)
    if trial.channel == "time":
        command = Action(trial.action, origin="time")
        due = [due for due, each in table.timers(order, POLICY) if each.name == trial.action]
        now = due[0] if due and stage.minutes else now
    else:
        command = read_action(trial.action, arguments_at(stage, trial), trial.channel)
    step = table.step(order, command, now, POLICY)
    return Cell(stage, trial, step, stage_of(step.order, now))


def matrix() -> list[Cell]:
    """Every trial at every stage, stage by stage."""
    return [play(stage, trial) for stage in _STAGES for trial in _TRIALS]


def stage_of(order: Order, now: datetime) -> str:
    """The name of the stage an order is in, read off its facts alone."""
    young = now - order.purchased_at < timedelta(minutes=15 if order.channel is Channel.AFN else 30)
    if order.channel is Channel.AFN:
        return _amazon_stage(order, young)
    if order.status is Status.UNSHIPPED:
        return _unshipped_stage(order, young)
    asked = bool(order.open_items)
    return {
        Status.PENDING_AVAILABILITY: "preorder",
        Status.PENDING: "held" if young else "unpaid-requested" if asked else "unpaid",
        Status.PARTIALLY_SHIPPED: "partly-shipped-requested" if asked else "partly-shipped",
        Status.SHIPPED: _shipped_stage(order, young),
        Status.INVOICE_UNCONFIRMED: "invoice-unconfirmed",
        Status.CANCELED: "canceled",
    }[order.status]


def _amazon_stage(order: Order, young: bool) -> str:
    ended = {
        Status.CANCELED: "amazon-canceled",
        Status.UNFULFILLABLE: "amazon-unfulfillable",
        Status.SHIPPED: "amazon-shipped",
    }
    waiting = "amazon-young" if young else "amazon-waiting"
    return ended.get(order.status, "amazon-picking" if order.warehouse_started else waiting)


def _unshipped_stage(order: Order, young: bool) -> str:
    if order.parcel_left:
        return "parcel-left-requested" if order.open_items else "parcel-left-early" if young else "parcel-left"
    if order.open_items:
        return "requested" if len(order.open_items) == len(order.items) else "requested-in-part"
    if young:
        return "released-early"
    if order.unofficial_request:
        return "message-only"
    return "withdrawn" if any(item.request for item in order.items) else "unshipped"


def _shipped_stage(order: Order, young: bool) -> str:
    if not order.parcel_left:
        return "confirmed-not-sent"
    if any(i.request and i.request.state is RequestState.CLOSED_BY_SHIPMENT for i in order.items):
        return "shipped-despite-request"
    return "shipped-early" if young else "shipped"
