"""The form of an order, and the placing of one or of very many that are alike."""

from typing import Any

import flask
from flask import Blueprint, request
from werkzeug.wrappers import Response

from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.console import current
from marketplace_sandbox.console.frame.long_work import Done, carry_out
from marketplace_sandbox.console.frame.rendering import render
from marketplace_sandbox.console.new_order.order_fields import MOST_ITEMS, OrderFields
from marketplace_sandbox.console.orders.tabs import LABELS, tab_of
from marketplace_sandbox.core.marketplaces import MARKETPLACES
from marketplace_sandbox.core.orders.form import MOST_ORDERS_AT_ONCE, PROGRAMS
from marketplace_sandbox.core.text.span_words import in_words

MANY = 500
"""As many as the button for many makes."""

Json = dict[str, Any]

NEXT = {
    "pending": "It is Pending: the buyer may cancel it alone, until the next deadline in the clock bar.",
    "unshipped": "It is the seller's to ship by the date below.",
    "fba": "Amazon ships it.",
}
"""What is said of an order by the tab that it stands in, so that one knows what comes next."""

pages = Blueprint("new_order", __name__, template_folder="templates")


@pages.get("/orders/new")
def new_order() -> flask.Response:
    """The form, with everything as it is by default."""
    return _show(OrderFields())


@pages.post("/orders/new")
def place() -> Response:
    """Place what the form says, or show it with another row for an item."""
    filled = OrderFields.read(request.form)
    if request.form.get("another"):
        filled.items.append({})
        return _show(filled)
    form = filled.order_form()
    if request.form.get("many"):
        form["count"] = MANY
    try:
        return carry_out("Orders are placed", "placeOrders", _told, body=form)
    except ApiError as refused:
        return _show(filled, refused)


def _show(filled: OrderFields, problem: ApiError | None = None) -> flask.Response:
    world = current.world()
    return render(
        "new_order/new_order.html",
        status=problem.status if problem else 200,
        problem=problem,
        filled=filled,
        now=world.now(),
        handling_days=world.policy.value("handling_days"),
        hold_period=in_words(world.policy.value("hold_period")),
        marketplaces=[(each, MARKETPLACES[each].domain) for each in world.marketplace_ids],
        programs=PROGRAMS,
        many=MANY,
        most=MOST_ORDERS_AT_ONCE,
        most_items=MOST_ITEMS,
    )


def _told(answer: Json) -> Done:
    """One order leads to its page, several to the tab of Manage Orders that they stand in."""
    placed = answer.get("orders", [answer])
    tab = tab_of(current.world().order(placed[0]["order_id"]))
    if "orders" not in answer:
        return Done(f"Order {answer['order_id']} was placed. {NEXT[tab]}", back=f"/seller/orders/{answer['order_id']}")
    count = int(answer.get("count", len(placed)))
    are = "order was" if count == 1 else "orders were"
    return Done(f"{count:,} {are} placed. They stand under {LABELS[tab]}.", back=f"/seller/orders?tab={tab}")
