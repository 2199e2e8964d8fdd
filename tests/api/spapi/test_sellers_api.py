"""The seller's marketplaces and account."""

import json
import os
from pathlib import Path

import pytest

from marketplace_sandbox.api.spapi.sellers.schemas import LANGUAGES
from marketplace_sandbox.core.marketplaces import MARKETPLACES
from marketplace_sandbox.core.policy import POLICY
from tests.api.shop import Shop

MODELS = os.environ.get("SPAPI_MODELS", "")


def test_the_sellers_marketplaces_are_listed(shop: Shop) -> None:
    seller = shop.open(marketplace_ids=["A1PA6795UKMFR9", "A1VC38T7YXB528"])
    answer = seller.get("/sellers/v1/marketplaceParticipations")
    assert [each["marketplace"] for each in answer.payload] == [
        {
            "id": "A1PA6795UKMFR9", "countryCode": "DE", "name": "Amazon.de", "defaultCurrencyCode": "EUR",
            "defaultLanguageCode": "de_DE", "domainName": "www.amazon.de",
        },
        {
            "id": "A1VC38T7YXB528", "countryCode": "JP", "name": "Amazon.co.jp", "defaultCurrencyCode": "JPY",
            "defaultLanguageCode": "ja_JP", "domainName": "www.amazon.co.jp",
        },
    ]  # fmt: skip
    assert all(
        each["participation"] == {"isParticipating": True, "hasSuspendedListings": False} for each in answer.payload
    )


def test_every_marketplace_has_a_language() -> None:
    assert {place.country for place in MARKETPLACES.values()} == set(LANGUAGES)


def test_the_account_says_who_the_seller_is(shop: Shop) -> None:
    """Source: MODEL-SELLERS, the model of getAccount; every answer here is held to the document."""
    seller = shop.open(marketplace_ids=["A1PA6795UKMFR9", "A1F83G8C2ARO7P"])
    account = seller.get("/sellers/v1/account").payload
    listed = seller.get("/sellers/v1/marketplaceParticipations").payload
    assert account["marketplaceParticipationList"] == listed
    assert (account["businessType"], account["sellingPlan"]) == ("PRIVATE_LIMITED", "PROFESSIONAL")
    business, contact = account["business"], account["primaryContact"]
    assert business["name"] == f"Sample Business {seller.world.seller_id}"
    assert business["registeredBusinessAddress"] == {
        "addressLine1": "3 Example Street", "city": "Springfield", "stateOrProvinceCode": "IL", "postalCode": "62704",
        "countryCode": "DE",
    }  # fmt: skip
    numbers = [business["companyRegistrationNumber"], business["companyTaxIdentificationNumber"]]
    assert all(len(each) == 9 and each.isdigit() for each in numbers)
    assert len(set(numbers)) == 2
    assert (contact["name"], contact["address"]["countryCode"]) == ("Sample Seller", "DE")
    assert "nonLatinName" not in (*business, *contact)


def test_an_account_is_its_sellers_own_and_the_same_each_time(shop: Shop) -> None:
    first, second = shop.open(), shop.open()
    accounts = [each.get("/sellers/v1/account").payload["business"] for each in (first, second, first)]
    assert accounts[0] == accounts[2]
    assert accounts[0]["companyRegistrationNumber"] != accounts[1]["companyRegistrationNumber"]


def test_in_japan_names_have_another_script(shop: Shop) -> None:
    account = shop.open(marketplace_ids=["A1VC38T7YXB528"]).get("/sellers/v1/account").payload
    assert not account["business"]["nonLatinName"].isascii()
    assert not account["primaryContact"]["nonLatinName"].isascii()
    assert account["business"]["registeredBusinessAddress"]["countryCode"] == "JP"


@pytest.mark.parametrize("kind", POLICY["business_type"].choices)
@pytest.mark.parametrize("plan", POLICY["selling_plan"].choices)
def test_the_settings_say_of_which_kind_it_is(shop: Shop, kind: str, plan: str) -> None:
    """Source: MODEL-SELLERS; no business of an individual, no registration of an individual or a sole proprietor."""
    account = shop.open(settings={"business_type": kind, "selling_plan": plan}).get("/sellers/v1/account").payload
    assert (account["businessType"], account["sellingPlan"]) == (kind.upper(), plan.upper())
    assert ("business" in account) is (kind != "individual")
    registered = "companyRegistrationNumber" in account.get("business", {})
    assert registered is (kind not in ("individual", "sole_proprietorship"))
    assert ("companyTaxIdentificationNumber" in account.get("business", {})) is ("business" in account)


@pytest.mark.skipif(not MODELS, reason="SPAPI_MODELS names no folder with Amazon's models")
def test_the_settings_have_every_word_of_the_model() -> None:
    account = json.loads((Path(MODELS) / "sellers.json").read_text())["definitions"]["Account"]["properties"]
    for setting, name in (("business_type", "businessType"), ("selling_plan", "sellingPlan")):
        assert {each.upper() for each in POLICY[setting].choices} == set(account[name]["enum"])
