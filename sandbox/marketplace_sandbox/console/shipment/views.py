"""The form that confirms a shipment, or changes what was said of the last parcel once everything is confirmed."""

import flask
from flask import Blueprint, request
from werkzeug.wrappers import Response

from marketplace_sandbox.api.http.errors import ApiError, invalid_input
from marketplace_sandbox.console import current
from marketplace_sandbox.console.frame.rendering import done, render, way_back
from marketplace_sandbox.console.order_page.what_if import try_one
from marketplace_sandbox.console.orders.row import banner_of, confirm_all
from marketplace_sandbox.console.shipment.forms import Chosen
from marketplace_sandbox.core.marketplaces import MARKETPLACES
from marketplace_sandbox.core.orders.carriers import CARRIERS, OTHER
from marketplace_sandbox.core.rules.table import OUTCOMES, allowed_actions

CONFIRM = "seller-confirm-shipment"
LIST = "/seller/orders"
FORM = f"{LIST}/<order_id>/confirm-shipment"

pages = Blueprint("shipment", __name__, template_folder="templates")


@pages.get(FORM)
def show_confirm(order_id: str) -> flask.Response:
    """The form, and what confirming everything would bring."""
    current.call("getOrder", path={"order_id": order_id})
    return _show(order_id)


@pages.post(FORM)
def confirm(order_id: str) -> Response:
    """Confirm the units that were chosen."""
    order = current.check_unmoved(order_id)
    chosen = Chosen.read(request.form)
    try:
        if order.quantity_unconfirmed and not chosen.units:
            raise invalid_input("Choose an item: none is ticked.", "item")
        path = {"order_id": order_id, "action": CONFIRM}
        receipt = current.call("takeAction", path=path, body=chosen.arguments(order))
    except ApiError as problem:
        return _show(order_id, problem, chosen)
    return done(f"Order {order_id}: {OUTCOMES[receipt['outcome']].meaning}", back=way_back(LIST), receipt=receipt)


def _show(order_id: str, problem: ApiError | None = None, chosen: Chosen | None = None) -> flask.Response:
    world = current.world()
    order = world.order(order_id)
    return render(
        "shipment/confirm.html",
        status=problem.status if problem else 200,
        problem=problem,
        order=order,
        currency=MARKETPLACES[order.marketplace_id].currency,
        banner=banner_of(world, order),
        chosen=chosen or Chosen.everything(order),
        carriers=CARRIERS,
        other=OTHER,
        can_cancel="seller-cancel" in allowed_actions(order, world.now(), world.policy),
        trial=try_one(world, order, confirm_all(order)),
        back=way_back(LIST),
    )
