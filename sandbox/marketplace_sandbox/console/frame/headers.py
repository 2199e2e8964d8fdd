"""The headers of every page: what it may load, and that nobody keeps it. Scripts and styles come from files alone."""

import flask

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HTML = "text/html"


def install(app: flask.Flask) -> None:
    """Has every answer of the app bear them."""
    app.after_request(_add_headers)


def _add_headers(response: flask.Response) -> flask.Response:
    response.headers["X-Content-Type-Options"] = "nosniff"
    # a picture has one of its own
    response.headers.setdefault("Content-Security-Policy", POLICY)
    if response.mimetype == HTML:
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cache-Control"] = "no-store"
        # the same path may be asked by a program, and answers fragments, too
        response.vary.update(("Accept", "HX-Request", "HX-Target"))
    return response
