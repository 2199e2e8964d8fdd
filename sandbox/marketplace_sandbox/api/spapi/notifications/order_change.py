"""The ORDER_CHANGE notification, version 1.0, as subscribers get it. Pure: delivers nothing.

A body follows from the notice alone, never from the clock or from settings, so it is the same bytes in every attempt.
That is why a notice keeps the setting by which delivery is promised, and why the event, its trigger and its publication
all bear the notice's instant. Left out is CancelNotifyDate: public sources disagree about what it means.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from marketplace_sandbox.api.http.exchange import encode
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
from marketplace_sandbox.core.rules.outcomes import REQUEST_CHANGE, STATUS_CHANGE
from marketplace_sandbox.core.world.world import AnyWorld

CHANGE_REASONS = {REQUEST_CHANGE: "Buyer Requested Cancel", STATUS_CHANGE: "Order Status Change"}
"""The ChangeReason of each kind of change: SEEN-ORDER-CHANGE in docs/sources.md."""

APPLICATION_ID = "amzn1.sellerapps.app.marketplace-sandbox"
"""The application that every subscription of the sandbox belongs to."""


def render(world: AnyWorld, delivery: Delivery) -> bytes:
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
    def shipping_programs(self) -> tuple[str, ...]:
        of = self.order.details
        programs = {
            "ShipDateSet": of.is_estimated_ship_date_set,
            "GlobalExpress": of.is_global_express_enabled,
            "ISPU": self.order.is_ispu,
            "AccessPoint": of.is_access_point_order,
            "EasyShip": of.easy_ship_shipment_status,
        }
        return tuple(name for name, told in programs.items() if told)

    @property
    def items(self) -> list["ItemOfNotice"]:
        return [ItemOfNotice(self.of_item(item), item) for item in self.order.items]


@dataclass(frozen=True, slots=True)
class ItemOfNotice(VisibleItem):
    """An item as the notification shows it."""

    @property
    def status(self) -> str | None:
        """Whether it is shipped, of an order of which anything is to be shipped or has been."""
        if Part.ITEM_STATUS not in self.of.parts or self.item.canceled:
            return None
        return "Unshipped" if self.item.quantity_unconfirmed else "Shipped"

    @property
    def supply_source_id(self) -> str | None:
        """Where the seller is to ship from, where the order says it."""
        instruction = self.of.order.details.fulfillment_instruction
        return instruction.fulfillment_supply_source_id if instruction else None


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
        return OrderOfNotice(order, visible_parts(order, Dialect.ORDER_CHANGE), self.notice.delivery_after)

    @property
    def reason(self) -> str:
        return CHANGE_REASONS[self.notice.change]


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
    SupplySourceId = NullableText(_item.supply_source_id)
    OrderItemStatus = Text(_item.status)
    Quantity = Number(_item.quantity)
    QuantityShipped = Number(_item.units_shipped)
    IsBuyerRequestedCancel = Flag(_item.cancellation_requested)
    ItemEarliestDeliveryDate = Stamp(_item.item.details.scheduled_delivery_start_date)
    ItemLatestDeliveryDate = Stamp(_item.item.details.scheduled_delivery_end_date)


class _Summary(OutputSchema):
    MarketplaceId = Text(_order.order.marketplace_id)
    OrderStatus = Text(_order.order.status)
    PurchaseDate = Stamp(_order.order.purchased_at)
    DestinationPostalCode = NullableText(_order.destination_postal_code)
    FulfillmentType = Text(_order.order.channel)
    OrderType = Text(_order.order_type)
    NumberOfItemsShipped = Number(_order.units_shipped)
    NumberOfItemsUnshipped = Number(_order.units_unshipped)
    EarliestDeliveryDate = Stamp(_order.earliest_delivery_date)
    LatestDeliveryDate = Stamp(_order.latest_delivery_date)
    EarliestShipDate = Stamp(_order.earliest_ship_date)
    LatestShipDate = Stamp(_order.latest_ship_date)
    OrderPrograms = Texts(_order.order.programs)
    ShippingPrograms = Texts(_order.shipping_programs)
    EasyShipShipmentStatus = Text(_order.order.details.easy_ship_shipment_status)
    ElectronicInvoiceStatus = Text(_order.invoice_status)
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
