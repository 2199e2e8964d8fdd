"""The form that refunds an order, the refunds it has had, and taking back one that is pending."""

import flask
from flask import Blueprint, request
from werkzeug.wrappers import Response

from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.console import current
from marketplace_sandbox.console.frame.rendering import done, render, way_back
from marketplace_sandbox.console.order_page.what_if import try_one
from marketplace_sandbox.console.orders.row import attempt, refund_all
from marketplace_sandbox.console.refund.forms import Chosen, refundable_parts
from marketplace_sandbox.core.marketplaces import MARKETPLACES
from marketplace_sandbox.core.orders.actions import Action
from marketplace_sandbox.core.orders.order import RefundState
from marketplace_sandbox.core.orders.reasons import REFUND_REASONS
from marketplace_sandbox.core.rules.table import OUTCOMES

REFUND, CANCEL_REFUND = "seller-refund", "seller-cancel-refund"
LIST = "/seller/orders"
FORM = f"{LIST}/<order_id>/refund"

pages = Blueprint("refund", __name__, template_folder="templates")


@pages.get(FORM)
def show_refund(order_id: str) -> flask.Response:
    """The form: of a full refund or, asked so, of one in part."""
    current.call("getOrder", path={"order_id": order_id})
    return _show(order_id, Chosen(in_part=bool(request.args.get("part"))))


@pages.post(FORM)
def refund(order_id: str) -> Response:
    """Refund what was chosen."""
    order = current.check_unmoved(order_id)
    chosen = Chosen.read(request.form, order)
    try:
        path = {"order_id": order_id, "action": REFUND}
        receipt = current.call("takeAction", path=path, body=chosen.arguments(order))
    except ApiError as problem:
        return _show(order_id, chosen, problem)
    return done(f"Order {order_id}: {OUTCOMES[receipt['outcome']].meaning}", back=way_back(LIST), receipt=receipt)


@pages.post(f"{FORM}/<refund_id>/cancel")
def cancel_refund(order_id: str, refund_id: str) -> Response:
    """Take a pending refund back."""
    current.check_unmoved(order_id)
    path = {"order_id": order_id, "action": CANCEL_REFUND}
    receipt = current.call("takeAction", path=path, body={"refund_id": refund_id})
    return done(f"Refund {refund_id}: {OUTCOMES[receipt['outcome']].meaning}", receipt=receipt)


def _show(order_id: str, chosen: Chosen, problem: ApiError | None = None) -> flask.Response:
    world = current.world()
    order = world.order(order_id)
    now, policy = world.now(), world.policy
    parts = refundable_parts(order)
    pending = [each.refund_id for each in order.refunds if each.state is RefundState.PENDING]
    return render(
        "refund/refund.html",
        status=problem.status if problem else 200,
        problem=problem,
        order=order,
        currency=MARKETPLACES[order.marketplace_id].currency,
        chosen=chosen,
        reasons=REFUND_REASONS,
        parts=parts,
        left=[each for components in parts for each in components if each.left],
        titles={each.order_item_id: each.title for each in order.items},
        trial=try_one(world, order, refund_all(order)),
        hold=policy.span("refund_hold", order.marketplace_id),
        now=now,
        can_be_canceled={
            each for each in pending if attempt(order, Action(CANCEL_REFUND, refund_id=each), now, policy).accepted
        },
        back=way_back(LIST),
    )
