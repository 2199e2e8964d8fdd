"""The seller's marketplaces."""

from marketplace_sandbox.api.spapi.sellers.schemas import LANGUAGES
from marketplace_sandbox.core.marketplaces import MARKETPLACES
from tests.api.shop import Shop


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


def test_the_account_is_not_built(shop: Shop) -> None:
    answer = shop.open().get("/sellers/v1/account")
    assert (answer.status, answer.error["code"]) == (501, "NotImplemented")
