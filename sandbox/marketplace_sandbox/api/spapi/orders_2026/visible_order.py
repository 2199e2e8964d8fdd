"""What Orders 2026-01-01 shows of an order: identity and items always, data sets where the caller includes them.

What a status hides is hidden as in every dialect. Different from v0 are: no restricted data token, since roles decide
and every seller here has them; the seller's own number shows only where there is one; InvoiceUnconfirmed is gone, such
an order is SHIPPED and its tax data say that the invoice is missing. Knows no wire name but those of the data sets.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from marketplace_sandbox.api.shared.status_table import Part
from marketplace_sandbox.api.shared.visible_order import NO_ADDRESS, Money, VisibleItem, VisibleOrder
from marketplace_sandbox.api.spapi.orders_2026.words import (
    CHANNEL_WORDS,
    ITEM_PROGRAMS,
    PARCEL_WORDS,
    PAYMENT_WORDS,
    PROGRAM_WORDS,
    REASON_WORDS,
    STATUS_WORDS,
    in_words,
    tax_word,
)
from marketplace_sandbox.core.marketplaces import MARKETPLACES, Marketplace
from marketplace_sandbox.core.orders.order import Buyer, Item, Shipment
from marketplace_sandbox.core.orders.order_details import (
    AssociatedItem,
    DeliveryPreferences,
    FulfillmentOrder,
    OrderDetails,
    PaymentExecution,
    PreferredDeliveryTime,
    ShipFromAddress,
    TaxCollection,
)

NO_WISHES = DeliveryPreferences()
NOTHING_EXECUTED = PaymentExecution(Decimal(0), "")


@dataclass(frozen=True, slots=True)
class DetailedBreakdown:
    """A part of one kind of proceeds."""

    subtype: str
    value: Money


@dataclass(frozen=True, slots=True)
class Breakdown:
    """One kind of proceeds. `status` is of what is charged later; `details` are of an item's taxes and discounts."""

    kind: str
    subtotal: Money
    status: str | None = None
    details: Sequence[DetailedBreakdown] | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment: its method and amount, and what Brazil says besides."""

    method: str
    amount: Money | None
    execution: PaymentExecution | None = None

    @property
    def of_card(self) -> PaymentExecution:
        return self.execution or NOTHING_EXECUTED


@dataclass(frozen=True, slots=True)
class Association:
    """Another order that an order belongs to."""

    order_id: str
    kind: str


@dataclass(frozen=True, slots=True)
class AssociatedItemIn2026:
    """An item of another order that belongs to an item."""

    item: AssociatedItem
    purchase_price: Money | None


@dataclass(frozen=True, slots=True)
class TaxRegistration:
    """What somebody is for a tax office."""

    entity: str
    legal_name: str
    kind: str
    number: str
    address: str = ""
    office: str = ""

    @property
    def of_address(self) -> "TaxRegistration | None":
        return self if self.address else None

    @property
    def attributes(self) -> list["TaxRegistration"] | None:
        return [self] if self.office else None


@dataclass(frozen=True, slots=True)
class Proceeds:
    """What the seller takes in, and what it consists of."""

    total: Money
    breakdowns: Sequence[Breakdown]


@dataclass(frozen=True, slots=True)
class ParcelItem:
    """Units of an item in a parcel."""

    order_item_id: str
    quantity: int
    transparency_codes: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Parcel:
    """What the seller has confirmed at once; parcels of an order are numbered."""

    reference: str
    shipment: Shipment
    details: OrderDetails
    ships_from: ShipFromAddress | None

    @property
    def items(self) -> list[ParcelItem]:
        codes = dict(self.shipment.transparency_codes)
        return [ParcelItem(item_id, units, codes.get(item_id)) for item_id, units in self.shipment.items]

    @property
    def status(self) -> str:
        """Confirmed is shipped, for all the platform can see; of Easy Ship's parcels it knows more."""
        return PARCEL_WORDS.get(self.details.easy_ship_shipment_status or "", "SHIPPED")

    @property
    def detailed_status(self) -> str | None:
        known = self.details.easy_ship_shipment_status
        return in_words(known) if known else None


@dataclass(frozen=True, slots=True)
class OrderIn2026(VisibleOrder):
    """An order with the data sets in `included`.

    What the dialect writes as an object of its own is here the order itself where it has something to say, else None.
    """

    included: Collection[str] = ()

    @property
    def aliases(self) -> list["OrderIn2026"] | None:
        return [self] if self.seller_order_id else None

    @property
    def programs(self) -> list[str] | None:
        programs = [PROGRAM_WORDS[each] for each in self.order.programs if each in PROGRAM_WORDS]
        details = self.order.details
        others = {
            "PREORDER": self.order_type == "Preorder",
            "AMAZON_EASY_SHIP": details.easy_ship_shipment_status,
            "IN_STORE_PICK_UP": self.order.is_ispu,
        }
        return [*programs, *(name for name, told in others.items() if told)] or None

    @property
    def associations(self) -> list[Association] | None:
        replaced = self.order.details.replaced_order_id
        return [Association(replaced, "REPLACEMENT_ORIGINAL_ID")] if replaced else None

    @property
    def sales_channel(self) -> str:
        return "NON_AMAZON" if self.order.multi_channel else "AMAZON"

    @property
    def marketplace(self) -> Marketplace:
        return MARKETPLACES[self.order.marketplace_id]

    @property
    def buyer_data(self) -> Buyer | None:
        return self.buyer if "BUYER" in self.included else None

    @property
    def recipient(self) -> "OrderIn2026 | None":
        return self if "RECIPIENT" in self.included and self.address not in (None, NO_ADDRESS) else None

    @property
    def proceeds(self) -> Proceeds | None:
        if "PROCEEDS" not in self.included or Part.TOTAL not in self.parts:
            return None
        proceeds = _proceeds(self.order.kept_items, self.currency)
        tip = self.order.details.delivery_tip
        if not tip:
            return proceeds
        charged = Breakdown("DELIVERY_TIP", Money(tip, self.currency), "FINALIZED")
        return Proceeds(Money(proceeds.total.amount + tip, self.currency), [*proceeds.breakdowns, charged])

    @property
    def payment(self) -> "OrderIn2026 | None":
        return self if "PAYMENT" in self.included and self.payment_method else None

    @property
    def single_payments(self) -> list[Payment]:
        """The payments that the order names, else one of the whole."""
        named = [Payment(each.execution.payment_method, each.payment, each.execution) for each in self.payments or ()]
        method = PAYMENT_WORDS.get(self.payment_method or "", self.payment_method or "")
        return named or [Payment(method, self.total)]

    @property
    def tax(self) -> "OrderIn2026 | None":
        told = self.tax_invoicing or self.tax_registrations
        return self if "TAX" in self.included and told else None

    @property
    def tax_invoicing(self) -> "OrderIn2026 | None":
        return self if self.invoice_status or self.buyer_invoice_preference else None

    @property
    def invoice_word(self) -> str | None:
        return in_words(self.invoice_status) if self.invoice_status else None

    @property
    def tax_registrations(self) -> list[TaxRegistration] | None:
        return [*self._registrations_of_buyer(), *self._registrations_of_marketplace()] or None

    def _registrations_of_buyer(self) -> Iterator[TaxRegistration]:
        known = self.buyer.buyer_tax_info if self.buyer else None
        for each in known.tax_classifications if known else ():
            yield TaxRegistration("BUYER", known.company_legal_name if known else "", tax_word(each.name), each.value)
        turkish = self.buyer_tax_information
        if turkish:
            yield TaxRegistration(
                "BUYER", turkish.buyer_legal_company_name, "BUSINESS", turkish.buyer_tax_registration_id,
                turkish.buyer_business_address, turkish.buyer_tax_office,
            )  # fmt: skip

    def _registrations_of_marketplace(self) -> Iterator[TaxRegistration]:
        known = self.order.details.marketplace_tax_info
        for each in known.tax_classifications if known else ():
            yield TaxRegistration("MARKETPLACE", "", tax_word(each.name), each.value)

    @property
    def preference(self) -> "OrderIn2026 | None":
        return self if self.delivery_preferences else None

    @property
    def wishes(self) -> DeliveryPreferences:
        return self.delivery_preferences or NO_WISHES

    @property
    def preferred_time(self) -> PreferredDeliveryTime | None:
        return self.wishes.preferred_delivery_time

    @property
    def fulfillment_orders(self) -> tuple[FulfillmentOrder, ...] | None:
        known = self.order.details.fulfillment_orders
        return known if "FULFILLMENT_ORDERS" in self.included and known else None

    @property
    def promise_inputs(self) -> "OrderIn2026 | None":
        return self if self.order.details.transit_time else None

    @property
    def fulfillment(self) -> "OrderIn2026 | None":
        return self if "FULFILLMENT" in self.included else None

    @property
    def status(self) -> str:
        return STATUS_WORDS[self.order.status]

    @property
    def fulfilled_by(self) -> str:
        return CHANNEL_WORDS[self.order.channel]

    @property
    def ship_by_window(self) -> "OrderIn2026 | None":
        return self if self.earliest_ship_date or self.latest_ship_date else None

    @property
    def deliver_by_window(self) -> "OrderIn2026 | None":
        return self if self.earliest_delivery_date else None

    @property
    def items(self) -> list["ItemIn2026"]:
        return [ItemIn2026(self.of_item(each), each) for each in self.order.items]

    @property
    def parcels(self) -> list[Parcel] | None:
        if "PACKAGES" not in self.included:
            return None
        numbered = enumerate(self.shipments, 1)
        return [Parcel(str(number), each, self.order.details, self.ships_from) for number, each in numbered] or None


@dataclass(frozen=True, slots=True)
class Execution:
    """Who canceled an item, and why."""

    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class ItemCancellation:
    """The request for as long as it is not withdrawn, and the execution once there is one."""

    request: "ItemIn2026 | None"
    execution: Execution | None


@dataclass(frozen=True, slots=True)
class ItemIn2026(VisibleItem):
    """An item with the data sets that its order is shown with."""

    of: OrderIn2026

    @property
    def priced(self) -> "ItemIn2026 | None":
        return self if Part.PRICES in self.of.parts else None

    @property
    def proceeds(self) -> Proceeds | None:
        if "PROCEEDS" not in self.of.included or Part.PRICES not in self.of.parts:
            return None
        return _proceeds([self.item], self.of.currency, in_detail=True)

    @property
    def cancellation(self) -> ItemCancellation | None:
        ended = self.item.canceled or self.of.order.cancellation
        if "CANCELLATION" not in self.of.included or not (ended or self.cancellation_requested):
            return None
        execution = Execution(ended.by, REASON_WORDS.get(ended.reason, ended.reason)) if ended else None
        return ItemCancellation(self if self.cancellation_requested else None, execution)

    @property
    def fulfillment(self) -> "ItemIn2026 | None":
        return self if "FULFILLMENT" in self.of.included else None

    @property
    def associated(self) -> list[AssociatedItemIn2026] | None:
        currency, shown = self.of.currency, Part.PRICES in self.of.parts
        return [
            AssociatedItemIn2026(each, Money(each.purchase_price, currency) if shown and each.purchase_price else None)
            for each in self.item.details.associated_items
        ] or None

    @property
    def programs(self) -> list[str] | None:
        of = self.item.details
        named = of.amazon_programs.programs if of.amazon_programs else ()
        return [
            *(["TRANSPARENCY"] if of.is_transparency else []),
            *(each for each in named if each in ITEM_PROGRAMS),
        ] or None

    @property
    def condition(self) -> "ItemIn2026 | None":
        return self if self.condition_id else None

    @property
    def condition_type(self) -> str:
        return in_words(self.item.details.condition_id)

    @property
    def condition_subtype(self) -> str:
        return in_words(self.item.details.condition_subtype_id)

    @property
    def customization(self) -> "ItemIn2026 | None":
        return self if self.customized_url else None

    @property
    def expense(self) -> "ItemIn2026 | None":
        return self if "EXPENSE" in self.of.included and self.points else None

    @property
    def promotion(self) -> "ItemIn2026 | None":
        return self if "PROMOTION" in self.of.included and self.promotion_ids else None

    @property
    def promotions(self) -> list["Promotion"]:
        return [Promotion(each) for each in self.promotion_ids or ()]

    @property
    def picking(self) -> "ItemIn2026 | None":
        return self if self.item.details.substitution_preferences else None

    @property
    def packing(self) -> "ItemIn2026 | None":
        return self if self.gift_option or self.serial_numbers_required else None

    @property
    def gift_option(self) -> "ItemIn2026 | None":
        return self if self.gift_message or self.gift_wrap_level else None

    @property
    def serial_numbers_required(self) -> "ItemIn2026 | None":
        return self if self.serial_number_required else None

    @property
    def shipping_terms(self) -> "ItemIn2026 | None":
        return self if self.scheduled or self.item.details.shipping_constraints or self.international else None

    @property
    def scheduled(self) -> "ItemIn2026 | None":
        of = self.item.details
        return self if of.scheduled_delivery_start_date or of.scheduled_delivery_end_date else None

    @property
    def international(self) -> "ItemIn2026 | None":
        return self if self.item.details.ioss_number else None

    @property
    def tax_data(self) -> "ItemIn2026 | None":
        return self if "TAX" in self.of.included and (self.reporting or self.tax_collection) else None

    @property
    def reporting(self) -> list["ItemIn2026"] | None:
        return [self] if self.item.details.deemed_reseller_category else None

    @property
    def collections(self) -> list[TaxCollection] | None:
        return [self.tax_collection] if self.tax_collection else None


@dataclass(frozen=True, slots=True)
class Promotion:
    """A promotion by its id."""

    promotion_id: str


def _proceeds(items: Collection[Item], currency: str, *, in_detail: bool = False) -> Proceeds:
    """The total of some items and what it consists of; kinds that come to nothing are left out, but for the items."""
    kinds: dict[str, dict[str, Decimal]] = {}
    for kind, subtype, of_one in CHARGES:
        subtypes = kinds.setdefault(kind, {})
        subtypes[subtype] = sum((of_one(each) * each.quantity for each in items), Decimal(0))
    breakdowns = []
    for kind, subtypes in kinds.items():
        subtotal = sum(subtypes.values(), Decimal(0))
        if subtotal or kind == "ITEM":
            parts = [DetailedBreakdown(name, Money(each, currency)) for name, each in subtypes.items() if each]
            detailed = in_detail and kind in ("TAX", "DISCOUNT")
            breakdowns.append(Breakdown(kind, Money(subtotal, currency), details=parts if detailed else None))
    total = sum((each.charge * each.quantity for each in items), Decimal(0))
    return Proceeds(Money(total, currency), breakdowns)


CHARGES: Sequence[tuple[str, str, Callable[[Item], Decimal]]] = (
    ("ITEM", "ITEM", lambda item: item.price),
    ("SHIPPING", "SHIPPING", lambda item: item.shipping),
    ("GIFT_WRAP", "GIFT_WRAP", lambda item: item.details.gift_wrap_price),
    ("COD_FEE", "COD_FEE", lambda item: item.details.cod_fee),
    ("TAX", "ITEM", lambda item: item.tax),
    ("TAX", "SHIPPING", lambda item: item.details.shipping_tax),
    ("TAX", "GIFT_WRAP", lambda item: item.details.gift_wrap_tax),
    ("TAX", "DISCOUNT", lambda item: -item.details.promotion_discount_tax - item.details.shipping_discount_tax),
    ("DISCOUNT", "ITEM", lambda item: -item.details.promotion_discount),
    ("DISCOUNT", "SHIPPING", lambda item: -item.details.shipping_discount),
    ("DISCOUNT", "COD_FEE", lambda item: -item.details.cod_fee_discount),
)
"""What one unit is charged with, by kind and subtype. That discounts are less than nothing, so that all kinds add up to
the total, is NEGATIVE-DISCOUNTS in docs/sources.md.
"""
