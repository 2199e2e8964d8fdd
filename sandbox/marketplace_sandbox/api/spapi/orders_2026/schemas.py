"""Orders 2026-01-01: how orders with their items are spelt, and the body of a cancellation."""

from collections.abc import Iterable
from datetime import datetime

from marshmallow import fields

from marketplace_sandbox.api.http.exchange import encode
from marketplace_sandbox.api.shared.fields import Wire, wire_date
from marketplace_sandbox.api.shared.output import (
    AmountText,
    Constant,
    Date,
    Many,
    Number,
    One,
    OptionalText,
    OutputSchema,
    Text,
    Texts,
    attributes_of,
)
from marketplace_sandbox.api.shared.visible_order import Money
from marketplace_sandbox.api.spapi.orders_2026.visible_order import (
    Breakdown,
    Execution,
    ItemCancellation,
    ItemIn2026,
    OrderIn2026,
    Parcel,
    ParcelItem,
    Proceeds,
)
from marketplace_sandbox.core.order import Address, Buyer

_order = attributes_of(OrderIn2026)
_item = attributes_of(ItemIn2026)
_money = attributes_of(Money)
_address = attributes_of(Address)
_buyer = attributes_of(Buyer)
_breakdown = attributes_of(Breakdown)
_proceeds = attributes_of(Proceeds)
_execution = attributes_of(Execution)
_cancellation = attributes_of(ItemCancellation)
_parcel = attributes_of(Parcel)
_parcel_item = attributes_of(ParcelItem)


class MoneySchema(OutputSchema):
    """An amount with its currency."""

    amount = AmountText(_money.amount)
    currencyCode = Text(_money.currency)


class BreakdownSchema(OutputSchema):
    """One kind of proceeds."""

    type = Text(_breakdown.kind)
    subtotal = One(MoneySchema, _breakdown.subtotal)


# Items


class PriceSchema(OutputSchema):
    """What one unit costs."""

    unitPrice = One(MoneySchema, _item.unit_price)


class ProductSchema(OutputSchema):
    """What was ordered."""

    asin = Text(_item.item.asin)
    title = Text(_item.item.title)
    sellerSku = Text(_item.item.sku)
    condition = Constant({"conditionType": "NEW", "conditionSubtype": "NEW"})
    price = One(PriceSchema, _item.priced)


class ItemProceedsSchema(OutputSchema):
    """What the seller takes in for an item."""

    proceedsTotal = One(MoneySchema, _proceeds.total)
    breakdowns = Many(BreakdownSchema, _proceeds.breakdowns)


class RequestSchema(OutputSchema):
    """The buyer's wish to cancel an item."""

    requester = Constant("BUYER")
    cancelReason = Text(_item.cancel_reason)


class ExecutionSchema(OutputSchema):
    """Who canceled an item, and why."""

    cancelledBy = Text(_execution.by)
    cancelReason = Text(_execution.reason)


class CancellationSchema(OutputSchema):
    """All about an item's cancellation."""

    cancellationRequest = One(RequestSchema, _cancellation.request)
    cancellationExecution = One(ExecutionSchema, _cancellation.execution)


class ItemFulfillmentSchema(OutputSchema):
    """Units confirmed, and units to come."""

    quantityFulfilled = Number(_item.units_shipped)
    quantityUnfulfilled = Number(_item.units_unshipped)


class ItemSchema(OutputSchema):
    """An item."""

    orderItemId = Text(_item.item.order_item_id)
    quantityOrdered = Number(_item.quantity)
    product = One(ProductSchema, _item)
    proceeds = One(ItemProceedsSchema, _item.proceeds)
    cancellation = One(CancellationSchema, _item.cancellation)
    fulfillment = One(ItemFulfillmentSchema, _item.fulfillment)


# Orders


class AliasSchema(OutputSchema):
    """Another number of an order."""

    aliasId = Text(_order.seller_order_id)
    aliasType = Constant("SELLER_ORDER_ID")


class SalesChannelSchema(OutputSchema):
    """Where an order was placed."""

    channelName = Text(_order.sales_channel)
    marketplaceId = Text(_order.order.marketplace_id)
    marketplaceName = Text(_order.marketplace.sales_channel)


class BuyerSchema(OutputSchema):
    """The buyer."""

    buyerName = OptionalText(_buyer.name)
    buyerEmail = OptionalText(_buyer.email)


class AddressSchema(OutputSchema):
    """Where an order goes."""

    name = OptionalText(_address.name)
    addressLine1 = OptionalText(_address.line1)
    addressLine2 = OptionalText(_address.line2)
    city = OptionalText(_address.city)
    stateOrRegion = OptionalText(_address.state)
    postalCode = OptionalText(_address.postal_code)
    countryCode = OptionalText(_address.country)
    phone = OptionalText(_address.phone)


class RecipientSchema(OutputSchema):
    """Who receives an order."""

    deliveryAddress = One(AddressSchema, _order.address)


class ProceedsSchema(OutputSchema):
    """What the seller takes in for an order."""

    grandTotal = One(MoneySchema, _proceeds.total)
    breakdowns = Many(BreakdownSchema, _proceeds.breakdowns)


class PaymentExecutionSchema(OutputSchema):
    """One payment."""

    paymentMethod = Text(_order.payment_method)
    paymentAmount = One(MoneySchema, _order.total)


class ShipByWindowSchema(OutputSchema):
    """When the seller is to ship."""

    earliestDateTime = Date(_order.earliest_ship_date)
    latestDateTime = Date(_order.latest_ship_date)


class DeliverByWindowSchema(OutputSchema):
    """When the buyer is to get it."""

    earliestDateTime = Date(_order.earliest_delivery_date)
    latestDateTime = Date(_order.latest_delivery_date)


class PaymentSchema(OutputSchema):
    """How an order is paid: at once."""

    paymentExecutions = Many(PaymentExecutionSchema, _order.payments)


class TaxSchema(OutputSchema):
    """What taxes ask of an order: an invoice that is missing, or nothing is said."""

    taxInvoicing = Constant({"invoiceStatus": "NOT_FOUND"})


class FulfillmentSchema(OutputSchema):
    """Where an order stands."""

    fulfillmentStatus = Text(_order.status)
    fulfilledBy = Text(_order.fulfilled_by)
    fulfillmentServiceLevel = Constant("STANDARD")
    shipByWindow = One(ShipByWindowSchema, _order.ship_by_window)
    deliverByWindow = One(DeliverByWindowSchema, _order.deliver_by_window)


class ParcelItemSchema(OutputSchema):
    """Units of an item in a parcel."""

    orderItemId = Text(_parcel_item.order_item_id)
    quantity = Number(_parcel_item.quantity)


class ParcelSchema(OutputSchema):
    """A parcel. The platform cannot see it leave, so it is shipped once it is confirmed."""

    packageReferenceId = Text(_parcel.reference)
    createdTime = Date(_parcel.shipment.shipped_at)
    packageStatus = Constant({"status": "SHIPPED"})
    carrier = OptionalText(_parcel.shipment.carrier)
    shipTime = Date(_parcel.shipment.shipped_at)
    trackingNumber = OptionalText(_parcel.shipment.tracking)
    packageItems = Many(ParcelItemSchema, _parcel.items)


class OrderSchema(OutputSchema):
    """An order."""

    orderId = Text(_order.order.order_id)
    orderAliases = Many(AliasSchema, _order.aliases)
    createdTime = Date(_order.order.purchased_at)
    lastUpdatedTime = Date(_order.order.last_updated_at)
    programs = Texts(_order.programs)
    salesChannel = One(SalesChannelSchema, _order)
    buyer = One(BuyerSchema, _order.buyer_data)
    recipient = One(RecipientSchema, _order.recipient)
    proceeds = One(ProceedsSchema, _order.proceeds)
    payment = One(PaymentSchema, _order.payment)
    tax = One(TaxSchema, _order.tax)
    fulfillment = One(FulfillmentSchema, _order.fulfillment)
    orderItems = Many(ItemSchema, _order.items)
    packages = Many(ParcelSchema, _order.parcels)


class CancelOrderSchema(Wire):
    """The body of cancelOrder."""

    reason = fields.String(data_key="cancelReasonCode")


# Envelopes, joined as bytes round what has been rendered before


def one_order(order: bytes) -> bytes:
    """The answer of getOrder."""
    return b'{"order":' + order + b"}"


def orders_page(orders: Iterable[bytes], token: str | None, upper_bound: datetime, *, by_update: bool) -> bytes:
    """A page of rendered orders with the token of the next and the bound in force."""
    following = {"pagination": {"nextToken": token}} if token else {}
    bound = {"lastUpdatedBefore" if by_update else "createdBefore": wire_date(upper_bound)}
    return b'{"orders":[' + b",".join(orders) + b"]," + encode(following | bound)[1:]
