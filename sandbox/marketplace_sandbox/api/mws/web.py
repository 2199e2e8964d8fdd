"""MWS calls as a Flask app hands them in, and their answers as it takes them. Knows no MWS."""

import re
from collections.abc import Callable

from flask.globals import request_ctx

from marketplace_sandbox.api.http.exchange import Exchange
from marketplace_sandbox.api.http.flask_side import encode_headers, exchange_of, whole_answer
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


def serve_unrouted(mws: Mws) -> Callable[[], str | None]:
    """What to ask, in a Flask request, for a path nobody serves: None unless it is an MWS call."""

    def answer() -> str | None:
        exchange = exchange_of(request_ctx.request)
        request = raw_request(exchange)
        return _handle(mws, request, exchange) if recognises(request) else None

    return answer


def view(mws: Mws) -> Callable[..., str]:
    """A view for a path that is MWS's own, where even a call without `Action` is answered as one."""

    def answer(**_: str) -> str:
        exchange = exchange_of(request_ctx.request)
        return _handle(mws, raw_request(exchange), exchange)

    return answer


def raw_request(exchange: Exchange) -> RawRequest:
    """A request as it came: Flask would take its body for a form. Of several headers of a name there is a list."""
    headers: dict[str, str] = {}
    for name, text in exchange.headers.items():
        headers[name] = f"{headers[name]},{text}" if name in headers else text
    return RawRequest(
        method=exchange.method,
        path=exchange.url_path,
        query=exchange.scope["query_string"],
        body=exchange.body or b"",
        host=headers.get("host", ""),
        headers=headers,
        request_id=exchange.request_id,
        watch=exchange.watch,
    )


def _handle(mws: Mws, request: RawRequest, exchange: Exchange) -> str:
    """Leaves the answer in the exchange, and what the request log takes up; Flask has nothing to add."""
    raw = mws.handle(request)
    if b"Action=" not in request.query:
        # parameters in a form are a call's query as well, for whoever looks at the request log
        exchange.form = request.body[:LONGEST_FORM].decode("latin-1")
    exchange.seller_id, exchange.operation = raw.seller_id, raw.action
    exchange.notes += raw.notes
    exchange.sender, exchange.unanswered = raw.sender, raw.unanswered
    # of two of a name the last counts
    named = {name.lower(): (name, text) for name, text in raw.headers}
    exchange.answer = whole_answer(raw.status, encode_headers(named.values()), raw.body, exchange.method)
    return ""
