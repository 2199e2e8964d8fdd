"""What the tests of the plugin may ask for beside the plugin's own fixture."""

import pytest

from marketplace_sandbox.testing import Marketplace, Order


@pytest.fixture
def requested_order(marketplace: Marketplace) -> Order:
    """An order whose buyer wants it canceled, beside one whose buyer does not."""
    quiet, order = marketplace.place_orders(2)
    marketplace.clock.advance("31m")
    order.buyer.requests_cancellation(text="Found it cheaper")
    assert quiet.request is None
    return order
