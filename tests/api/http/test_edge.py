"""The edge on a real socket: what passes through, and that everything refused looks alike."""

import json
import logging
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import flask
import pytest
import uvicorn

from marketplace_sandbox.api.http.bounds import Bounds
from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.api.http.exchange import Api, Call, Exchange, Reply, call_operation
from marketplace_sandbox.api.http.flask_side import RunInThread, exchange_of, running_inline
from marketplace_sandbox.api.http.openapi import Document
from marketplace_sandbox.api.http.pipeline import Pipeline
from marketplace_sandbox.api.http.server import config
from marketplace_sandbox.api.http.swagger_ui import explain
from tests.api.app import build_app

WAY = (call_operation,)
BOUNDS = Bounds(body_bytes=2000)
ORDER = "/orders/v0/orders/902-1"
CONFIRM = f"{ORDER}/shipmentConfirmation"
PARCEL = {
    "marketplaceId": "ATVPDKIKX0DER",
    "packageDetail": {
        "packageReferenceId": "1",
        "carrierCode": "UPS",
        "trackingNumber": "1Z",
        "shipDate": "2026-03-02T16:00:00Z",
        "orderItems": [{"orderItemId": "1", "quantity": 1}],
    },
}
CONTROL = """
openapi: 3.0.3
info: {title: Control, version: '1'}
paths:
  /health:
    get: {operationId: health, responses: {'200': {description: Alive.}}}
  /_sandbox/clock:
    get: {operationId: readClock, responses: {'200': {description: Now.}}}
    put:
      operationId: setClock
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: {'200': {description: Done.}}
  /_sandbox/orders/{order-id}:
    get:
      operationId: readOrder
      parameters:
        - {name: order-id, in: path, required: true, schema: {type: string, maxLength: 9}}
        - {name: limit, in: query, schema: {type: integer, default: 100}}
        - {name: factor, in: query, schema: {type: number}}
        - {name: sizes, in: query, schema: {type: array, items: {type: integer}}}
        - {name: must, in: query, required: true, schema: {type: string}}
      responses: {'200': {description: An order.}}
  /_sandbox/scenarios:
    post:
      operationId: play
      requestBody: {required: true, content: {application/yaml: {schema: {type: string}}}}
      responses: {'200': {description: Played.}}
"""


@dataclass
class Orders:
    """Stand-ins for some operations of the document; the others are not built."""

    calls: list[Call] = field(default_factory=list)
    let_go: threading.Event = field(default_factory=threading.Event)

    def getOrders(self, call: Call) -> Reply:
        self.calls.append(call)
        return Reply(body={"query": call.query, "inline": running_inline()})

    def getOrder(self, call: Call) -> Reply:
        self.calls.append(call)
        return Reply(body=b'{"payload" : {}}', headers={"x-amzn-RateLimit-Limit": "50"})

    def getOrderItems(self, call: Call) -> Reply:
        self.calls.append(call)
        if running_inline():
            raise RunInThread
        return Reply(body={"inline": running_inline(), "order": call.path["orderId"]})

    def getOrderAddress(self, _: Call) -> Reply:
        raise ApiError(404, "NotFound", "There is no order 902-1.", "Look again.")

    def getOrderBuyerInfo(self, _: Call) -> Reply:
        raise KeyError("a secret of ours")

    def getOrderItemsBuyerInfo(self, _: Call) -> Reply:
        self.let_go.set()
        return Reply(body={})

    def confirmShipment(self, call: Call) -> Reply:
        self.calls.append(call)
        if call.path["orderId"] == "waits":
            assert self.let_go.wait(30)
        return Reply(204)


class Control:
    def health(self, _: Call) -> Reply:
        return Reply(body={"status": "ok"})

    def readClock(self, _: Call) -> Reply:
        return Reply(body="16:00 – now")

    def setClock(self, call: Call) -> Reply:
        return Reply(body={"body": call.body})

    def readOrder(self, call: Call) -> Reply:
        return Reply(body={"path": call.path, "query": call.query})

    def play(self, call: Call) -> Reply:
        return Reply(body=call.body, headers={"Content-Type": "application/yaml"})


def plain_routes(app: flask.Flask) -> None:
    @app.post("/auth/o2/token")
    def token() -> flask.Response:
        form = flask.request.form.to_dict()
        return flask.jsonify(form=form, id=exchange_of(flask.request).request_id)

    @app.get("/pages/")
    def pages() -> str:
        return "inline" if running_inline() else "in a thread"

    @app.get("/fails/<kind>")
    def fails(kind: str) -> str:
        if kind == "python":
            raise ZeroDivisionError("a secret of ours")
        if kind == "own":
            flask.abort(flask.Response("<Error/>", 418, content_type="text/xml"))
        flask.abort(int(kind))


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw)

    @property
    def error(self) -> dict[str, str]:
        assert self.headers["content-type"] == "application/json"
        assert list(self.body) == ["errors"]
        (error,) = self.body["errors"]
        assert list(error) == ["code", "message", "details"]
        assert all(isinstance(text, str) for text in error.values())
        return error


@dataclass(frozen=True)
class Running:
    port: int
    orders: Orders
    seen: list[Exchange]
    app: Pipeline

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """One request; a dict goes as JSON, an iterator in chunks."""
        if isinstance(body, dict | list):
            body = json.dumps(body).encode()
            headers = {"content_type": "application/json"} | headers
        dashed = {name.replace("_", "-"): text for name, text in headers.items()}
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, dashed, encode_chunked=isinstance(body, Iterator))
            got = connection.getresponse()
            read = {name.lower(): text for name, text in got.getheaders()}
            return Answer(got.status, read, got.read())
        finally:
            connection.close()


@contextmanager
def listening(app: Pipeline) -> Iterator[int]:
    """The app on a port of its own, in a thread of this process."""
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        opened.listen()  # so that who comes too early waits
        server = uvicorn.Server(config(app))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [opened]})
        thread.start()
        try:
            yield opened.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


def serve_mws() -> flask.Response | None:
    if "AWSAccessKeyId" not in flask.request.values:
        return None
    return flask.Response("<ListOrdersResponse/>", content_type="text/xml")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    control = tmp_path_factory.mktemp("documents") / "control.yaml"
    control.write_text(CONTROL)
    orders, seen = Orders(), list[Exchange]()
    app = build_app(
        [
            Api(str(control), Control(), stations=WAY),
            Api("orders-v0.yaml", orders, inline=True, stations=WAY),
            Api("sellers-v1.yaml", object(), stations=WAY),
        ],
        plain_routes,
        public="https://sandbox.example/",
        bounds=BOUNDS,
        json_levels=8,
        unrouted=[serve_mws],
        observe=seen.append,
    )
    with listening(app) as port:
        yield Running(port, orders, seen, app)


@pytest.fixture
def calls(server: Running) -> list[Call]:
    server.orders.calls.clear()
    return server.orders.calls


# What passes through


@pytest.mark.parametrize(
    "query",
    [
        "MarketplaceIds=A,B,C",
        "MarketplaceIds=A%2CB%2CC",
        "MarketplaceIds=A&MarketplaceIds=B&MarketplaceIds=C",
        "MarketplaceIds=A,B&marketplace_ids=Z&MarketplaceId=Z&MarketplaceIds=C",
    ],
)
def test_lists_come_joined_or_repeated_and_unknown_names_are_ignored(server: Running, query: str) -> None:
    answer = server("GET", f"/orders/v0/orders?{query}")
    assert answer.body["query"] == {"MarketplaceIds": ["A", "B", "C"]}


def test_parameters_are_converted(server: Running) -> None:
    query = "MaxResultsPerPage=7&IsISPU=True&SellerOrderId=1+2&CreatedAfter=&NextToken=a&NextToken=b"
    assert server("GET", f"/orders/v0/orders?{query}").body["query"] == {
        "MaxResultsPerPage": 7,
        "IsISPU": True,
        "SellerOrderId": "1 2",
        "NextToken": "b",
    }


def test_defaults_and_names_with_a_dash(server: Running) -> None:
    answer = server("GET", "/_sandbox/orders/a?must=x&factor=1.5&sizes=1,2,,3")
    query = {"must": "x", "factor": 1.5, "sizes": [1, 2, 3], "limit": 100}
    assert answer.body == {"path": {"order-id": "a"}, "query": query}


def test_call_holds_what_was_sent(server: Running, calls: list[Call]) -> None:
    answer = server("POST", CONFIRM, PARCEL | {"marketplaceIds": ["X"]}, x_amz_access_token="Atza|1")
    (call,) = calls
    assert (answer.status, answer.raw) == (204, b"")
    assert "content-type" not in answer.headers
    assert (call.operation_id, call.method, call.url_path) == ("confirmShipment", "POST", CONFIRM)
    assert call.path == {"orderId": "902-1"}
    assert call.body == PARCEL | {"marketplaceIds": ["X"]}
    assert call.headers["X-AMZ-Access-Token"] == "Atza|1"
    assert answer.headers["x-amzn-requestid"] == call.request_id


def test_path_parameters_are_decoded(server: Running) -> None:
    answer = server("GET", "/orders/v0/orders/amzn1.%C3%A4%20%25/orderItems")
    assert answer.body["order"] == "amzn1.ä %"


def test_rendered_bytes_pass_untouched(server: Running) -> None:
    answer = server("GET", ORDER)
    assert answer.raw == b'{"payload" : {}}'
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-amzn-ratelimit-limit"] == "50"


def test_values_are_rendered_without_blanks(server: Running) -> None:
    assert server("GET", "/_sandbox/clock").raw == '"16:00 – now"'.encode()


def test_other_media_types_come_as_bytes(server: Running) -> None:
    answer = server("POST", "/_sandbox/scenarios", b"a: 1", content_type="application/yaml")
    assert (answer.raw, answer.headers["content-type"]) == (b"a: 1", "application/yaml")


@pytest.mark.parametrize("body", [None, b""])
def test_body_may_be_missing_where_it_is_not_required(server: Running, body: bytes | None) -> None:
    assert server("PUT", "/_sandbox/clock", body).body == {"body": None}


def test_body_of_a_read_and_its_content_type_are_ignored(server: Running) -> None:
    assert server("GET", ORDER, b"{", content_type="application/json").status == 200


def test_json_by_any_capitals_and_charset(server: Running) -> None:
    kind = "Application/JSON; charset=UTF-8"
    answer = server("PUT", "/_sandbox/clock", b'{"a":"\\u00e9"}', content_type=kind)
    assert answer.body == {"body": {"a": "é"}}


def test_body_in_chunks(server: Running) -> None:
    chunks = iter([b'{"a"', b":1}"])
    answer = server("PUT", "/_sandbox/clock", chunks, transfer_encoding="chunked")
    assert answer.body == {"body": {"a": 1}}


def test_plain_routes_are_served_with_their_form(server: Running) -> None:
    kind = "application/x-www-form-urlencoded;charset=UTF-8"
    answer = server("POST", "/auth/o2/token", b"grant_type=a%7Cb", content_type=kind)
    assert answer.body["form"] == {"grant_type": "a|b"}
    assert answer.body["id"] == answer.headers["x-amzn-requestid"]


def test_plain_routes_take_chunks_too(server: Running) -> None:
    answer = server(
        "POST",
        "/auth/o2/token",
        iter([b"grant_", b"type=a"]),
        transfer_encoding="chunked",
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.body["form"] == {"grant_type": "a"}


def test_fallback_takes_what_nobody_serves(server: Running) -> None:
    for method, path in [("POST", "/Orders/2013-09-01"), ("POST", "/pages/"), ("GET", "/")]:
        answer = server(method, f"{path}?Action=ListOrders&AWSAccessKeyId=A")
        assert (answer.status, answer.raw) == (200, b"<ListOrdersResponse/>")


@pytest.mark.parametrize("host", ["27.0.0.1:1", "ocalhost:8585", "sellingpartnerapi-na.amazon.com", ""])
def test_the_hosts_that_clients_send_are_taken(server: Running, host: str) -> None:
    assert server("GET", ORDER, Host=host).status == 200


@pytest.mark.parametrize("host", ["[::", "a b", "evil.example"])
def test_other_hosts_are_refused(server: Running, host: str) -> None:
    assert "SANDBOX_PUBLIC_URL" in server("GET", ORDER, Host=host).error["message"]


def test_head_is_a_get_without_its_body(server: Running) -> None:
    for path in (ORDER, f"{ORDER}/address", "/_sandbox/clock", "/docs"):
        got, headed = server("GET", path), server("HEAD", path)
        assert headed.raw == b""
        assert headed.status == got.status
        assert headed.headers["content-length"] == str(len(got.raw))


def test_options_tell_the_methods(server: Running) -> None:
    answer = server("OPTIONS", f"{ORDER}/regulatedInfo")
    assert (answer.status, answer.raw) == (204, b"")
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS, PATCH"
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_nesting_is_let_pass_up_to_the_limit(server: Running) -> None:
    assert server("PUT", "/_sandbox/clock", b'{"a":' * 8 + b"1" + b"}" * 8).status == 200


# Where it runs


def test_reads_run_inline_and_the_rest_in_threads(server: Running) -> None:
    assert server("GET", "/orders/v0/orders").body["inline"] is True
    assert server("GET", "/pages/").raw == b"in a thread"


def test_read_that_has_to_wait_runs_again_in_a_thread(server: Running, calls: list[Call]) -> None:
    assert server("GET", f"{ORDER}/orderItems").body == {"inline": False, "order": "902-1"}
    first, second = calls
    assert first is second


def test_waiting_commands_do_not_hold_up_reads(server: Running) -> None:
    statuses: list[int] = []

    def command() -> None:
        statuses.append(server("POST", CONFIRM.replace("902-1", "waits"), PARCEL).status)

    waiting = [threading.Thread(target=command) for _ in range(8)]
    for thread in waiting:
        thread.start()
    assert server("GET", f"{ORDER}/orderItems/buyerInfo").status == 200  # this one lets them go
    for thread in waiting:
        thread.join()
    assert statuses == [204] * 8


# What is refused


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code", "message"),
    [
        ("GET", "/nowhere", None, 404, "NotFound", "There is nothing at /nowhere."),
        ("GET", "/", None, 404, "NotFound", "There is nothing at /."),
        ("GET", "/orders/v0", None, 404, "NotFound", "There is nothing at /orders/v0"),
        ("GET", "/listings/2021-08-01/items/A/B", None, 501, "NotImplemented", "getListingsItem of Listings Items"),
        ("GET", "/_sandboxes", None, 404, "NotFound", "There is nothing at /_sandboxes."),
        ("GET", "/_sandbox", None, 404, "NotFound", "There is nothing at /_sandbox."),
        ("GET", "/_sandbox/nonsense", None, 404, "NotFound", "There is nothing at /_sandbox/nonsense."),
        ("GET", "/_sandbox/clok", None, 404, "NotFound", "the nearest path is /_sandbox/clock."),
        ("GET", "/a%5Cb", None, 400, "InvalidInput", "The path has a backslash"),
        ("DELETE", "/_sandbox/clock", None, 405, "MethodNotAllowed", "GET, HEAD, OPTIONS, PUT."),
        ("POST", ORDER, {}, 405, "MethodNotAllowed", f"{ORDER} does not take POST"),
        ("GET", "/auth/o2/token", None, 405, "MethodNotAllowed", "it takes OPTIONS, POST."),
        ("BREW", ORDER, None, 400, "InvalidInput", "could not be understood"),
        ("GET", f"{ORDER}/address", None, 404, "NotFound", "There is no order 902-1."),
        ("GET", f"{ORDER}/buyerInfo", None, 500, "InternalFailure", "We encountered an internal"),
        ("GET", f"{ORDER}/regulatedInfo", None, 501, "NotImplemented", "getOrderRegulatedInfo is"),
        ("POST", f"{ORDER}/shipment", b"{", 501, "NotImplemented", "updateShipmentStatus is not"),
        ("GET", "/fails/python", None, 500, "InternalFailure", "We encountered an internal"),
        ("GET", "/fails/404", None, 404, "NotFound", "There is nothing of that name."),
        ("GET", "/fails/413", None, 413, "PayloadTooLarge", "larger than this server takes"),
        ("GET", "/fails/422", None, 422, "InvalidInput", "could not be understood"),
        ("GET", "/fails/503", None, 503, "ServiceUnavailable", "unavailable for a moment"),
        ("POST", CONFIRM, None, 400, "InvalidInput", "The request body is required."),
        ("POST", CONFIRM, b"", 400, "InvalidInput", "The request body is required."),
        ("POST", CONFIRM, b"{", 400, "InvalidInput", "not valid JSON at line 1, column 2."),
        ("POST", CONFIRM, b"\xff", 400, "InvalidInput", "not valid JSON in UTF-8."),
        ("POST", CONFIRM, b"NaN", 400, "InvalidInput", "NaN, which is no number of JSON."),
        ("POST", CONFIRM, b'"\\ud800"', 400, "InvalidInput", "not valid JSON in UTF-8."),
        ("POST", CONFIRM, [], 400, "InvalidInput", "The request body must be an object, got []."),
        ("POST", CONFIRM, b"null", 400, "InvalidInput", "must be an object, got null."),
        ("POST", CONFIRM, {}, 400, "InvalidInput", "marketplaceId is required."),
        ("PUT", "/_sandbox/clock", b"[" * 9 + b"]" * 9, 400, "InvalidInput", "more than 8 levels"),
        ("PUT", "/_sandbox/clock", b"[" * 1999, 400, "InvalidInput", "more than 8 levels"),
        ("PUT", "/_sandbox/clock", b" " * 2001, 413, "PayloadTooLarge", "larger than 2000 bytes"),
        ("POST", "/auth/o2/token", b" " * 2001, 413, "PayloadTooLarge", "larger than 2000 bytes"),
        ("GET", "/_sandbox/orders/a", None, 400, "InvalidInput", "must is required."),
        ("GET", "/_sandbox/orders/a?must=", None, 400, "InvalidInput", "must is required."),
        ("GET", "/_sandbox/orders/0123456789?must=x", None, 400, "InvalidInput", "order-id must"),
        ("GET", "/_sandbox/orders/a?must=x&factor=nan", None, 400, "InvalidInput", 'got "nan".'),
        ("GET", "/_sandbox/orders/a?must=x&sizes=1,b", None, 400, "InvalidInput", 'got "b".'),
    ],
)
def test_refusals_look_alike(
    server: Running, method: str, path: str, body: Any, status: int, code: str, message: str
) -> None:
    answer = server(method, path, body)
    assert answer.status == status
    assert answer.error["code"] == code
    assert message in answer.error["message"]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("MaxResultsPerPage=many", 'MaxResultsPerPage must be an integer, got "many".'),
        ("MaxResultsPerPage=0", "MaxResultsPerPage must be at least 1, got 0."),
        ("MaxResultsPerPage=101", "MaxResultsPerPage must be at most 100, got 101."),
        ("IsISPU=perhaps", 'IsISPU must be true or false, got "perhaps".'),
        ("FulfillmentChannels=MFN,AFM", 'must be one of MFN, AFN; got "AFM". The nearest is AFN.'),
        ("OrderStatuses=Unshipped,shiped", 'got "shiped". The nearest is Shipped.'),
        ("OrderStatuses=Cancelled", 'got "Cancelled". The nearest is Canceled.'),
        (f"AmazonOrderIds={','.join('123456789')}" + ",1" * 42, "must have at most 50 entries, got 51."),
    ],
)
def test_bad_parameters_are_named_with_the_nearest_value(server: Running, query: str, message: str) -> None:
    answer = server("GET", f"/orders/v0/orders?{query}")
    assert answer.status == 400
    assert answer.error["message"].endswith(message)


def test_bad_fields_are_named_with_their_path(server: Running) -> None:
    item = {"orderItemId": "1", "quantity": "one"}
    parcel = PARCEL | {"packageDetail": PARCEL["packageDetail"] | {"orderItems": [item]}}  # type: ignore[operator]
    answer = server("POST", CONFIRM, parcel | {"codCollectionMethod": "direct"})
    assert answer.error["message"] == (
        'packageDetail.orderItems[0].quantity must be an integer, got "one". '
        'codCollectionMethod must be one of DirectPayment; got "direct".'
    )


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded"])
def test_other_content_types_are_refused(server: Running, kind: str) -> None:
    """With 400 where Amazon's model of the operation has no 415, as that of confirmShipment."""
    answer = server("POST", CONFIRM, b"{}", content_type=kind)
    assert answer.status == 400
    assert answer.error["message"] == f'Content-Type must be application/json, got "{kind}".'


@pytest.mark.parametrize("path", ["/_sandbox/clock", "/auth/o2/token"])
def test_chunks_are_bounded_though_they_tell_no_length(server: Running, path: str) -> None:
    method = "PUT" if "clock" in path else "POST"
    answer = server(method, path, iter([b" " * 1500] * 2), transfer_encoding="chunked")
    assert answer.status == 413
    assert answer.error["code"] == "PayloadTooLarge"


def test_wrong_methods_tell_the_right_ones(server: Running) -> None:
    for path, allow in [(ORDER, "GET, HEAD, OPTIONS"), ("/auth/o2/token", "OPTIONS, POST")]:
        assert server("PATCH", path).headers["allow"] == allow


def test_failures_are_told_to_the_log_only(server: Running, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        answers = [server("GET", path) for path in (f"{ORDER}/buyerInfo", "/fails/python")]
    assert not [one for one in answers if b"secret" in one.raw or b"Traceback" in one.raw]
    assert caplog.text.count("Error: 'a secret of ours'") == 1
    assert caplog.text.count("Error: a secret of ours") == 1
    assert caplog.text.count("Traceback") == 2


def test_views_may_answer_in_a_shape_of_their_own(server: Running) -> None:
    answer = server("GET", "/fails/own")
    assert (answer.status, answer.raw) == (418, b"<Error/>")


def test_what_is_not_http_is_refused_in_the_same_shape(server: Running) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as opened:
        opened.sendall(b"NONSENSE\r\n\r\n")
        received = b"".join(iter(lambda: opened.recv(4096), b""))
    head, _, body = received.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"content-type: application/json" in head
    assert json.loads(body)["errors"][0]["code"] == "InvalidInput"


def test_client_that_hangs_up_early_leaves_no_trace(server: Running) -> None:
    before = len(server.seen)
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as opened:
        head = b"PUT /_sandbox/clock HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{"
        opened.sendall(head)
    assert server("GET", "/health").status == 200
    assert [one.url_path for one in server.seen[before:]] == ["/health"]


def test_headers_with_an_underscore_do_not_pass_for_others(server: Running) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as opened:
        opened.sendall(
            b"POST /auth/o2/token HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 3\r\n"
            b"Content_Type: application/x-www-form-urlencoded\r\n\r\na=1"
        )
        received = b"".join(iter(lambda: opened.recv(4096), b""))
    assert b'"form":{}' in received


# What everything bears


def test_every_answer_has_a_request_id_of_its_own(server: Running) -> None:
    paths = ["/health", "/nowhere", "/docs", f"{ORDER}/buyerInfo", "/pages", "/fails/own"]
    ids = [server("GET", path).headers["x-amzn-requestid"] for path in paths]
    assert len(set(ids)) == len(paths)
    assert all(one.startswith("request-") for one in ids)


def test_observer_sees_every_exchange(server: Running) -> None:
    server.seen.clear()
    answer = server("GET", "/orders/v0/orders?NextToken=a")
    server("DELETE", ORDER)
    server("GET", "/pages/")
    first, second, third = server.seen
    assert (first.method, first.url_path, first.query_string) == (
        "GET",
        "/orders/v0/orders",
        "NextToken=a",
    )
    assert first.call is not None
    assert (first.call.operation_id, status(first)) == ("getOrders", 200)
    assert first.request_id == answer.headers["x-amzn-requestid"]
    assert (status(second), second.call) == (405, None)
    assert (status(third), third.call) == (200, None)


def status(exchange: Exchange) -> int:
    assert exchange.answer
    return exchange.answer.status


def test_redirects_do_not_repeat_the_host_header(server: Running) -> None:
    answer = server("GET", "/pages?a=1", Host="sellingpartnerapi-na.amazon.com")
    assert (answer.status, answer.headers["location"]) == (308, "/pages/?a=1")
    assert b"amazon" not in answer.raw


# The documents for people


def test_index_lists_every_document(server: Running) -> None:
    page = server("GET", "/docs").raw.decode()
    assert "/docs/orders-v0/" in page
    assert "/docs/lwa.yaml" in page


def test_each_document_has_a_page_that_needs_no_other_host(server: Running) -> None:
    page = server("GET", "/docs/orders-v0/")
    assert b"<title>Orders v0</title>" in page.raw
    assert b"//" not in page.raw
    assert page.headers["content-security-policy"].startswith("default-src 'self'")
    for name in ("swagger-ui.css", "swagger-ui-bundle.js", "start.js"):
        assert f"../_ui/{name}".encode() in page.raw
        assert server("GET", f"/docs/_ui/{name}").status == 200


def test_documents_are_there_raw(server: Running) -> None:
    written = server("GET", "/docs/orders-v0.yaml")
    assert written.raw == (Path(__file__).parents[3] / "openapi" / "orders-v0.yaml").read_bytes()
    tree = server("GET", "/docs/orders-v0.json").body
    assert tree["servers"] == [{"url": "https://sandbox.example/orders/v0"}]
    assert "getOrders" in json.dumps(tree)


def test_readers_are_told_of_operations_that_are_not_built() -> None:
    paths = {"/things": {"get": {"operationId": "getThings"}, "post": {"operationId": "addThing", "x-not-built": True}}}
    told = explain(Document("things.yaml", {"paths": paths}))["paths"]["/things"]
    assert told["post"]["description"] == "This operation is not built; the sandbox answers 501."
    assert "description" not in told["get"]


@pytest.mark.parametrize("path", ["/docs/order-v0/", "/docs/order-v0.json", "/docs/_ui/index.html"])
def test_what_the_docs_do_not_have_is_not_found(server: Running, path: str) -> None:
    answer = server("GET", path)
    assert answer.status == 404
    assert answer.error["code"] == "NotFound"


# The app as a value


def test_large_bodies_are_parsed_like_small_ones(tmp_path: Path) -> None:
    (tmp_path / "control.yaml").write_text(CONTROL)
    api = Api(str(tmp_path / "control.yaml"), Control(), stations=WAY)
    app = build_app([api], plain_routes, bounds=Bounds(body_bytes=200_000))
    body = {"a": ["b" * 10] * 10_000}
    with listening(app) as port:
        send = Running(port, Orders(), [], app)
        assert send("PUT", "/_sandbox/clock", body).body == {"body": body}
        assert send("PUT", "/_sandbox/clock", b"[" * 100_000).error["code"] == "InvalidInput"


def test_two_documents_at_one_base_path_are_refused(tmp_path: Path) -> None:
    apis = [Api(str(tmp_path / name), Control()) for name in ("a.yaml", "b.yaml")]
    for api in apis:
        Path(api.document).write_text(CONTROL)
    with pytest.raises(ValueError, match="More than one document has"):
        build_app(apis, plain_routes)


def test_connexion_finds_its_late_modules_when_it_needs_them() -> None:
    program = """if True:
        import sys
        import marketplace_sandbox.api.http.routing
        assert not {"httpx", "requests", "starlette.testclient"} & set(sys.modules)
        import connexion.apps.abstract, connexion.json_schema, connexion.security
        print(connexion.security.httpx.AsyncClient.__name__)
        print(connexion.json_schema.requests.get.__name__)
        print(type(connexion.apps.abstract.TestClient(None)).__name__)
    """
    command = [sys.executable, "-W", "ignore", "-c", program]
    done = subprocess.run(command, text=True, capture_output=True, check=False)
    assert done.stdout.split() == ["AsyncClient", "get", "TestClient"], done.stderr


def test_app_can_be_served_again(server: Running) -> None:
    app = build_app([], plain_routes)
    for _ in range(2):
        with listening(app) as port:
            again = Running(port, server.orders, [], app)
            assert again("GET", "/pages/").raw == b"in a thread"
    app.close()


def test_answers_are_refused_to_what_is_not_http() -> None:
    sent: list[Any] = []
    coroutine = build_app([], plain_routes)({"type": "websocket"}, never, noting(sent))
    with pytest.raises(StopIteration):
        coroutine.send(None)
    assert sent == [{"type": "websocket.close"}]


async def never() -> Any:
    raise AssertionError("nobody should ask for more")


def noting(sent: list[Any]) -> Callable[[Any], Any]:
    async def send(message: Any) -> None:
        sent.append(message)

    return send
