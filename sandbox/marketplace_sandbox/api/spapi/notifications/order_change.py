"""The ORDER_CHANGE notification, version 1.0, as subscribers get it. Pure: delivers nothing.

A body follows from the notice alone, never from the clock or from settings, so it is the same bytes in every attempt.
That is why the delivery dates, which a setting moves, are left out (they are optional), and why the event, its
trigger and its publication all bear the notice's instant. Left out too is CancelNotifyDate: public sources disagree
about what it means.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from marshmallow import Schema, fields, post_dump

from marketplace_sandbox.api.http.calls import encode
from marketplace_sandbox.core.notifications.outbox import Delivery, Notice
from marketplace_sandbox.core.order import Channel, Item, Order, Status
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

_ADDRESSED = (Status.UNSHIPPED, Status.PARTIALLY_SHIPPED, Status.SHIPPED, Status.INVOICE_UNCONFIRMED)
"""Statuses in which the platform shows where an order goes, and in which its items are to be shipped or have been."""


def render(world: World, delivery: Delivery) -> bytes:
    """The notification of a delivery as JSON. Its NotificationId is the delivery's id, in every attempt."""
    notice = delivery.notice
    at = stamp(notice.at)
    given = {
        "at": at,
        "payload": {"change": {"seller_id": world.seller_id, "notice": notice, "order": notice.order}},
        "metadata": {"subscription_id": delivery.subscriber_id, "at": at, "id": delivery.delivery_id},
    }
    return encode(_NOTIFICATION.dump(given))


def stamp(at: datetime) -> str:
    """An instant as this notification writes all of them, with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _reason(notice: Notice) -> str:
    return BUYER_REQUESTED_CANCEL if notice.change == REQUEST_CHANGE else STATUS_REASONS[notice.outcome]


def _order_type(order: Order) -> str:
    return "Preorder" if order.release_at else "StandardOrder"


def _postal_code(order: Order) -> str | None:
    return order.ship_to.postal_code or None if order.status in _ADDRESSED else None


def _units(order: Order, units: int) -> int:
    """Nothing of a canceled order is shipped or waits to be."""
    return 0 if order.status is Status.CANCELED else units


def _earliest_ship_date(order: Order) -> str | None:
    if order.channel is Channel.AFN or order.ship_by_at is None:
        return None
    return stamp(order.release_at or order.purchased_at)


def _latest_ship_date(order: Order) -> str | None:
    return stamp(order.ship_by_at) if order.channel is Channel.MFN and order.ship_by_at else None


def _items(order: Order) -> list[dict[str, Any]]:
    addressed = order.status in _ADDRESSED
    return [{"item": item, "status": _item_status(item) if addressed else None} for item in order.items]


def _item_status(item: Item) -> str:
    return "Unshipped" if item.quantity_unconfirmed else "Shipped"


class _OrderItem(Schema):
    OrderItemId = fields.String(attribute="item.order_item_id")
    SellerSKU = fields.String(attribute="item.sku")
    SupplySourceId = fields.Constant(None)
    OrderItemStatus = fields.String(attribute="status")
    Quantity = fields.Integer(attribute="item.quantity")
    QuantityShipped = fields.Integer(attribute="item.quantity_confirmed")
    IsBuyerRequestedCancel = fields.Boolean(attribute="item.cancellation_requested")

    @post_dump
    def leave_out(self, made: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Without the status where neither of the two holds."""
        return _without_empty(made, "OrderItemStatus")


_ORDER_ITEMS = _OrderItem(many=True)


class _Summary(Schema):
    MarketplaceId = fields.String(attribute="marketplace_id")
    OrderStatus = fields.Function(lambda order: order.status.value)
    PurchaseDate = fields.Function(lambda order: stamp(order.purchased_at))
    DestinationPostalCode = fields.Function(_postal_code)
    FulfillmentType = fields.Function(lambda order: order.channel.value)
    OrderType = fields.Function(_order_type)
    NumberOfItemsShipped = fields.Function(lambda order: _units(order, order.quantity_confirmed))
    NumberOfItemsUnshipped = fields.Function(lambda order: _units(order, order.quantity_unconfirmed))
    EarliestShipDate = fields.Function(_earliest_ship_date)
    LatestShipDate = fields.Function(_latest_ship_date)
    OrderPrograms = fields.List(fields.String(), attribute="programs")
    ShippingPrograms = fields.Function(lambda _order: [])
    OrderItems = fields.Function(lambda order: _ORDER_ITEMS.dump(_items(order)))

    @post_dump
    def leave_out(self, made: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Without the ship dates where there are none."""
        return _without_empty(made, "EarliestShipDate", "LatestShipDate")


class _Trigger(Schema):
    TimeOfOrderChange = fields.Function(lambda notice: stamp(notice.at))
    ChangeReason = fields.Function(_reason)


class _OrderChange(Schema):
    NotificationLevel = fields.Constant("OrderLevel")
    SellerId = fields.String(attribute="seller_id")
    AmazonOrderId = fields.String(attribute="order.order_id")
    OrderChangeType = fields.String(attribute="notice.change")
    OrderChangeTrigger = fields.Nested(_Trigger, attribute="notice")
    Summary = fields.Nested(_Summary, attribute="order")


class _Payload(Schema):
    OrderChangeNotification = fields.Nested(_OrderChange, attribute="change")


class _Metadata(Schema):
    ApplicationId = fields.Constant(APPLICATION_ID)
    SubscriptionId = fields.String(attribute="subscription_id")
    PublishTime = fields.String(attribute="at")
    NotificationId = fields.String(attribute="id")


class _Notification(Schema):
    NotificationVersion = fields.Constant("1.0")
    NotificationType = fields.Constant("ORDER_CHANGE")
    PayloadVersion = fields.Constant("1.0")
    EventTime = fields.String(attribute="at")
    Payload = fields.Nested(_Payload, attribute="payload")
    NotificationMetadata = fields.Nested(_Metadata, attribute="metadata")


_NOTIFICATION = _Notification()


def _without_empty(made: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in made.items() if value is not None or name not in names}
