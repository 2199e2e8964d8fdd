"""The reasons buyers, sellers and Amazon give: canonical keys and the words of each channel. Knows no rule.

Sources: the Manage Orders drop-down, the order acknowledgement and adjustment feeds, the hidden cancelOrder
operation, and the list buyers pick from. Keys are the control API's vocabulary.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SellerReason:
    """Why a seller cancels. `label` is what people read, `feed` and `api` the wire words (None: not offered there).

    A newer one is known to newer feed libraries only, or its `feed` word is while others offer the reason all along.
    """

    key: str
    label: str
    feed: str | None
    api: str | None = None
    restocks: bool = True
    newer: bool = False
    newer_in_feeds: bool = False


SELLER_REASONS = {
    each.key: each
    for each in (
        SellerReason("buyer_canceled", "Buyer Canceled", "BuyerCanceled", "BUYER_CANCELLED"),
        SellerReason("no_inventory", "No Inventory", "NoInventory", "NO_INVENTORY", restocks=False),
        SellerReason("pricing_error", "Pricing Error", "PricingError", "PRICING_ERROR", newer_in_feeds=True),
        SellerReason(
            "address_undeliverable",
            "Shipping Address Undeliverable",
            "ShippingAddressUndeliverable",
            "SHIPPING_ADDRESS_UNDELIVERABLE",
        ),
        SellerReason("customer_exchange", "Customer Exchange", "CustomerExchange", "CUSTOMER_EXCHANGE"),
        SellerReason("general_adjustment", "General Adjustment", "GeneralAdjustment"),
        SellerReason("carrier_credit_decision", "Carrier Credit Decision", "CarrierCreditDecision"),
        SellerReason(
            "risk_assessment_information_not_valid",
            "Risk Assessment Information Not Valid",
            "RiskAssessmentInformationNotValid",
        ),
        SellerReason("carrier_coverage_failure", "Carrier Coverage Failure", "CarrierCoverageFailure"),
        SellerReason("customer_return", "Customer Return", "CustomerReturn"),
        SellerReason("merchandise_not_received", "Merchandise Not Received", "MerchandiseNotReceived"),
        SellerReason("cannot_verify_information", "Cannot Verify Information", "CannotVerifyInformation", newer=True),
        SellerReason("reject_order", "Reject Order", "RejectOrder", newer=True),
        SellerReason("weather_delay", "Weather Delay", "WeatherDelay", newer=True),
    )
}
"""Reasons of a seller's cancellation by canonical key."""

BUYER_REASONS = {
    "mistake": "Order created by mistake",
    "late": "Item(s) would not arrive on time",
    "shipping_cost": "Shipping cost too high",
    "price": "Item price too high",
    "cheaper": "Found cheaper somewhere else",
    "change_address": "Need to change shipping address",
    "change_speed": "Need to change shipping speed",
    "change_billing": "Need to change billing address",
    "change_payment": "Need to change payment method",
    "other": "Other",
}
"""The buyer's own words by canonical key; picking one is optional and never touches the rate."""


@dataclass(frozen=True, slots=True)
class RefundReason:
    """Why a seller refunds. `cause` is the kind of case it belongs to, if any, and drives nothing but words."""

    key: str
    label: str
    cause: str = ""


RETURN, REQUEST, CLAIM = "product return", "refund request", "claim"

REFUND_REASONS = {
    each.key: each
    for each in (
        RefundReason("out_of_stock", "Out of stock"),
        RefundReason("customer_cancel", "Cancelled by buyer"),
        RefundReason("customer_return", "Buyer return", RETURN),
        RefundReason("general_adjustment", "General adjustment", REQUEST),
        RefundReason("could_not_ship", "Shipment not possible"),
        RefundReason("different_item", "Wrong item", RETURN),
        RefundReason("not_received", "Product not received", CLAIM),
        RefundReason("not_as_described", "Does not match description", REQUEST),
        RefundReason("pricing_error", "Pricing error", REQUEST),
        RefundReason("undeliverable", "Cannot be delivered to this address"),
        RefundReason("carrier_late", "Late delivery due to carrier", CLAIM),
        RefundReason("ship_date_missed", "Promised ship date not met", CLAIM),
        RefundReason("no_inventory", "Out of stock"),
        RefundReason("abandoned", "Abandoned"),
        RefundReason("exchange", "Exchange"),
        RefundReason("other", "Other"),
        RefundReason("carrier_credit_decision", "Carrier credit decision"),
        RefundReason("risk_assessment_information_not_valid", "Risk assessment information not valid"),
        RefundReason("carrier_coverage_failure", "Carrier coverage failure"),
        RefundReason("transaction_record", "Transaction record"),
        RefundReason("refused_delivery", "Refused delivery"),
    )
}
"""Reasons of a refund by canonical key: the Refund Orders tool's twelve and the feed's further ones."""

AMAZON_REASONS = {
    "auto_unconfirmed_7d": "Shipment not confirmed in time",
    "fraud": "Order could not be verified",
    "payment": "Payment could not be verified",
    "fba_granted": "Buyer requested cancellation",
}
"""Reasons Amazon cancels for, by canonical key."""

BUYER_DIRECT = "buyer_canceled"
"""The reason kept for a cancellation that the buyer made alone, without picking a reason."""


# What people call them

_OF_SELLERS = {
    "buyer_canceled": "buyer requested, buyer request, customer canceled, customer request, canceled by buyer, buyer",
    "no_inventory": "out of stock, low stock, no stock, not in stock, stock, sold out",
    "pricing_error": "price, price error, wrong price, mispriced",
    "address_undeliverable": "undeliverable, address, cannot be delivered, not deliverable",
    "customer_exchange": "exchange, another product, other product",
    "general_adjustment": "listing error, listing, shipping settings, settings, vacation, holiday, buyer unresponsive, "
    "unresponsive, no reply, no answer, adjustment, everything else, other",
    "carrier_credit_decision": "credit decision, credit",
    "risk_assessment_information_not_valid": "risk assessment, risk",
    "carrier_coverage_failure": "coverage failure, coverage",
    "customer_return": "return, returned, product return, buyer return",
    "merchandise_not_received": "not received, lost",
    "cannot_verify_information": "verify",
    "reject_order": "reject, rejected",
    "weather_delay": "weather",
}
_OF_BUYERS = {
    "mistake": "by mistake, error, accident",
    "late": "late delivery, delay, not arrive on time, arriving late, slow",
    "shipping_cost": "shipping too expensive, shipping price, shipping",
    "price": "too expensive, expensive, item price",
    "cheaper": "found cheaper, better price, somewhere else",
    "change_address": "shipping address, wrong address, incorrect shipping address, address",
    "change_speed": "shipping speed, speed",
    "change_billing": "billing address, billing",
    "change_payment": "payment method, payment issue, payment",
    "other": "changed mind, change of mind, no longer needed, not needed, out of stock",
}
_OF_REFUNDS = {
    "out_of_stock": "product outof stock, no stock, stock, sold out",
    "customer_cancel": "buyer canceled, buyer cancel, customer canceled, canceled, canceled by customer",
    "customer_return": "product return, returned, return",
    "general_adjustment": "refund request, adjustment",
    "could_not_ship": "cannot ship, shipment not possible, not shipped",
    "different_item": "wrong item, another item",
    "not_received": "merchandise not received, never arrived, claim, lost",
    "not_as_described": "not as described, description, expectation, damage, damaged, defective",
    "pricing_error": "price error, wrong price, price",
    "undeliverable": "address undeliverable, undeliverable address, customer address incorrect, address",
    "carrier_late": "late delivery, carrier, late",
    "ship_date_missed": "late shipment, shipped late, ship date",
    "no_inventory": "inventory",
    "risk_assessment_information_not_valid": "risk assessment, risk",
    "refused_delivery": "refused, refusal",
}


def meant_reason(word: str, action: str) -> str | None:
    """The key that is meant by what people call a reason of an action; None for what is in no list of theirs.

    Keys, labels and the words of feeds and APIs are known in any spelling. Of several it is the one of the longest
    name that stands in what was said.

    >>> meant_reason("out of stock", "seller-cancel"), meant_reason("NoInventory", "seller-refund")
    ('no_inventory', 'no_inventory')
    >>> meant_reason("The buyer is unresponsive!", "seller-cancel"), meant_reason("xyz", "seller-cancel")
    ('general_adjustment', None)
    """
    said = f" {_plain(word)} "
    names = {name: key for key, name in _names_of(action)}
    found = [name for name in names if f" {name} " in said]
    return names[max(found, key=len)] if found else None


def _names_of(action: str) -> Iterator[tuple[str, str]]:
    """Every name of every reason of an action, with its key; where two have one name, the later is meant."""
    if action == "seller-cancel":
        yield from _named(
            _OF_SELLERS, {key: (key, each.label, each.feed, each.api) for key, each in SELLER_REASONS.items()}
        )
    elif action == "seller-refund":
        yield from _named(_OF_REFUNDS, {key: (key, each.label) for key, each in reversed(REFUND_REASONS.items())})
    else:
        yield from _named(_OF_BUYERS, {key: (key, label) for key, label in BUYER_REASONS.items()})


def _named(called: Mapping[str, str], official: Mapping[str, Iterable[str | None]]) -> Iterator[tuple[str, str]]:
    for key, names in called.items():
        yield from ((key, name) for name in names.split(", "))
    for key, given in official.items():
        yield from ((key, _plain(name)) for name in given if name)


def _plain(name: str) -> str:
    """In small letters, words apart, whatever they were joined by; American as the platform spells it."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|[^A-Za-z0-9]+", " ", name[:100])
    return " ".join(words.lower().replace("cancelled", "canceled").split())
