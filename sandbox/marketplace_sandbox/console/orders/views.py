"""Manage Orders and the form that cancels an order."""

from typing import Any
from urllib.parse import urlencode

import flask
from flask import Blueprint, request
from werkzeug.wrappers import Response

from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.console import current
from marketplace_sandbox.console.frame.rendering import done, render, way_back
from marketplace_sandbox.console.orders.bulk import act_on_selected, show_selected
from marketplace_sandbox.console.orders.cancel_form import cancel_form, effects
from marketplace_sandbox.console.orders.row import banner_of, row_of
from marketplace_sandbox.console.orders.tabs import LABELS, REQUESTED, SORT_LABELS, SORTS, TABS, tabs_of
from marketplace_sandbox.core.marketplaces import MARKETPLACES

PER_PAGE = 25
LONGEST_SEARCH = 200
LIST = "/seller/orders"

pages = Blueprint("orders", __name__, template_folder="templates")


@pages.get(LIST)
def manage_orders() -> flask.Response:
    """The list: a tab of it, filtered, searched, sorted, a page at a time."""
    wanted = _read_query()
    world = current.world()
    tabs = tabs_of(world.state)
    counts = tabs.counts()
    found = tabs.find(REQUESTED if wanted["buyer_requested_cancel"] else wanted["tab"], wanted["sort"], wanted["q"])
    last = max(1, -(-len(found) // PER_PAGE))
    page = min(wanted["page"], last)
    begin = (page - 1) * PER_PAGE
    response = render(
        "orders/manage_orders.html",
        blocks=("order_list",),
        rows=[row_of(world, each) for each in found.cut(begin, begin + PER_PAGE)],
        total=len(found),
        begin=begin,
        page=page,
        last=last,
        wanted=wanted,
        counts=counts,
        tabs=LABELS,
        sorts=SORT_LABELS,
        address=_address,
        filters_shown=bool(request.args.get("filters")) or wanted["buyer_requested_cancel"],
    )
    if request.headers.get("HX-Trigger") == "list-controls":
        response.headers["HX-Push-Url"] = _address(wanted)
    return response


@pages.get(f"{LIST}/selected")
def selected() -> Response:
    """The form for all orders that are ticked."""
    return show_selected(LIST)


@pages.post(f"{LIST}/selected")
def act() -> Response:
    """Confirm or cancel them."""
    return act_on_selected(LIST)


@pages.get(f"{LIST}/<order_id>/cancel")
def show_cancel(order_id: str) -> flask.Response:
    """The form, and what canceling would do to the rate, by reason."""
    current.call("getOrder", path={"order_id": order_id})
    return _show_cancel(order_id)


@pages.post(f"{LIST}/<order_id>/cancel")
def cancel(order_id: str) -> Response:
    """Cancel the order for the reason that was chosen."""
    current.check_unmoved(order_id)
    reason = request.form.get("reason", "")
    try:
        receipt = current.call(
            "takeAction", path={"order_id": order_id, "action": "seller-cancel"}, body={"reason": reason}
        )
    except ApiError as problem:
        return _show_cancel(order_id, problem)
    counts = receipt["order"]["cancellation"]["counts_in_rate"]
    text = f"Order {order_id} was canceled. It {'counts' if counts else 'does not count'} in the rate."
    return done(text, back=way_back(LIST), receipt=receipt)


def _show_cancel(order_id: str, problem: ApiError | None = None) -> flask.Response:
    world = current.world()
    order = world.order(order_id)
    banner = banner_of(world, order)
    return render(
        "orders/cancel.html",
        status=problem.status if problem else 200,
        problem=problem,
        order=order,
        currency=MARKETPLACES[order.marketplace_id].currency,
        banner=banner,
        form=cancel_form(world, order, asked=banner is not None),
        effects=effects(world, order),
        back=way_back(LIST),
    )


def _read_query() -> dict[str, Any]:
    """What is wanted of the list; what there is not is as if it had not been said."""
    tab, sort, page = (request.args.get(each, "") for each in ("tab", "sort", "page"))
    requested = request.args.get("buyer_requested_cancel", "") not in ("", "0")
    tab = tab if tab in TABS else "unshipped"
    return {
        "tab": tab,
        "buyer_requested_cancel": requested and tab == "unshipped",
        "q": request.args.get("q", "").strip()[:LONGEST_SEARCH],
        "sort": sort if sort in SORTS else "newest",
        "page": int(page) if page.isdecimal() and 0 < len(page) < 9 and int(page) else 1,
    }


def _address(wanted: dict[str, Any], **other: Any) -> str:
    """The address of the list as it is wanted, without what goes without saying."""
    asked = {**wanted, **other}
    parameters = {
        "tab": asked["tab"],
        "buyer_requested_cancel": "1" if asked["buyer_requested_cancel"] else "",
        "q": asked["q"],
        "sort": "" if asked["sort"] == "newest" else asked["sort"],
        "page": "" if asked["page"] == 1 else str(asked["page"]),
    }
    return f"{LIST}?{urlencode({name: text for name, text in parameters.items() if text})}"
