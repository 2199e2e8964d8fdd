"""Pages for what went wrong: a refused act with its code, a page there is not, a form whose time is over."""

import logging

import flask
from flask import current_app, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from marketplace_sandbox.api.http.errors import ApiError, by_status
from marketplace_sandbox.api.http.refusals import store_unavailable
from marketplace_sandbox.console.frame.navigation import NAVIGATION
from marketplace_sandbox.console.frame.worlds import first_and_latest
from marketplace_sandbox.core.journal.journal import StoreError, StoreUnavailableError
from marketplace_sandbox.core.text.quoting import nearest_path
from marketplace_sandbox.core.text.redaction import redact_text
from marketplace_sandbox.core.world.sellers import UnopenedWorldError

LONGEST = 200
"""As many characters of a path are quoted."""
SELLERS_OFFERED = 20
"""As many other sellers are offered where the chosen one is not there."""

logger = logging.getLogger("marketplace_sandbox.console")


def install(app: flask.Flask) -> None:
    """Has the app answer every refusal and failure as a page."""
    app.register_error_handler(ApiError, _answer)
    app.register_error_handler(CSRFError, _answer_foreign_form)
    app.register_error_handler(HTTPException, _answer_refusal)
    app.register_error_handler(StoreUnavailableError, lambda failure: _answer(store_unavailable(failure, "/")))
    app.register_error_handler(UnopenedWorldError, _answer_unopened)
    app.register_error_handler(Exception, _answer_failure)


def _answer(problem: ApiError) -> flask.Response:
    """The page of a refusal. Where the seller that was chosen is not there, it is told without that one's clock."""
    unchanged = request.method == "POST"
    try:
        text = render_template("frame/problem.html", problem=problem, unchanged=unchanged)
    except (ApiError, StoreError):
        flask.session.pop("seller", None)
        text = render_template(
            "frame/problem_alone.html",
            problem=problem,
            unchanged=unchanged,
            sellers=first_and_latest(SELLERS_OFFERED),
        )
    return flask.Response(text, problem.status, problem.headers)


def _answer_unopened(refusal: UnopenedWorldError) -> flask.Response:
    return _answer(ApiError(503, by_status(503).code, str(refusal)))


def _answer_foreign_form(_: CSRFError) -> flask.Response:
    message = (
        "This form was not shown by this server, or not in this browser, so nothing was done. "
        "Open the page again and send the form from there; the browser has to take cookies."
    )
    return _answer(ApiError(403, "FORM_NOT_OURS", message))


def _answer_refusal(refusal: HTTPException) -> flask.Response:
    status = refusal.code or 500
    if status == 404:
        return _answer(ApiError(404, "NotFound", f"There is no page {request.path[:LONGEST]}.{_nearest()}"))
    problem = by_status(status)
    if status == 405 and isinstance(valid := getattr(refusal, "valid_methods", None), list | tuple | set):
        problem.headers["Allow"] = ", ".join(sorted(valid))
    return _answer(problem)


def _nearest() -> str:
    paths = [each.path for _, entries in NAVIGATION for each in entries]
    near = nearest_path(request.path, paths)
    return f" The nearest is {near}." if near else ""


def _answer_failure(failure: Exception) -> flask.Response:
    logger.error("%s %s failed", request.method, redact_text(request.path), exc_info=failure)
    problem = by_status(500)
    try:
        return _answer(problem)
    except Exception:  # noqa: BLE001  (what the frame shows may be what fails)
        with current_app.app_context():
            text = render_template("frame/problem_alone.html", problem=problem, unchanged=False)
        return flask.Response(text, 500)
