"""The reasons buyers, sellers and Amazon give: canonical keys and the words of each channel. Knows no rule.

Sources: the Manage Orders drop-down, the order acknowledgement and adjustment feeds, the hidden cancelOrder
operation, and the list buyers pick from. Keys are the control API's vocabulary.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SellerReason:
    """Why a seller cancels. `label` is what people read, `feed` and `api` the wire words (None: not offered there)."""

    key: str
    label: str
    feed: str | None
    api: str | None = None
    restocks: bool = True


SELLER_REASONS = {
    each.key: each
    for each in (
        SellerReason("buyer_canceled", "Buyer Canceled", "BuyerCanceled", "BUYER_CANCELLED"),
        SellerReason("no_inventory", "No Inventory", "NoInventory", "NO_INVENTORY", restocks=False),
        SellerReason("pricing_error", "Pricing Error", "PricingError", "PRICING_ERROR"),
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

REFUND_REASONS = {
    "out_of_stock": "Out of stock",
    "customer_cancel": "Cancelled by buyer",
    "customer_return": "Buyer return",
    "general_adjustment": "General adjustment",
    "could_not_ship": "Shipment not possible",
    "different_item": "Wrong item",
    "not_received": "Product not received",
    "not_as_described": "Does not match description",
    "pricing_error": "Pricing error",
    "undeliverable": "Cannot be delivered to this address",
    "carrier_late": "Late delivery due to carrier",
    "ship_date_missed": "Promised ship date not met",
    "no_inventory": "Out of stock",
    "abandoned": "Abandoned",
    "exchange": "Exchange",
    "other": "Other",
    "carrier_credit_decision": "Carrier credit decision",
    "risk_assessment_information_not_valid": "Risk assessment information not valid",
    "carrier_coverage_failure": "Carrier coverage failure",
    "transaction_record": "Transaction record",
    "refused_delivery": "Refused delivery",
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
"""The reason kept for a cancellation that the buyer made alone, when he picked none of his own."""
