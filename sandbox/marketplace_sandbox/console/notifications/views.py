"""The subscribers, the deliveries and each one's attempts, and the faults that deliveries meet next."""

from typing import Any

import flask
from flask import Blueprint, request
from werkzeug.wrappers import Response

from marketplace_sandbox.api.control.refusals import translate_refusals
from marketplace_sandbox.api.http.errors import ApiError, invalid_input
from marketplace_sandbox.console import current
from marketplace_sandbox.console.frame.paging import cut
from marketplace_sandbox.console.frame.rendering import done, render, tell_problem
from marketplace_sandbox.console.notifications.post import post_of
from marketplace_sandbox.core.faults.kinds import DELIVERY, KINDS
from marketplace_sandbox.core.notifications.outbox import (
    NOTIFICATION_TYPES,
    ORDER_CHANGE_TYPES,
    Delivery,
    DeliveryStatus,
)
from marketplace_sandbox.core.text.quoting import quote, suggestion

Json = dict[str, Any]

PAGE = "/notifications"
PER_PAGE = 25
NEXT = {
    "drop": ("Lose it", "Nothing is sent; resending brings it back."),
    "delay": ("Send it late", "It waits for a span of the world's time."),
    "duplicate": ("Send it twice", "It comes twice under one id."),
    "reorder": ("Send it behind the one after it", "It waits until a later one was attempted."),
    "wrong_signature": ("Sign it wrong", "Its signature does not fit."),
}
"""What may go wrong with the next delivery, by the kind of fault: what the button says, and what happens."""

pages = Blueprint("notifications", __name__, template_folder="templates", url_prefix=PAGE)


@pages.get("")
def notifications() -> flask.Response:
    """Everything of a seller's notifications on one page, the latest deliveries first."""
    return _show()


@pages.post("")
def add_webhook() -> flask.Response | Response:
    """Tell an address of changes from now on."""
    form = request.form
    body = {
        "url": form.get("url", "").strip(),
        "secret": form.get("secret", "").strip(),
        "notification_types": form.getlist("notification_types"),
        "order_change_types": form.getlist("order_change_types"),
    }
    try:
        made = current.call("addWebhook", body={key: each for key, each in body.items() if each or key == "url"})
    except ApiError as problem:
        return _show(problem)
    secret = {"secret": made["secret"]} if "secret" in made else {}
    return done(f"{made['url']} is told of changes from now on.", back=PAGE, receipt={"webhook": made["id"], **secret})


@pages.post("/webhooks/<webhook_id>/remove")
def remove_webhook(webhook_id: str) -> Response:
    """Tell an address no more."""
    current.call("removeWebhook", path={"webhook_id": webhook_id})
    return done("The webhook was removed. What was not delivered yet is given up.", back=PAGE)


@pages.post("/next")
def have_next_go_wrong() -> Response:
    """Have the next delivery go wrong, or some after that."""
    kind = request.form.get("kind", "")
    if kind not in NEXT:
        message = f"Nothing that goes wrong with a delivery is called {quote(kind)}{suggestion(kind, NEXT)}"
        return tell_problem(invalid_input(message, "kind"), back=PAGE)
    times = request.form.get("times", "1").strip()
    body: Json = {"kind": kind, "times": int(times) if times.isdecimal() and len(times) < 10 else times}
    if kind == "delay":
        body["by"] = request.form.get("by", "").strip()
    try:
        fault = current.call("addFault", body=body)
    except ApiError as problem:
        return tell_problem(problem, back=PAGE)
    which = "The next delivery" if fault["times"] == 1 else f"Each of the next {fault['times']} deliveries"
    return done(f"{which} meets this: {KINDS[kind].about} ({fault['id']})", back=PAGE)


@pages.post("/faults/<fault_id>/remove")
def remove_fault(fault_id: str) -> Response:
    """Have deliveries meet a fault no more."""
    current.call("removeFault", path={"fault_id": fault_id})
    return done(f"{fault_id} was removed.", back=PAGE)


@pages.get("/deliveries/<delivery_id>")
def delivery(delivery_id: str) -> flask.Response:
    """One delivery: what is sent, how it is signed, and how each attempt went."""
    world, found = current.world(), _find(delivery_id)
    subscriber = world.state.subscriptions.recipient(found.subscriber_id)
    return render(
        "notifications/delivery.html",
        delivery=found,
        subscriber=subscriber,
        post=post_of(world, found, subscriber) if subscriber else None,
        shown=_seen(found),
        signed_by=world.policy.value("signature_time"),
    )


@pages.post("/deliveries/<delivery_id>/resend")
def resend(delivery_id: str) -> Response:
    """Send the same notification again, if it stands as it was shown."""
    found = _find(delivery_id)
    if request.form.get("shown", "") != _seen(found):
        message = (
            f"The delivery has changed since this page was shown, so nothing was sent. It is {found.status} now, after "
            f"{len(found.attempts)} {'attempt' if len(found.attempts) == 1 else 'attempts'}."
        )
        raise ApiError(409, "DELIVERY_CHANGED", message)
    sent = current.call("resendDelivery", path={"delivery_id": delivery_id}, body={})
    code = f" The receiver answered {sent['http_code']}." if sent["http_code"] else ""
    return done(f"It was sent again and is {sent['status'].replace('_', ' ')}.{code}")


def _show(problem: ApiError | None = None) -> flask.Response:
    world = current.world()
    status, of_order = (request.args.get(each, "").strip() for each in ("status", "order_id"))
    if status not in ("", *map(str, DeliveryStatus)):
        known = ", ".join(DeliveryStatus)
        raise invalid_input(f"A delivery is one of {known}; {quote(status)} is none.", "status")
    found = [
        each
        for each in reversed(list(world.state.deliveries.values()))
        if status in ("", each.status) and of_order in ("", each.notice.order_id)
    ]
    subscribers = {each.subscriber_id: each for each in world.state.subscribers.values()}
    faults = current.call("listFaults", query={"limit": 1000})["faults"]
    return render(
        "notifications/notifications.html",
        status=problem.status if problem else 200,
        blocks=("deliveries",),
        problem=problem,
        typed=request.form if problem else {},
        webhooks=[each for each in subscribers.values() if not each.destination_id],
        subscriptions=[each for each in subscribers.values() if each.destination_id],
        queues={each["arn"]: each for each in current.call("listQueues", query={"limit": 1000})["queues"]},
        subscribers=subscribers,
        found=cut(found, PER_PAGE),
        seen=_seen,
        wanted={"status": status, "order_id": of_order},
        statuses=list(DeliveryStatus),
        types=NOTIFICATION_TYPES,
        changes=ORDER_CHANGE_TYPES,
        next_faults=NEXT,
        faults=[each for each in faults if KINDS[each["kind"]].of == DELIVERY],
        now=world.now(),
    )


def _find(delivery_id: str) -> Delivery:
    """The delivery of an id. Raises ApiError 404."""
    with translate_refusals():
        return current.world().state.subscriptions.deliveries.find(delivery_id)


def _seen(delivery: Delivery) -> str:
    """How a delivery stands, for a form to bring back."""
    return f"{delivery.status} {len(delivery.attempts)}"
