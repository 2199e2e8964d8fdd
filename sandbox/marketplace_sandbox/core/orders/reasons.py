"""The reasons buyers, sellers and Amazon give: canonical keys and the words of each channel. Knows no rule.

Sources: the Manage Orders drop-down, the order acknowledgement and adjustment feeds, the hidden cancelOrder
operation, and the list buyers pick from. Keys are the control API's vocabulary.
"""

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
