"""The panel of Amazon and the carrier, and the form for a parcel with some of the items."""

from dataclasses import dataclass

import flask
from flask import Blueprint, request
from werkzeug.wrappers import Response

from marketplace_sandbox.api.http.errors import ApiError, invalid_input
from marketplace_sandbox.console import current
from marketplace_sandbox.console.door import check_unmoved
from marketplace_sandbox.console.frame.paging import page_asked
from marketplace_sandbox.console.frame.rendering import back_from_form, done, render, tell_problem, way_back
from marketplace_sandbox.console.orders.row import attempt
from marketplace_sandbox.console.orders.tabs import EVERY, LABELS, TABS, tabs_of
from marketplace_sandbox.core.orders.actions import Action
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.rules import table
from marketplace_sandbox.core.rules.stages import STAGES, stage_of
from marketplace_sandbox.core.rules.table import OUTCOMES
from marketplace_sandbox.core.text.quoting import quote, suggestion
from marketplace_sandbox.core.world.world import World

PER_PAGE = 25
LONGEST_SEARCH = 200
ACTIONS = {
    "payment-authorized": "Payment authorized",
    "payment-failed": "Payment failed",
    "fraud-detected": "Fraud detected",
    "parcel-leaves": "Parcel leaves",
    "warehouse-starts": "Warehouse starts",
    "warehouse-ships": "Warehouse ships",
}
"""What Amazon, the carrier and the warehouse do, by what the button says."""
PANEL = "/amazon"

pages = Blueprint("amazon", __name__, template_folder="templates", url_prefix=PANEL)


@dataclass(frozen=True)
class Row:
    """An order with what may happen to it now, and why the rest may not; `about` says which stage it is at."""

    order: Order
    about: str
    offered: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]


@pages.get("")
def panel() -> flask.Response:
    """The orders with what may happen to each."""
    world = current.world()
    tab = request.args.get("tab", "")
    search = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    found = tabs_of(world.state).find(tab if tab in TABS else EVERY, "newest", search)
    page, last = page_asked(len(found), PER_PAGE)
    begin = (page - 1) * PER_PAGE
    return render(
        "amazon/panel.html",
        rows=[_row(world, each) for each in found.cut(begin, begin + PER_PAGE)],
        actions=ACTIONS,
        tab=tab if tab in TABS else "",
        tabs=LABELS,
        search=search,
        total=len(found),
        begin=begin,
        page=page,
        last=last,
    )


@pages.post("")
def act() -> Response:
    """Have something happen to one order, by the button of its row, or to all that are ticked."""
    of_row = request.form.get("of_row", "")
    action, _, order_id = of_row.partition(" ") if of_row else (request.form.get("action", ""), "", "")
    chosen = [order_id] if of_row else request.form.getlist("order")
    if action not in ACTIONS:
        message = f"There is nothing here that is called {quote(action)}{suggestion(action, ACTIONS)}"
        return tell_problem(invalid_input(message, "action"))
    if not chosen:
        return tell_problem(ApiError(400, "InvalidInput", "Choose an order: none is ticked.", "order"))
    happened: dict[str, int] = {}
    for each in chosen:
        try:
            meaning = _act(each, action)
        except ApiError as problem:
            tell_problem(ApiError(problem.status, problem.code, f"Order {each}: {problem.message}"))
            continue
        happened[meaning] = happened.get(meaning, 0) + 1
    if len(chosen) == 1:
        texts = [f"Order {chosen[0]}: {meaning}" for meaning in happened]
    else:
        texts = [f"{count} {'order' if count == 1 else 'orders'}: {meaning}" for meaning, count in happened.items()]
    return done(" ".join(texts)) if texts else flask.redirect(back_from_form(), 303)


@pages.get("/<order_id>/parcel")
def show_parcel(order_id: str) -> flask.Response:
    """The form for a parcel with some of an order's items."""
    current.call("getOrder", path={"order_id": order_id})
    return _show_parcel(order_id)


@pages.post("/<order_id>/parcel")
def send_parcel(order_id: str) -> Response:
    """Have a parcel leave with the items that are ticked."""
    current.check_unmoved(order_id)
    items = request.form.getlist("item")
    if not items:
        return _show_parcel(order_id, ApiError(400, "InvalidInput", "Choose an item: none is ticked.", "item"))
    try:
        receipt = current.call(
            "takeAction", path={"order_id": order_id, "action": "parcel-leaves"}, body={"items": items}
        )
    except ApiError as problem:
        return _show_parcel(order_id, problem)
    return done(f"Order {order_id}: {OUTCOMES[receipt['outcome']].meaning}", receipt=receipt)


def _act(order_id: str, action: str) -> str:
    """What came of an action on an order that stands as it was shown. Raises ApiError."""
    check_unmoved(current.world(), order_id, request.form.get(f"seen-{order_id}", ""))
    receipt = current.call("takeAction", path={"order_id": order_id, "action": action}, body={})
    return OUTCOMES[receipt["outcome"]].meaning


def _row(world: World, order: Order) -> Row:
    now, policy = world.now(), world.policy
    allowed = table.allowed_actions(order, now, policy)
    refused = [each for each in ACTIONS if each not in allowed]
    return Row(
        order,
        STAGES[stage_of(order, now, policy)].about,
        tuple(each for each in ACTIONS if each in allowed),
        tuple((ACTIONS[each], attempt(order, Action(each), now, policy).meaning) for each in refused),
    )


def _show_parcel(order_id: str, problem: ApiError | None = None) -> flask.Response:
    return render(
        "amazon/parcel.html",
        status=problem.status if problem else 200,
        problem=problem,
        order=current.world().order(order_id),
        back=way_back(PANEL),
    )
