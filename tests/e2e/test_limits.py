"""A client's own retries live through the published usage plans in the world's time: its sleep moves the world."""

import sys
from collections.abc import Iterator
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from sp_api.api import Orders
from sp_api.auth import AccessTokenClient
from sp_api.base import SellingApiRequestThrottledException
from sp_api.util import throttle_retry

from tests.e2e.sandbox import US, Sandbox

PAGES = 25


@pytest.fixture
def sandbox(sandbox: Sandbox) -> Sandbox:
    sandbox.put("settings", {"limits": "published_virtual"})
    return sandbox


@pytest.fixture
def slept(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What the client would have slept; the world lives through it instead."""
    spans: list[float] = []

    def sleep(seconds: float) -> None:
        spans.append(seconds)
        sandbox.by(f"PT{seconds:.3f}S")

    retrying: Any = sys.modules["sp_api.util.retry"]
    monkeypatch.setattr(retrying, "time", SimpleNamespace(sleep=sleep))
    return spans


@pytest.fixture
def orders(sandbox: Sandbox) -> Iterator[Orders]:
    """python-amazon-sp-api's Orders 2026-01-01, unmodified."""
    scheme, _, host = sandbox.url.partition("//")
    lwa = sandbox.seller["lwa"]
    client = Orders(
        version="2026-01-01",
        marketplace=SimpleNamespace(endpoint=sandbox.url, marketplace_id=US, region="us-east-1"),
        auth_token_client_class=type("LocalTokens", (AccessTokenClient,), {"scheme": f"{scheme}//", "host": host}),
        credentials={
            "lwa_app_id": lwa["client_id"],
            "lwa_client_secret": lwa["client_secret"],
            "refresh_token": lwa["refresh_token"],
        },
    )
    yield client
    client._auth._transport.close()
    client.close()


def test_twenty_five_pages_are_a_burst_and_five_waits_of_three_minutes(
    sandbox: Sandbox, orders: Orders, slept: list[float]
) -> None:
    placed = sandbox.post("orders", {"count": PAGES, "hold": False})["orders"]
    window = {"createdAfter": "2026-03-01T00:00:00Z", "maxResultsPerPage": 1}

    @throttle_retry(delay=60, rate=1)
    def page(**query: Any) -> Any:
        return orders.search_orders(marketplaceIds=[US], **window, **query)

    seen, answer = [], page()
    waits = []
    while True:
        seen += [each["orderId"] for each in answer.payload["orders"]]
        waits.append(sum(slept))
        if not answer.next_token:
            break
        answer = page(paginationToken=answer.next_token)
    assert sorted(seen) == sorted(each["order_id"] for each in placed)
    assert waits[:20] == [0.0] * 20, "twenty pages at once"
    # a call comes back every 178.6 seconds, which the client finds out minute by minute
    assert [later - earlier for earlier, later in pairwise(waits[19:])] == [180.0] * 5
    assert sandbox.get("clock")["now"] == "2026-03-02T16:15:00Z"
    assert answer.rate_limit == "0.0056"


def test_retries_that_give_up_too_early_fail_as_they_would_on_the_platform(
    sandbox: Sandbox, orders: Orders, slept: list[float]
) -> None:
    @throttle_retry(tries=3)
    def page() -> Any:
        return orders.search_orders(marketplaceIds=[US], createdAfter="2026-03-01T00:00:00Z")

    for _ in range(20):
        page()
    with pytest.raises(SellingApiRequestThrottledException):
        page()
    assert slept == [5, 6.5]
    assert sandbox.get("requests", limit=1000)["requests"][-1]["status"] == 429
