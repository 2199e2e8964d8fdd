"""Why an order is as it is and what may happen to it: its history in words, and the gates an action meets.

One answer for every door: the control API shows it as JSON, the command line as text. Changes nothing.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from marketplace_sandbox.core.actions import ARGUMENTS, Action, read_action
from marketplace_sandbox.core.instants import format_instant
from marketplace_sandbox.core.order import Order
from marketplace_sandbox.core.policy import Policy
from marketplace_sandbox.core.quoting import quote, suggestion
from marketplace_sandbox.core.reading import FieldError
from marketplace_sandbox.core.receipt import OrderEvent
from marketplace_sandbox.core.rules import table
from marketplace_sandbox.core.rules.outcomes import OUTCOMES
from marketplace_sandbox.core.rules.situation import Situation
from marketplace_sandbox.core.rules.stages import STAGES, stage_of
from marketplace_sandbox.core.rules.table import Row
from marketplace_sandbox.core.world import World

Json = dict[str, Any]
SECOND = timedelta(seconds=1)

# What an action is tried with where nobody says: the plainest form that could be accepted.
_PLAIN: dict[str, Json] = {
    "seller-cancel": {"reason": "buyer_canceled"},
    "seller-refund": {"reason": "general_adjustment"},
    "seller-message": {"kind": "instructions"},
    "buyer-message": {"text": "Please cancel."},
}


def explain(world: World, order_id: str, action: str = "", arguments: Json | None = None) -> Json:
    """The order's stage, history, what is allowed and what time will do; for an action also the gate that decides.

    Raises UnknownOrderError, and FieldError for an action or arguments there are not.
    """
    order, now, policy = world.order(order_id), world.now(), world.policy
    stage = stage_of(order, now)
    told = {(each.at, each.outcome) for each in world.state.notices if each.order_id == order_id}
    answer: Json = {
        "order_id": order_id,
        "now": format_instant(now),
        "status": str(order.status),
        "stage": stage,
        "about": STAGES[stage].about,
        "history": [_line(each, told) for each in world.state.order_events if each.order_id == order_id],
        "allowed": table.allowed(order, now, policy),
        "changes": _changes(order, now, policy),
    }
    if action:
        answer["action"] = _tried(world, order, now, _command(action, arguments, order))
    return answer


def _line(happening: OrderEvent, told: Collection[tuple[datetime, str]]) -> Json:
    """One happening. What fell due before the order was entered is told to nobody."""
    outcome = OUTCOMES.get(happening.outcome)
    effects = {
        "notification": outcome.change if outcome and (happening.at, happening.outcome) in told else "",
        "mail": list(outcome.mails) if outcome else [],
        "lint": list(outcome.lints) if outcome else [],
        "counts_in_rate": outcome.counts if outcome else False,
    }
    meaning = outcome.meaning if outcome else "The buyer placed the order."
    return {
        "event_id": happening.event_id,
        "at": format_instant(happening.at),
        "action": happening.action,
        "channel": happening.origin,
        "outcome": happening.outcome,
        "rule": happening.source,
        "meaning": meaning,
        "effects": effects,
    }


def _changes(order: Order, now: datetime, policy: Policy) -> list[Json]:
    """When what is allowed will change by time alone: what falls due, and the end of the buyer's window."""
    changes = [(max(due, now), command.name) for due, command in table.timers(order, policy)]
    key = "fba_cancel_window" if order.channel == "AFN" else "buyer_cancel_window"
    window_ends = order.purchased_at + policy.span(key, order.marketplace_id)
    if now < window_ends and "buyer-cancel" in table.allowed(order, now, policy):
        changes.append((window_ends, "buyer-window-ends"))
    return [{"at": format_instant(at), "what": what} for at, what in sorted(changes)]


def _command(action: str, arguments: Json | None, order: Order) -> Action:
    if action in table.TIMERS:
        return Action(action, origin="time")
    if action not in ARGUMENTS:
        raise FieldError("action", f"There is no action {quote(action)}{suggestion(action, ARGUMENTS)}")
    plain = dict(_PLAIN.get(action, {}))
    if action == "seller-cancel-refund":
        plain["refund_id"] = order.refunds[-1].refund_id if order.refunds else ""
    return read_action(action, {**plain, **(arguments or {})})


def _tried(world: World, order: Order, now: datetime, command: Action) -> Json:
    policy = world.policy
    step = table.step(order, command, now, policy)
    situation = Situation(order, command, now, policy)
    before = world.state.order_at(order.order_id, now - SECOND)
    return {
        "action": command.name,
        "outcome": step.outcome.name,
        "verdict": str(step.outcome.verdict),
        "error": step.outcome.error or None,
        "meaning": step.outcome.meaning,
        "rule": step.row.source,
        "gates": [_gate(row, situation) for row in _until(step.row, command)],
        "a_second_earlier": table.step(before, command, now - SECOND, policy).outcome.name if before else None,
        "a_second_later": table.step(_passed(order, now + SECOND, policy), command, now + SECOND, policy).outcome.name,
    }


def _until(row: Row, command: Action) -> list[Row]:
    """The rows that were asked, the deciding one last."""
    rows = table.TABLE[table.rule_name(command)]
    return list(rows[: rows.index(row) + 1])


def _gate(row: Row, situation: Situation) -> Json:
    return {
        "outcome": row.then.name,
        "when": [condition.replace("_", " ") for condition in row.when],
        "decides": row.fits(situation),
        "rule": row.source,
    }


def _passed(order: Order, until: datetime, policy: Policy) -> Order:
    """The order a little later, if nobody does anything."""
    for due, command in table.timers(order, policy):
        if due <= until:
            return _passed(table.step(order, command, due, policy).order, until, policy)
    return order
