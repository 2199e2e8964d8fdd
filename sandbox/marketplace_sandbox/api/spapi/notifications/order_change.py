"""The ORDER_CHANGE notification, version 1.0, as subscribers get it. Pure: delivers nothing.

A body follows from the notice alone, never from the clock or from settings, so it is the same bytes in every attempt.
That is why the delivery dates, which a setting moves, are left out (they are optional), and why the event, its
trigger and its publication all bear the notice's instant. Left out too is CancelNotifyDate: public sources disagree
about what it means.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from marketplace_sandbox.api.http.calls import encode
from marketplace_sandbox.api.shared.output import (
    Constant,
    Flag,
    Many,
    NullableText,
    Number,
    One,
    OutputField,
    OutputSchema,
    Text,
    Texts,
    attributes_of,
)
from marketplace_sandbox.api.shared.status_table import Dialect, Part, visible_parts
from marketplace_sandbox.api.shared.visible_order import VisibleItem, VisibleOrder
from marketplace_sandbox.core.notifications.outbox import Delivery, Notice
from marketplace_sandbox.core.rules.outcomes import REQUEST_CHANGE
from marketplace_sandbox.core.world import World

APPLICATION_ID = "amzn1.sellerapps.app.marketplace-sandbox"
"""The application that every subscription of the sandbox belongs to."""

BUYER_REQUESTED_CANCEL = "Buyer Requested Cancel"
"""The one ChangeReason that is published."""

_CANCELED_BY_BUYER = "The buyer canceled the order."
_CANCELED_BY_SELLER = "The seller canceled the order."
_SHIPPED = "The seller confirmed the shipment."
_SHIPPED_IN_PART = "The seller confirmed the shipment of some items."
_LATE = "Amazon canceled the order because its shipment was not confirmed in time."
_FRAUD = "Amazon canceled the order because it could not be verified."
_PAYMENT = "Amazon canceled the order because its payment could not be verified."
_RELEASED = "The order was released to the seller."

STATUS_REASONS: Mapping[str, str] = {
    "canceled_by_buyer": _CANCELED_BY_BUYER,
    "canceled_by_buyer_after_parcel": _CANCELED_BY_BUYER,
    "canceled_by_buyer_at_amazon": _CANCELED_BY_BUYER,
    "canceled_at_amazon_on_request": "The buyer canceled the order; Amazon had to grant it.",
    "canceled_on_request": "The seller canceled the order at the buyer's request.",
    "canceled_by_seller": _CANCELED_BY_SELLER,
    "canceled_without_request": _CANCELED_BY_SELLER,
    "canceled_for_other_reason": _CANCELED_BY_SELLER,
    "canceled_beyond_request": _CANCELED_BY_SELLER,
    "shipped": _SHIPPED,
    "shipped_despite_request": _SHIPPED,
    "confirmed_early": _SHIPPED,
    "confirmed_early_despite_request": _SHIPPED,
    "shipped_in_part": _SHIPPED_IN_PART,
    "shipped_in_part_despite_request": _SHIPPED_IN_PART,
    "rest_shipped": _SHIPPED,
    "rest_shipped_despite_request": _SHIPPED,
    "canceled_unconfirmed": _LATE,
    "canceled_unconfirmed_despite_request": _LATE,
    "canceled_for_fraud": _FRAUD,
    "canceled_for_fraud_at_amazon": _FRAUD,
    "canceled_for_payment": _PAYMENT,
    "canceled_for_payment_at_amazon": _PAYMENT,
    "authorization_started": "The pre-order was released and its payment is being verified.",
    "released": _RELEASED,
    "released_with_request": _RELEASED,
    "released_to_amazon": "The order was released to Amazon's warehouse.",
    "warehouse_shipped": "Amazon shipped the order.",
}
"""ChangeReason of each outcome that changes a status. No text of the platform's is published, so these sentences are
the sandbox's own; like the platform, they know nothing of parcels."""


def render(world: World, delivery: Delivery) -> bytes:
    """The notification of a delivery as JSON. Its NotificationId is the delivery's id, in every attempt."""
    return encode(_NOTIFICATION.dump(Notification(world.seller_id, delivery)))


def stamp(at: datetime) -> str:
    """An instant as this notification writes all of them, with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


# What the schemas read


@dataclass(frozen=True, slots=True)
class OrderOfNotice(VisibleOrder):
    """An order as the notification shows it."""

    @property
    def destination_postal_code(self) -> str | None:
        return self.address.postal_code or None if self.address else None

    @property
    def items(self) -> list["ItemOfNotice"]:
        return [ItemOfNotice(self, item) for item in self.order.items]


@dataclass(frozen=True, slots=True)
class ItemOfNotice(VisibleItem):
    """An item as the notification shows it."""

    @property
    def status(self) -> str | None:
        """Whether it is shipped, of an order of which anything is to be shipped or has been."""
        if Part.ITEM_STATUS not in self.of.parts:
            return None
        return "Unshipped" if self.item.quantity_unconfirmed else "Shipped"


@dataclass(frozen=True, slots=True)
class Notification:
    """A delivery of one seller's: the whole notification."""

    seller_id: str
    delivery: Delivery

    @property
    def notice(self) -> Notice:
        return self.delivery.notice

    @property
    def order(self) -> OrderOfNotice:
        order = self.notice.order
        assert order is not None  # noqa: S101  (this type is about nothing else)
        return OrderOfNotice(order, visible_parts(order, Dialect.ORDER_CHANGE))

    @property
    def reason(self) -> str:
        return BUYER_REQUESTED_CANCEL if self.notice.change == REQUEST_CHANGE else STATUS_REASONS[self.notice.outcome]


# How they spell it


class Stamp(OutputField[datetime]):
    """An instant with milliseconds."""

    def write(self, value: datetime) -> str:
        return stamp(value)


_order = attributes_of(OrderOfNotice)
_item = attributes_of(ItemOfNotice)
_notification = attributes_of(Notification)


class _OrderItem(OutputSchema):
    OrderItemId = Text(_item.item.order_item_id)
    SellerSKU = Text(_item.item.sku)
    SupplySourceId = Constant(None)
    OrderItemStatus = Text(_item.status)
    Quantity = Number(_item.quantity)
    QuantityShipped = Number(_item.units_shipped)
    IsBuyerRequestedCancel = Flag(_item.cancellation_requested)


class _Summary(OutputSchema):
    MarketplaceId = Text(_order.order.marketplace_id)
    OrderStatus = Text(_order.order.status)
    PurchaseDate = Stamp(_order.order.purchased_at)
    DestinationPostalCode = NullableText(_order.destination_postal_code)
    FulfillmentType = Text(_order.order.channel)
    OrderType = Text(_order.order_type)
    NumberOfItemsShipped = Number(_order.units_shipped)
    NumberOfItemsUnshipped = Number(_order.units_unshipped)
    EarliestShipDate = Stamp(_order.earliest_ship_date)
    LatestShipDate = Stamp(_order.latest_ship_date)
    OrderPrograms = Texts(_order.order.programs)
    ShippingPrograms = Constant([])
    OrderItems = Many(_OrderItem, _order.items)


class _Trigger(OutputSchema):
    TimeOfOrderChange = Stamp(_notification.notice.at)
    ChangeReason = Text(_notification.reason)


class _OrderChange(OutputSchema):
    NotificationLevel = Constant("OrderLevel")
    SellerId = Text(_notification.seller_id)
    AmazonOrderId = Text(_notification.notice.order_id)
    OrderChangeType = Text(_notification.notice.change)
    OrderChangeTrigger = One(_Trigger, _notification)
    Summary = One(_Summary, _notification.order)


class _Payload(OutputSchema):
    OrderChangeNotification = One(_OrderChange, _notification)


class _Metadata(OutputSchema):
    ApplicationId = Constant(APPLICATION_ID)
    SubscriptionId = Text(_notification.delivery.subscriber_id)
    PublishTime = Stamp(_notification.notice.at)
    NotificationId = Text(_notification.delivery.delivery_id)


class _Notification(OutputSchema):
    NotificationVersion = Constant("1.0")
    NotificationType = Constant("ORDER_CHANGE")
    PayloadVersion = Constant("1.0")
    EventTime = Stamp(_notification.notice.at)
    Payload = One(_Payload, _notification)
    NotificationMetadata = One(_Metadata, _notification)


_NOTIFICATION = _Notification()
