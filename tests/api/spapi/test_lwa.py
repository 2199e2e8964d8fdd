"""Login with Amazon: every grant, every refusal in OAuth's words, open and strict."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from marketplace_sandbox.api.admission.credentials import DEFAULTS, AccessToken
from marketplace_sandbox.core.world.sellers import DEFAULT_SELLER
from tests.api.contract import Answer
from tests.api.shop import Seller, Shop

FORM = "application/x-www-form-urlencoded"
SCOPE = "sellingpartnerapi::notifications"
STRANGER = {"client_id": "amzn1.application-oa2-client.mine", "client_secret": "mine"}

UNSUPPORTED = "The authorization grant type is not supported by the authorization server"


def ask(shop: Shop, kind: str = FORM, **sent: Any) -> Answer:
    """Asks for a token, as a form or as JSON."""
    body = json.dumps(sent).encode() if "json" in kind else urlencode(sent).encode()
    return shop.client("POST", "/auth/o2/token", body=body, headers={"content-type": kind})


def client_of(seller: Seller) -> dict[str, str]:
    lwa = seller.shop.credentials.issue(seller.world.seller_id)["lwa"]
    return {name: lwa[name] for name in ("client_id", "client_secret")}


def refresh_of(seller: Seller) -> dict[str, str]:
    lwa = seller.shop.credentials.issue(seller.world.seller_id)["lwa"]
    return {"grant_type": "refresh_token", **lwa}


def refused(answer: Answer, status: int, error: str, description: str) -> bool:
    got = (answer.status, answer.body["error"], answer.body["error_description"])
    return got == (status, error, description)


@pytest.mark.parametrize("kind", [FORM, f"{FORM};charset=UTF-8", "application/json", "text/plain"])
def test_a_refresh_token_gives_an_access_token(strict_shop: Shop, kind: str) -> None:
    seller = strict_shop.open()
    answer = ask(strict_shop, kind, **refresh_of(seller))
    token = answer.body.pop("access_token")
    assert answer.status == 200
    rest = {name: value for name, value in answer.body.items() if name != "access_token"}
    refresh = refresh_of(seller)["refresh_token"]
    assert rest == {"token_type": "bearer", "expires_in": 3600, "refresh_token": refresh}
    assert token.startswith("Atza|")
    assert seller.get("/sellers/v1/marketplaceParticipations", answer.body["access_token"]).status == 200
    assert answer.headers["cache-control"] == "no-store"


def test_a_json_body_is_taken_whatever_its_type_is_called(strict_shop: Shop) -> None:
    sent = refresh_of(strict_shop.open())
    body = json.dumps(sent).encode()
    answer = strict_shop.client("POST", "/auth/o2/token", body=body, headers={"content-type": FORM})
    assert answer.status == 200


def test_pipes_may_come_as_they_are(strict_shop: Shop) -> None:
    sent = "&".join(f"{name}={text}" for name, text in refresh_of(strict_shop.open()).items())
    answer = strict_shop.client("POST", "/auth/o2/token", body=sent.encode(), headers={"content-type": FORM})
    assert answer.status == 200


@pytest.mark.parametrize("scope", [SCOPE, f"{SCOPE} sellingpartnerapi::client_credential:rotation"])
def test_a_client_gets_a_grantless_token_without_a_refresh_token(strict_shop: Shop, scope: str) -> None:
    seller = strict_shop.open()
    answer = ask(strict_shop, grant_type="client_credentials", scope=scope, **client_of(seller))
    assert sorted(answer.body) == ["access_token", "expires_in", "scope", "token_type"]
    assert answer.body["scope"] == scope
    expiry = int(strict_shop.wall) + 3600
    token = strict_shop.credentials.read(answer.body["access_token"])
    assert token == AccessToken(seller.world.seller_id, expiry, tuple(scope.split()))


def test_one_client_serves_several_sellers(strict_shop: Shop) -> None:
    one, other = strict_shop.open(), strict_shop.open()
    answer = ask(strict_shop, **refresh_of(other) | client_of(one))
    assert strict_shop.access.seller_of({"x-amz-access-token": answer.body["access_token"]}) == other.world.seller_id


@pytest.mark.parametrize(
    ("changed", "status", "error", "description"),
    [
        ({"grant_type": ""}, 400, "unsupported_grant_type", UNSUPPORTED),
        ({"client_id": ""}, 400, "invalid_request", "The request is missing a required parameter : client_id"),
        ({"client_secret": ""}, 400, "invalid_request", "The request is missing a required parameter : client_secret"),
        ({"refresh_token": ""}, 400, "invalid_request", "The request is missing a required parameter : refresh_token"),
        (
            {"grant_type": "client_credentials"},
            400, "invalid_request", "The request is missing a required parameter : scope",
        ),
        (
            {"grant_type": "authorization_code"},
            400, "invalid_request", "The request is missing a required parameter : code",
        ),
        (
            {"grant_type": "client_credentials", "scope": "sellingpartnerapi::orders"},
            400, "invalid_scope", "The request has an invalid parameter : scope",
        ),
        (
            {"grant_type": "client_credentials", "scope": f"{SCOPE} other"},
            400, "invalid_scope", "The request has an invalid parameter : scope",
        ),
        (
            {"grant_type": "password"},
            400, "unsupported_grant_type", UNSUPPORTED,
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("strict", [False, True])
def test_what_is_wrong_with_a_request_is_refused_in_both_modes(
    shop: Shop, strict_shop: Shop, strict: bool, changed: dict[str, str], status: int, error: str, description: str
) -> None:
    """The texts are recorded answers: captures of logins, "Notifications, tokens, errors"."""
    server = strict_shop if strict else shop
    assert refused(ask(server, **refresh_of(server.open()) | changed), status, error, description)


@pytest.mark.parametrize(
    ("changed", "status", "error", "description"),
    [
        (STRANGER, 401, "invalid_client", "Client authentication failed"),
        ({"client_secret": "wrong"}, 401, "invalid_client", "Client authentication failed"),
        (
            {"refresh_token": "Atzr|mine"},
            400, "invalid_grant", "The request has an invalid grant parameter : refresh_token",
        ),
        (
            {"grant_type": "authorization_code", "code": "mine"},
            400, "invalid_request", "The request has an invalid parameter : code",
        ),
    ],
)  # fmt: skip
def test_strict_access_refuses_what_was_never_issued(
    strict_shop: Shop, changed: dict[str, str], status: int, error: str, description: str
) -> None:
    assert refused(ask(strict_shop, **refresh_of(strict_shop.open()) | changed), status, error, description)


def test_open_access_takes_any_refresh_token_for_the_default_sellers(shop: Shop) -> None:
    answer = ask(shop, grant_type="refresh_token", refresh_token="Atzr|mine", **STRANGER)
    assert answer.body["refresh_token"] == "Atzr|mine"
    assert shop.access.seller_of({"x-amz-access-token": answer.body["access_token"]}) == DEFAULT_SELLER
    assert shop.noted == {
        "seller_id": DEFAULT_SELLER,
        "operation": "createAccessToken",
        "notes": [
            "unknown client id or secret, tolerated",
            "unknown refresh token, taken for the default seller's",
        ],
    }


def test_open_access_knows_its_own_refresh_tokens_whoever_brings_them(shop: Shop) -> None:
    seller = shop.open()
    answer = ask(shop, **refresh_of(seller) | STRANGER)
    assert shop.access.seller_of({"x-amz-access-token": answer.body["access_token"]}) == seller.world.seller_id


def test_open_access_takes_any_client_and_any_code_for_the_default_sellers(shop: Shop) -> None:
    grantless = ask(shop, grant_type="client_credentials", scope=SCOPE, **STRANGER).body["access_token"]
    assert shop.access.seller_of({"x-amz-access-token": grantless}) == DEFAULT_SELLER
    answer = ask(shop, grant_type="authorization_code", code="mine", **STRANGER)
    assert shop.access.seller_of({"x-amz-access-token": answer.body["access_token"]}) == DEFAULT_SELLER
    assert answer.body["refresh_token"] == DEFAULTS["lwa"]["refresh_token"]


@pytest.mark.parametrize("strict", [False, True])
def test_a_seller_now_gone_gets_no_token(shop: Shop, strict_shop: Shop, strict: bool) -> None:
    server = strict_shop if strict else shop
    gone, other = server.open(), server.open()
    server.sellers.remove(gone.world.seller_id)
    by_token = ask(server, **refresh_of(gone) | client_of(other))
    assert refused(by_token, 400, "invalid_grant", "The request has an invalid grant parameter : refresh_token")
    by_client = ask(server, grant_type="client_credentials", scope=SCOPE, **client_of(gone))
    assert refused(by_client, 401, "invalid_client", "Client authentication failed")


@pytest.mark.parametrize("body", [b"", b'{"grant_type":7}', b"grant=refresh_token"])
def test_no_grant_type_is_one_that_is_not_supported(shop: Shop, body: bytes) -> None:
    """Recorded, with its text: captures of logins."""
    answer = shop.client("POST", "/auth/o2/token", body=body, headers={"content-type": FORM})
    assert refused(answer, 400, "unsupported_grant_type", UNSUPPORTED)


@pytest.mark.parametrize("body", [b"\xff=1", b'{"grant_type":', b'{"a":{"b":{"c":1}}}'])
def test_what_is_neither_form_nor_json_is_refused(shop: Shop, body: bytes) -> None:
    answer = shop.client("POST", "/auth/o2/token", body=body, headers={"content-type": FORM})
    assert (answer.status, answer.body["error"]) == (400, "invalid_request")
