"""Pages of elsewhere in a real browser: by nothing that they can send is anything read or changed, on any path.

Elsewhere is another site, another port of this machine, and a name that has been made to point to the server.
"""

import json
import re
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
import requests

from tests.depth import depth
from tests.e2e.hostile_pages import (
    BROWSER,
    EVIL,
    PAGE,
    TOLD,
    Call,
    Passed,
    Relay,
    browsing,
    calls_of_documents,
    relaying,
)
from tests.serving import Server, serving

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BROWSER is None, reason="no chromium here; `make test-system` installs one"),
]

START = "2026-03-02T16:00:00Z"
MWS = {
    "AWSAccessKeyId": "AKIASANDBOXMWEXAMPLE",
    "SellerId": "ASANDBOXSELLER",
    "MarketplaceId.Id.1": "ATVPDKIKX0DER",
    "CreatedAfter": "2026-03-01T00:00:00Z",
    "ReportType": "_GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_",
    "FeedType": "_POST_ORDER_ACKNOWLEDGEMENT_DATA_",
}
LOGIN = urlencode({"grant_type": "refresh_token", "refresh_token": "a", "client_id": "a", "client_secret": "a"})
FORM = "application/x-www-form-urlencoded"
ACTING = re.compile("shipmentConfirmation|Action=SubmitFeed|Action=RequestReport&|Action=GetServiceStatus")
SOCKETS = ("/", "/_sandbox/journal", "/health")
KEPT = ("journal", "requests", "orders", "sellers", "settings", "webhooks", "faults", "clock", "mail", "deliveries")
EVERY_WAY = ["no-cors", "fetch", "typed", "beacon", "image", "script", "frame", "form"]
FEW_WAYS = ["no-cors", "typed", "image"]


def confirmation(url: str, order_id: str) -> str:
    """The body of a call that confirms an order's shipment."""
    items = requests.get(f"{url}/orders/v0/orders/{order_id}/orderItems", timeout=30).json()["payload"]["OrderItems"]
    parcel = {
        "packageReferenceId": "1",
        "carrierCode": "UPS",
        "trackingNumber": "1Z",
        "shipDate": START,
        "orderItems": [{"orderItemId": each["OrderItemId"], "quantity": 1} for each in items],
    }
    return json.dumps({"marketplaceId": MWS["MarketplaceId.Id.1"], "packageDetail": parcel})


def acknowledgement(order_id: str) -> str:
    """A feed that cancels an order."""
    message = f"<AmazonOrderID>{order_id}</AmazonOrderID><StatusCode>Failure</StatusCode>"
    return (
        "<AmazonEnvelope><Header><DocumentVersion>1.01</DocumentVersion><MerchantIdentifier>A</MerchantIdentifier></Header>"
        "<MessageType>OrderAcknowledgement</MessageType><Message><MessageID>1</MessageID>"
        f"<OrderAcknowledgement>{message}</OrderAcknowledgement></Message></AmazonEnvelope>"
    )


def queue_calls(server: Server) -> list[Call]:
    """What can be asked of the queue service, and of what else its port has."""
    requests.post(server.queues, {"Action": "CreateQueue", "QueueName": "orders"}, timeout=30)
    queue = {"QueueUrl": "http://127.0.0.1/123456789012/orders", "QueueName": "hostile", "MessageBody": "hostile"}
    actions = ["ListQueues", "CreateQueue", "SendMessage", "ReceiveMessage", "PurgeQueue", "DeleteQueue"]
    forms = [urlencode({"Action": each, **queue}) for each in actions]
    calls = [Call("GET", f"/?{form}") for form in forms]
    calls += [Call("POST", "/", form, FORM, every_way=True) for form in forms]
    calls += [Call("POST", "/123456789012/orders", form, FORM) for form in forms]
    calls += [
        Call("GET", "/moto-api/", shown=True),
        Call("GET", "/moto-api/data.json"),
        Call("POST", "/moto-api/reset"),
    ]
    return calls


def sandbox_calls(server: Server) -> list[Call]:
    """What can be asked of the sandbox, some of it such that it would change things."""
    placed = requests.post(f"{server.url}/_sandbox/orders", json={"hold": False}, timeout=30).json()["order_id"]
    documents = f"{server.url}/feeds/2021-06-30/documents"
    document = requests.post(documents, json={"contentType": "text/xml"}, timeout=30).json()
    link = urlsplit(document["url"]).path
    bodies = {"confirmShipment": confirmation(server.url, placed), "SubmitFeed": acknowledgement(placed)}
    calls = calls_of_documents(placed, bodies, MWS)
    calls += [Call("GET", path, shown=True) for path in ("/", "/docs", "//docs/", "/x/..%2f../docs/", "/nothing")]
    calls += [Call("GET", link), Call("PUT", link, "uploaded"), Call("POST", "/auth/o2/token", LOGIN, FORM)]
    return [*calls, Call("POST", "//_sandbox/reset", '{"all": true}')]


def all_there_is(server: Server) -> dict[str, Any]:
    """Everything that a page could have changed."""
    found = {path: requests.get(f"{server.url}/_sandbox/{path}", timeout=30).json() for path in KEPT}
    queues = requests.post(server.queues, {"Action": "ListQueues"}, timeout=30).text
    return found | {"queues": re.findall("<QueueUrl>.*?</QueueUrl>", queues)}


def plan(name: str, home: Relay, targets: dict[str, list[Call]], ways: Sequence[str] = EVERY_WAY) -> dict[str, Any]:
    """What a page does: the calls to each of its targets, by each way."""
    calls = [vars(each) | {"url": f"{base}{each.path}"} for base, calls in targets.items() for each in calls]
    sockets = [f"{base.replace('http', 'ws', 1)}{path}" for base in targets for path in SOCKETS]
    told = f"http://{EVIL}:{home.port}{TOLD}"
    return {"name": name, "calls": calls, "sockets": sockets, "told": told, "ways": ways, "every": depth(11, 1)}


def is_untyped(passed: Passed) -> bool:
    """Whether a page of another site has sent this without a content type, for which no browser asks first."""
    named = passed.headers["Host"].startswith("127.0.0.1:")
    return named and passed.method == "POST" and "Content-Type" not in passed.headers


def arrived(relay: Relay, host: str) -> set[tuple[str, str]]:
    """The methods and paths of what came through a relay under a name."""
    return {(each.method, each.path) for each in relay.passed if each.headers["Host"].startswith(f"{host}:")}


def answer_to_a_program(server: str, passed: Passed) -> int:
    """How the same request is answered without what browsers add to it."""
    headers = {name: text for name, text in passed.headers.items() if name in ("Content-Type", "Host")}
    return requests.request(
        passed.method, server + passed.path, data=passed.body, headers=headers, timeout=30
    ).status_code


def test_pages_elsewhere_read_nothing_and_change_nothing(tmp_path: Path) -> None:
    with ExitStack() as stack:
        server = stack.enter_context(serving("--sqs", "--start", START))
        home, neighbour = (stack.enter_context(relaying()) for _ in range(2))
        to_sandbox, to_queues = (stack.enter_context(relaying(url)) for url in (server.url, server.queues))
        of_sandbox, of_queues = sandbox_calls(server), queue_calls(server)
        here = {f"http://127.0.0.1:{to_sandbox.port}": of_sandbox, f"http://127.0.0.1:{to_queues.port}": of_queues}
        home.plan = plan("another-site", home, here)
        neighbour.plan = plan("another-port", home, here, FEW_WAYS)
        to_sandbox.plan = plan("rebound", home, {f"http://{EVIL}:{to_sandbox.port}": of_sandbox})
        to_queues.plan = plan("rebound-queues", home, {f"http://{EVIL}:{to_queues.port}": of_queues})
        home.frames = [f"http://{EVIL}:{each.port}{PAGE}" for each in (to_sandbox, to_queues)]
        home.frames.append(f"http://127.0.0.1:{neighbour.port}{PAGE}")

        before = all_there_is(server)
        with browsing(f"http://{EVIL}:{home.port}{PAGE}", tmp_path):
            read = home.wait_for(["another-site", "another-port", "rebound", "rebound-queues"])
        assert all_there_is(server) == before

        # Nobody was let in, and nothing could be read but that.
        passed = to_sandbox.passed + to_queues.passed
        assert {each.status for each in passed} == {403}
        assert read["another-site"] == read["another-port"] == []
        for what, status, text in read["rebound"] + read["rebound-queues"]:
            assert (status, "loopback Host" in text or "no calls from pages" in text) == (403, True), what
        assert len(read["rebound"]) > len(of_sandbox)

        # The calls did arrive, in all the ways of a page, as a browser marks them.
        for relay, calls in ((to_sandbox, of_sandbox), (to_queues, of_queues)):
            wanted = {(method, each.path) for each in calls for method in ("GET", "POST")}
            for host in ("127.0.0.1", EVIL):
                assert wanted - arrived(relay, host) == set(), host
        assert {each.headers.get("Sec-Fetch-Site") for each in passed} == {"cross-site", "same-site", None}
        assert {each.headers.get("Sec-Fetch-Dest") for each in passed} == {"empty", "image", "script", "iframe", None}
        assert {each.path for each in passed if "Upgrade" in each.headers} == set(SOCKETS)

        # Without the guard they would have been answered, and have changed what there is.
        acting = {each.path: each for each in to_sandbox.passed if is_untyped(each) and ACTING.search(each.path)}
        assert {answer_to_a_program(server.url, each) for each in acting.values()} == {200, 204}
        creating = [each for each in to_queues.passed if b"Action=CreateQueue" in each.body]
        own_name = [
            each for each in creating if (each.headers["Host"][:4], each.headers.get("Content-Type")) == ("127.", FORM)
        ]
        assert answer_to_a_program(server.queues, own_name[0]) == 200
        changed = all_there_is(server)
        assert [name for name in ("journal", "requests", "orders", "queues") if changed[name] == before[name]] == []
