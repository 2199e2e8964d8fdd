"""The form of Cancel order, and what each reason would do: tried before anything is done."""

from dataclasses import dataclass
from fractions import Fraction

from flask_wtf import FlaskForm
from wtforms import SelectField

from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.console import current
from marketplace_sandbox.console.orders.row import BUYER_CANCELED, attempt
from marketplace_sandbox.core.commands.orders import Act
from marketplace_sandbox.core.orders.actions import Action
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.orders.reasons import SELLER_REASONS
from marketplace_sandbox.core.rules.outcomes import Outcome
from marketplace_sandbox.core.views.metrics import CancellationRate, cancellation_rate
from marketplace_sandbox.core.world.world import World

NOT_OFFERED = "INVALID_REASON"
"""What a reason meets that the world's settings keep back."""


class CancelForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The reason alone: what is canceled is the whole order."""

    reason = SelectField("Cancellation reason", validate_choice=False)


def cancel_form(world: World, order: Order, *, asked: bool) -> CancelForm:
    """The form with the reasons there are; where the buyer has asked, that one is chosen already."""
    form = CancelForm(data={"reason": BUYER_CANCELED if asked else ""})
    offered = [SELLER_REASONS[key] for key, outcome in _outcomes(world, order).items() if outcome.error != NOT_OFFERED]
    form.reason.choices = [("", "Select a reason"), *((each.key, each.label) for each in offered)]
    return form


def _outcomes(world: World, order: Order) -> dict[str, Outcome]:
    """What each reason would meet."""
    now, policy = world.now(), world.policy
    return {key: attempt(order, Action("seller-cancel", reason=key), now, policy) for key in SELLER_REASONS}


@dataclass(frozen=True)
class Effect:
    """What canceling for some reasons would bring: the rate afterwards, or why it would be refused."""

    reasons: tuple[str, ...]
    meaning: str
    counts: bool
    after: str
    refused: str = ""


def effects(world: World, order: Order) -> tuple[str, list[Effect]]:
    """The rate as it is, and what canceling would make of it; reasons that bring the same stand together."""
    now, policy = world.now(), world.policy
    before = cancellation_rate(world.orders.values(), now, policy, order.marketplace_id)
    grouped: dict[str, tuple[Outcome, list[str]]] = {}
    for key, outcome in _outcomes(world, order).items():
        if outcome.error != NOT_OFFERED:
            grouped.setdefault(outcome.name, (outcome, []))[1].append(key)
    return write_rate(before), [_effect(world, order, *each) for each in grouped.values()]


def _effect(world: World, order: Order, outcome: Outcome, reasons: list[str]) -> Effect:
    labels = tuple(SELLER_REASONS[each].label for each in reasons)
    try:
        trial = current.try_out(Act(order.order_id, "seller-cancel", {"reason": reasons[0]}, "control"))
    except ApiError as problem:
        return Effect(labels, problem.message, counts=False, after="", refused=problem.code)
    orders = trial.state.orders.values()
    after = cancellation_rate(orders, world.now(), world.policy, order.marketplace_id)
    return Effect(labels, outcome.meaning, outcome.counts, write_rate(after))


def write_rate(rate: CancellationRate) -> str:
    """`1 of 40 orders, 2.50 %`."""
    if rate.rate is None:
        return "no orders in the window"
    orders = "order" if rate.orders == 1 else "orders"
    return f"{rate.canceled} of {rate.orders} {orders}, {_percent(rate.rate)}"


def _percent(rate: Fraction) -> str:
    return f"{float(rate * 100):.2f} %"
