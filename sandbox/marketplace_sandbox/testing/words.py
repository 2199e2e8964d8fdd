"""The words that tests may use, as types, so that editors complete them and type checkers know them. Decides nothing.

The core has the lists; a test holds these to them, and says what to write here when one of them changes.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal, TypedDict

Instant = str | datetime
Span = str | timedelta
Money = str | float | Decimal

ActionName = Literal[
    "buyer-cancel",
    "buyer-request-cancellation",
    "buyer-withdraw-request",
    "buyer-message",
    "seller-cancel",
    "seller-confirm-shipment",
    "seller-refund",
    "seller-cancel-refund",
    "seller-message",
    "seller-acknowledge",
    "seller-confirm-invoice",
    "seller-estimate-ship-date",
    "parcel-leaves",
    "payment-authorized",
    "payment-failed",
    "fraud-detected",
    "warehouse-starts",
    "warehouse-ships",
]
"""The actions that `order.act` takes."""

SellerReason = Literal[
    "buyer_canceled",
    "no_inventory",
    "pricing_error",
    "address_undeliverable",
    "customer_exchange",
    "general_adjustment",
    "carrier_credit_decision",
    "risk_assessment_information_not_valid",
    "carrier_coverage_failure",
    "customer_return",
    "merchandise_not_received",
    "cannot_verify_information",
    "reject_order",
    "weather_delay",
]
"""Why a seller cancels; the later ones need the setting `newer_cancel_reasons`."""

BuyerReason = Literal[
    "mistake",
    "late",
    "shipping_cost",
    "price",
    "cheaper",
    "change_address",
    "change_speed",
    "change_billing",
    "change_payment",
    "other",
]
"""Why a buyer cancels, or asks to."""

RefundReason = Literal[
    "out_of_stock",
    "customer_cancel",
    "customer_return",
    "general_adjustment",
    "could_not_ship",
    "different_item",
    "not_received",
    "not_as_described",
    "pricing_error",
    "undeliverable",
    "carrier_late",
    "ship_date_missed",
    "no_inventory",
    "abandoned",
    "exchange",
    "other",
    "carrier_credit_decision",
    "risk_assessment_information_not_valid",
    "carrier_coverage_failure",
    "transaction_record",
    "refused_delivery",
]
"""Why a seller refunds."""

CancellationReason = Literal[
    SellerReason,
    "auto_unconfirmed_7d",
    "fraud",
    "payment",
    "fba_granted",
    BuyerReason,
]
"""What an order may be canceled for, by anybody."""

Party = Literal["BUYER", "MERCHANT", "AMAZON"]
"""Who may cancel an order."""

Change = Literal["BuyerRequestedChange", "OrderStatusChange"]
"""What ORDER_CHANGE notifies of."""

MessageKind = Literal["instructions", "advise_return", "ask_to_cancel", "out_of_stock"]
"""What a seller writes to a buyer."""


class BuyerForm(TypedDict, total=False):
    """The buyer of an order."""

    name: str
    email: str
    buyer_county: str
    buyer_tax_info: Mapping[str, Any]
    purchase_order_number: str


class AddressForm(TypedDict, total=False):
    """Where an order goes."""

    name: str
    line1: str
    line2: str
    city: str
    state: str
    postal_code: str
    country: str
    phone: str
    company_name: str
    address_line3: str
    county: str
    district: str
    municipality: str
    extended_fields: Mapping[str, Any]
    address_type: Literal["Residential", "Commercial"]


class ItemForm(TypedDict, total=False):
    """An item of an order; everything has a default."""

    id: str
    sku: str
    asin: str
    title: str
    quantity: int
    price: Money
    tax: Money
    shipping: Money
    associated_items: Sequence[Mapping[str, Any]]
    product_info: Mapping[str, Any]
    points_granted: Mapping[str, Any]
    shipping_tax: Money
    shipping_discount: Money
    shipping_discount_tax: Money
    promotion_discount: Money
    promotion_discount_tax: Money
    promotion_ids: Sequence[str]
    cod_fee: Money
    cod_fee_discount: Money
    is_gift: bool
    condition_note: str
    condition_id: Literal["New", "Used", "Collectible", "Refurbished", "Preorder", "Club"]
    condition_subtype_id: Literal[
        "New",
        "Mint",
        "Very Good",
        "Good",
        "Acceptable",
        "Poor",
        "Club",
        "OEM",
        "Warranty",
        "Refurbished Warranty",
        "Refurbished",
        "Open Box",
        "Any",
        "Other",
    ]
    scheduled_delivery_start_date: Instant
    scheduled_delivery_end_date: Instant
    price_designation: Literal["BusinessPrice"]
    serial_number_required: bool
    is_transparency: bool
    ioss_number: str
    store_chain_store_id: str
    deemed_reseller_category: Literal["IOSS", "UOSS"]
    tax_collection: Mapping[str, Any]
    buyer_info: Mapping[str, Any]
    serial_numbers: Sequence[str]
    substitution_preferences: Mapping[str, Any]
    measurement: Mapping[str, Any]
    shipping_constraints: Mapping[str, Any]
    amazon_programs: Mapping[str, Any]


class OrderForm(TypedDict, total=False):
    """An order as `place_order` takes it; everything has a default. docs/scenarios.md says what each field is."""

    id: str
    marketplace: str
    channel: Literal["MFN", "AFN"]
    purchased_at: Instant
    payment: Literal["authorized", "unverified"]
    hold: bool
    handling_days: int
    ship_by_at: Instant
    release_at: Instant
    invoice: bool
    multi_channel: bool
    buyer: BuyerForm
    ship_to: AddressForm
    programs: Sequence[Literal["Business", "Prime", "Premium", "IBA", "Replacement"]]
    items: Sequence[ItemForm]
    seller_order_id: str
    is_ispu: bool
    has_regulated_items: bool
    requires_dosage_label: bool
    regulated_information: Mapping[str, Any]
    regulated_order_verification_status: Mapping[str, Any]
    order_channel: str
    payment_method: Literal["COD", "CVS", "Other"]
    payment_method_details: Sequence[str]
    payment_execution_detail: Sequence[Mapping[str, Any]]
    easy_ship_shipment_status: Literal[
        "PendingSchedule",
        "PendingPickUp",
        "PendingDropOff",
        "LabelCanceled",
        "PickedUp",
        "DroppedOff",
        "AtOriginFC",
        "AtDestinationFC",
        "Delivered",
        "RejectedByBuyer",
        "Undeliverable",
        "ReturningToSeller",
        "ReturnedToSeller",
        "Lost",
        "OutForDelivery",
        "Damaged",
    ]
    cba_displayable_shipping_label: str
    is_global_express_enabled: bool
    replaced_order_id: str
    promise_response_due_date: Instant
    is_estimated_ship_date_set: bool
    is_sold_by_ab: bool
    default_ship_from_location_address: Mapping[str, Any]
    buyer_invoice_preference: Literal["INDIVIDUAL", "BUSINESS"]
    buyer_tax_information: Mapping[str, Any]
    fulfillment_instruction: Mapping[str, Any]
    is_access_point_order: bool
    marketplace_tax_info: Mapping[str, Any]
    seller_display_name: str
    automated_shipping_settings: Mapping[str, Any]
    electronic_invoice_status: Literal["NotRequired", "NotFound", "Processing", "Errored", "Accepted"]
    delivery_preferences: Mapping[str, Any]
    delivery_tip: Money
    label_printing_window: Mapping[str, Any]
    fulfillment_orders: Sequence[Mapping[str, Any]]
    transit_time: Mapping[str, Any]


class SettingsForm(TypedDict, total=False):
    """The settings, each as docs/settings.md has it; None resets one."""

    buyer_cancel_window: Span | None
    fba_cancel_window: Span | None
    hold_period: Span | None
    payment_limit: Span | None
    auto_cancel_after: Span | None
    auto_cancel_mode: Literal["elapsed", "calendar", "business"] | None
    handling_days: int | None
    delivery_after: Span | None
    message_reply: Span | None
    refund_hold: Span | None
    before_parameter_margin: Span | None
    listing_lag: Span | None
    items_per_page: int | None
    rate_window_days: int | None
    rate_target_per_mille: int | None
    exempt_requires_reason: bool | None
    physical_facts: Literal["strict", "advisory"] | None
    buyer_withdrawal: bool | None
    unknown_order: Literal["error", "empty"] | None
    partial_cancellation: bool | None
    omit_when_false: bool | None
    mws_cancel_casing: Literal["pascal", "camel"] | None
    order_report_cancellation_columns: bool | None
    report_flag_case: Literal["lower", "upper"] | None
    report_encoding: Literal["local", "utf_8"] | None
    report_gzip: bool | None
    report_queue_time: Span | None
    report_processing_time: Span | None
    report_retention: Span | None
    report_repeat_after: Span | None
    report_range_days: int | None
    feed_queue_time: Span | None
    feed_processing_time: Span | None
    feed_retention: Span | None
    feed_report_gzip: bool | None
    early_adjustment: Literal["refuse", "hold"] | None
    request_process: Literal["current", "legacy", "dated"] | None
    seller_cancel_window: Span | None
    auto_cancel_warnings: bool | None
    auto_cancel_first_warning: Span | None
    auto_cancel_second_warning: Span | None
    auto_cancel_last_warning: Span | None
    rate_attribution: Literal["canceled_at", "purchased_at"] | None
    fba_answer_delay: Span | None
    newer_cancel_reasons: bool | None
    tracking_checks: bool | None
    message_templates: Literal["usual", "all"] | None
    solicitation_after: Span | None
    solicitation_until: Span | None
    business_type: (
        Literal[
            "private_limited",
            "public_listed",
            "sole_proprietorship",
            "natural_person_company",
            "craftsman",
            "charity",
            "state_owned",
            "individual",
        ]
        | None
    )
    selling_plan: Literal["professional", "individual"] | None
    limits: Literal["off", "published", "published_virtual"] | None
    signature_time: Literal["wall", "virtual"] | None
    cancel_order_api: bool | None
    orders_v0_shadow: bool | None
    orders_v0_reads_end: Instant | None
    notifications: Literal["all", "pilot"] | None
    cancel_order_delay: Span | None
    notification_pilot: bool | None
    document_link_life: Span | None
    webhook_timeout: Span | None
    advance_timers: int | None
    most_orders: int | None
    most_entries: int | None
    most_entries_with_time: int | None
    most_order_events: int | None
    most_notices: int | None
    most_deliveries: int | None
    most_attempts: int | None
    most_mail: int | None
    most_messages: int | None
    most_timers: int | None
    most_subscribers: int | None
    most_destinations: int | None
    most_reports: int | None
    most_report_schedules: int | None
    most_feed_documents: int | None
    most_feed_files: int | None
    most_feed_bytes: int | None
