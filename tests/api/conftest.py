"""The SP-API for its tests: built once, every test opening sellers of its own."""

from collections.abc import Iterator

import pytest

from tests.api.shop import Seller, Shop


@pytest.fixture(scope="session")
def shop() -> Iterator[Shop]:
    """A server with open access."""
    made = Shop()
    yield made
    made.client.app.close()


@pytest.fixture(scope="session")
def strict_shop() -> Iterator[Shop]:
    """A server with strict access."""
    made = Shop(strict=True)
    yield made
    made.client.app.close()


@pytest.fixture
def seller(shop: Shop) -> Seller:
    """A new seller whose clock stands."""
    return shop.open()
