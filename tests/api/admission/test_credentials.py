"""Credentials: who they were made for, without anything being remembered, and what they look like."""

import string
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace_sandbox.api.admission.credentials import DEFAULTS, AccessToken, Credentials, Resource
from marketplace_sandbox.core.world.sellers import DEFAULT_SELLER

NOW = 1_900_000_000.5
OURS = Credentials("a key", wall=lambda: NOW)
OTHERS = Credentials("another key", wall=lambda: NOW)
SELLERS = ("A1", "ASELLER0000001", "Z" * 40)


@pytest.mark.parametrize("seller_id", [*SELLERS, DEFAULT_SELLER])
def test_the_same_seller_always_gets_the_same_credentials(seller_id: str) -> None:
    assert OURS.issue(seller_id) == Credentials("a key").issue(seller_id)


def test_the_default_seller_has_the_same_ones_on_every_server() -> None:
    assert OURS.issue(DEFAULT_SELLER) == OTHERS.issue(DEFAULT_SELLER) == DEFAULTS
    assert DEFAULTS["mws"]["seller_id"] == DEFAULT_SELLER
    assert len(DEFAULTS["mws"]["access_key"]) == 20


@pytest.mark.parametrize("seller_id", [*SELLERS, DEFAULT_SELLER])
def test_what_mws_is_signed_with_is_what_was_issued(seller_id: str) -> None:
    assert [dict(OURS.mws_keys(seller_id)) for _ in range(2)] == [OURS.issue(seller_id)["mws"]] * 2


def test_what_was_issued_cannot_be_changed_from_outside() -> None:
    OURS.issue(DEFAULT_SELLER)["lwa"]["client_id"] = "changed"
    assert OURS.issue(DEFAULT_SELLER)["lwa"]["client_id"] != "changed"


def test_no_two_sellers_and_no_two_servers_share_a_credential() -> None:
    issued = [each.issue(seller_id) for each in (OURS, OTHERS) for seller_id in SELLERS]
    texts = [text for one in issued for kind in one.values() for name, text in kind.items() if name != "seller_id"]
    assert len(texts) == len(set(texts)) == 6 * 6


@pytest.mark.parametrize("seller_id", SELLERS)
def test_credentials_look_as_clients_expect_them(seller_id: str) -> None:
    issued = OURS.issue(seller_id)
    assert issued["lwa"]["client_id"].startswith("amzn1.application-oa2-client.")
    assert issued["lwa"]["client_secret"].startswith("amzn1.oa2-cs.v1.")
    assert issued["lwa"]["refresh_token"].startswith("Atzr|")
    assert len(issued["mws"]["access_key"]) == 20
    assert len(issued["mws"]["secret_key"]) == 40
    assert issued["mws"]["seller_id"] == seller_id


@pytest.mark.parametrize("seller_id", [*SELLERS, DEFAULT_SELLER])
def test_credentials_tell_whom_they_were_issued_for(seller_id: str) -> None:
    lwa, mws = OURS.issue(seller_id)["lwa"], OURS.issue(seller_id)["mws"]
    assert OURS.holder_of_client_id(lwa["client_id"]) == seller_id
    assert OURS.holder_of_refresh_token(lwa["refresh_token"]) == seller_id
    assert OURS.is_client_secret(seller_id, lwa["client_secret"])
    assert OURS.is_access_key(mws["access_key"])


@pytest.mark.parametrize("seller_id", SELLERS)
def test_a_credential_has_one_spelling(seller_id: str) -> None:
    lwa, token = OURS.issue(seller_id)["lwa"], OURS.access_token(seller_id)
    resources = OURS.restricted_token(seller_id, [Resource("GET", "/orders/v0/orders/{orderId}/address")])
    for text, read in (
        (lwa["client_id"], OURS.holder_of_client_id),
        (lwa["refresh_token"], OURS.holder_of_refresh_token),
        (token, OURS.read),
        (resources, OURS.read),
    ):
        # bits are left over in the last character; what is no base64 a decoder may overlook
        others = [*(text[:-1] + each for each in string.ascii_letters + string.digits + "-_"), text + "=", text + "!"]
        assert [each for each in others if read(each) is not None] == [text]


@pytest.mark.parametrize("seller_id", SELLERS)
@pytest.mark.parametrize(
    "damage", [lambda text: text[:-1], lambda text: text + "A", str.lower, lambda text: f"x{text}"]
)
def test_nothing_that_was_changed_passes_for_issued_here(seller_id: str, damage: Callable[[str], str]) -> None:
    lwa, mws = OURS.issue(seller_id)["lwa"], OURS.issue(seller_id)["mws"]
    assert OURS.holder_of_client_id(damage(lwa["client_id"])) is None
    assert OURS.holder_of_refresh_token(damage(lwa["refresh_token"])) is None
    assert not OURS.is_client_secret(seller_id, damage(lwa["client_secret"]) + "!")
    assert not OURS.is_access_key(damage(mws["access_key"]))
    assert OURS.read(damage(OURS.access_token(seller_id))) is None


@pytest.mark.parametrize("seller_id", SELLERS)
def test_another_servers_credentials_were_not_issued_here(seller_id: str) -> None:
    issued = OTHERS.issue(seller_id)
    assert OURS.holder_of_client_id(issued["lwa"]["client_id"]) is None
    assert OURS.holder_of_refresh_token(issued["lwa"]["refresh_token"]) is None
    assert not OURS.is_access_key(issued["mws"]["access_key"])
    assert OURS.read(OTHERS.access_token(seller_id)) is None


def test_one_kind_does_not_pass_for_another() -> None:
    refresh = OURS.issue("A1")["lwa"]["refresh_token"]
    access = OURS.access_token("A1")
    assert OURS.read(refresh.replace("Atzr|", "Atza|")) is None
    assert OURS.read(access.replace("Atza|", "Atz.sprdt|")) is None
    assert OURS.holder_of_refresh_token(access.replace("Atza|", "Atzr|")) is None


def test_an_access_token_says_whose_it_is_and_when_it_ends() -> None:
    assert OURS.read(OURS.access_token("A1")) == AccessToken("A1", 1_900_003_600)
    assert OURS.read(OURS.access_token("A1", ["s::a", "s::b"])) == AccessToken("A1", 1_900_003_600, ("s::a", "s::b"))


def test_a_restricted_token_says_what_it_is_for() -> None:
    resources = (Resource("GET", "/a", ("buyerInfo",)), Resource("PUT", "/b/{c}"))
    token = OURS.restricted_token("A1", resources)
    assert token.startswith("Atz.sprdt|")
    assert OURS.read(token) == AccessToken("A1", 1_900_003_600, (), resources)


def test_a_restricted_token_for_as_many_orders_as_allowed_fits_the_platforms_size() -> None:
    paths = [f"/orders/v0/orders/902-{number * 7919:07d}-{number * 104_729:07d}/address" for number in range(50)]
    assert len(OURS.restricted_token("Z" * 40, [Resource("GET", path) for path in paths])) < 2048


@given(st.text() | st.text().map("Atza|{}".format) | st.text().map("Atz.sprdt|{}".format))
def test_any_text_is_read(text: str) -> None:
    assert OURS.read(text) is None
    assert OURS.holder_of_client_id(f"amzn1.application-oa2-client.{text}") is None
    assert OURS.holder_of_refresh_token(f"Atzr|{text}") is None
    assert not OURS.is_access_key(text)
    assert not OURS.is_client_secret("A1", text)


def test_endless_texts_are_not_looked_at() -> None:
    assert OURS.read("Atza|" + "a" * 20_000) is None
    assert OURS.holder_of_refresh_token("Atzr|" + "a" * 20_000) is None


@pytest.mark.parametrize(
    ("path", "asked", "covered"),
    [
        ("/orders/v0/orders", "/orders/v0/orders", True),
        ("/orders/v0/orders/{orderId}", "/orders/v0/orders/902-1", True),
        ("/orders/v0/orders/{orderId}", "/orders/v0/orders/902-1/address", False),
        ("/orders/v0/orders/{orderId}", "/orders/v0/orders", False),
        ("/orders/v0/orders/902-1", "/orders/v0/orders/902-2", False),
        ("/orders/v0/orders/{orderId}/address", "/orders/v0/orders/902-1/address", True),
        ("/orders.v0", "/orders/v0", False),
    ],
)
def test_a_resource_covers_the_paths_it_names(path: str, asked: str, covered: bool) -> None:
    assert Resource("GET", path).covers("GET", asked) is covered
    assert not Resource("PUT", path).covers("GET", asked)
