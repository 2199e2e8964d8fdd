"""What an order may say beside who bought what: taxes, gifts, promotions, preferences of delivery, and more.

Immutable values with the names of Orders v0 in snake case, nested as there; what is said by no order has a default that
says nothing. Money is for each unit, as an item's price is. Knows no dialect: the sandbox decides by none of these.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

AddressType = Literal["Residential", "Commercial"]
AssociationType = Literal["VALUE_ADD_SERVICE", "WARRANTY"]
Condition = Literal["New", "Used", "Collectible", "Refurbished", "Preorder", "Club"]
ConditionSubtype = Literal[
    "New", "Mint", "Very Good", "Good", "Acceptable", "Poor", "Club", "OEM", "Warranty", "Refurbished Warranty",
    "Refurbished", "Open Box", "Any", "Other",
]  # fmt: skip
Constraint = Literal["MANDATORY"]
Day = Literal["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
DeliveryAttribute = Literal["HAS_ACCESS_POINT", "PALLET_ENABLED", "PALLET_DISABLED"]
EasyShipStatus = Literal[
    "PendingSchedule", "PendingPickUp", "PendingDropOff", "LabelCanceled", "PickedUp", "DroppedOff", "AtOriginFC",
    "AtDestinationFC", "Delivered", "RejectedByBuyer", "Undeliverable", "ReturningToSeller", "ReturnedToSeller", "Lost",
    "OutForDelivery", "Damaged",
]  # fmt: skip
InvoiceStatus = Literal["NotRequired", "NotFound", "Processing", "Errored", "Accepted"]
ItemProgram = Literal["SUBSCRIBE_AND_SAVE", "FBM_SHIP_PLUS"]
SubstitutionType = Literal["CUSTOMER_PREFERENCE", "AMAZON_RECOMMENDED", "DO_NOT_SUBSTITUTE"]
TransitTimeSource = Literal["AMAZON_AUTOMATED", "SELLER_SET", "THIRD_PARTY_INTEGRATOR"]
Unit = Literal[
    "OUNCES", "POUNDS", "KILOGRAMS", "GRAMS", "MILLIGRAMS", "INCHES", "FEET", "METERS", "CENTIMETERS", "MILLIMETERS",
    "SQUARE_METERS", "SQUARE_CENTIMETERS", "SQUARE_FEET", "SQUARE_INCHES", "GALLONS", "PINTS", "QUARTS",
    "FLUID_OUNCES", "LITERS", "CUBIC_METERS", "CUBIC_FEET", "CUBIC_INCHES", "CUBIC_CENTIMETERS", "COUNT",
]  # fmt: skip


# Addresses and buyers


@dataclass(frozen=True, slots=True)
class GeoCoordinates:
    """A place on earth, in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class ExtendedFields:
    """An address by its parts, as Brazil has them."""

    street_name: str = ""
    street_number: str = ""
    complement: str = ""
    neighborhood: str = ""
    geo_coordinates: GeoCoordinates | None = None


@dataclass(frozen=True, slots=True)
class ShipFromAddress:
    """Where a seller's parcels leave from unless they say otherwise."""

    name: str = ""
    company_name: str = ""
    address_line1: str = ""
    address_line2: str = ""
    address_line3: str = ""
    city: str = ""
    county: str = ""
    district: str = ""
    state_or_region: str = ""
    municipality: str = ""
    postal_code: str = ""
    country_code: str = ""
    phone: str = ""
    extended_fields: ExtendedFields | None = None
    address_type: AddressType | None = None

    @property
    def district_or_county(self) -> str:
        """Either of the two, for which some have one field."""
        return self.district or self.county


@dataclass(frozen=True, slots=True)
class TaxClassification:
    """What an invoice has to say, by name: such as a VAT number."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class BuyerTaxInfo:
    """What a business buyer is for the tax office."""

    company_legal_name: str = ""
    taxing_region: str = ""
    tax_classifications: tuple[TaxClassification, ...] = ()


# Delivery


@dataclass(frozen=True, slots=True)
class OpenTime:
    """A time of the day."""

    hour: int
    minute: int = 0


@dataclass(frozen=True, slots=True)
class OpenInterval:
    """From when to when somebody is there."""

    start_time: OpenTime
    end_time: OpenTime


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """When somebody is there on a day of the week."""

    day_of_week: Day
    open_intervals: tuple[OpenInterval, ...] = ()


@dataclass(frozen=True, slots=True)
class ExceptionDate:
    """A date of which the week's hours are not true."""

    exception_date: str
    is_open: bool = False
    open_intervals: tuple[OpenInterval, ...] = ()


@dataclass(frozen=True, slots=True)
class PreferredDeliveryTime:
    """When a delivery suits."""

    business_hours: tuple[BusinessHours, ...] = ()
    exception_dates: tuple[ExceptionDate, ...] = ()


@dataclass(frozen=True, slots=True)
class DeliveryPreferences:
    """How a buyer wants to get the order."""

    drop_off_location: str = ""
    preferred_delivery_time: PreferredDeliveryTime | None = None
    other_attributes: tuple[DeliveryAttribute, ...] = ()
    address_instructions: str = ""


@dataclass(frozen=True, slots=True)
class FulfillmentInstruction:
    """Where the seller is to ship from."""

    fulfillment_supply_source_id: str


@dataclass(frozen=True, slots=True)
class AutomatedShippingSettings:
    """How the seller has shipping decided by rules."""

    has_automated_shipping_settings: bool = True
    automated_carrier: str = ""
    automated_ship_method: str = ""


@dataclass(frozen=True, slots=True)
class LabelPrintingWindow:
    """From when on a label may be printed."""

    earliest_date_time: datetime


@dataclass(frozen=True, slots=True)
class TransitTimeDetails:
    """Which transport a promise was calculated for."""

    carrier: str = ""
    shipping_service: str = ""


@dataclass(frozen=True, slots=True)
class TransitTime:
    """Who said how long a parcel is on its way."""

    data_source: TransitTimeSource
    details: TransitTimeDetails | None = None


# Money


@dataclass(frozen=True, slots=True)
class PaymentExecution:
    """One payment of several. `payment` is the whole sum."""

    payment: Decimal
    payment_method: str
    acquirer_id: str = ""
    card_brand: str = ""
    authorization_code: str = ""


@dataclass(frozen=True, slots=True)
class MarketplaceTaxInfo:
    """What the marketplace is for the tax office."""

    tax_classifications: tuple[TaxClassification, ...] = ()


@dataclass(frozen=True, slots=True)
class BuyerTaxInformation:
    """What a Turkish business buyer is for the tax office."""

    buyer_legal_company_name: str = ""
    buyer_business_address: str = ""
    buyer_tax_registration_id: str = ""
    buyer_tax_office: str = ""


@dataclass(frozen=True, slots=True)
class PointsGranted:
    """Amazon Points for all units of an item, and what they are worth."""

    points_number: int
    points_monetary_value: Decimal


# Items


@dataclass(frozen=True, slots=True)
class AssociatedItem:
    """An item of another order that belongs to this one: its installation, or its warranty."""

    order_id: str
    order_item_id: str
    association_type: AssociationType = "VALUE_ADD_SERVICE"
    asin: str = ""
    purchase_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ProductInfo:
    """How many pieces a unit is."""

    number_of_items: int = 1


@dataclass(frozen=True, slots=True)
class BuyerCustomizedInfo:
    """Where the buyer's own design lies."""

    customized_url: str


@dataclass(frozen=True, slots=True)
class ItemBuyerInfo:
    """What the buyer had done to an item. Money is for each unit."""

    buyer_customized_info: BuyerCustomizedInfo | None = None
    gift_wrap_price: Decimal = Decimal(0)
    gift_wrap_tax: Decimal = Decimal(0)
    gift_message_text: str = ""
    gift_wrap_level: str = ""


@dataclass(frozen=True, slots=True)
class Measurement:
    """How much a unit is of what is sold by weight or length."""

    unit: Unit
    value: float


@dataclass(frozen=True, slots=True)
class SubstitutionOption:
    """What may be sent in an item's place."""

    asin: str = ""
    quantity_ordered: int = 1
    seller_sku: str = ""
    title: str = ""
    measurement: Measurement | None = None


@dataclass(frozen=True, slots=True)
class SubstitutionPreferences:
    """What the buyer would have in an item's place."""

    substitution_type: SubstitutionType
    substitution_options: tuple[SubstitutionOption, ...] = ()


@dataclass(frozen=True, slots=True)
class ShippingConstraints:
    """What has to be done as a parcel is handed over."""

    pallet_delivery: Constraint | None = None
    cash_on_delivery: Constraint | None = None
    signature_confirmation: Constraint | None = None
    recipient_identity_verification: Constraint | None = None
    recipient_age_verification: Constraint | None = None


@dataclass(frozen=True, slots=True)
class AmazonPrograms:
    """Programs that an item was sold under."""

    programs: tuple[ItemProgram, ...] = ()


@dataclass(frozen=True, slots=True)
class TaxCollection:
    """Who takes the tax of an item and pays it to the office in the seller's place."""

    model: Literal["MarketplaceFacilitator"] = "MarketplaceFacilitator"
    responsible_party: Literal["Amazon Services, Inc."] = "Amazon Services, Inc."


@dataclass(frozen=True, slots=True)
class ItemDetails:
    """All that an item may say beside what was bought and for how much. Money is for each unit."""

    associated_items: tuple[AssociatedItem, ...] = ()
    product_info: ProductInfo = ProductInfo()
    points_granted: PointsGranted | None = None
    shipping_tax: Decimal = Decimal(0)
    shipping_discount: Decimal = Decimal(0)
    shipping_discount_tax: Decimal = Decimal(0)
    promotion_discount: Decimal = Decimal(0)
    promotion_discount_tax: Decimal = Decimal(0)
    promotion_ids: tuple[str, ...] = ()
    cod_fee: Decimal = Decimal(0)
    cod_fee_discount: Decimal = Decimal(0)
    is_gift: bool = False
    condition_note: str = ""
    condition_id: Condition = "New"
    condition_subtype_id: ConditionSubtype = "New"
    scheduled_delivery_start_date: datetime | None = None
    scheduled_delivery_end_date: datetime | None = None
    price_designation: Literal["BusinessPrice"] | None = None
    serial_number_required: bool = False
    is_transparency: bool = False
    ioss_number: str = ""
    store_chain_store_id: str = ""
    deemed_reseller_category: Literal["IOSS", "UOSS"] | None = None
    tax_collection: TaxCollection | None = None
    buyer_info: ItemBuyerInfo | None = None
    serial_numbers: tuple[str, ...] = ()
    substitution_preferences: SubstitutionPreferences | None = None
    measurement: Measurement | None = None
    shipping_constraints: ShippingConstraints | None = None
    amazon_programs: AmazonPrograms | None = None

    @property
    def gift_wrap_price(self) -> Decimal:
        """What wrapping one unit costs."""
        return self.buyer_info.gift_wrap_price if self.buyer_info else Decimal(0)

    @property
    def gift_wrap_tax(self) -> Decimal:
        """The tax of wrapping one unit."""
        return self.buyer_info.gift_wrap_tax if self.buyer_info else Decimal(0)


@dataclass(frozen=True, slots=True)
class FulfillmentOrder:
    """What Amazon plans the fulfillment of an order by."""

    fulfillment_order_id: str


@dataclass(frozen=True, slots=True)
class OrderDetails:
    """All that an order may say beside its items, its buyer and where it goes."""

    order_channel: str = ""
    payment_method: Literal["COD", "CVS", "Other"] = "Other"
    payment_method_details: tuple[str, ...] = ("Standard",)
    payment_execution_detail: tuple[PaymentExecution, ...] = ()
    easy_ship_shipment_status: EasyShipStatus | None = None
    cba_displayable_shipping_label: str = ""
    is_global_express_enabled: bool = False
    replaced_order_id: str = ""
    promise_response_due_date: datetime | None = None
    is_estimated_ship_date_set: bool | None = None
    is_sold_by_ab: bool = False
    default_ship_from_location_address: ShipFromAddress | None = None
    buyer_invoice_preference: Literal["INDIVIDUAL", "BUSINESS"] | None = None
    buyer_tax_information: BuyerTaxInformation | None = None
    fulfillment_instruction: FulfillmentInstruction | None = None
    is_access_point_order: bool = False
    marketplace_tax_info: MarketplaceTaxInfo | None = None
    seller_display_name: str = ""
    automated_shipping_settings: AutomatedShippingSettings | None = None
    electronic_invoice_status: InvoiceStatus | None = None
    delivery_preferences: DeliveryPreferences | None = None
    delivery_tip: Decimal = Decimal(0)
    label_printing_window: LabelPrintingWindow | None = None
    fulfillment_orders: tuple[FulfillmentOrder, ...] = ()
    transit_time: TransitTime | None = None


NO_ITEM_DETAILS = ItemDetails()
NO_ORDER_DETAILS = OrderDetails()
