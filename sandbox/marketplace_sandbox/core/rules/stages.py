"""The stages of an order's life that the rules tell apart, each with the way to it, and the actions tried at each.

A stage is reached by placing an order of a form, letting minutes pass and taking steps, all by the ordinary rules;
`matrix` plays every action at every stage and so prints the table of rules as it is, not as somebody wrote it down.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from marketplace_sandbox.core.ids import Ids
from marketplace_sandbox.core.marketplaces import DEFAULT_MARKETPLACE
from marketplace_sandbox.core.orders.actions import Action, read_action
from marketplace_sandbox.core.orders.form import Form
from marketplace_sandbox.core.orders.order import Channel, Order, RequestState, Status
from marketplace_sandbox.core.policy import Policy
from marketplace_sandbox.core.rules import guards, table
from marketplace_sandbox.core.rules.situation import Situation
from marketplace_sandbox.core.rules.table import Step

MINUTE = timedelta(minutes=1)
START = datetime(2026, 3, 2, 16, tzinfo=UTC)
POLICY = Policy().with_settings({"buyer_withdrawal": True})
ITEMS = [{"sku": "A", "price": 20}, {"sku": "B", "quantity": 2, "price": 15}]

Arguments = Mapping[str, Any]
Move = tuple[str, Arguments]
_REQUEST: Move = ("buyer-request-cancellation", {"reason": "mistake"})
_MESSAGE: Move = ("buyer-message", {"text": "cancel"})
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
    """One stage and the way to it: an order form, time that passes, and steps of (action, arguments).

    At a young one no time has passed; at the others the hold and the buyer's window are over.
    """

    name: str
    about: str
    code: str
    young: bool = False
    steps: tuple[Move, ...] = ()
    form: Arguments = field(default_factory=dict)

    def age(self, policy: Policy) -> timedelta:
        """How long after its purchase an order is judged at this stage."""
        if self.young:
            return timedelta(0)
        if self.form.get("channel") == Channel.AFN:
            return policy.span("fba_cancel_window", DEFAULT_MARKETPLACE) + MINUTE
        windows = ("buyer_cancel_window", "hold_period")
        return max(policy.span(each, DEFAULT_MARKETPLACE) for each in windows) + MINUTE


@dataclass(frozen=True, slots=True)
class Trial:
    """One action as the table tries it. Confirmation of "the rest" names what the stage has left."""

    name: str
    actor: str
    about: str
    code: str
    action: str
    arguments: Arguments = field(default_factory=dict)
    origin: str = "control"


# fmt: off
_STAGES = (
    Stage("preorder", "Pre-order, its payment not authorized, its release ahead", "S01", form=_PREORDER),
    Stage("held", "Pending, within the hold", "S02", young=True),
    Stage("unpaid", "Pending, the payment still unverified or a pre-order's release ahead", "S03", form=_UNPAID),
    Stage("unpaid-requested", "Pending, unverified, with an open request", "S04", steps=(_REQUEST,), form=_UNPAID),
    Stage("released-early", "Unshipped within the buyer's window", "S05", young=True, form=_EARLY),
    Stage("unshipped", "Unshipped", "S06"),
    Stage("message-only", "Unshipped, asked to cancel by message only", "S07", steps=(_MESSAGE,)),
    Stage("requested", "Unshipped, request open on all items", "S08", steps=(_REQUEST,)),
    Stage("requested-in-part", "Unshipped, request open on some items", "S09", steps=((_REQUEST[0], {"items": ["A"]}),)),
    Stage("withdrawn", "Unshipped, request withdrawn", "S10", steps=(_REQUEST, ("buyer-withdraw-request", {}))),
    Stage("parcel-left-early", "Parcel gone unconfirmed within the buyer's window", "S11", young=True, steps=(_LEAVES,), form=_EARLY),
    Stage("parcel-left", "Parcel gone, not confirmed", "S12", steps=(_LEAVES,)),
    Stage("parcel-left-requested", "Parcel gone, not confirmed, request open", "S13", steps=(_REQUEST, _LEAVES)),
    Stage("partly-shipped", "Some items confirmed", "S14", steps=_FIRST_ITEM),
    Stage("partly-shipped-requested", "Some items confirmed, request open on the others", "S15", steps=(*_FIRST_ITEM, _REQUEST)),
    Stage("shipped-early", "Confirmed within the buyer's window", "S16", young=True, steps=(_LEAVES, _CONFIRM), form=_EARLY),
    Stage("shipped", "Shipped", "S17", steps=(_LEAVES, _CONFIRM)),
    Stage("shipped-despite-request", "Shipped, which closed a request", "S18", steps=(_REQUEST, _LEAVES, _CONFIRM)),
    Stage("confirmed-not-sent", "Confirmed, but the parcel never left", "S19", steps=(_CONFIRM,)),
    Stage("invoice-unconfirmed", "Shipped, the invoice not confirmed", "S20", steps=(_LEAVES, _CONFIRM), form={"invoice": True}),
    Stage("canceled", "Canceled", "S21", steps=(("seller-cancel", {"reason": "no_inventory"}),)),
    Stage("amazon-young", "Amazon-fulfilled, within its window", "F01", young=True, form=_AMAZON),
    Stage("amazon-waiting", "Amazon-fulfilled, after its window, not picked", "F02", form=_AMAZON),
    Stage("amazon-picking", "Amazon-fulfilled, the warehouse has begun", "F03", steps=(_PICKING,), form=_AMAZON),
    Stage("amazon-shipped", "Amazon-fulfilled, shipped", "F04", steps=(_PICKING, ("warehouse-ships", {})), form=_AMAZON),
    Stage("amazon-canceled", "Amazon-fulfilled, canceled", "F05", steps=(("fraud-detected", {}),), form=_AMAZON),
    Stage("amazon-unfulfillable", "Placed elsewhere, unfulfillable", "F06", form={**_AMAZON, "multi_channel": True}),
)
# fmt: on
STAGES = {stage.name: stage for stage in _STAGES}
"""Every stage by its name, in the order of an order's life."""

_BUYER_CANCELED = {"reason": "buyer_canceled"}
_OUT_OF_STOCK = {"reason": "no_inventory"}
_FULL = {"reason": "general_adjustment"}
_PART = {"amounts": [{"sku": "A", "amount": 5}], "reason": "general_adjustment"}
_SOME = {"items": ["A"]}

# fmt: off
_TRIALS = (
    Trial("buyer-cancel", "buyer", "Cancels directly", "B1", "buyer-cancel"),
    Trial("request", "buyer", "Requests the cancellation of the order", "B2", "buyer-request-cancellation"),
    Trial("request-items", "buyer", "Requests the cancellation of some items", "B3", "buyer-request-cancellation", _SOME),
    Trial("withdraw", "buyer", "Withdraws the request", "B4", "buyer-withdraw-request"),
    Trial("message", "buyer", "Asks by message", "B5", "buyer-message", {"text": "please cancel"}),
    Trial("page-cancel-for-buyer", "seller", "Cancels, Buyer Canceled", "U1", "seller-cancel", _BUYER_CANCELED, "page"),
    Trial("page-cancel", "seller", "Cancels for another reason", "U2", "seller-cancel", _OUT_OF_STOCK, "page"),
    Trial("page-confirm", "seller", "Confirms all items", "U3", "seller-confirm-shipment", {}, "page"),
    Trial("page-confirm-items", "seller", "Confirms some items", "U4", "seller-confirm-shipment", _SOME, "page"),
    Trial("page-refund", "seller", "Refunds in full", "U5", "seller-refund", _FULL, "page"),
    Trial("page-refund-part", "seller", "Refunds in part", "U6", "seller-refund", _PART, "page"),
    Trial("instructions", "seller", "Shows the official way", "U7", "seller-message", {"kind": "instructions"}, "page"),
    Trial("advise-return", "seller", "Advises to refuse or return", "U8", "seller-message", {"kind": "advise_return"}, "page"),
    Trial("feed-cancel-for-buyer", "seller", "Cancels by feed, BuyerCanceled", "D1", "seller-cancel", _BUYER_CANCELED, "feed"),
    Trial("feed-cancel", "seller", "Cancels by feed for another reason", "D2", "seller-cancel", _OUT_OF_STOCK, "feed"),
    Trial("feed-cancel-items", "seller", "Cancels some items by feed", "D3", "seller-cancel", {**_OUT_OF_STOCK, **_SOME}, "feed"),
    Trial("feed-acknowledge", "seller", "Acknowledges by feed", "D4", "seller-acknowledge", {"seller_order_id": "M-1"}, "feed"),
    Trial("feed-confirm", "seller", "Confirms all items by feed", "D5", "seller-confirm-shipment", {}, "feed"),
    Trial("feed-refund", "seller", "Refunds by feed", "D6", "seller-refund", _FULL, "feed"),
    Trial("api-cancel-for-buyer", "seller", "Cancels by API, BUYER_CANCELLED", "P1", "seller-cancel", _BUYER_CANCELED, "api"),
    Trial("api-cancel", "seller", "Cancels by API for another reason", "P2", "seller-cancel", _OUT_OF_STOCK, "api"),
    Trial("api-confirm", "seller", "Confirms all items by API", "P3", "seller-confirm-shipment", {}, "api"),
    Trial("auto-cancel", "time", "The time to confirm the shipment is over", "Z1", "auto-cancel", {}, "time"),
    Trial("payment-authorized", "amazon", "Payment authorized", "Z2", "payment-authorized"),
    Trial("fraud", "amazon", "Buyer judged fraudulent", "Z3", "fraud-detected"),
    Trial("payment-failed", "amazon", "Payment fails for good", "Z4", "payment-failed"),
    Trial("parcel-leaves", "carrier", "Parcel handed over", "W1", "parcel-leaves"),
)
# fmt: on
TRIALS = {trial.name: trial for trial in _TRIALS}
"""Every action of the table by its name, the buyer's first."""

PARTIAL_POLICY = POLICY.with_settings({"partial_cancellation": True})
# fmt: off
_PARTIAL_TRIALS = (
    Trial("buyer-cancel-items", "buyer", "Cancels some items directly", "-", "buyer-cancel", _SOME),
    TRIALS["request-items"],
    Trial("page-cancel-items-for-buyer", "seller", "Cancels some items, Buyer Canceled", "-", "seller-cancel", {**_BUYER_CANCELED, **_SOME}, "page"),
    Trial("page-cancel-items", "seller", "Cancels some items for another reason", "-", "seller-cancel", {**_OUT_OF_STOCK, **_SOME}, "page"),
    Trial("feed-cancel-items-for-buyer", "seller", "Cancels some items by feed, BuyerCanceled", "-", "seller-cancel", {**_BUYER_CANCELED, **_SOME}, "feed"),
    TRIALS["feed-cancel-items"],
)
# fmt: on
PARTIAL_TRIALS = {trial.name: trial for trial in _PARTIAL_TRIALS}
"""The actions that come to something else where single items may be canceled (`partial_cancellation`), by their names."""

_LOOK = Action("buyer-cancel")
"""What an order is looked at with where nobody does anything."""

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


def reach(stage: Stage, policy: Policy = POLICY) -> tuple[Order, datetime]:
    """An order at the stage, by the ordinary rules, and the instant it is judged at."""
    form = Form({"items": ITEMS, **stage.form}, START, policy, Ids(0, "RULES"), (DEFAULT_MARKETPLACE,))
    now = START + stage.age(policy)
    order = table.let_time_pass(form.read(1), now, policy)
    for action, arguments in stage.steps:
        order = table.step(order, read_action(action, arguments), now, policy).order
    return order, now


def play(stage: Stage, trial: Trial) -> Cell:
    """One cell, from an order of its own."""
    return _cell(stage, trial, *reach(stage))


def matrix() -> list[Cell]:
    """Every trial at every stage, stage by stage."""
    return [_cell(stage, trial, *reached) for stage in _STAGES for reached in [reach(stage)] for trial in _TRIALS]


def partial_matrix() -> list[Cell]:
    """The trials of single items at every stage, where single items may be canceled."""
    return [
        _cell(stage, trial, *reached, PARTIAL_POLICY)
        for stage in _STAGES
        for reached in [reach(stage, PARTIAL_POLICY)]
        for trial in _PARTIAL_TRIALS
    ]


def _cell(stage: Stage, trial: Trial, order: Order, now: datetime, policy: Policy = POLICY) -> Cell:
    """The automatic cancellation is tried at its own instant where one lies ahead of an order of some age."""
    if trial.origin == "time":
        action = Action(trial.action, origin="time")
        due = [due for due, each in table.timers(order, policy) if each.name == trial.action]
        now = due[0] if due and not stage.young else now
    else:
        action = read_action(trial.action, arguments_at(stage, trial), trial.origin)
    step = table.step(order, action, now, policy)
    return Cell(stage, trial, step, stage_of(step.order, now, policy))


def stage_of(order: Order, now: datetime, policy: Policy) -> str:
    """The name of the stage an order is in, by its facts and by the same guards that the rules ask.

    So a stage never says that a window is open which an action finds closed.
    """
    situation = Situation(order, _LOOK, now, policy)
    young = guards.window_open(situation)
    if order.channel is Channel.AFN:
        return _amazon_stage(order, young)
    requested = bool(order.open_items)
    match order.status:
        case Status.PENDING_AVAILABILITY:
            return "preorder"
        case Status.PENDING if guards.held(situation):
            return "held"
        case Status.PENDING:
            return "unpaid-requested" if requested else "unpaid"
        case Status.UNSHIPPED:
            return _unshipped_stage(order, young)
        case Status.PARTIALLY_SHIPPED:
            return "partly-shipped-requested" if requested else "partly-shipped"
        case Status.SHIPPED:
            return _shipped_stage(order, young)
        case Status.INVOICE_UNCONFIRMED:
            return "invoice-unconfirmed"
    return "canceled"


def _amazon_stage(order: Order, young: bool) -> str:
    match order.status:
        case Status.CANCELED:
            return "amazon-canceled"
        case Status.UNFULFILLABLE:
            return "amazon-unfulfillable"
        case Status.SHIPPED:
            return "amazon-shipped"
    if order.warehouse_started:
        return "amazon-picking"
    return "amazon-young" if young else "amazon-waiting"


def _unshipped_stage(order: Order, young: bool) -> str:
    if order.parcel_left:
        return "parcel-left-requested" if order.open_items else "parcel-left-early" if young else "parcel-left"
    if order.open_items:
        return "requested" if len(order.open_items) == len(order.kept_items) else "requested-in-part"
    if young:
        return "released-early"
    if order.unofficial_request:
        return "message-only"
    return "withdrawn" if any(item.request for item in order.kept_items) else "unshipped"


def _shipped_stage(order: Order, young: bool) -> str:
    if not order.parcel_left:
        return "confirmed-not-sent"
    if any(i.request and i.request.state is RequestState.CLOSED_BY_SHIPMENT for i in order.items):
        return "shipped-despite-request"
    return "shipped-early" if young else "shipped"
