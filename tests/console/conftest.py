"""What tests of the pages ask for: a browser at a server that a process shares, with a seller of the test's own."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.server.composition import Options, Server, compose
from tests.console.browsing import Browser, Shown

START = datetime(2026, 3, 2, 16, tzinfo=UTC)


class Shop:
    """A seller whose clock stands at START, and a browser in which that seller is chosen."""

    def __init__(self, server: Server, **settings: Any) -> None:
        self.server = server
        self.world: World = server.sellers.open(start=START, policy=settings)
        self.browser = Browser(server)
        self.browser.get(f"/?seller={self.world.seller_id}")

    def get(self, path: str) -> Shown:
        return self.browser.get(path)

    def place_order(self, **form: Any) -> Order:
        """An order that is released at once, unless the form says otherwise."""
        (order,) = self.world.place_orders({"hold": False} | form)
        return order

    def asked_for(self, **form: Any) -> Order:
        """An order whose buyer has asked for its cancellation, thirty-one minutes after it was placed."""
        order = self.place_order(**form)
        self.world.advance(timedelta(minutes=31))
        self.world.act(order.order_id, "buyer-request-cancellation", {"reason": "cheaper"})
        return self.world.order(order.order_id)


@pytest.fixture(scope="session")
def pages_server() -> Server:
    """The server that the tests of a process share."""
    return compose(Options())


@pytest.fixture
def open_shop(pages_server: Server) -> Callable[..., Shop]:
    """Opens a seller with settings."""
    return lambda **settings: Shop(pages_server, **settings)


@pytest.fixture
def shop(pages_server: Server) -> Shop:
    """A seller of the test's own."""
    return Shop(pages_server)
