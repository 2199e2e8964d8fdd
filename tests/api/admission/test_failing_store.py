"""A store that fails while clocks run: every dialect goes on answering, as of the last instant that was written."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from marketplace_sandbox.core.journal.journal import Entry, StoreError
from marketplace_sandbox.core.world import world as worlds
from marketplace_sandbox.server.composition import Options, compose
from tests.api.admission.server_seller import START, ServerSeller


@pytest.fixture(scope="module")
def seller() -> Iterator[ServerSeller]:
    server = compose(Options())
    yield ServerSeller(server)
    server.close()


@pytest.mark.parametrize("again_after", [0.0, 1000.0])
def test_reads_go_on_as_of_the_last_instant_written(
    seller: ServerSeller, monkeypatch: pytest.MonkeyPatch, again_after: float
) -> None:
    """Whether each of them tries to write what is due, or only the first."""
    world = seller.world
    world.reset()
    monkeypatch.setattr(worlds, "SETTLE_AGAIN_SECONDS", again_after)
    real = [0.0]
    monkeypatch.setattr(world, "_real", lambda: real[0])
    monkeypatch.setattr(world.clock, "_real", lambda: real[0])
    order = seller.place_order(hold=True)
    world.advance(timedelta(0), rate=1.0)

    def refuse(_seller_id: str, _entry: Entry) -> None:
        raise StoreError("The disk is full.")

    with monkeypatch.context() as full:
        full.setattr(world._store, "append", refuse)
        real[0] += 3600
        before = world.version
        statuses = [
            seller.read(order).body["payload"]["OrderStatus"],
            seller.control("GET", f"orders/{order.order_id}").body["status"],
        ]
        assert statuses == ["Pending", "Pending"]
        one = seller.get(f"/orders/2026-01-01/orders/{order.order_id}")
        listed = [one, seller.orders(), seller.search(), seller.list_orders(), seller.control("GET", "orders")]
        assert [each.status for each in listed] == [200] * 5
        assert seller.control("GET", "clock").body["now"] == "2026-03-02T16:29:59.999Z"
        assert seller.control("POST", "clock/advance", {"by": "P1D"}).status >= 500
        assert seller.control("POST", "orders", {}).status >= 500
        assert (world.version, world.now()) == (before, START + timedelta(minutes=29, seconds=59, milliseconds=999))
    assert seller.control("POST", "orders", {}).status == 201
    assert seller.control("GET", f"orders/{order.order_id}").body["status"] == "Unshipped"
    assert seller.control("GET", "clock").body["now"] == "2026-03-02T17:00:00Z"
