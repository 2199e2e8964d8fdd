"""A client of a rewound seller: its token stays good, and what it holds of the world that was left shows no other's."""

import pytest

from tests.api.shop import EVER, US, Seller, Shop

ORDERS = "/orders/v0/orders"


@pytest.fixture
def seller() -> Seller:
    """With three orders, each an entry: 2, 3 and 4."""
    seller = Shop().open()
    for _ in range(3):
        seller.place_order()
    return seller


def ids(answer: object) -> list[str]:
    return [each["AmazonOrderId"] for each in answer.body["payload"]["Orders"]]  # type: ignore[attr-defined]


def test_a_token_of_before_reads_the_world_as_it_stands(seller: Seller) -> None:
    before = list(seller.world.orders)
    assert sorted(ids(seller.get(ORDERS, MarketplaceIds=US, CreatedAfter=EVER))) == sorted(before)
    seller.shop.sellers.rewind(seller.world.seller_id, 2)
    assert ids(seller.get(ORDERS, MarketplaceIds=US, CreatedAfter=EVER)) == before[:1]
    assert seller.get(f"{ORDERS}/{before[2]}").status == 404
    seller.place_order()
    seller.place_order()
    now = ids(seller.get(ORDERS, MarketplaceIds=US, CreatedAfter=EVER))
    assert len(now) == 3
    assert set(now) & set(before) == {before[0]}
    for order_id in now:
        assert seller.get(f"{ORDERS}/{order_id}").body["payload"]["AmazonOrderId"] == order_id


def test_a_page_token_of_before_is_refused(seller: Seller) -> None:
    """It stands for a version of the world that was left, which may be another one here."""
    page = seller.get(ORDERS, MarketplaceIds=US, CreatedAfter=EVER, MaxResultsPerPage=1)
    token = page.body["payload"]["NextToken"]
    assert seller.get(ORDERS, MarketplaceIds=US, NextToken=token).status == 200
    seller.shop.sellers.rewind(seller.world.seller_id, 3)
    refused = seller.get(ORDERS, MarketplaceIds=US, NextToken=token)
    assert refused.status == 400
    seller.place_order()
    assert seller.get(ORDERS, MarketplaceIds=US, NextToken=token).status == 400


def test_a_fork_has_an_account_of_its_own_and_a_rewound_seller_keeps_its(seller: Seller) -> None:
    account = "/sellers/v1/account"
    before = seller.get(account).body
    fork = Seller(seller.shop, seller.shop.sellers.fork(seller.world.seller_id))
    assert fork.get(account).body != before
    seller.shop.sellers.rewind(seller.world.seller_id, 2)
    assert seller.get(account).body == before


def test_a_token_of_a_seller_is_none_of_its_fork(seller: Seller) -> None:
    fork = Seller(seller.shop, seller.shop.sellers.fork(seller.world.seller_id))
    fork.place_order()
    assert len(ids(seller.get(ORDERS, MarketplaceIds=US, CreatedAfter=EVER))) == 3
    assert len(ids(fork.get(ORDERS, MarketplaceIds=US, CreatedAfter=EVER))) == 4
