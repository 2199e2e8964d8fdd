"""Why an order is as it is and what may happen to it: its history in words, and the guards an action meets.

One answer for all: the control API shows it as JSON, the command line as text. Changes nothing.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from marketplace_sandbox.core.orders.actions import ARGUMENTS, Action, read_action
from marketplace_sandbox.core.orders.order import Channel, Order
from marketplace_sandbox.core.policy import Policy
from marketplace_sandbox.core.receipt import OrderEvent
from marketplace_sandbox.core.rules import table
from marketplace_sandbox.core.rules.situation import Situation
from marketplace_sandbox.core.rules.stages import STAGES, stage_of
from marketplace_sandbox.core.rules.table import OUTCOMES
from marketplace_sandbox.core.text.instants import LATEST, format_instant
from marketplace_sandbox.core.text.quoting import quote, suggestion
from marketplace_sandbox.core.text.reading import FieldError
from marketplace_sandbox.core.world.world import AnyWorld

Json = dict[str, Any]
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)

# What an action is tried with where nobody says: the plainest form that could be accepted.
_PLAIN: dict[str, Json] = {
    "seller-cancel": {"reason": "buyer_canceled"},
    "seller-refund": {"reason": "general_adjustment"},
    "seller-message": {"kind": "instructions"},
    "buyer-message": {"text": "Please cancel."},
}

MEANINGS = {
    "placed": "The buyer placed the order.",
    "pickup_reported": "The seller reported of its pickup in the store.",
    "review_solicited": "The seller had the buyer asked for a review.",
    "verification_reported": "The seller reported of the review of its regulated goods.",
}
"""What happened that no rule decided, by what stands in an outcome's place."""


def explain(world: AnyWorld, order_id: str, action: str = "", arguments: Json | None = None) -> Json:
    """The order's stage, history, what is allowed and what time will do; for an action also the row that decides.

    Raises UnknownOrderError, and FieldError for an action or arguments there are not.
    """
    order, now, policy = world.order(order_id), world.now(), world.policy
    stage = stage_of(order, now, policy)
    announced = {(each.at, each.outcome) for each in world.state.notices if each.order_id == order_id}
    answer: Json = {
        "order_id": order_id,
        "now": format_instant(now),
        "status": str(order.status),
        "stage": stage,
        "about": STAGES[stage].about,
        "history": [event_json(each, announced) for each in world.state.order_events if each.order_id == order_id],
        "allowed": table.allowed_actions(order, now, policy),
        "changes": changes_by_time(order, now, policy),
    }
    if action:
        answer["action"] = _attempt(world, order, now, plain_action(action, arguments, order, now))
    return answer


def event_json(event: OrderEvent, announced: Collection[tuple[datetime, str]]) -> Json:
    """One event of the history. What fell due before the order was entered was announced to nobody."""
    outcome = OUTCOMES.get(event.outcome)
    effects = {
        "notification": outcome.change if outcome and (event.at, event.outcome) in announced else "",
        "mail": list(outcome.mails) if outcome else [],
        "lint": list(outcome.lints) if outcome else [],
        "counts_in_rate": outcome.counts if outcome else False,
    }
    return {
        "event_id": event.event_id,
        "at": format_instant(event.at),
        "action": event.action,
        "channel": event.origin,
        "outcome": event.outcome,
        "rule": event.source,
        "meaning": outcome.meaning if outcome else MEANINGS[event.outcome],
        "effects": effects,
    }


def changes_by_time(order: Order, now: datetime, policy: Policy) -> list[Json]:
    """When what is allowed will change by time alone: what falls due, and the ends of the windows that are open."""
    changes = [(max(due, now), action.name) for due, action in table.timers(order, policy)]
    possible = table.allowed_actions(order, now, policy)
    of_buyer = "fba_cancel_window" if order.channel is Channel.AFN else "buyer_cancel_window"
    windows = (
        ("buyer-cancel", of_buyer, "buyer-window-ends"),
        ("seller-cancel", "seller_cancel_window", "seller-window-ends"),
    )
    for action, key, what in windows:
        ends = order.purchased_at + policy.span(key, order.marketplace_id)
        if now < ends and action in possible:
            changes.append((ends, what))
    return [{"at": format_instant(at), "what": what} for at, what in sorted(changes)]


def plain_action(name: str, arguments: Json | None, order: Order, now: datetime) -> Action:
    """An action with these arguments, and otherwise in the plainest form that could be accepted. Raises FieldError."""
    if name in table.TIMERS:
        return Action(name, origin="time")
    if name not in ARGUMENTS:
        raise FieldError("action", f"There is no action {quote(name)}{suggestion(name, ARGUMENTS)}")
    plain = dict(_PLAIN.get(name, {}))
    if name == "seller-cancel-refund":
        plain["refund_id"] = order.refunds[-1].refund_id if order.refunds else ""
    if name == "seller-estimate-ship-date":
        plain["ship_date"] = format_instant(min(now + DAY, LATEST - SECOND))
    return read_action(name, {**plain, **(arguments or {})})


def _attempt(world: AnyWorld, order: Order, now: datetime, action: Action) -> Json:
    policy = world.policy
    step = table.step(order, action, now, policy)
    situation = Situation(order, action, now, policy)
    rows = table.rows_of(action)
    guards = [
        {
            "outcome": row.then.name,
            "when": list(row.when.words),
            "decides": row.when(situation),
            "rule": row.source,
        }
        for row in rows[: rows.index(step.row) + 1]
    ]
    before = world.state.order_at(order.order_id, now - SECOND)
    later = table.let_time_pass(order, now + SECOND, policy)
    return {
        "action": action.name,
        "outcome": step.outcome.name,
        "verdict": str(step.outcome.verdict),
        "error": step.outcome.error or None,
        "meaning": step.outcome.meaning,
        "rule": step.row.source,
        "gates": guards,
        "a_second_earlier": table.step(before, action, now - SECOND, policy).outcome.name if before else None,
        "a_second_later": table.step(later, action, now + SECOND, policy).outcome.name,
    }
