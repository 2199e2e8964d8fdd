"""The page of one order."""

import flask
from flask import Blueprint

from marketplace_sandbox.console import current
from marketplace_sandbox.console.frame.rendering import render
from marketplace_sandbox.console.order_page.dialects import told_of
from marketplace_sandbox.console.order_page.records import records_of
from marketplace_sandbox.console.order_page.timeline import ENDS, coming_of, past_of
from marketplace_sandbox.console.order_page.what_if import try_all
from marketplace_sandbox.console.orders.row import row_of
from marketplace_sandbox.core.rules.stages import STAGES, stage_of

pages = Blueprint("order_page", __name__, template_folder="templates")


@pages.get("/seller/orders/<order_id>")
def order_page(order_id: str) -> flask.Response:
    """An order with all there is to say about it."""
    current.call("getOrder", path={"order_id": order_id})
    world = current.world()
    order, records = world.order(order_id), records_of(world.state, order_id)
    stage = stage_of(order, world.now(), world.policy)
    return render(
        "order_page/order.html",
        blocks=("timeline",),
        row=row_of(world, order),
        order=order,
        stage=stage,
        about=STAGES[stage].about,
        now=world.now(),
        past=past_of(records),
        coming=coming_of(world, order),
        ends=ENDS,
        dialects=told_of(world, order, records),
        trials=try_all(world, order),
    )
