"""Operations that may take long: what is done soon is answered at once, for the rest there is a page that says how far.

With JavaScript that page follows a stream of events; without, it asks anew every second. In the end it leads to where
the form stood, which begins with what was done.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import wait
from functools import partial
from typing import Any, NamedTuple, cast

import flask
from flask import current_app, redirect, render_template, url_for
from werkzeug.wrappers import Response

from marketplace_sandbox.api.http.errors import ApiError, by_status
from marketplace_sandbox.console import current
from marketplace_sandbox.console.frame.blueprint import pages
from marketplace_sandbox.console.frame.rendering import back_from_form, done, tell_problem
from marketplace_sandbox.console.live.works import HowFar, TooMuchWorkError, Work, Works

Json = dict[str, Any]

WORKS = "sandbox.works"


class Done(NamedTuple):
    """What is told of work that is done, on which page (none for that which the form stood on), with what receipt."""

    text: str
    back: str = ""
    receipt: Json | None = None


def carry_out(
    title: str,
    operation_id: str,
    finish: Callable[[Any], Done],
    *,
    path: Mapping[str, str] | None = None,
    query: Mapping[str, Any] | None = None,
    body: Any = None,
    how_far: HowFar | None = None,
    stops_with: str = "",
) -> Response:
    """Calls an operation of the control API for the chosen seller, and answers as `done` does, or sends on to a page.

    `finish` says what is told of its answer. How far it is, is what the operation counts, unless `how_far` says so.
    `stops_with` is the operation that ends it on its way. Raises ApiError where that is known soon; what fails later is
    told on the page that the form stood on.
    """
    seller_id = current.seller_id()
    call = partial(current.door().call, seller_id=seller_id)
    do = partial(call, operation_id, path=path, query=query, body=body)
    stop = partial(call, stops_with) if stops_with else None
    works = _works()
    try:
        work = works.begin(title, back_from_form(), do, finish, how_far=how_far, stop=stop)
    except TooMuchWorkError:
        message = "So much is under way already that no more is begun. Please try again when some of it is done."
        raise ApiError(503, by_status(503).code, message, headers={"Retry-After": "5"}) from None
    wait((work.end,), timeout=works.patience_seconds)
    if not work.end.done():
        return redirect(url_for("frame.show_work", work_id=work.work_id), 303)
    return _finish(work)


@pages.get("/console/work/<work_id>")
def show_work(work_id: str) -> Response:
    """How far it is or, once it is over, on to the page that says what was done."""
    work = _find(work_id)
    if not work.end.done():
        return flask.Response(render_template("frame/work.html", work=work, progress=work.tell()))
    if work.told:
        return redirect(work.back, 303)
    try:
        return _finish(work)
    except ApiError as refused:
        return tell_problem(refused, back=work.back)


@pages.post("/console/work/<work_id>/stop")
def stop_work(work_id: str) -> Response:
    """End it on its way; if it has ended by itself meanwhile, that is what its page tells."""
    work = _find(work_id)
    if work.stop is not None and not work.end.done():
        try:
            work.stop()
        except ApiError as refused:
            if refused.status != 404:  # none of it runs any more
                raise
        wait((work.end,), timeout=_works().patience_seconds)
    return redirect(url_for("frame.show_work", work_id=work_id), 303)


def _finish(work: Work) -> Response:
    """Tells what came of it, once. Raises what it raised."""
    work.told = True
    text, back, receipt = work.finish(work.end.result())
    return done(text, back=back or work.back, receipt=receipt)


def _find(work_id: str) -> Work:
    work = _works().find(work_id)
    if work is None:
        raise ApiError(404, "NotFound", "This work is over, or was never begun here.")
    return work


def _works() -> Works:
    return cast(Works, current_app.extensions[WORKS])
