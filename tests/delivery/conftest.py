"""A courier for each test, closed after it."""

from collections.abc import Iterator

import pytest

from marketplace_sandbox.api.spapi.notifications.order_change import render
from marketplace_sandbox.delivery.courier import Courier
from marketplace_sandbox.delivery.webhook_transport import WebhookTransport


@pytest.fixture
def courier() -> Iterator[Courier]:
    courier = Courier(WebhookTransport().open, render)
    yield courier
    courier.close()
