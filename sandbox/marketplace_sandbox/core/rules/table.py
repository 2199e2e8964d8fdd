"""Who may do what, when, and what comes of it: the one table of the marketplace, and the step that applies it.

Rules for editors. Everything that decides over an order stands in TABLE; nothing else changes an order's state. A
row names its conditions (properties of `Situation`, with `not` before one that must not hold), its outcome and the
source rule. The rows of an action are read from the top and the first that fits decides: refusals stand in their
order of precedence, the transitions below them. So "a seller may not cancel a shipped order" is the row of
`seller-cancel` whose outcome is ALREADY_CONFIRMED. Rules take an instant, never a clock.

Actions with a colon are the kinds of one control action; those in TIMERS are done by time alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from marketplace_sandbox.core.actions import ARGUMENTS, MESSAGE_KINDS, Action
from marketplace_sandbox.core.order import Channel, Order, Payment, RefundState, Status
from marketplace_sandbox.core.policy import Policy, auto_cancel_at
from marketplace_sandbox.core.rules import outcomes as o
from marketplace_sandbox.core.rules import transitions
from marketplace_sandbox.core.rules.outcomes import Outcome
from marketplace_sandbox.core.rules.situation import Situation


@dataclass(frozen=True, slots=True)
class Row:
    """One rule: under all of these conditions, this outcome. `source` is the rule of the material it comes from."""

    when: tuple[str, ...]
    then: Outcome
    source: str

    def fits(self, situation: Situation) -> bool:
        """Whether every condition holds."""
        return all(_holds(condition, situation) for condition in self.when)


def _holds(condition: str, situation: Situation) -> bool:
    if condition.startswith("not "):
        return not getattr(situation, condition[4:])
    return bool(getattr(situation, condition))


def _row(then: Outcome, when: str, source: str) -> Row:
    """Conditions are separated by commas; none means always."""
    return Row(tuple(part.strip() for part in when.split(",") if part.strip()), then, source)


_SELLER_GATES = (
    _row(o.AMAZON_FULFILLED, "fulfilled_by_amazon", "R28"),
    _row(o.ALREADY_CANCELED, "canceled", "R1"),
    _row(o.ORDER_PENDING, "pending", "K10"),
)
_MESSAGE_GATES = _SELLER_GATES[:2]
_AUTHORIZATION = (
    _row(o.ALREADY_RELEASED, "fulfilled_by_amazon, warehouse_started", "10"),
    _row(o.ALREADY_RELEASED, "not pending", "2.2.7"),
    _row(o.RELEASED_TO_AMAZON, "fulfilled_by_amazon", "10"),
    _row(o.AUTHORIZATION_REMEMBERED, "held", "2.1"),
    _row(o.AUTHORIZATION_STARTED, "awaits_release_date", "2.1"),
    _row(o.RELEASED_WITH_REQUEST, "request_open", "R12"),
    _row(o.RELEASED, "", "2.1"),
)
_PAYMENT_FAILURE = (
    _row(o.ALREADY_ENDED, "canceled", "R1"),
    _row(o.PAYMENT_SETTLED, "not pending", "R46"),
    _row(o.PAYMENT_SETTLED, "fulfilled_by_amazon, warehouse_started", "R46"),
    _row(o.CANCELED_FOR_PAYMENT_AT_AMAZON, "fulfilled_by_amazon", "R46"),
    _row(o.CANCELED_FOR_PAYMENT, "", "R46"),
)
_WAREHOUSE_GATES = (
    _row(o.SELLER_FULFILLED, "not fulfilled_by_amazon", "R28"),
    _row(o.NOTHING_TO_SHIP, "canceled", "10"),
    _row(o.NOTHING_TO_SHIP, "unfulfillable", "10"),
    _row(o.NOTHING_TO_SHIP, "all_confirmed", "10"),
)

TABLE: dict[str, tuple[Row, ...]] = {
    "buyer-cancel": (
        _row(o.ALREADY_CANCELED, "canceled", "R1"),
        _row(o.NOT_A_RETAIL_ORDER, "unfulfillable", "10"),
        _row(o.ALREADY_SHIPPED, "any_confirmed", "R1"),
        _row(o.INVALID_ITEM, "item_unknown", "-"),
        _row(o.INVALID_QUANTITY, "too_many_units", "-"),
        _row(o.CANCEL_WINDOW_CLOSED, "not window_open", "R3"),
        _row(o.PARTIAL_CANCEL, "subset", "R34"),
        _row(o.INVALID_REASON, "buyer_reason_unknown", "3.2"),
        _row(o.CANCELED_BY_BUYER_AT_AMAZON, "fulfilled_by_amazon", "R17"),
        _row(o.CANCELED_BY_BUYER_AFTER_PARCEL, "parcel_left", "K19"),
        _row(o.CANCELED_BY_BUYER, "", "R2"),
    ),
    "buyer-request-cancellation": (
        _row(o.ALREADY_CANCELED, "canceled", "R1"),
        _row(o.NOT_A_RETAIL_ORDER, "unfulfillable", "10"),
        _row(o.ALREADY_SHIPPED, "all_confirmed", "R1"),
        _row(o.INVALID_ITEM, "item_unknown", "-"),
        _row(o.INVALID_QUANTITY, "too_many_units", "-"),
        _row(o.INVALID_REASON, "buyer_reason_unknown", "3.2"),
        _row(o.REQUEST_DECLINED_BY_AMAZON, "fulfilled_by_amazon, warehouse_started", "R17"),
        _row(o.PARTIAL_CANCEL, "fulfilled_by_amazon, subset", "R34"),
        _row(o.CANCELED_BY_BUYER_AT_AMAZON, "fulfilled_by_amazon, window_open", "R11"),
        _row(o.REQUEST_REPEATED, "fulfilled_by_amazon, amazon_was_asked", "K17"),
        _row(o.REQUEST_SENT_TO_AMAZON, "fulfilled_by_amazon, amazon_takes_time", "5"),
        _row(o.CANCELED_AT_AMAZON_ON_REQUEST, "fulfilled_by_amazon", "R28"),
        _row(o.PARTIAL_CANCEL, "cancels_directly, subset", "R34"),
        _row(o.CANCELED_BY_BUYER_AFTER_PARCEL, "cancels_directly, parcel_left", "K19"),
        _row(o.CANCELED_BY_BUYER, "cancels_directly", "R11"),
        _row(o.ALREADY_SHIPPED, "nothing_to_ask_for", "R1"),
        _row(o.REQUEST_SENT_AS_MESSAGE, "requests_are_messages", "R22"),
        _row(o.REQUEST_REPEATED, "asked_already", "K17"),
        _row(o.REQUEST_EXTENDED, "request_open", "R52"),
        _row(o.REQUEST_OPENED_IN_PART, "asks_for_part", "R15"),
        _row(o.REQUEST_OPENED, "", "R12"),
    ),
    "buyer-withdraw-request": (
        _row(o.FEATURE_DISABLED, "not withdrawal_enabled", "K6"),
        _row(o.ALREADY_CANCELED, "canceled", "R1"),
        _row(o.NOT_A_RETAIL_ORDER, "unfulfillable", "10"),
        _row(o.ALREADY_SHIPPED, "request_closed_by_shipment, all_confirmed, parcel_left", "K6"),
        _row(o.NO_OPEN_REQUEST, "not request_open", "K6"),
        _row(o.REQUEST_WITHDRAWN, "", "K6"),
    ),
    "buyer-message": (
        _row(o.NOT_A_RETAIL_ORDER, "unfulfillable", "10"),
        _row(o.BUYER_WROTE_TO_AMAZON, "fulfilled_by_amazon", "10"),
        _row(o.BUYER_WROTE_AFTER_CANCELLATION, "canceled", "R29"),
        _row(o.BUYER_WROTE, "", "R29"),
    ),
    "seller-cancel": (
        *_SELLER_GATES,
        _row(o.ALREADY_CONFIRMED, "all_confirmed", "R8"),
        _row(o.PARTIALLY_SHIPPED, "some_confirmed", "R34"),
        _row(o.CANCEL_WINDOW_CLOSED, "seller_window_over", "R16"),
        _row(o.SHIPPED_NOT_CONFIRMED, "parcel_stops_cancellation", "R7"),
        _row(o.INVALID_ITEM, "item_unknown", "-"),
        _row(o.INVALID_QUANTITY, "too_many_units", "-"),
        _row(o.PARTIAL_CANCEL, "subset", "R34"),
        _row(o.INVALID_REASON, "seller_reason_unknown", "3.1"),
        _row(o.CANCELED_ON_REQUEST, "request_on_all_items, names_the_buyer", "R39"),
        _row(o.CANCELED_ON_REQUEST, "request_on_all_items, any_reason_exempts", "K4"),
        _row(o.CANCELED_BEYOND_REQUEST, "request_open, names_the_buyer", "K5"),
        _row(o.CANCELED_FOR_OTHER_REASON, "request_open", "K4"),
        _row(o.CANCELED_WITHOUT_REQUEST, "names_the_buyer", "R14"),
        _row(o.CANCELED_BY_SELLER, "", "R41"),
    ),
    "seller-acknowledge": (
        *_SELLER_GATES,
        _row(o.INVALID_ITEM, "item_unknown", "-"),
        _row(o.ACKNOWLEDGED, "", "3.1"),
    ),
    "seller-confirm-shipment": (
        *_SELLER_GATES,
        _row(o.INVALID_ITEM, "item_unknown", "-"),
        _row(o.INVALID_QUANTITY, "too_many_units", "-"),
        _row(o.TRACKING_EDITED, "all_confirmed", "2.2.7"),
        _row(o.INVALID_QUANTITY, "confirms_too_many", "-"),
        _row(o.TRACKING_EDITED, "confirms_nothing_new", "2.2.7"),
        _row(o.REST_SHIPPED_DESPITE_REQUEST, "some_confirmed, completes_shipment, request_open", "R7"),
        _row(o.REST_SHIPPED, "some_confirmed, completes_shipment", "2.1"),
        _row(o.SHIPPED_DESPITE_REQUEST, "completes_shipment, parcel_left, request_open", "R7"),
        _row(o.SHIPPED, "completes_shipment, parcel_left", "2.1"),
        _row(o.CONFIRMED_EARLY_DESPITE_REQUEST, "completes_shipment, request_open", "R8"),
        _row(o.CONFIRMED_EARLY, "completes_shipment", "R8"),
        _row(o.SHIPPED_IN_PART_DESPITE_REQUEST, "request_open", "K8"),
        _row(o.SHIPPED_IN_PART, "", "K8"),
    ),
    "seller-refund": (
        *_SELLER_GATES,
        _row(o.SHIPMENT_NOT_CONFIRMED, "not any_confirmed", "R36"),
        _row(o.INVALID_ITEM, "item_unknown", "-"),
        _row(o.INVALID_QUANTITY, "too_many_units", "-"),
        _row(o.SHIPMENT_NOT_CONFIRMED, "refunds_unconfirmed", "R36"),
        _row(o.INVALID_REASON, "refund_reason_unknown", "3.4"),
        _row(o.INVALID_AMOUNT, "refund_out_of_bounds", "9"),
        _row(o.REFUNDED_CONFIRMED_ITEMS, "some_confirmed", "9"),
        _row(o.REFUNDED_BY_FEED, "by_feed", "9"),
        _row(o.REFUNDED_IN_FULL, "refunds_everything", "R35"),
        _row(o.REFUNDED_IN_PART, "", "R35"),
    ),
    "seller-cancel-refund": (
        *_SELLER_GATES,
        _row(o.REFUND_UNKNOWN, "refund_unknown", "9"),
        _row(o.REFUND_NOT_PENDING, "refund_not_pending", "9"),
        _row(o.REFUND_CANCELED, "", "9"),
    ),
    "seller-message:instructions": (
        *_MESSAGE_GATES,
        _row(o.REFERRED_TO_AMAZON, "pending", "R31"),
        _row(o.INSTRUCTIONS_SENT, "unofficial_request_waits", "R31"),
        _row(o.SELLER_MUST_CANCEL, "", "R10"),
    ),
    "seller-message:advise_return": (
        *_MESSAGE_GATES,
        _row(o.NO_PARCEL, "not parcel_left", "R7"),
        _row(o.BUYER_ADVISED_EARLY, "not any_confirmed", "R7"),
        _row(o.BUYER_ADVISED, "", "R7"),
    ),
    "seller-message:ask_to_cancel": (*_MESSAGE_GATES, _row(o.SELLER_MUST_CANCEL, "", "R10")),
    "seller-message:out_of_stock": (
        _row(o.AMAZON_FULFILLED, "fulfilled_by_amazon", "R28"),
        _row(o.ORDER_PENDING, "pending", "K10"),
        _row(o.STOCK_OUT_APOLOGY, "", "R20"),
    ),
    "parcel-leaves": (
        _row(o.NOTHING_TO_SHIP, "fulfilled_by_amazon, canceled", "10"),
        _row(o.NOTHING_TO_SHIP, "unfulfillable", "10"),
        _row(o.NOTHING_TO_SHIP, "fulfilled_by_amazon, all_confirmed", "10"),
        _row(o.WAREHOUSE_SHIPPED, "fulfilled_by_amazon, warehouse_started", "10"),
        _row(o.WAREHOUSE_STARTED, "fulfilled_by_amazon", "10"),
        _row(o.INVALID_ITEM, "item_unknown", "-"),
        _row(o.INVALID_QUANTITY, "too_many_units", "-"),
        _row(o.PARCEL_LEFT_UNSHIPPABLE, "canceled", "2.2.7"),
        _row(o.PARCEL_LEFT_UNSHIPPABLE, "pending", "2.2.7"),
        _row(o.NOTHING_TO_SHIP, "left_already", "2.2.7"),
        _row(o.PARCEL_LEFT_LATE, "all_confirmed", "R8"),
        _row(o.PARCEL_LEFT_DESPITE_REQUEST, "request_open", "R7"),
        _row(o.PARCEL_LEFT, "", "R7"),
    ),
    "warehouse-starts": (
        *_WAREHOUSE_GATES,
        _row(o.NOTHING_TO_SHIP, "warehouse_started", "10"),
        _row(o.WAREHOUSE_STARTED, "", "10"),
    ),
    "warehouse-ships": (
        *_WAREHOUSE_GATES,
        _row(o.WAREHOUSE_NOT_STARTED, "not warehouse_started", "10"),
        _row(o.WAREHOUSE_SHIPPED, "", "10"),
    ),
    "payment-authorized": _AUTHORIZATION,
    "payment-failed": _PAYMENT_FAILURE,
    "fraud-detected": (
        _row(o.ALREADY_ENDED, "canceled", "R1"),
        _row(o.TOO_LATE_FOR_FRAUD, "any_confirmed", "R45"),
        _row(o.TOO_LATE_FOR_FRAUD, "unfulfillable", "10"),
        _row(o.CANCELED_FOR_FRAUD_AT_AMAZON, "fulfilled_by_amazon", "R45"),
        _row(o.CANCELED_FOR_FRAUD, "", "R45"),
    ),
    "hold-ends": _AUTHORIZATION,
    "preorder-released": _AUTHORIZATION,
    "payment-limit": _PAYMENT_FAILURE,
    "auto-cancel": (
        _row(o.TIMER_NOT_ARMED, "fulfilled_by_amazon", "10"),
        _row(o.TIMER_NOT_ARMED, "not unshipped", "K8"),
        _row(o.TIMER_NOT_ARMED, "before_auto_cancel", "R44"),
        _row(o.CANCELED_UNCONFIRMED_DESPITE_REQUEST, "request_open", "R18"),
        _row(o.CANCELED_UNCONFIRMED, "", "R44"),
    ),
    "amazon-answers": (
        _row(o.ALREADY_ENDED, "canceled", "10"),
        _row(o.REQUEST_DECLINED_BY_AMAZON, "warehouse_started", "R17"),
        _row(o.CANCELED_AT_AMAZON_ON_REQUEST, "", "R28"),
    ),
    "auto-cancel-warning": (
        _row(o.TIMER_NOT_ARMED, "not unshipped", "5"),
        _row(o.SELLER_WARNED, "", "5"),
    ),
    "refund-released": (
        _row(o.REFUND_NOT_PENDING, "refund_not_pending", "9"),
        _row(o.REFUND_RELEASED, "", "9"),
    ),
}
"""The rules of every action, in order of precedence."""

LINTS: tuple[tuple[str, str, str], ...] = (
    ("seller-cancel", "PARCEL_LEFT_BEFORE_CANCEL", "parcel_left"),
    ("seller-confirm-shipment", "CONFIRMED_BEFORE_SHIPPED", "not parcel_left, not request_open, confirms_unsent"),
)
"""Findings that depend on more than the outcome: action, finding, conditions."""

TIMERS = (
    "hold-ends",
    "preorder-released",
    "payment-limit",
    "amazon-answers",
    "auto-cancel-warning",
    "auto-cancel",
    "refund-released",
)
"""What time alone does."""


WARNINGS = (timedelta(0), timedelta(days=5), timedelta(days=6))
"""When, after the ship-by instant, the seller is warned of the automatic cancellation."""


@dataclass(frozen=True, slots=True)
class Step:
    """What came of a command: the order afterwards (the same one when refused), the outcome, the row that decided."""

    order: Order
    outcome: Outcome
    row: Row
    lints: tuple[str, ...]


def step(order: Order, command: Action, at: datetime, policy: Policy) -> Step:
    """Apply one command to one order at an instant."""
    situation = Situation(order, command, at, policy)
    row = next(each for each in TABLE[rule_name(command)] if each.fits(situation))
    if not row.then.accepted:
        return Step(order, row.then, row, row.then.lints)
    return Step(transitions.apply(situation, row.then), row.then, row, tuple(_findings(situation, row.then)))


def rule_name(command: Action) -> str:
    """The key of TABLE for a command: the action, with the kind where an action has several."""
    return f"{command.name}:{command.kind}" if command.kind else command.name


def _findings(situation: Situation, outcome: Outcome) -> Iterator[str]:
    yield from outcome.lints
    for action, lint, conditions in LINTS:
        applies = action == situation.command.name and lint not in outcome.lints and outcome.change
        if applies and _row(outcome, conditions, "").fits(situation):
            yield lint


def timers(order: Order, policy: Policy) -> list[tuple[datetime, Action]]:
    """What time alone will do to the order as it stands, each with its due instant. A dead timer is simply not here."""
    due: list[tuple[datetime, Action]] = []
    place = order.marketplace_id
    hold_ends = order.purchased_at + policy.span("hold_period", place)
    if order.status is Status.PENDING_AVAILABILITY and order.release_at:
        due.append((max(order.release_at, hold_ends) if order.hold else order.release_at, Action("preorder-released")))
    if order.status is Status.PENDING and not order.warehouse_started:
        if order.payment is Payment.AUTHORIZED:
            due.append((hold_ends if order.hold else order.purchased_at, Action("hold-ends")))
        verifying_since = max(order.release_at or order.purchased_at, order.purchased_at)
        due.append((verifying_since + policy.span("payment_limit", place), Action("payment-limit")))
    if order.amazon_asked_at and order.status is not Status.CANCELED:
        due.append((order.amazon_asked_at + policy.span("fba_answer_delay"), Action("amazon-answers")))
    if order.status is Status.UNSHIPPED and order.channel is Channel.MFN and order.ship_by_at:
        due.append((auto_cancel_at(order.ship_by_at, place, policy), Action("auto-cancel")))
        if policy.is_on("auto_cancel_warnings") and order.warnings_sent < len(WARNINGS):
            due.append((order.ship_by_at + WARNINGS[order.warnings_sent], Action("auto-cancel-warning")))
    due.extend(
        (refund.release_at, Action("refund-released", refund_id=refund.refund_id))
        for refund in order.refunds
        if refund.state is RefundState.PENDING and refund.release_at
    )
    return due


_TYPICAL = (
    *(
        Action(a)
        for a in ARGUMENTS
        if a not in ("seller-cancel", "seller-refund", "seller-cancel-refund", "seller-message")
    ),
    Action("seller-cancel", reason="general_adjustment"),
    Action("seller-refund", reason="general_adjustment"),
    *(Action("seller-message", kind=kind) for kind in MESSAGE_KINDS),
)


def allowed(order: Order, at: datetime, policy: Policy) -> list[str]:
    """The actions that would be accepted at an instant, in the order of ARGUMENTS."""
    pending = (Action("seller-cancel-refund", refund_id=r.refund_id) for r in order.refunds)
    accepted = {c.name for c in (*_TYPICAL, *pending) if step(order, c, at, policy).outcome.accepted}
    return [action for action in ARGUMENTS if action in accepted and action != "seller-acknowledge"]
