"""Reasons by what people call them: each row of the catalogue is reached by a word its reader would try."""

import pytest

from marketplace_sandbox.core.orders.reasons import BUYER_REASONS, REFUND_REASONS, SELLER_REASONS, meant_reason
from marketplace_sandbox.core.refusals import RefusedError
from tests.core.worlds import a_world, later, place


@pytest.mark.parametrize(
    ("action", "word", "key"),
    [
        # the seller's, as the catalogue's columns and its "when" have them
        ("seller-cancel", "Buyer Cancelled", "buyer_canceled"),
        ("seller-cancel", "BUYER_CANCELLED", "buyer_canceled"),
        ("seller-cancel", "buyer asked for it: buyer request", "buyer_canceled"),
        ("seller-cancel", "out of stock", "no_inventory"),
        ("seller-cancel", "out_of_stock", "no_inventory"),
        ("seller-cancel", "low stock", "no_inventory"),
        ("seller-cancel", "pricing error", "pricing_error"),
        ("seller-cancel", "wrong price", "pricing_error"),
        ("seller-cancel", "undeliverable address", "address_undeliverable"),
        ("seller-cancel", "ShippingAddressUndeliverable", "address_undeliverable"),
        ("seller-cancel", "address cannot be delivered", "address_undeliverable"),
        ("seller-cancel", "buyer wants another product", "customer_exchange"),
        ("seller-cancel", "buyer unresponsive", "general_adjustment"),
        ("seller-cancel", "buyer_unresponsive", "general_adjustment"),
        ("seller-cancel", "vacation forgotten", "general_adjustment"),
        ("seller-cancel", "price/listing error", "general_adjustment"),
        ("seller-cancel", "wrong shipping settings", "general_adjustment"),
        ("seller-cancel", "CarrierCreditDecision", "carrier_credit_decision"),
        ("seller-cancel", "RiskAssessmentInformationNotValid", "risk_assessment_information_not_valid"),
        ("seller-cancel", "CarrierCoverageFailure", "carrier_coverage_failure"),
        ("seller-cancel", "CustomerReturn", "customer_return"),
        ("seller-cancel", "MerchandiseNotReceived", "merchandise_not_received"),
        # the buyer's, by their texts and by what they say in short
        ("buyer-request-cancellation", "Found cheaper somewhere else.", "cheaper"),
        ("buyer-request-cancellation", "Changed mind about purchase", "other"),
        ("buyer-cancel", "Order created by mistake", "mistake"),
        ("buyer-cancel", "ITEMS_ARRIVING_LATE", "late"),
        ("buyer-cancel", "ORDERED_BY_MISTAKE", "mistake"),
        ("buyer-cancel", "INCORRECT_SHIPPING_ADDRESS", "change_address"),
        ("buyer-cancel", "PAYMENT_ISSUE", "change_payment"),
        ("buyer-cancel", "shipping too expensive", "shipping_cost"),
        ("buyer-cancel", "too expensive", "price"),
        # a refund's, by the tool's twelve, the feed's words and the causes
        ("seller-refund", "Out of stock", "out_of_stock"),
        ("seller-refund", "Cancelled by buyer", "customer_cancel"),
        ("seller-refund", "buyer_canceled", "customer_cancel"),
        ("seller-refund", "Product not received", "not_received"),
        ("seller-refund", "Does not match description", "not_as_described"),
        ("seller-refund", "damaged", "not_as_described"),
        ("seller-refund", "PriceError", "pricing_error"),
        ("seller-refund", "Cannot be delivered to this address", "undeliverable"),
        ("seller-refund", "CustomerAddressIncorrect", "undeliverable"),
        ("seller-refund", "Late delivery due to carrier", "carrier_late"),
        ("seller-refund", "late delivery", "carrier_late"),
        ("seller-refund", "Promised ship date not met", "ship_date_missed"),
        ("seller-refund", "product return", "customer_return"),
    ],
)
def test_what_people_call_a_reason_is_told_its_key(action: str, word: str, key: str) -> None:
    """Source: the catalogue of reasons of Seller Central's pages, feeds and APIs (docs/sources.md, SELLER-REASONS)."""
    assert meant_reason(word, action) == key


@pytest.mark.parametrize(
    ("action", "labels"),
    [
        ("seller-cancel", {key: each.label for key, each in SELLER_REASONS.items()}),
        ("buyer-cancel", BUYER_REASONS),
        ("seller-refund", {key: each.label for key, each in REFUND_REASONS.items() if key != "no_inventory"}),
    ],
)
def test_every_key_and_label_means_its_reason_in_any_spelling(action: str, labels: dict[str, str]) -> None:
    for key, label in labels.items():
        for word in (key, key.upper(), label, label.upper(), label.replace(" ", "-")):
            assert meant_reason(word, action) == key, word


def test_a_word_of_nobody_means_nothing() -> None:
    assert meant_reason("xyz", "seller-cancel") is None
    assert meant_reason("", "buyer-cancel") is None


def test_a_refusal_names_the_key_that_was_meant() -> None:
    world = a_world()
    order = place(world)
    later(world, hours=1)
    for word, key in (("out of stock", "no_inventory"), ("buyer unresponsive", "general_adjustment")):
        with pytest.raises(RefusedError, match=f"There is no reason '{word}'; did you mean '{key}'"):
            world.act(order.order_id, "seller-cancel", {"reason": word})
    with pytest.raises(RefusedError) as refused:
        world.act(order.order_id, "seller-cancel", {"reason": "bad weather"})
    assert "weather_delay" not in str(refused.value)  # which is not taken before newer_cancel_reasons is on
