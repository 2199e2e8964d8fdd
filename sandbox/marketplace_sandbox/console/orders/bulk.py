"""The orders that were ticked in Manage Orders: confirmed or canceled together, and what came of each."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import flask
from flask import request
from werkzeug.wrappers import Response

from marketplace_sandbox.api.http.errors import ApiError, invalid_input
from marketplace_sandbox.console import current
from marketplace_sandbox.console.door import check_unmoved
from marketplace_sandbox.console.frame.rendering import done, render, tell_problem, way_back
from marketplace_sandbox.console.orders.cancel_form import NOT_OFFERED, cancel_form, write_rate
from marketplace_sandbox.console.orders.row import BUYER_CANCELED, PLAIN_REASON, Row, attempt, confirm_all, row_of
from marketplace_sandbox.core.commands.orders import Act
from marketplace_sandbox.core.marketplaces import MARKETPLACES
from marketplace_sandbox.core.orders.actions import Action, write_action
from marketplace_sandbox.core.orders.carriers import CARRIERS
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.orders.reasons import SELLER_REASONS
from marketplace_sandbox.core.rules.outcomes import Outcome
from marketplace_sandbox.core.rules.table import OUTCOMES
from marketplace_sandbox.core.text.quoting import quote, suggestion
from marketplace_sandbox.core.views.metrics import cancellation_rate
from marketplace_sandbox.core.world.world import World

Json = dict[str, Any]

MOST_ORDERS = 100
"""As many are treated at once: more than stand on a page."""
ACTIONS = {"confirm": "seller-confirm-shipment", "cancel": "seller-cancel"}


def show_selected(home: str) -> Response:
    """What is to be done to the orders that were ticked, with the one form for all of them."""
    what, order_ids = _read(request.args.get("what", ""), request.args.getlist("order"))
    if not order_ids:
        return tell_problem(invalid_input("Tick an order first: none is.", "order"), back=way_back(home))
    for each in order_ids:
        current.call("getOrder", path={"order_id": each})
    return _show(what, order_ids, order_ids, home)


def act_on_selected(home: str) -> Response:
    """Confirm or cancel each that is ticked still, and tell of each what came of it."""
    what, order_ids = _read(request.form.get("what", ""), request.form.getlist("order"))
    shown = request.form.getlist("shown") or order_ids
    problem = None
    if not order_ids:
        problem = invalid_input("Tick an order: none is.", "order")
    elif what == "cancel" and not request.form.get("reason"):
        problem = invalid_input("Select a reason; it is that of all orders.", "reason")
    if problem:
        return _show(
            what, [each for each in shown[:MOST_ORDERS] if each in current.world().orders], order_ids, home, problem
        )
    told = [_act(what, each) for each in order_ids]
    refused = [each for each in told if each["code"]]
    verb = "confirmed" if what == "confirm" else "canceled"
    text = f"{len(told) - len(refused)} of {len(told)} orders {'was' if len(told) == 1 else 'were'} {verb}."
    if len(refused) == len(told):
        first = ApiError(409, refused[0]["code"], text)
        return tell_problem(first, back=way_back(home), receipt={"orders": told})
    return done(text, back=way_back(home), receipt={"orders": told})


def _read(what: str, order_ids: Iterable[str]) -> tuple[str, list[str]]:
    """What is to be done, and the orders, each once. Raises ApiError."""
    if what not in ACTIONS:
        message = f"What is done to many orders is none of {quote(what)}{suggestion(what, ACTIONS)}"
        raise invalid_input(message, "what")
    known = list(dict.fromkeys(order_ids))
    if len(known) > MOST_ORDERS:
        raise invalid_input(f"At most {MOST_ORDERS} orders are treated at once; {len(known)} are ticked.", "order")
    return what, known


def _act(what: str, order_id: str) -> Json:
    """What came of one order: a sentence and, where it was refused, the error's code."""
    form = request.form
    try:
        order = check_unmoved(current.world(), order_id, form.get(f"seen-{order_id}", ""))
        given = {"reason": form.get("reason", "")} if what == "cancel" else _shipment(order)
        receipt = current.call("takeAction", path={"order_id": order_id, "action": ACTIONS[what]}, body=given)
    except ApiError as problem:
        return {"order_id": order_id, "text": problem.message, "code": problem.code}
    return {"order_id": order_id, "text": OUTCOMES[receipt["outcome"]].meaning, "code": ""}


def _shipment(order: Order) -> Json:
    said = {
        "carrier": request.form.get("carrier"),
        "tracking": request.form.get(f"tracking-{order.order_id}", "").strip(),
    }
    return {**write_action(confirm_all(order)), **{name: each for name, each in said.items() if each}}


@dataclass(frozen=True)
class Chosen:
    """An order that was ticked: its row, whether it would go through alone, and what would come of it."""

    row: Row
    allowed: bool
    meaning: str
    code: str


def _show(
    what: str, order_ids: list[str], ticked: list[str], home: str, problem: ApiError | None = None
) -> flask.Response:
    world = current.world()
    orders = [world.order(each) for each in order_ids]
    asked = all(each.open_items for each in orders)
    reason = request.form.get("reason") or (BUYER_CANCELED if asked else "")
    return render(
        "orders/selected.html",
        status=problem.status if problem else 200,
        problem=problem,
        what=what,
        rows=[_choose(world, what, each, reason or PLAIN_REASON) for each in orders],
        ticked=set(ticked),
        form=cancel_form(world, orders[0], asked=asked) if orders and what == "cancel" else None,
        now=_write_rates(world, orders, world.orders.values()),
        effects=_effects(world, orders) if what == "cancel" else [],
        carriers=CARRIERS,
        back=way_back(home),
    )


def _choose(world: World, what: str, order: Order, reason: str) -> Chosen:
    action = Action(ACTIONS[what], reason=reason) if what == "cancel" else confirm_all(order)
    outcome = attempt(order, action, world.now(), world.policy)
    return Chosen(row_of(world, order), outcome.accepted, outcome.meaning, outcome.error)


@dataclass(frozen=True)
class Effect:
    """What canceling all of them for some reasons would bring: how many, how many of those count, the rate after it."""

    reasons: tuple[str, ...]
    canceled: int
    counted: int
    after: str


def _effects(world: World, orders: list[Order]) -> list[Effect]:
    """By reason; those that bring the same stand together."""
    now, policy = world.now(), world.policy
    grouped: dict[tuple[str, ...], tuple[list[Outcome], list[str]]] = {}
    for key in SELLER_REASONS:
        outcomes = [attempt(each, Action("seller-cancel", reason=key), now, policy) for each in orders]
        if not any(each.error == NOT_OFFERED for each in outcomes):
            grouped.setdefault(tuple(each.name for each in outcomes), (outcomes, []))[1].append(key)
    found = []
    for outcomes, reasons in grouped.values():
        pairs = zip(orders, outcomes, strict=True)
        canceled = [order for order, outcome in pairs if outcome.accepted]
        acts = [Act(each.order_id, "seller-cancel", {"reason": reasons[0]}, "control") for each in canceled]
        after = current.try_in_turn(acts).orders.values()
        labels = tuple(SELLER_REASONS[each].label for each in reasons)
        counted = sum(each.counts for each in outcomes)
        found.append(Effect(labels, len(canceled), counted, _write_rates(world, orders, after)))
    return found


def _write_rates(world: World, orders: list[Order], of_all: Iterable[Order]) -> str:
    """The rate of each marketplace that the orders are of."""
    every, now, policy = list(of_all), world.now(), world.policy
    rates = {
        each: cancellation_rate(every, now, policy, each) for each in dict.fromkeys(o.marketplace_id for o in orders)
    }
    if len(rates) == 1:
        return write_rate(next(iter(rates.values())))
    return "; ".join(f"{MARKETPLACES[each].sales_channel}: {write_rate(rate)}" for each, rate in rates.items())
