"""The words of Orders 2026-01-01 for what the core has names of its own for."""

from collections.abc import Mapping

from marketplace_sandbox.core.order import Channel, Status
from marketplace_sandbox.core.reasons import AMAZON_REASONS, BUYER_DIRECT, BUYER_REASONS, SELLER_REASONS

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
