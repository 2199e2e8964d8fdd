"""How a view answers: with a page or a fragment of it, or by sending on to one that says what was done."""

from collections import OrderedDict
from collections.abc import Sequence
from secrets import token_urlsafe
from typing import Any

import flask
from flask import current_app, redirect, render_template, request, session
from jinja2_fragments.flask import render_block
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.console import current
from marketplace_sandbox.console.frame.navigation import NAVIGATION, Entry

Json = dict[str, Any]

RECEIPTS = "sandbox.receipts"
MOST_RECEIPTS = 64
"""Receipts that are kept to be shown on the page that follows; they are too large for a cookie."""
LISTED = 50
"""As many timers and deliveries of a receipt are shown."""


def install(app: flask.Flask) -> None:
    """Has templates know what the frame shows, and remembers the seller that was chosen."""
    app.extensions[RECEIPTS] = OrderedDict()
    app.jinja_env.globals.update(
        back_from_form=back_from_form,
        find_receipt=_find_receipt,
        navigation=_navigation,
        seen=current.seen,
        take_told=_take_told,
        this_address=this_address,
    )
    app.before_request(_remember_seller)


def render(template: str, *, status: int = 200, blocks: Sequence[str] = (), **context: Any) -> flask.Response:
    """A page or, where htmx asks for the element of one of its `blocks`, that block."""
    wanted = request.headers.get("HX-Target", "").replace("-", "_")
    if wanted in blocks and "HX-History-Restore-Request" not in request.headers:
        return flask.Response(render_block(template, wanted, **context), status)
    return flask.Response(render_template(template, **context), status)


def done(text: str, *, back: str = "", receipt: Json | None = None) -> Response:
    """Sends on to a page that begins with what was done; without one to that which the form stood on.

    The receipt is the JSON of a command of the control API.
    """
    kept = ""
    if receipt is not None:
        kept = token_urlsafe(8)
        receipts = current_app.extensions[RECEIPTS]
        receipts[kept] = receipt
        while len(receipts) > MOST_RECEIPTS:
            receipts.popitem(last=False)
    _tell(done={"text": text, "receipt": kept})
    return redirect(back or back_from_form(), 303)


def tell_problem(problem: ApiError, *, back: str = "") -> Response:
    """Sends on to a page that begins with why nothing was done."""
    _tell(problem={"text": problem.message, "code": problem.code})
    return redirect(back or back_from_form(), 303)


def _tell(**said: Json) -> None:
    """Keeps what the next page begins with."""
    session["told"] = [*session.get("told", []), *said.items()]


def _take_told() -> list[tuple[str, Json]]:
    """What this page begins with, which no other does."""
    told: list[tuple[str, Json]] = session.pop("told", [])
    return told


def back_from_form() -> str:
    """The page that a posted form stood on, by its field `back`: a path of ours and nothing else."""
    back = request.form.get("back", "")
    ours = back.startswith("/") and not back.startswith(("//", "/\\")) and back.isprintable()
    return back if ours else "/"


def this_address() -> str:
    """The path and query of the page that is shown, for a form to come back to."""
    return request.full_path.removesuffix("?")


def _find_receipt(kept: str) -> Json | None:
    """A receipt as it is shown: of many timers and deliveries the first, and how many there are in all."""
    receipt: Json | None = current_app.extensions[RECEIPTS].get(kept)
    if receipt is None or "fired" not in receipt:
        return receipt
    fired, deliveries = receipt.get("fired", []), receipt.get("deliveries", [])
    return {
        **receipt,
        "fired": fired[:LISTED],
        "deliveries": deliveries[:LISTED],
        "fired_count": receipt.get("fired_count", len(fired)),
        "deliveries_count": receipt.get("deliveries_count", len(deliveries)),
    }


def _navigation() -> list[tuple[str, list[Entry]]]:
    """The groups of the navigation, with the pages there are."""
    found = [(group, [each for each in entries if leads_somewhere(each.path)]) for group, entries in NAVIGATION]
    return [(group, entries) for group, entries in found if entries]


def leads_somewhere(path: str) -> bool:
    """Whether there is a page at a path."""
    if path == "/docs":
        return True
    known: dict[str, bool] = current_app.extensions.setdefault("sandbox.known-paths", {})
    if path not in known:
        try:
            known[path] = bool(current_app.url_map.bind("").match(path, method="GET"))
        except HTTPException:
            known[path] = False
    return known[path]


def _remember_seller() -> None:
    """A seller that is named is remembered, if there is one of that id. Raises ApiError 404."""
    chosen = request.args.get("seller", "").strip()
    if chosen and request.method == "GET" and chosen != session.get("seller"):
        current.world()
        session["seller"] = chosen
