"""Who is let in where: tokens known, unknown, missing, expired and of sellers now gone, open and strict."""

import pytest

from marketplace_sandbox.api.admission.access import GRANTLESS, INVALID, MISSING
from marketplace_sandbox.api.admission.credentials import Issued, Resource
from marketplace_sandbox.api.admission.fault_injection import EXPIRED
from marketplace_sandbox.core.commands.notifications import Subscribe
from marketplace_sandbox.core.world.sellers import DEFAULT_SELLER
from tests.api.contract import Answer
from tests.api.shop import Shop

PATH = "/sellers/v1/marketplaceParticipations"


def call(shop: Shop, token: str | None) -> Answer:
    headers = {} if token is None else {"x-amz-access-token": token}
    return shop.client("GET", PATH, headers=headers)


def refused(answer: Answer, details: str) -> bool:
    wanted = {"code": "Unauthorized", "message": "Access to requested resource is denied.", "details": details}
    return answer.status == 403 and answer.error == wanted


@pytest.mark.parametrize("token", [None, "", "Atza|mine", "mine", "Atz.sprdt|mine"])
def test_open_access_takes_what_it_does_not_know_for_the_default_seller(shop: Shop, token: str | None) -> None:
    answer = call(shop, token)
    assert answer.payload[0]["storeName"] == DEFAULT_SELLER
    kind = "unknown" if token else "no"
    assert shop.noted == {
        "seller_id": DEFAULT_SELLER,
        "operation": "getMarketplaceParticipations",
        "notes": [f"{kind} access token, taken for the default seller"],
    }


@pytest.mark.parametrize(
    ("token", "details"), [(None, MISSING), ("", MISSING), ("Atza|mine", INVALID), ("Atz.sprdt|mine", INVALID)]
)
def test_strict_access_refuses_what_it_does_not_know(strict_shop: Shop, token: str | None, details: str) -> None:
    assert refused(call(strict_shop, token), details)


@pytest.mark.parametrize("strict", [False, True])
def test_what_was_issued_here_is_held_to_in_both_modes(shop: Shop, strict_shop: Shop, strict: bool) -> None:
    server = strict_shop if strict else shop
    seller, gone = server.open(), server.open()
    token, of_gone = seller.token, gone.token
    server.sellers.remove(gone.world.seller_id)
    assert call(server, token).payload[0]["storeName"] == seller.world.seller_id
    assert server.noted["notes"] == []
    assert refused(call(server, of_gone), INVALID)
    grantless = server.credentials.access_token(seller.world.seller_id, ["sellingpartnerapi::notifications"])
    assert refused(call(server, grantless), GRANTLESS)


@pytest.mark.parametrize("strict", [False, True])
def test_a_token_ends_with_its_hour_of_wall_time(strict: bool) -> None:
    server = Shop(strict=strict)
    seller = server.open()
    path = Resource("GET", PATH, ())
    ordinary, restricted = seller.token, server.credentials.restricted_token(seller.world.seller_id, [path])
    seller.pass_time(days=7)
    server.wall += 3599
    assert call(server, ordinary).status == call(server, restricted).status == 200
    server.wall += 1
    assert refused(call(server, ordinary), EXPIRED)
    assert refused(call(server, restricted), EXPIRED)
    assert server.noted["seller_id"] == seller.world.seller_id


def test_refusals_bear_no_rate(strict_shop: Shop) -> None:
    assert "x-amzn-ratelimit-limit" not in call(strict_shop, None).headers
    assert call(strict_shop, strict_shop.open().token).headers["x-amzn-ratelimit-limit"] == "50.0"


def test_an_access_key_finds_its_world_and_secret(shop: Shop, strict_shop: Shop) -> None:
    for server in (shop, strict_shop):
        seller, later = server.open(), server.open()
        for each in (seller, later):
            mws = server.credentials.issue(each.world.seller_id)["mws"]
            assert server.access.find_by_access_key(mws["access_key"]) == (each.world, mws)


def test_an_unknown_access_key_is_the_default_sellers_with_open_access(shop: Shop, strict_shop: Shop) -> None:
    assert shop.access.find_by_access_key("AKIAUNKNOWN") == (shop.sellers.get(None), None)
    assert strict_shop.access.find_by_access_key("AKIAUNKNOWN") is None


@pytest.mark.parametrize("known_before", [False, True])
def test_an_access_key_of_a_seller_now_gone_is_refused(shop: Shop, known_before: bool) -> None:
    seller = shop.open()
    access_key = shop.credentials.issue(seller.world.seller_id)["mws"]["access_key"]
    if known_before:
        assert shop.access.find_by_access_key(access_key)
    shop.sellers.remove(seller.world.seller_id)
    assert shop.access.find_by_access_key(access_key) is None


def test_keys_are_made_once_for_each_seller_there_is(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    gone, stays = shop.open(), shop.open()
    keys = [shop.credentials.issue(each.world.seller_id)["mws"]["access_key"] for each in (gone, stays)]
    shop.sellers.remove(gone.world.seller_id)
    assert shop.access.find_by_access_key(keys[0]) is None
    made: list[str] = []
    issue = shop.credentials.issue

    def counted(seller_id: str) -> Issued:
        made.append(seller_id)
        return issue(seller_id)

    monkeypatch.setattr(shop.credentials, "issue", counted)
    assert shop.access.find_by_access_key(keys[0]) is None
    assert not made
    assert shop.access.find_by_access_key(keys[1])
    newest = shop.open()
    made.clear()
    assert shop.access.find_by_access_key(issue(newest.world.seller_id)["mws"]["access_key"])
    assert set(made) == {newest.world.seller_id}


def test_a_call_lets_happen_what_a_running_clock_has_made_due() -> None:
    server = Shop()
    seller = server.open(rate=1.0)
    order = seller.world.place_orders({})[0]
    seller.world.execute(Subscribe(url="http://127.0.0.1:9/", secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
    assert seller.read(order)["OrderStatus"] == "Pending"
    assert not server.woken
    server.wall += 1800
    assert seller.read(order)["OrderStatus"] == "Unshipped"
    assert server.woken == [seller.world.seller_id]
