"""What Orders 2026-01-01 shows of an order: identity and items always, data sets where the caller includes them.

What a status hides is hidden as in every dialect. Different from v0 are: no restricted data token, since roles decide
and every seller here has them; the seller's own number shows only where there is one; InvoiceUnconfirmed is gone, such
an order is SHIPPED and its tax data say that the invoice is missing. The data sets EXPENSE, PROMOTION and
FULFILLMENT_ORDERS bring nothing, for there are none. Knows no wire name but those of the data sets.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from marketplace_sandbox.api.shared.status_table import Part
from marketplace_sandbox.api.shared.visible_order import NO_ADDRESS, Money, VisibleItem, VisibleOrder
from marketplace_sandbox.api.spapi.orders_2026.words import CHANNEL_WORDS, PROGRAM_WORDS, REASON_WORDS, STATUS_WORDS
from marketplace_sandbox.core.marketplaces import MARKETPLACES, Marketplace
from marketplace_sandbox.core.order import Buyer, Item, Shipment


@dataclass(frozen=True, slots=True)
class Breakdown:
    """One kind of proceeds."""

    kind: str
    subtotal: Money


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


@dataclass(frozen=True, slots=True)
class Parcel:
    """What the seller has confirmed at once; parcels of an order are numbered."""

    reference: str
    shipment: Shipment

    @property
    def items(self) -> list[ParcelItem]:
        return [ParcelItem(*each) for each in self.shipment.items]


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
        kinds = (("PREORDER", self.order.release_at), ("IN_STORE_PICK_UP", self.order.is_ispu))
        return [*programs, *(word for word, applies in kinds if applies)] or None

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
        return _proceeds(self.order.kept_items, self.currency)

    @property
    def payment(self) -> "OrderIn2026 | None":
        return self if "PAYMENT" in self.included and self.payment_method else None

    @property
    def payments(self) -> list["OrderIn2026"]:
        return [self]

    @property
    def tax(self) -> "OrderIn2026 | None":
        return self if "TAX" in self.included and self.order.invoice else None

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
        return [Parcel(str(number), each) for number, each in enumerate(self.shipments, 1)] or None


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
        return _proceeds([self.item], self.of.currency)

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


def _proceeds(items: Collection[Item], currency: str) -> Proceeds:
    """The total of some items and what it consists of; kinds that come to nothing are left out, but for the items."""
    amounts = {
        "ITEM": sum((each.price * each.quantity for each in items), Decimal(0)),
        "SHIPPING": sum((each.shipping * each.quantity for each in items), Decimal(0)),
        "TAX": sum((each.tax * each.quantity for each in items), Decimal(0)),
    }
    breakdowns = [Breakdown(kind, Money(each, currency)) for kind, each in amounts.items() if each or kind == "ITEM"]
    return Proceeds(Money(sum(amounts.values(), Decimal(0)), currency), breakdowns)
