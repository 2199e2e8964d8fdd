"""Orders 2026-01-01: orders with their items, as far as they are shown, and the body of a cancellation."""

from collections.abc import Iterable
from datetime import datetime

from marshmallow import fields

from marketplace_sandbox.api.http.calls import encode
from marketplace_sandbox.api.shared.fields import Amount, Date, Wire, wire_date


class MoneySchema(Wire):
    """An amount with its currency."""

    amount = Amount()
    currency = fields.String(data_key="currencyCode")


class WindowSchema(Wire):
    """From when to when."""

    earliest = Date(data_key="earliestDateTime")
    latest = Date(data_key="latestDateTime")


class BreakdownSchema(Wire):
    """One kind of proceeds."""

    kind = fields.String(data_key="type")
    subtotal = fields.Nested(MoneySchema)


# Items


class ConditionSchema(Wire):
    """What state a product is in."""

    kind = fields.String(data_key="conditionType")
    subkind = fields.String(data_key="conditionSubtype")


class PriceSchema(Wire):
    """What one unit costs."""

    unit = fields.Nested(MoneySchema, data_key="unitPrice")


class ProductSchema(Wire):
    """What was ordered."""

    asin = fields.String()
    title = fields.String()
    sku = fields.String(data_key="sellerSku")
    condition = fields.Nested(ConditionSchema)
    price = fields.Nested(PriceSchema)


class ItemProceedsSchema(Wire):
    """What the seller takes in for an item."""

    total = fields.Nested(MoneySchema, data_key="proceedsTotal")
    breakdowns = fields.List(fields.Nested(BreakdownSchema))


class RequestSchema(Wire):
    """The buyer's wish to cancel an item."""

    requester = fields.String()
    reason = fields.String(data_key="cancelReason")


class ExecutionSchema(Wire):
    """Who cancelled an item, and why."""

    by = fields.String(data_key="cancelledBy")
    reason = fields.String(data_key="cancelReason")


class CancellationSchema(Wire):
    """All about an item's cancellation."""

    request = fields.Nested(RequestSchema, data_key="cancellationRequest")
    execution = fields.Nested(ExecutionSchema, data_key="cancellationExecution")


class ItemFulfillmentSchema(Wire):
    """Units confirmed, and units to come."""

    fulfilled = fields.Integer(data_key="quantityFulfilled")
    unfulfilled = fields.Integer(data_key="quantityUnfulfilled")


class ItemSchema(Wire):
    """An item."""

    order_item_id = fields.String(data_key="orderItemId")
    quantity = fields.Integer(data_key="quantityOrdered")
    product = fields.Nested(ProductSchema)
    proceeds = fields.Nested(ItemProceedsSchema)
    cancellation = fields.Nested(CancellationSchema)
    fulfillment = fields.Nested(ItemFulfillmentSchema)


# Orders


class AliasSchema(Wire):
    """Another number of an order."""

    alias = fields.String(data_key="aliasId")
    kind = fields.String(data_key="aliasType")


class SalesChannelSchema(Wire):
    """Where an order was placed."""

    name = fields.String(data_key="channelName")
    marketplace_id = fields.String(data_key="marketplaceId")
    marketplace = fields.String(data_key="marketplaceName")


class BuyerSchema(Wire):
    """The buyer."""

    name = fields.String(data_key="buyerName")
    email = fields.String(data_key="buyerEmail")


class AddressSchema(Wire):
    """Where an order goes."""

    name = fields.String()
    line1 = fields.String(data_key="addressLine1")
    line2 = fields.String(data_key="addressLine2")
    city = fields.String()
    state = fields.String(data_key="stateOrRegion")
    postal_code = fields.String(data_key="postalCode")
    country = fields.String(data_key="countryCode")
    phone = fields.String()


class RecipientSchema(Wire):
    """Who receives an order."""

    address = fields.Nested(AddressSchema, data_key="deliveryAddress")


class ProceedsSchema(Wire):
    """What the seller takes in for an order."""

    total = fields.Nested(MoneySchema, data_key="grandTotal")
    breakdowns = fields.List(fields.Nested(BreakdownSchema))


class PaymentExecutionSchema(Wire):
    """One payment."""

    method = fields.String(data_key="paymentMethod")
    amount = fields.Nested(MoneySchema, data_key="paymentAmount")


class PaymentSchema(Wire):
    """How an order is paid."""

    executions = fields.List(fields.Nested(PaymentExecutionSchema), data_key="paymentExecutions")


class InvoicingSchema(Wire):
    """Where an order's invoice stands."""

    status = fields.String(data_key="invoiceStatus")


class TaxSchema(Wire):
    """What taxes ask of an order."""

    invoicing = fields.Nested(InvoicingSchema, data_key="taxInvoicing")


class FulfillmentSchema(Wire):
    """Where an order stands."""

    status = fields.String(data_key="fulfillmentStatus")
    by = fields.String(data_key="fulfilledBy")
    service = fields.String(data_key="fulfillmentServiceLevel")
    shipping = fields.Nested(WindowSchema, data_key="shipByWindow")
    delivery = fields.Nested(WindowSchema, data_key="deliverByWindow")


class PackageStatusSchema(Wire):
    """Where a parcel is."""

    status = fields.String()


class PackageItemSchema(Wire):
    """Units of an item in a parcel."""

    order_item_id = fields.String(data_key="orderItemId")
    quantity = fields.Integer()


class PackageSchema(Wire):
    """A parcel."""

    reference = fields.String(data_key="packageReferenceId")
    created_at = Date(data_key="createdTime")
    status = fields.Nested(PackageStatusSchema, data_key="packageStatus")
    carrier = fields.String()
    shipped_at = Date(data_key="shipTime")
    tracking = fields.String(data_key="trackingNumber")
    items = fields.List(fields.Nested(PackageItemSchema), data_key="packageItems")


class OrderSchema(Wire):
    """An order."""

    order_id = fields.String(data_key="orderId")
    aliases = fields.List(fields.Nested(AliasSchema), data_key="orderAliases")
    purchased_at = Date(data_key="createdTime")
    last_updated_at = Date(data_key="lastUpdatedTime")
    programs = fields.List(fields.String())
    sales_channel = fields.Nested(SalesChannelSchema, data_key="salesChannel")
    buyer = fields.Nested(BuyerSchema)
    recipient = fields.Nested(RecipientSchema)
    proceeds = fields.Nested(ProceedsSchema)
    payment = fields.Nested(PaymentSchema)
    tax = fields.Nested(TaxSchema)
    fulfillment = fields.Nested(FulfillmentSchema)
    items = fields.List(fields.Nested(ItemSchema), data_key="orderItems")
    packages = fields.List(fields.Nested(PackageSchema))


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
