"""MWS calls as a Flask app hands them in, and their answers as it takes them. Knows no MWS."""

from collections.abc import Callable

import flask

from marketplace_sandbox.api.http.bridge import REQUEST_ID
from marketplace_sandbox.api.mws.dispatch import Mws
from marketplace_sandbox.api.mws.transport import RawRequest, RawResponse, recognises

LONGEST_FORM = 8192
"""As many bytes of a form are kept for the request log."""


def fallback(mws: Mws) -> Callable[[], flask.Response | None]:
    """What to ask, in a Flask request, for a path nobody serves: None unless it is an MWS call."""

    def answer() -> flask.Response | None:
        request = raw_request(flask.request)
        return _handled(mws, request) if recognises(request) else None

    return answer


def view(mws: Mws) -> Callable[..., flask.Response]:
    """A view for a path that is MWS's own, where even a call without `Action` is answered as one."""

    def answer(**_: str) -> flask.Response:
        return _handled(mws, raw_request(flask.request))

    return answer


def _handled(mws: Mws, request: RawRequest) -> flask.Response:
    if b"Action=" not in request.query:
        # parameters in a form are a call's query as well, for whoever looks at the request log
        flask.g.form = request.body[:LONGEST_FORM].decode("latin-1")
    return respond(mws.handle(request))


def raw_request(request: flask.Request) -> RawRequest:
    """A Flask request as it came, read before Flask takes its body for a form."""
    return RawRequest(
        method=request.method,
        path=request.path,
        query=request.query_string,
        body=request.get_data(cache=True, parse_form_data=False),
        host=request.headers.get("Host", ""),
        headers={name.lower(): value for name, value in request.headers},
        request_id=request.environ.get(REQUEST_ID, ""),
    )


def respond(raw: RawResponse) -> flask.Response:
    """The answer, with what the request log takes up left in `flask.g`."""
    if raw.seller_id:
        flask.g.seller_id = raw.seller_id
    flask.g.operation = raw.action
    flask.g.notes = [*flask.g.get("notes", ()), *raw.notes]
    response = flask.Response(raw.body, raw.status)
    # Item by item: given as a content type, Flask would add a charset to text.
    for name, value in raw.headers:
        response.headers[name] = value
    return response
