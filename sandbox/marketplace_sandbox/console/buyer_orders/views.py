"""Your Orders as a buyer has it: the list, the two forms about cancellation, the message to the seller, the mail."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import flask
from flask import Blueprint, request
from werkzeug.wrappers import Response

from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.console import current
from marketplace_sandbox.console.buyer_orders.forms import Chosen
from marketplace_sandbox.console.frame.paging import page_asked
from marketplace_sandbox.console.frame.rendering import done, render
from marketplace_sandbox.console.orders.row import attempt
from marketplace_sandbox.console.orders.tabs import EVERY, tabs_of
from marketplace_sandbox.core.commands.orders import Act
from marketplace_sandbox.core.marketplaces import MARKETPLACES
from marketplace_sandbox.core.orders.actions import Action
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.orders.reasons import BUYER_REASONS
from marketplace_sandbox.core.rules import table
from marketplace_sandbox.core.rules.table import OUTCOMES
from marketplace_sandbox.core.text.instants import parse_instant
from marketplace_sandbox.core.views.explain import changes_by_time
from marketplace_sandbox.core.world.world import World

Json = dict[str, Any]

PER_PAGE = 20
LONGEST_SEARCH = 200
CANCEL, REQUEST = "buyer-cancel", "buyer-request-cancellation"
ACTIONS = {"cancel": CANCEL, "request": REQUEST}
LIST = "/buyer/orders"

pages = Blueprint("buyer_orders", __name__, template_folder="templates", url_prefix=LIST)


@dataclass(frozen=True)
class Row:
    """An order as its buyer sees it. `action` is the form there is for it now; `until` when Cancel items ends."""

    order: Order
    currency: str
    action: str
    until: datetime | None
    can_withdraw: bool
    can_write: bool
    why_not: str


@pages.get("")
def your_orders() -> flask.Response:
    """The orders of all buyers, the newest first."""
    world = current.world()
    search = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    found = tabs_of(world.state).find(EVERY, "newest", search)
    page, last = page_asked(len(found), PER_PAGE)
    begin = (page - 1) * PER_PAGE
    return render(
        "buyer_orders/your_orders.html",
        rows=[_row(world, each) for each in found.cut(begin, begin + PER_PAGE)],
        now=world.now(),
        search=search,
        total=len(found),
        page=page,
        last=last,
        begin=begin,
    )


@pages.get("/<order_id>/<any(cancel, request):what>")
def show_form(order_id: str, what: str) -> flask.Response:
    """The form that cancels items, or asks for it."""
    current.call("getOrder", path={"order_id": order_id})
    return _show_form(order_id, what)


@pages.post("/<order_id>/<any(cancel, request):what>")
def send_form(order_id: str, what: str) -> Response:
    """Cancel the items that were ticked, or ask the seller to."""
    order = current.check_unmoved(order_id)
    chosen = Chosen.read(request.form)
    if not chosen.reasons:
        nothing = ApiError(400, "InvalidInput", "Choose an item: none is ticked.", "item")
        return _show_form(order_id, what, nothing, chosen)
    every = [chosen.cancellation(order)] if what == "cancel" else chosen.requests(order)
    try:
        # of several requests none is made unless all of them can be
        for arguments in every:
            current.try_out(Act(order_id, ACTIONS[what], arguments, "control"))
        receipts = [_act(order_id, ACTIONS[what], arguments) for arguments in every]
    except ApiError as problem:
        return _show_form(order_id, what, problem, chosen)
    text = " ".join(dict.fromkeys(OUTCOMES[each["outcome"]].meaning for each in receipts))
    return done(f"Order {order_id}: {text}", back=LIST, receipt=receipts[-1])


@pages.post("/<order_id>/withdraw")
def withdraw(order_id: str) -> Response:
    """Take the request back."""
    current.check_unmoved(order_id)
    receipt = _act(order_id, "buyer-withdraw-request", {})
    return done(f"Order {order_id}: {OUTCOMES[receipt['outcome']].meaning}", back=LIST, receipt=receipt)


@pages.get("/<order_id>/contact")
def show_contact(order_id: str) -> flask.Response:
    """The form that writes to the seller."""
    current.call("getOrder", path={"order_id": order_id})
    return _show_contact(order_id)


@pages.post("/<order_id>/contact")
def contact(order_id: str) -> Response:
    """Write to the seller."""
    current.check_unmoved(order_id)
    try:
        receipt = _act(order_id, "buyer-message", {"text": request.form.get("text", "").strip()})
    except ApiError as problem:
        return _show_contact(order_id, problem)
    return done(f"Order {order_id}: {OUTCOMES[receipt['outcome']].meaning}", back=LIST, receipt=receipt)


@pages.get("/<order_id>/mail")
def mail(order_id: str) -> flask.Response:
    """What the buyer was mailed and written about an order."""
    order = current.call("getOrder", path={"order_id": order_id})
    asked = {"order_id": order_id, "to": "buyer", "limit": 100}
    return render(
        "buyer_orders/mail.html",
        order=order,
        mails=current.call("listMail", query=asked)["mail"],
        messages=current.call("listMessages", query={**asked, "to": None})["messages"],
    )


def _act(order_id: str, action: str, arguments: Json) -> Json:
    receipt: Json = current.call("takeAction", path={"order_id": order_id, "action": action}, body=arguments)
    return receipt


def _row(world: World, order: Order) -> Row:
    now, policy = world.now(), world.policy
    allowed = table.allowed_actions(order, now, policy)
    action = "cancel" if CANCEL in allowed else "request" if REQUEST in allowed else ""
    ends = [each["at"] for each in changes_by_time(order, now, policy) if each["what"] == "buyer-window-ends"]
    return Row(
        order,
        MARKETPLACES[order.marketplace_id].currency,
        action,
        parse_instant(ends[0]) if ends and action == "cancel" else None,
        "buyer-withdraw-request" in allowed,
        "buyer-message" in allowed,
        "" if action else attempt(order, Action(REQUEST), now, policy).meaning,
    )


def _show_form(
    order_id: str, what: str, problem: ApiError | None = None, chosen: Chosen | None = None
) -> flask.Response:
    world = current.world()
    order = world.order(order_id)
    return render(
        "buyer_orders/form.html",
        status=problem.status if problem else 200,
        problem=problem,
        row=_row(world, order),
        now=world.now(),
        what=what,
        chosen=chosen or Chosen.everything(order),
        reasons=BUYER_REASONS,
    )


def _show_contact(order_id: str, problem: ApiError | None = None) -> flask.Response:
    return render(
        "buyer_orders/contact.html",
        status=problem.status if problem else 200,
        problem=problem,
        order=current.world().order(order_id),
        text=request.form.get("text", ""),
    )
