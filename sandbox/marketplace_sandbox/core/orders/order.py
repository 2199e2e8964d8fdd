"""What an order is: immutable values, from the order down to a refund. Knows no rule and no dialect.

A change makes a new value; nothing here changes in place, so an order may be handed to any thread and kept as long
as anybody likes. Money is a `Decimal` in the marketplace's currency, an instant is an aware UTC `datetime`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from operator import attrgetter

from marketplace_sandbox.core.data.values import with_changes
from marketplace_sandbox.core.marketplaces import MARKETPLACES, NON_AMAZON
from marketplace_sandbox.core.orders.order_details import (
    NO_ITEM_DETAILS,
    NO_ORDER_DETAILS,
    AddressType,
    BuyerTaxInfo,
    ExtendedFields,
    ItemDetails,
    OrderDetails,
)
from marketplace_sandbox.core.orders.regulated import RegulatedInfo


class Status(StrEnum):
    """Order statuses, spelt as in Orders v0 (one L in Canceled)."""

    PENDING_AVAILABILITY = "PendingAvailability"
    PENDING = "Pending"
    UNSHIPPED = "Unshipped"
    PARTIALLY_SHIPPED = "PartiallyShipped"
    SHIPPED = "Shipped"
    INVOICE_UNCONFIRMED = "InvoiceUnconfirmed"
    CANCELED = "Canceled"
    UNFULFILLABLE = "Unfulfillable"


class Channel(StrEnum):
    """Who ships: the merchant (MFN) or Amazon (AFN)."""

    MFN = "MFN"
    AFN = "AFN"


class Party(StrEnum):
    """Who canceled an order."""

    BUYER = "BUYER"
    MERCHANT = "MERCHANT"
    AMAZON = "AMAZON"


class RequestState(StrEnum):
    """The life of a buyer's official request on one item."""

    OPEN = "open"
    HONOURED = "honoured"
    OVERRIDDEN = "overridden"
    CLOSED_BY_SHIPMENT = "closed_by_shipment"
    CLOSED_BY_AUTO_CANCEL = "closed_by_auto_cancel"
    CLOSED_BY_AMAZON = "closed_by_amazon"
    WITHDRAWN = "withdrawn"


class Payment(StrEnum):
    """Whether the buyer's payment has been verified."""

    AUTHORIZED = "authorized"
    UNVERIFIED = "unverified"


class RefundState(StrEnum):
    """A refund waits before it is released; until then the seller can take it back."""

    PENDING = "pending"
    RELEASED = "released"
    CANCELED = "canceled"


class PickupStatus(StrEnum):
    """What a seller reports of an order that its buyer fetches in a store."""

    READY_FOR_PICKUP = "ReadyForPickup"
    PICKED_UP = "PickedUp"
    REFUSED_PICKUP = "RefusedPickup"


class Duty(StrEnum):
    """Something the seller must still do; open until a later action discharges it."""

    ADVISE_BUYER = "advise_buyer"
    FULL_REFUND = "full_refund"


@dataclass(frozen=True, slots=True)
class Request:
    """A buyer's official cancellation request on one item. `text` is what the dialects show as the reason."""

    state: RequestState
    reason: str | None
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Cancellation:
    """How an order or one of its items ended: who, why, when, and whether it counts in the Cancellation Rate."""

    by: Party
    reason: str
    at: datetime
    counts_in_rate: bool


@dataclass(frozen=True, slots=True)
class Item:
    """One order line. `price`, `tax` and `shipping` are per unit; quantities count units.

    `seller_item_id` is the seller's own id of it, once an acknowledgement has linked one. `canceled` is how it was
    canceled by itself, while others of its order were kept. Of `quantity_invoiced` units the seller has confirmed that
    the invoice was sent; `estimated_ship_at` is when the seller reckons to ship one that has to be procured first.
    """

    order_item_id: str
    sku: str
    asin: str
    title: str
    quantity: int
    price: Decimal
    tax: Decimal
    shipping: Decimal
    quantity_confirmed: int = 0
    quantity_departed: int = 0
    request: Request | None = None
    quantity_invoiced: int = 0
    estimated_ship_at: datetime | None = None
    seller_item_id: str = ""
    canceled: Cancellation | None = None
    details: ItemDetails = NO_ITEM_DETAILS

    @property
    def discount(self) -> Decimal:
        """What is taken off the charges for one unit, taxes of discounts included."""
        of = self.details
        taxes = of.promotion_discount_tax + of.shipping_discount_tax
        return of.promotion_discount + of.shipping_discount + of.cod_fee_discount + taxes

    @property
    def charge(self) -> Decimal:
        """What the buyer pays for one unit, all in all."""
        of = self.details
        extras = of.shipping_tax + of.cod_fee + of.gift_wrap_price + of.gift_wrap_tax
        return self.price + self.tax + self.shipping + extras - self.discount

    @property
    def quantity_unconfirmed(self) -> int:
        """Units that are to be shipped and whose shipment the seller has not confirmed."""
        return 0 if self.canceled else self.quantity - self.quantity_confirmed

    @property
    def quantity_uninvoiced(self) -> int:
        """Units that are kept and of whose invoice the seller has confirmed nothing."""
        return 0 if self.canceled else self.quantity - self.quantity_invoiced

    @property
    def parcel_left(self) -> bool:
        """Whether any unit is on its way, a physical fact that the platform cannot see."""
        return self.quantity_departed > 0

    @property
    def request_open(self) -> bool:
        """Whether an official request still waits for the seller."""
        return self.request is not None and self.request.state is RequestState.OPEN

    @property
    def cancellation_requested(self) -> bool:
        """The public flag: the buyer has requested; only a withdrawal takes it back."""
        return self.request is not None and self.request.state is not RequestState.WITHDRAWN

    @property
    def cancel_reason(self) -> str:
        """The buyer's reason as the dialects show it, empty without a standing flag."""
        return self.request.text if self.request and self.cancellation_requested else ""


@dataclass(frozen=True, slots=True)
class RefundAmount:
    """Money given back for one component (price, tax, shipping) of one item."""

    order_item_id: str
    component: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Refund:
    """One refund. `release_at` is when a pending one is paid out; None when it was paid at once or taken back."""

    refund_id: str
    state: RefundState
    reason: str
    amounts: tuple[RefundAmount, ...]
    requested_at: datetime
    release_at: datetime | None


@dataclass(frozen=True, slots=True)
class Shipment:
    """One confirmation of the seller: which units went with which parcel.

    `transparency_codes` are those of items, by their ids.
    """

    carrier: str
    tracking: str
    shipped_at: datetime
    items: tuple[tuple[str, int], ...]
    service: str = ""
    transparency_codes: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Buyer:
    """The buyer as the platform shows them: a relay address and a name, and what a business buyer adds."""

    name: str
    email: str
    buyer_county: str = ""
    buyer_tax_info: BuyerTaxInfo | None = None
    purchase_order_number: str = ""

    @property
    def company_name(self) -> str:
        """The legal name of a business buyer's company."""
        return self.buyer_tax_info.company_legal_name if self.buyer_tax_info else ""


@dataclass(frozen=True, slots=True)
class Address:
    """Where an order goes. Everything but the four coarse fields is personal data."""

    name: str
    line1: str
    line2: str
    city: str
    state: str
    postal_code: str
    country: str
    phone: str
    company_name: str = ""
    address_line3: str = ""
    county: str = ""
    district: str = ""
    municipality: str = ""
    extended_fields: ExtendedFields | None = None
    address_type: AddressType | None = None

    @property
    def district_or_county(self) -> str:
        """Either of the two, for which some have one field."""
        return self.district or self.county


class _Remembered:
    """A value of which others may remember something as long as it is there."""

    __slots__ = ("__weakref__",)


@dataclass(frozen=True, slots=True, eq=False)
class Order(_Remembered):
    """An order at one moment. Compared by identity, so a rendering may be remembered per value.

    `release_at` is a pre-order's release; `ships_from` is the earliest ship date; `explicit_ship_by` says that
    `ship_by_at` was given and is not computed again when the payment comes late. `legacy_request` is an official
    request of the days when those were messages; `warnings_sent` counts the mails before an automatic cancellation;
    `amazon_asked_at` is when the buyer asked Amazon, who has not answered yet. `pickup` is what the seller reported
    last of an order for pickup in a store (`is_ispu`); `regulated` is there for orders with regulated goods.
    `solicited_at` is when the seller had the buyer asked for a review.
    """

    order_id: str
    marketplace_id: str
    channel: Channel
    status: Status
    payment: Payment
    purchased_at: datetime
    last_updated_at: datetime
    items: tuple[Item, ...]
    buyer: Buyer
    ship_to: Address
    hold: bool = True
    handling_days: int = 2
    ship_by_at: datetime | None = None
    explicit_ship_by: bool = False
    release_at: datetime | None = None
    released_at: datetime | None = None
    invoice: bool = False
    multi_channel: bool = False
    programs: tuple[str, ...] = ()
    seller_order_id: str = ""
    warehouse_started: bool = False
    amazon_asked_at: datetime | None = None
    unofficial_request: bool = False
    legacy_request: bool = False
    warnings_sent: int = 0
    cancellation: Cancellation | None = None
    refunds: tuple[Refund, ...] = ()
    shipments: tuple[Shipment, ...] = ()
    duties: tuple[Duty, ...] = ()
    restocked: bool = False
    is_ispu: bool = False
    pickup: PickupStatus | None = None
    regulated: RegulatedInfo | None = None
    solicited_at: datetime | None = None
    details: OrderDetails = NO_ORDER_DETAILS

    @property
    def has_regulated_items(self) -> bool:
        """Whether something of it needs a review before it may be sold."""
        return self.regulated is not None

    @property
    def sourced_on_demand(self) -> bool:
        """Whether the seller procures the goods once they are ordered, and says then when they ship."""
        of = self.details
        return of.promise_response_due_date is not None or of.is_estimated_ship_date_set is not None

    @property
    def open_items(self) -> tuple[Item, ...]:
        """Items whose official request waits for the seller."""
        return tuple(item for item in self.items if item.request_open)

    @property
    def kept_items(self) -> tuple[Item, ...]:
        """The items that were not canceled by themselves."""
        return tuple(item for item in self.items if not item.canceled)

    @property
    def counted_cancellation(self) -> Cancellation | None:
        """The first cancellation, of an item or of the whole, that counts in the Cancellation Rate."""
        ended = [*(item.canceled for item in self.items), self.cancellation]
        counted = [each for each in ended if each and each.counts_in_rate]
        return min(counted, key=attrgetter("at"), default=None)

    @property
    def parcel_left(self) -> bool:
        """Whether any parcel of the order has left."""
        return any(item.parcel_left for item in self.items)

    @property
    def quantity_confirmed(self) -> int:
        """Units whose shipment is confirmed."""
        return sum(item.quantity_confirmed for item in self.items)

    @property
    def quantity_unconfirmed(self) -> int:
        """Units whose shipment is not confirmed."""
        return sum(item.quantity_unconfirmed for item in self.items)

    @property
    def first_request(self) -> Request | None:
        """The request the order is summed up by: an open one, else the latest of those that ended."""
        requests = [item.request for item in self.items if item.request]
        still_open = [each for each in requests if each.state is RequestState.OPEN]
        return (
            min(still_open, key=attrgetter("at")) if still_open else max(requests, key=attrgetter("at"), default=None)
        )

    @property
    def total(self) -> Decimal:
        """Everything charged for all units that are kept, and the tip for whoever delivers them."""
        return sum((item.charge * item.quantity for item in self.kept_items), self.details.delivery_tip)

    @property
    def sales_channel(self) -> str:
        """Where it was sold: the store front, or elsewhere."""
        return NON_AMAZON if self.multi_channel else MARKETPLACES[self.marketplace_id].sales_channel

    def item(self, order_item_id: str) -> Item | None:
        """The item of that id, or None."""
        return next((each for each in self.items if each.order_item_id == order_item_id), None)

    def with_items(self, changed: Iterable[Item]) -> "Order":
        """The same order with some items exchanged for newer values of the same id."""
        newer = {item.order_item_id: item for item in changed}
        return with_changes(self, items=tuple(newer.get(i.order_item_id, i) for i in self.items))
