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

TOLD = "sandbox.told"
MOST_TOLD = 256
"""Things that are kept to be told on the page that follows, of all browsers together."""
MOST_AT_ONCE = 5
LISTED = 50
"""As many timers and deliveries of a receipt are shown."""


def install(app: flask.Flask) -> None:
    """Has templates know what the frame shows, and remembers the seller that was chosen."""
    app.extensions[TOLD] = OrderedDict()
    app.jinja_env.globals.update(
        back_from_form=back_from_form,
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
    _tell({"text": text, "receipt": _cut(receipt) if receipt else None})
    return redirect(back or back_from_form(), 303)


def tell_problem(problem: ApiError, *, back: str = "", receipt: Json | None = None) -> Response:
    """Sends on to a page that begins with why nothing was done. The receipt says it of each of several orders."""
    _tell({"text": problem.message, "code": problem.code, "receipt": receipt})
    return redirect(back or back_from_form(), 303)


def _tell(told: Json) -> None:
    """Keeps what the next page begins with; the cookie has its name alone, for browsers drop cookies that are large."""
    kept = current_app.extensions[TOLD]
    name = token_urlsafe(8)
    kept[name] = told
    while len(kept) > MOST_TOLD:
        kept.popitem(last=False)
    session["told"] = [*session.get("told", [])[1 - MOST_AT_ONCE :], name]


def _take_told() -> list[Json]:
    """What this page begins with, which no other does."""
    kept = current_app.extensions[TOLD]
    return [kept.pop(name) for name in session.pop("told", []) if name in kept]


def _cut(receipt: Json) -> Json:
    """A receipt as it is shown: of many timers and deliveries the first, and how many there are in all."""
    if "fired" not in receipt:
        return receipt
    fired, deliveries = receipt["fired"], receipt.get("deliveries", [])
    return {
        **receipt,
        "fired": fired[:LISTED],
        "deliveries": deliveries[:LISTED],
        "fired_count": receipt.get("fired_count", len(fired)),
        "deliveries_count": receipt.get("deliveries_count", len(deliveries)),
    }


def back_from_form() -> str:
    """The page that a posted form stood on, by its field `back`: a path of ours and nothing else."""
    return _ours(request.form.get("back", "")) or "/"


def way_back(otherwise: str) -> str:
    """Where whoever leaves a form goes: to the page it was opened from, by `back`, a path of ours and nothing else."""
    return _ours(request.form.get("back", "") or request.args.get("back", "")) or otherwise


def _ours(back: str) -> str:
    """An address, if it is a path of ours."""
    ours = back.startswith("/") and not back.startswith(("//", "/\\")) and back.isprintable()
    return back if ours else ""


def this_address() -> str:
    """The path and query of the page that is shown, for a form to come back to."""
    return request.full_path.removesuffix("?")


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
