"""MWS behind a Flask app: what reaches the dispatcher, and what Flask must not add."""

from typing import Any

import flask
import pytest
from starlette.types import Scope
from werkzeug import Request, Response
from werkzeug.datastructures import Headers

from marketplace_sandbox.api.http.exchange import EXCHANGE, Exchange
from marketplace_sandbox.api.mws.web import serve_unrouted, view
from tests.api.mws.client import HOST, PATH, Client


class Exchanges:
    """A WSGI app that gives each request an exchange, as the server does, and sends the answer that is left there."""

    def __init__(self, app: flask.Flask) -> None:
        self.app, self.wsgi_app = app, app.wsgi_app
        self.latest: Exchange | None = None

    def __call__(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        scope: Scope = {"query_string": request.query_string}
        headers = {name.lower(): text for name, text in request.headers}
        exchange = Exchange(scope, never, never, "given", request.method, request.path, "", headers)
        exchange.body = request.get_data()
        self.latest = environ[EXCHANGE] = exchange
        of_flask = self.wsgi_app(environ, start_response)
        if exchange.answer is None:
            return of_flask
        lines = [(name.decode(), text.decode()) for name, text in exchange.answer.headers]
        return Response(exchange.answer.body, exchange.answer.status, Headers(lines))(environ, start_response)


async def never(*_: object) -> Any:
    raise AssertionError("nobody should ask for more")


@pytest.fixture
def exchanges(client: Client) -> Exchanges:
    """An app with MWS at its own path, and asked wherever nothing else is."""
    app = flask.Flask(__name__)
    ask = serve_unrouted(client.mws)
    app.add_url_rule("/Orders/<version>", view_func=view(client.mws), methods=["GET", "POST"])
    app.register_error_handler(404, lambda _: ask() or ("not here", 404))
    wrapped = Exchanges(app)
    app.wsgi_app = wrapped  # type: ignore[method-assign]  # as Flask's documentation has it
    return wrapped


@pytest.fixture
def app(exchanges: Exchanges) -> flask.Flask:
    """The app alone."""
    return exchanges.app


def test_a_call_is_answered_on_its_own_path_and_on_any_other(client: Client, app: flask.Flask) -> None:
    for path in (PATH, "/"):
        query = client.signed(client.parameters("GetServiceStatus"))
        answer = app.test_client().get(path, query_string="&" + query, headers={"Host": HOST})
        assert answer.status_code == 200
        assert b"<Status>GREEN</Status>" in answer.data


def test_the_content_type_has_no_charset(client: Client, app: flask.Flask) -> None:
    answer = app.test_client().get(PATH)
    assert answer.headers.getlist("Content-Type") == ["text/xml"]
    assert answer.headers["Connection"] == "close"
    assert b"Missing required parameter AWSAccessKeyId." in answer.data


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "x-www-form-urlencoded"])
def test_a_form_is_read_before_flask_takes_it(client: Client, exchanges: Exchanges, kind: str) -> None:
    parameters = client.parameters("ListOrders", CreatedAfter="2026-03-01")
    form = client.signed(parameters | {"MarketplaceId.Id.1": "ATVPDKIKX0DER"}, "POST")
    answer = exchanges.app.test_client().post(PATH, data=form, content_type=kind, headers={"Host": HOST})
    assert b"<Orders/>" in answer.data
    assert exchanges.latest
    assert (exchanges.latest.seller_id, exchanges.latest.operation) == ("A1EXAMPLESELLER", "ListOrders")


def test_the_id_of_the_request_is_the_servers(app: flask.Flask) -> None:
    answer = app.test_client().get(PATH)
    assert answer.headers["x-mws-request-id"] == "given"
    assert b"<RequestID>given</RequestID>" in answer.data


def test_what_is_no_call_is_left_to_others(app: flask.Flask) -> None:
    answer = app.test_client().get("/elsewhere?Action=ListOrders")
    assert (answer.status_code, answer.data) == (404, b"not here")
