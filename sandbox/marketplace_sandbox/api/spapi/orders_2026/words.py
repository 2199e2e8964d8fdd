"""The words of Orders 2026-01-01 for what the core has names of its own for."""

import re
from collections.abc import Mapping

from marketplace_sandbox.core.orders.order import Channel, Status
from marketplace_sandbox.core.orders.reasons import AMAZON_REASONS, BUYER_DIRECT, BUYER_REASONS, SELLER_REASONS

STATUS_WORDS: Mapping[Status, str] = {
    Status.PENDING_AVAILABILITY: "PENDING_AVAILABILITY",
    Status.PENDING: "PENDING",
    Status.UNSHIPPED: "UNSHIPPED",
    Status.PARTIALLY_SHIPPED: "PARTIALLY_SHIPPED",
    Status.SHIPPED: "SHIPPED",
    Status.INVOICE_UNCONFIRMED: "SHIPPED",
    Status.CANCELED: "CANCELLED",
    Status.UNFULFILLABLE: "UNFULFILLABLE",
}
"""The word of each status; two of them share one."""

CHANNEL_WORDS: Mapping[Channel, str] = {Channel.MFN: "MERCHANT", Channel.AFN: "AMAZON"}

REASON_WORDS: Mapping[str, str] = {
    **{key: reason.label for key, reason in SELLER_REASONS.items()},
    **AMAZON_REASONS,
    **BUYER_REASONS,
    # the one wording of an execution that the platform has published
    BUYER_DIRECT: AMAZON_REASONS["fba_granted"],
}
"""What people read for the canonical key of any party's reason."""

PROGRAM_WORDS: Mapping[str, str] = {
    "Business": "AMAZON_BUSINESS",
    "Prime": "PRIME",
    "Premium": "PREMIUM",
    "IBA": "INVOICE_BY_AMAZON",
}
"""A replacement is not among them, because the order it replaces is not known."""

ITEM_PROGRAMS = ("SUBSCRIBE_AND_SAVE",)
"""Those programs of items that this API knows by the same word as v0."""

PAYMENT_WORDS: Mapping[str, str] = {"COD": "CashOnDelivery", "CVS": "ConvenienceStore"}

PARCEL_WORDS: Mapping[str, str] = {
    "PendingSchedule": "PENDING",
    "PendingPickUp": "PENDING",
    "PendingDropOff": "PENDING",
    "LabelCanceled": "CANCELLED",
    "PickedUp": "IN_TRANSIT",
    "DroppedOff": "IN_TRANSIT",
    "AtOriginFC": "IN_TRANSIT",
    "AtDestinationFC": "IN_TRANSIT",
    "OutForDelivery": "IN_TRANSIT",
    "Delivered": "DELIVERED",
    "RejectedByBuyer": "UNDELIVERABLE",
    "Undeliverable": "UNDELIVERABLE",
    "ReturningToSeller": "UNDELIVERABLE",
    "ReturnedToSeller": "UNDELIVERABLE",
    "Lost": "UNDELIVERABLE",
    "Damaged": "UNDELIVERABLE",
}
"""The status of a parcel by where Easy Ship has it: PARCEL-WORDS in docs/sources.md."""


def in_words(name: str) -> str:
    """What v0 writes as `AtOriginFC` or `Very Good`, as this API writes it: `AT_ORIGIN_FC`, `VERY_GOOD`.

    One L in Canceled became two.
    """
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z]*", name)
    return "_".join(parts).upper().replace("CANCELED", "CANCELLED")


def tax_word(name: str) -> str:
    """The kind of a tax registration by v0's name of it: `VATNumber` is `VAT`."""
    return name.removesuffix("Number").upper()
