"""MWS calls as a Flask app hands them in, and their answers as it takes them. Knows no MWS."""

import re
from collections.abc import Callable

import flask

from marketplace_sandbox.api.http.exchange import Exchange
from marketplace_sandbox.api.http.flask_side import exchange_of
from marketplace_sandbox.api.mws.dispatch import READS, Mws
from marketplace_sandbox.api.mws.transport import RawRequest, recognises

LONGEST_FORM = 8192
"""As many bytes of a form are kept for the request log."""

_ACTION = re.compile(rb"(?:^|[&?])Action=(\w*)")


def is_read(exchange: Exchange) -> bool:
    """Whether a request looks like a read of orders, which never waits. The stations see to it that it is one."""
    if not exchange.url_path.startswith("/Orders/"):
        return False
    form = exchange.body if exchange.body and len(exchange.body) <= LONGEST_FORM else b""
    actions = _ACTION.findall(exchange.query_string.encode() + b"&" + form)
    return bool(actions) and all(each.decode() in READS for each in actions)


def serve_unrouted(mws: Mws) -> Callable[[], flask.Response | None]:
    """What to ask, in a Flask request, for a path nobody serves: None unless it is an MWS call."""

    def answer() -> flask.Response | None:
        request = raw_request(flask.request)
        return _handle(mws, request) if recognises(request) else None

    return answer


def view(mws: Mws) -> Callable[..., flask.Response]:
    """A view for a path that is MWS's own, where even a call without `Action` is answered as one."""

    def answer(**_: str) -> flask.Response:
        return _handle(mws, raw_request(flask.request))

    return answer


def raw_request(request: flask.Request) -> RawRequest:
    """A Flask request as it came, read before Flask takes its body for a form."""
    return RawRequest(
        method=request.method,
        path=request.path,
        query=request.query_string,
        body=request.get_data(cache=True, parse_form_data=False),
        host=request.headers.get("Host", ""),
        headers={name.lower(): value for name, value in request.headers},
        request_id=exchange_of(request).request_id,
        watch=exchange_of(request).watch,
    )


def _handle(mws: Mws, request: RawRequest) -> flask.Response:
    """The answer; what the request log takes up is left in the exchange."""
    raw = mws.handle(request)
    exchange = exchange_of(flask.request)
    if b"Action=" not in request.query:
        # parameters in a form are a call's query as well, for whoever looks at the request log
        exchange.form = request.body[:LONGEST_FORM].decode("latin-1")
    exchange.seller_id, exchange.operation = raw.seller_id, raw.action
    exchange.notes += raw.notes
    exchange.sender, exchange.unanswered = raw.sender, raw.unanswered
    response = flask.Response(raw.body, raw.status)
    # Given as a content type, Flask would add a charset to text. Of two of a name the last counts.
    response.headers.clear()
    response.headers.extend({name.lower(): (name, value) for name, value in raw.headers}.values())
    return response
