"""The unmodified Python client `mws` against the dispatcher, over HTTP on the loopback."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from mws import mws

from marketplace_sandbox.api.mws.transport import RawRequest
from tests.api.mws.client import Client
from tests.api.mws.conftest import Build

US = ("ATVPDKIKX0DER",)


def handler_of(client: Client) -> type[BaseHTTPRequestHandler]:
    """Hands every request to the dispatcher and its answer back."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            path, _, query = self.path.partition("?")
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            request = RawRequest(self.command, path, query.encode(), body, self.headers["Host"])
            client.sent.append(request)
            raw = client.mws.handle(request)
            self.send_response(raw.status)
            for name, value in raw.headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(raw.body)

        def do_GET(self) -> None:
            self.answer()

        def do_POST(self) -> None:
            self.answer()

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@pytest.fixture
def served(build: Build) -> Iterator[tuple[Client, mws.Orders]]:
    """A strict sandbox that judges by the real wall clock, and the client library pointed at it."""
    client = build(wall=lambda: datetime.now(UTC))
    with HTTPServer(("127.0.0.1", 0), handler_of(client)) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}"
        seller = client.world.seller_id
        yield client, mws.Orders(client.key, client.secret, seller, domain=url)
        server.shutdown()
        thread.join()


def place(client: Client, number: int) -> str:
    order_id = f"902-0000000-{number:07d}"
    client.world.place_orders({"id": order_id, "hold": False, "items": [{"sku": "A"}, {"sku": "B"}]})
    return order_id


def test_the_library_finds_the_buyers_request(served: tuple[Client, mws.Orders]) -> None:
    client, orders = served
    order_id = place(client, 1)
    client.world.advance(client.world.now() + timedelta(minutes=31))
    client.world.act(order_id, "buyer-request-cancellation", {"reason": "late", "items": ["B"]})
    listed = orders.list_orders(US, lastupdatedafter="2026-03-02T16:31:00Z")
    assert listed.parsed.Orders.Order.AmazonOrderId == order_id
    items = orders.list_order_items(order_id).parsed.OrderItems.OrderItem
    wishes = [item.BuyerRequestedCancel for item in items]
    assert [str(wish.IsBuyerRequestedCancel) for wish in wishes] == ["false", "true"]
    assert str(wishes[1].BuyerCancelReason) == "Item(s) would not arrive on time"
    assert all(request.host in served[1].domain for request in client.sent)


def test_the_library_pages_through_a_listing(served: tuple[Client, mws.Orders]) -> None:
    client, orders = served
    ids = [place(client, number) for number in range(3)]
    first = orders.list_orders(US, created_after="2026-03-01", max_results="2")
    seen = [order.AmazonOrderId for order in first.parsed.Orders.Order]
    second = orders.list_orders(next_token=first.parsed.NextToken)
    seen.append(second.parsed.Orders.Order.AmazonOrderId)
    assert seen == ids
    assert "NextToken" not in second.parsed


def test_the_library_reads_an_empty_list_and_an_error(served: tuple[Client, mws.Orders]) -> None:
    _, orders = served
    empty = orders.get_order(["902-9999999-9999999"])
    assert empty.parsed.Orders == {}
    assert orders.get_service_status().parsed.Status == "GREEN"
    with pytest.raises(mws.MWSError) as caught:
        orders.list_order_items("validate")
    assert b"Invalid AmazonOrderId: validate" in caught.value.response.content


def test_a_wrong_secret_is_refused(served: tuple[Client, mws.Orders]) -> None:
    _, orders = served
    orders.secret_key = "another"
    with pytest.raises(mws.MWSError) as caught:
        orders.get_order(["902-9999999-9999999"])
    assert caught.value.response.status_code == 403
    assert b"SignatureDoesNotMatch" in caught.value.response.content
