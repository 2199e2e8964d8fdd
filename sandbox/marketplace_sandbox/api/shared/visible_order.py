"""An order and its items as far as a dialect shows them: what the status hides is None, or 0 where it is a quantity.

The one reader of the table of what a status shows (`status_table`). Typed, and without a wire name: dialects spell
what stands here and decide nothing. What all dialects work out alike stands here as well.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Self

from marketplace_sandbox.api.shared.status_table import HIDDEN_OF_CANCELED_ITEM, Part
from marketplace_sandbox.core.marketplaces import MARKETPLACES, Marketplace
from marketplace_sandbox.core.orders.order import Address, Buyer, Channel, Item, Order, Shipment
from marketplace_sandbox.core.orders.order_details import (
    BuyerTaxInformation,
    DeliveryPreferences,
    ItemBuyerInfo,
    PaymentExecution,
    ShipFromAddress,
    TaxCollection,
)
from marketplace_sandbox.core.policy import ship_by

A_DAY_AT_LONGEST = timedelta(hours=25)
"""From the start of any local day into the next one, also where clocks are put back."""

NO_ADDRESS = Address("", "", "", "", "", "", "", "")

SHIPS_FROM = ShipFromAddress(
    name="Sample Warehouse",
    address_line1="2 Example Street",
    city="Springfield",
    state_or_region="IL",
    postal_code="62704",
)
"""Where parcels of a seller leave from who has not said it; the country is the marketplace's. That an order names one,
with these fields, is SEEN-ITEMS in docs/sources.md.
"""

COLLECTED_BY_AMAZON = TaxCollection()
"""Said of what is taxed where Amazon itself takes the tax (SEEN-ITEMS)."""


@dataclass(frozen=True, slots=True)
class Money:
    """A sum with its currency."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class VisiblePayment:
    """One payment of an order."""

    payment: Money
    execution: PaymentExecution


@dataclass(frozen=True, slots=True)
class VisiblePoints:
    """Points for all units of an item."""

    number: int
    worth: Money


@dataclass(frozen=True, slots=True)
class VisibleOrder:
    """An order by the parts of it that are shown.

    `delivery_after` is how long after the latest ship date delivery is promised. What no status hides is read from
    `order` itself.
    """

    order: Order
    parts: frozenset[Part]
    delivery_after: timedelta = timedelta(0)

    @property
    def currency(self) -> str:
        return self._marketplace.currency

    @property
    def tax_is_collected(self) -> bool:
        """Whether Amazon itself takes the tax where it was sold."""
        return self._marketplace.collects_tax

    @property
    def order_type(self) -> str:
        if self.order.sourced_on_demand:
            return "SourcingOnDemandOrder"
        return "Preorder" if self.order.release_at else "StandardOrder"

    @property
    def seller_order_id(self) -> str:
        """The seller's own number: empty until the seller names one. What Amazon ships has its order id for one."""
        of_amazon = self.order.order_id if self.order.channel is Channel.AFN else ""
        return self.order.seller_order_id or of_amazon

    @property
    def service_level(self) -> str:
        """The name of the service that ships it; what kind of service that is, all orders here share."""
        by_seller = f"Std {self._marketplace.country} D2D Dom"
        return by_seller if self.order.channel is Channel.MFN else "Standard"

    @property
    def total(self) -> Money | None:
        return Money(self.order.total, self.currency) if Part.TOTAL in self.parts else None

    @property
    def payment_method(self) -> str | None:
        return self.order.details.payment_method if Part.PAYMENT in self.parts else None

    @property
    def payment_details(self) -> tuple[str, ...] | None:
        return self.order.details.payment_method_details if Part.PAYMENT_DETAILS in self.parts else None

    @property
    def payments(self) -> list["VisiblePayment"] | None:
        """The single payments, where the order names any."""
        executions = self.order.details.payment_execution_detail
        if Part.PAYMENT not in self.parts or not executions:
            return None
        return [VisiblePayment(Money(each.payment, self.currency), each) for each in executions]

    @property
    def buyer_invoice_preference(self) -> str | None:
        return self.order.details.buyer_invoice_preference if Part.BUYER in self.parts else None

    @property
    def buyer_tax_information(self) -> BuyerTaxInformation | None:
        return self.order.details.buyer_tax_information if Part.BUYER in self.parts else None

    @property
    def ships_from(self) -> ShipFromAddress | None:
        """Where the seller's parcels leave from, in every status; of what Amazon ships there is no such place."""
        if self.order.channel is Channel.AFN:
            return None
        own = self.order.details.default_ship_from_location_address
        return own or replace(SHIPS_FROM, country_code=self._marketplace.country)

    @property
    def delivery_preferences(self) -> DeliveryPreferences | None:
        return self.order.details.delivery_preferences if Part.ADDRESS in self.parts else None

    @property
    def invoice_status(self) -> str | None:
        """Where the invoice stands: missing where one is asked for and nothing is said of it."""
        return self.order.details.electronic_invoice_status or ("NotFound" if self.order.invoice else None)

    @property
    def buyer(self) -> Buyer | None:
        return self.order.buyer if Part.BUYER in self.parts else None

    @property
    def address(self) -> Address | None:
        """Where the order goes; the phone number in it is a part of its own."""
        if Part.ADDRESS in self.parts and Part.PHONE in self.parts:
            return self.order.ship_to
        if Part.ADDRESS in self.parts:
            return replace(self.order.ship_to, phone="")
        return replace(NO_ADDRESS, phone=self.order.ship_to.phone) if Part.PHONE in self.parts else None

    @property
    def earliest_ship_date(self) -> datetime | None:
        """The start of the local day of the purchase or, of a pre-order, of its release."""
        if Part.SHIP_FROM not in self.parts:
            return None
        return self._ship_date_of_amazon or self._marketplace.day_start(self._begins_at)

    @property
    def latest_ship_date(self) -> datetime | None:
        if Part.SHIP_BY not in self.parts:
            return None
        return self._ship_date_of_amazon or self.order.ship_by_at

    @property
    def earliest_delivery_date(self) -> datetime | None:
        """The start of the local day after the one by which the order is to be shipped."""
        if Part.PROMISE not in self.parts or self.order.ship_by_at is None:
            return None
        return self._marketplace.day_start(self._marketplace.day_start(self.order.ship_by_at) + A_DAY_AT_LONGEST)

    @property
    def latest_delivery_date(self) -> datetime | None:
        earliest = self.earliest_delivery_date
        if earliest is None or self.order.ship_by_at is None:
            return None
        return max(earliest, self.order.ship_by_at + self.delivery_after)

    @property
    def _ship_date_of_amazon(self) -> datetime | None:
        """The one ship date of what Amazon ships, the end of a local day. Nothing is ever late by it."""
        if self.order.channel is not Channel.AFN:
            return None
        return ship_by(self._begins_at, self.order.handling_days, self.order.marketplace_id)

    @property
    def _begins_at(self) -> datetime:
        return self.order.release_at or self.order.purchased_at

    @property
    def _marketplace(self) -> Marketplace:
        return MARKETPLACES[self.order.marketplace_id]

    @property
    def units_shipped(self) -> int:
        return self.order.quantity_confirmed if Part.UNITS in self.parts else 0

    @property
    def units_unshipped(self) -> int:
        return self.order.quantity_unconfirmed if Part.UNITS in self.parts else 0

    @property
    def shipments(self) -> tuple[Shipment, ...]:
        return self.order.shipments if Part.PARCELS in self.parts else ()

    @property
    def cancellation_requested(self) -> bool:
        """Whether the buyer's wish to cancel any item stands."""
        return Part.REQUEST in self.parts and any(item.cancellation_requested for item in self.order.items)

    def of_item(self, item: Item) -> Self:
        """The order as its item is shown with it: of one that was canceled by itself there is less to see."""
        return replace(self, parts=self.parts - HIDDEN_OF_CANCELED_ITEM) if item.canceled else self


@dataclass(frozen=True, slots=True)
class VisibleItem:
    """An item by the parts of its order that are shown. Sums are those of all its units."""

    of: VisibleOrder
    item: Item

    @property
    def quantity(self) -> int:
        return self.item.quantity if Part.QUANTITY in self.of.parts else 0

    @property
    def units_shipped(self) -> int:
        return self.item.quantity_confirmed if Part.UNITS in self.of.parts else 0

    @property
    def units_unshipped(self) -> int:
        return self.item.quantity_unconfirmed if Part.UNITS in self.of.parts else 0

    @property
    def unit_price(self) -> Money | None:
        return Money(self.item.price, self.of.currency) if Part.PRICES in self.of.parts else None

    @property
    def price(self) -> Money | None:
        return self._sum(self.item.price)

    @property
    def tax(self) -> Money | None:
        return self._sum(self.item.tax)

    @property
    def nothing(self) -> Money | None:
        """A sum of nought, for who writes one where others say nothing."""
        return self._sum(Decimal(0))

    @property
    def shipping(self) -> Money | None:
        """What shipping costs; of what is shipped free nobody speaks of this, its tax or discounts (SEEN-ITEMS)."""
        return self._sum_of_shipping(self.item.shipping)

    @property
    def shipping_tax(self) -> Money | None:
        return self._sum_of_shipping(self.item.details.shipping_tax)

    @property
    def shipping_discount(self) -> Money | None:
        return self._sum_of_shipping(self.item.details.shipping_discount)

    @property
    def shipping_discount_tax(self) -> Money | None:
        return self._sum_of_shipping(self.item.details.shipping_discount_tax)

    @property
    def promotion_discount(self) -> Money | None:
        return self._sum(self.item.details.promotion_discount)

    @property
    def promotion_discount_tax(self) -> Money | None:
        """The tax of a discount: nought beside one of nought (SEEN-ITEMS)."""
        return self._sum(self.item.details.promotion_discount_tax)

    @property
    def tax_collection(self) -> TaxCollection | None:
        """Who takes its tax and pays it to the office, where that is not the seller."""
        if Part.PRICES not in self.of.parts:
            return None
        of = self.item.details
        taxed = self.item.tax or of.shipping_tax or of.gift_wrap_tax
        return of.tax_collection or (COLLECTED_BY_AMAZON if taxed and self.of.tax_is_collected else None)

    @property
    def promotion_ids(self) -> tuple[str, ...] | None:
        return self.item.details.promotion_ids or None if Part.PRICES in self.of.parts else None

    @property
    def cod_fee(self) -> Money | None:
        return self._optional_sum(self.item.details.cod_fee)

    @property
    def cod_fee_discount(self) -> Money | None:
        return self._optional_sum(self.item.details.cod_fee_discount)

    @property
    def points(self) -> "VisiblePoints | None":
        granted = self.item.details.points_granted
        if granted is None or Part.PRICES not in self.of.parts:
            return None
        return VisiblePoints(granted.points_number, Money(granted.points_monetary_value, self.of.currency))

    @property
    def price_designation(self) -> str | None:
        """Whether the price is one for businesses, where there is a price to see."""
        return self.item.details.price_designation if Part.PRICES in self.of.parts else None

    @property
    def condition_id(self) -> str | None:
        return self.item.details.condition_id if Part.CONDITION in self.of.parts else None

    @property
    def condition_subtype_id(self) -> str | None:
        return self.item.details.condition_subtype_id if Part.CONDITION in self.of.parts else None

    @property
    def condition_note(self) -> str | None:
        return self.item.details.condition_note or None if Part.CONDITION in self.of.parts else None

    @property
    def serial_number_required(self) -> bool | None:
        return self.item.details.serial_number_required if Part.CONDITION in self.of.parts else None

    @property
    def gift(self) -> bool | None:
        """Whether the item is a gift, which one is that is wrapped or bears a message."""
        if Part.GIFT not in self.of.parts:
            return None
        done = self.item.details.buyer_info
        return self.item.details.is_gift or bool(done and (done.gift_wrap_level or done.gift_message_text))

    @property
    def gift_wrap_price(self) -> Money | None:
        return self._optional_sum(self.item.details.gift_wrap_price)

    @property
    def gift_wrap_tax(self) -> Money | None:
        return self._optional_sum(self.item.details.gift_wrap_tax)

    @property
    def gift_message(self) -> str | None:
        """What is written on a gift, which is the buyer's own words."""
        return self._buyer_info.gift_message_text or None if self._buyer_info else None

    @property
    def gift_wrap_level(self) -> str | None:
        return self._buyer_info.gift_wrap_level or None if self._buyer_info else None

    @property
    def customized_url(self) -> str | None:
        design = self._buyer_info.buyer_customized_info if self._buyer_info else None
        return design.customized_url if design else None

    @property
    def _buyer_info(self) -> ItemBuyerInfo | None:
        """What the buyer had done to the item, where the buyer is shown."""
        return self.item.details.buyer_info if Part.BUYER in self.of.parts else None

    @property
    def cancellation_requested(self) -> bool:
        """Whether the buyer's wish to cancel the item stands."""
        return self.item.cancellation_requested and Part.REQUEST in self.of.parts

    @property
    def cancel_reason(self) -> str:
        return self.item.cancel_reason if Part.REQUEST in self.of.parts else ""

    def _sum_of_shipping(self, of_one: Decimal) -> Money | None:
        """A sum that is not spoken of where shipping is free."""
        of = self.item.details
        return self._sum(of_one) if self.item.shipping or of.shipping_tax or of.shipping_discount_tax else None

    def _optional_sum(self, of_one: Decimal) -> Money | None:
        """A sum that is not spoken of where it is nothing."""
        return self._sum(of_one) if of_one else None

    def _sum(self, of_one: Decimal) -> Money | None:
        if Part.PRICES not in self.of.parts:
            return None
        decimals = self.item.price * 0  # a sum of nothing has them, too
        return Money(of_one * self.item.quantity + decimals, self.of.currency)
