"""The login: a form for the admin token, and a signed cookie for whoever has given it. Needed beyond loopback alone.

The cookie holds a digest of the token under the store's key, so that it ends when the token is another.
"""

import hmac
import math
from hashlib import sha256

import flask
from flask import Blueprint, current_app, request, session
from werkzeug.wrappers import Response

from marketplace_sandbox.console import current
from marketplace_sandbox.console.frame.rendering import back_from_form, this_address
from marketplace_sandbox.console.session.failures import Failures

pages = Blueprint("session", __name__, template_folder="templates")

FAILURES = "sandbox.login-failures"
LOGGED_IN = "logged_in"
BEARER = "bearer "
OPEN = ("static", "bootstrap.static", "frame.preferred_dark", "session.log_in")
"""What everybody is answered: the login, and what it looks like."""


def install(app: flask.Flask) -> None:
    """Has every page ask who wants it, where a token is needed."""
    app.extensions[FAILURES] = Failures()
    app.jinja_env.globals.update(needs_login=needs_login)
    if current_token(app):
        app.before_request(_ask)


def current_token(app: flask.Flask) -> str:
    """The token that has to be shown; empty where none has."""
    return str(app.extensions[current.PARTS].token)


def needs_login() -> bool:
    """Whether somebody has logged in here who may log out."""
    return bool(current_token(current_app)) and LOGGED_IN in session


def _ask() -> flask.Response | None:
    if request.endpoint in OPEN or is_known():
        return None
    return _form(401)


def is_known() -> bool:
    """Whether the request bears the token, or the cookie of a login with it."""
    authorization = request.headers.get("Authorization", "")
    if authorization.lower().startswith(BEARER):
        return _is_token(authorization[len(BEARER) :].strip())
    shown = str(session.get(LOGGED_IN, ""))
    return hmac.compare_digest(shown, _digest(current_token(current_app)))


def _is_token(text: str) -> bool:
    return hmac.compare_digest(text.encode("utf-8", "replace"), current_token(current_app).encode())


def _digest(token: str) -> str:
    return hmac.new(current_app.config["SECRET_KEY"], f"login\n{token}".encode(), sha256).hexdigest()


@pages.post("/console/login")
def log_in() -> Response:
    """Take the token, or say that it is not the one; whoever fails too often waits."""
    failures: Failures = current_app.extensions[FAILURES]
    address = request.remote_addr or ""
    wait = math.ceil(failures.seconds_to_wait(address))
    if wait:
        answer = _form(429, f"There were too many attempts. Please try again in {wait} seconds.")
        answer.headers["Retry-After"] = str(wait)
        return answer
    if not _is_token(request.form.get("token", "").strip()):
        failures.note(address)
        return _form(403, "This is not the server's SANDBOX_ADMIN_TOKEN.")
    failures.forget(address)
    session.clear()
    session[LOGGED_IN] = _digest(current_token(current_app))
    return flask.redirect(back_from_form(), 303)


@pages.post("/console/logout")
def log_out() -> Response:
    """End the login of this browser."""
    session.clear()
    return flask.redirect("/", 303)


def _form(status: int, problem: str = "") -> flask.Response:
    back = this_address() if request.method == "GET" else back_from_form()
    text = flask.render_template("session/login.html", problem=problem, back=back)
    return flask.Response(text, status, {"WWW-Authenticate": "Bearer"} if status == 401 else {})
