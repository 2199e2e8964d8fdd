"""Home, and what an empty world begins with: the demo, or a first order."""

from itertools import islice
from typing import Any

import flask
from flask import Blueprint, session
from werkzeug.wrappers import Response

from marketplace_sandbox import __version__
from marketplace_sandbox.console import current
from marketplace_sandbox.console.frame.long_work import Done, carry_out
from marketplace_sandbox.console.frame.rendering import done, render
from marketplace_sandbox.console.frame.worlds import first_and_latest
from marketplace_sandbox.console.home.snippets import snippets
from marketplace_sandbox.core.receipt import OrderEvent
from marketplace_sandbox.core.rules.table import OUTCOMES
from marketplace_sandbox.core.views.explain import MEANINGS

Json = dict[str, Any]

LATEST = 12
"""As many of the latest events are shown."""
SELLERS_SHOWN = 20
DEMO = "demo"

pages = Blueprint("home", __name__, template_folder="templates")


@pages.get("/")
def home() -> flask.Response:
    """What runs, and where to go from here."""
    world, parts = current.world(), current.parts()
    credentials = parts.credentials(world.opening.holder)
    latest = [_event_json(each) for each in islice(reversed(world.state.order_events), LATEST)]
    return render(
        "home/home.html",
        blocks=("latest_events",),
        version=__version__,
        url=parts.url,
        world=world,
        credentials=credentials,
        snippets=snippets(parts.url, credentials, world.marketplace_ids[0]),
        sellers=[_seller_json(parts.sellers.get(each)) for each in first_and_latest(SELLERS_SHOWN)],
        seller_count=len(list(parts.sellers)),
        latest=latest,
        calls=len(parts.requests.calls(world.seller_id)),
    )


@pages.post("/console/demo")
def play_demo() -> Response:
    """Play the demo in a seller of its own, who is chosen from now on."""
    return carry_out("The demo is played", "playScenario", _choose_demo, body={"name": DEMO})


@pages.post("/console/first-order")
def place_first_order() -> Response:
    """Place one order as it comes."""
    order = current.call("placeOrders", body={})
    return done(
        f"Order {order['order_id']} was placed. It is {order['status']}: the buyer may still cancel it alone. "
        "Advance the clock by 31m, and it is yours to ship.",
        back="/seller/orders?tab=pending",
    )


def _choose_demo(played: Json) -> Done:
    session["seller"] = played["seller_id"]
    text = f"The demo has been played. This is its seller, {played['seller_id']}."
    return Done(text, back="/seller/orders?tab=unshipped")


def _event_json(event: OrderEvent) -> Json:
    outcome = OUTCOMES.get(event.outcome)
    meaning = outcome.meaning if outcome else MEANINGS.get(event.outcome, event.outcome)
    return {"at": event.at, "order_id": event.order_id, "action": event.action, "meaning": meaning}


def _seller_json(world: Any) -> Json:
    return {"seller_id": world.seller_id, "orders": world.order_count, "now": world.now(), "rate": world.rate}
