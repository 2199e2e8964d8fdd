"""The seller's messages in threads, and the mail of both sides."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import flask
from flask import Blueprint, request
from werkzeug.wrappers import Response

from marketplace_sandbox.api.http.errors import invalid_input
from marketplace_sandbox.console import current
from marketplace_sandbox.console.frame.paging import cut
from marketplace_sandbox.console.frame.rendering import done, render
from marketplace_sandbox.console.orders.row import attempt
from marketplace_sandbox.core.messaging.buyer_seller import BuyerSellerMessage, is_answered
from marketplace_sandbox.core.orders.actions import MESSAGE_KINDS, Action
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.rules.table import OUTCOMES
from marketplace_sandbox.core.text.quoting import quote
from marketplace_sandbox.core.world.world import World

THREADS_A_PAGE = 10
MAILS_A_PAGE = 25
LABELS = {
    "instructions": "Send instructions",
    "advise_return": "Advise to refuse or return",
    "ask_to_cancel": "Ask the buyer to cancel",
    "out_of_stock": "Say it is out of stock",
}
"""What the seller may write, by what the button says."""
RECIPIENTS = ("buyer", "seller")

pages = Blueprint("correspondence", __name__, template_folder="templates", url_prefix="/seller")


@dataclass(frozen=True)
class Thread:
    """What buyer and seller wrote about an order. `waiting` is the buyer's message whose answer is still to come.

    `offered` are the kinds of answer that would go through, `refused` the others with the reason.
    """

    order: Order
    messages: tuple[BuyerSellerMessage, ...]
    waiting: BuyerSellerMessage | None
    offered: tuple[tuple[str, str], ...]
    refused: tuple[tuple[str, str], ...]


@pages.get("/messages")
def messages() -> flask.Response:
    """The threads, that with the latest message first; of one order also where nothing was written yet."""
    world = current.world()
    of_order = request.args.get("order_id", "").strip()
    by_order: dict[str, list[BuyerSellerMessage]] = {}
    for each in reversed(world.state.messages):
        if of_order in ("", each.order_id):
            by_order.setdefault(each.order_id, []).insert(0, each)
    if of_order:
        current.call("getOrder", path={"order_id": of_order})
        by_order.setdefault(of_order, [])
    found = cut(list(by_order), THREADS_A_PAGE)
    return render(
        "correspondence/messages.html",
        found=found,
        threads=[_thread(world, str(each), by_order[str(each)]) for each in found.entries],
        now=world.now(),
        of_order=of_order,
    )


@pages.post("/messages/<order_id>")
def write(order_id: str) -> Response:
    """Write to the buyer of an order."""
    current.check_unmoved(order_id)
    receipt = current.call(
        "takeAction",
        path={"order_id": order_id, "action": "seller-message"},
        body={"kind": request.form.get("kind", "")},
    )
    return done(f"Order {order_id}: {OUTCOMES[receipt['outcome']].meaning}", receipt=receipt)


@pages.get("/mail")
def mail() -> flask.Response:
    """The mail to buyers and to the seller, the latest first. Raises ApiError 400 for a recipient there is not."""
    to, of_order = (request.args.get(each, "").strip() for each in ("to", "order_id"))
    if to not in ("", *RECIPIENTS):
        raise invalid_input(f"Mail goes to {' or '.join(RECIPIENTS)}; {quote(to)} is neither.", "to")
    every: Iterable[object] = (
        each for each in reversed(current.world().state.mail) if to in ("", each.to) and of_order in ("", each.order_id)
    )
    return render(
        "correspondence/mail.html",
        found=cut(list(every), MAILS_A_PAGE),
        to=to,
        of_order=of_order,
        recipients=RECIPIENTS,
    )


def _thread(world: World, order_id: str, written: Sequence[BuyerSellerMessage]) -> Thread:
    order = world.order(order_id)
    answers = [(each.order_id, each.at) for each in written if each.to == "buyer"]
    waiting = [each for each in written if each.reply_by and not is_answered(each, answers)]
    tried = [
        (kind, attempt(order, Action("seller-message", kind=kind), world.now(), world.policy)) for kind in MESSAGE_KINDS
    ]
    return Thread(
        order,
        tuple(written),
        waiting[-1] if waiting else None,
        tuple((kind, LABELS[kind]) for kind, outcome in tried if outcome.accepted),
        tuple((LABELS[kind], outcome.meaning) for kind, outcome in tried if not outcome.accepted),
    )
