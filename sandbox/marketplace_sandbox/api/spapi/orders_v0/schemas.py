"""Orders v0: orders, items, buyers, addresses and confirmed shipments."""

from collections.abc import Iterable
from datetime import datetime

from marshmallow import fields

from marketplace_sandbox.api.http.calls import encode
from marketplace_sandbox.api.shared.fields import Amount, Date, Truth, Wire, wire_date


class MoneySchema(Wire):
    """An amount with its currency."""

    currency = fields.String(data_key="CurrencyCode")
    amount = Amount(data_key="Amount")


class AddressSchema(Wire):
    """Where an order goes."""

    name = fields.String(data_key="Name")
    line1 = fields.String(data_key="AddressLine1")
    line2 = fields.String(data_key="AddressLine2")
    city = fields.String(data_key="City")
    state = fields.String(data_key="StateOrRegion")
    postal_code = fields.String(data_key="PostalCode")
    country = fields.String(data_key="CountryCode")
    phone = fields.String(data_key="Phone")


class BuyerSchema(Wire):
    """The buyer as shown by an order."""

    email = fields.String(data_key="BuyerEmail")
    name = fields.String(data_key="BuyerName")


class AutomationSchema(Wire):
    """Whether the platform chose carrier and service."""

    automated = fields.Boolean(data_key="HasAutomatedShippingSettings")


class OrderSchema(Wire):
    """An order."""

    order_id = fields.String(data_key="AmazonOrderId")
    seller_order_id = fields.String(data_key="SellerOrderId")
    purchased_at = Date(data_key="PurchaseDate")
    last_updated_at = Date(data_key="LastUpdateDate")
    status = fields.String(data_key="OrderStatus")
    channel = fields.String(data_key="FulfillmentChannel")
    sales_channel = fields.String(data_key="SalesChannel")
    service_level = fields.String(data_key="ShipServiceLevel")
    total = fields.Nested(MoneySchema, data_key="OrderTotal")
    shipped = fields.Integer(data_key="NumberOfItemsShipped")
    unshipped = fields.Integer(data_key="NumberOfItemsUnshipped")
    payment_method = fields.String(data_key="PaymentMethod")
    payment_details = fields.List(fields.String(), data_key="PaymentMethodDetails")
    marketplace_id = fields.String(data_key="MarketplaceId")
    service_category = fields.String(data_key="ShipmentServiceLevelCategory")
    order_type = fields.String(data_key="OrderType")
    ships_from = Date(data_key="EarliestShipDate")
    ship_by_at = Date(data_key="LatestShipDate")
    delivered_from = Date(data_key="EarliestDeliveryDate")
    delivered_by = Date(data_key="LatestDeliveryDate")
    business = fields.Boolean(data_key="IsBusinessOrder")
    prime = fields.Boolean(data_key="IsPrime")
    premium = fields.Boolean(data_key="IsPremiumOrder")
    global_express = fields.Boolean(data_key="IsGlobalExpressEnabled")
    replacement = Truth(data_key="IsReplacementOrder")
    sold_by_ab = fields.Boolean(data_key="IsSoldByAB")
    iba = fields.Boolean(data_key="IsIBA")
    picked_up_in_store = fields.Boolean(data_key="IsISPU")
    access_point = fields.Boolean(data_key="IsAccessPointOrder")
    regulated = fields.Boolean(data_key="HasRegulatedItems")
    automation = fields.Nested(AutomationSchema, data_key="AutomatedShippingSettings")
    ship_to = fields.Nested(AddressSchema, data_key="ShippingAddress")
    buyer = fields.Nested(BuyerSchema, data_key="BuyerInfo")


class OrderBuyerSchema(BuyerSchema):
    """The buyer as an answer of its own."""

    order_id = fields.String(data_key="AmazonOrderId")


class OrderAddressSchema(Wire):
    """The address as an answer of its own."""

    order_id = fields.String(data_key="AmazonOrderId")
    ship_to = fields.Nested(AddressSchema, data_key="ShippingAddress")


class ProductSchema(Wire):
    """What one unit of an item consists of."""

    units = fields.String(data_key="NumberOfItems")


class RequestedCancelSchema(Wire):
    """The buyer's wish to cancel an item."""

    requested = Truth(data_key="IsBuyerRequestedCancel")
    reason = fields.String(data_key="BuyerCancelReason")


class ItemBuyerSchema(Wire):
    """Gift wrapping and customisation, which items here have none of."""


class ItemSchema(Wire):
    """An item."""

    asin = fields.String(data_key="ASIN")
    sku = fields.String(data_key="SellerSKU")
    order_item_id = fields.String(data_key="OrderItemId")
    title = fields.String(data_key="Title")
    quantity = fields.Integer(data_key="QuantityOrdered")
    shipped = fields.Integer(data_key="QuantityShipped")
    product = fields.Nested(ProductSchema, data_key="ProductInfo")
    price = fields.Nested(MoneySchema, data_key="ItemPrice")
    shipping = fields.Nested(MoneySchema, data_key="ShippingPrice")
    tax = fields.Nested(MoneySchema, data_key="ItemTax")
    shipping_tax = fields.Nested(MoneySchema, data_key="ShippingTax")
    shipping_discount = fields.Nested(MoneySchema, data_key="ShippingDiscount")
    promotion_discount = fields.Nested(MoneySchema, data_key="PromotionDiscount")
    gift = Truth(data_key="IsGift")
    condition = fields.String(data_key="ConditionId")
    subcondition = fields.String(data_key="ConditionSubtypeId")
    serial_numbers = fields.Boolean(data_key="SerialNumberRequired")
    transparency = fields.Boolean(data_key="IsTransparency")
    buyer = fields.Nested(ItemBuyerSchema, data_key="BuyerInfo")
    requested_cancel = fields.Nested(RequestedCancelSchema, data_key="BuyerRequestedCancel")


class ItemOfBuyerSchema(ItemBuyerSchema):
    """An item's gift wrapping and customisation as an answer of its own."""

    order_item_id = fields.String(data_key="OrderItemId")


# Envelopes, joined as bytes round what has been rendered before


def payload(body: bytes) -> bytes:
    """Any answer of Orders v0."""
    return b'{"payload":' + body + b"}"


def orders_page(orders: Iterable[bytes], token: str | None, upper_bound: datetime, *, by_update: bool) -> bytes:
    """A page of rendered orders with the token of the next and the bound in force."""
    following = {"NextToken": token} if token else {}
    bound = {"LastUpdatedBefore" if by_update else "CreatedBefore": wire_date(upper_bound)}
    return payload(b'{"Orders":[' + b",".join(orders) + b"]," + encode(following | bound)[1:])


def items_page(order_id: str, items: bytes, token: str | None) -> bytes:
    """A page of items, rendered as a list, with the token of the next."""
    following = {"NextToken": token} if token else {}
    return payload(b'{"OrderItems":' + items + b"," + encode(following | {"AmazonOrderId": order_id})[1:])


# Shipments


class ParcelItemSchema(Wire):
    """Units of an item in a parcel."""

    order_item_id = fields.String(data_key="orderItemId")
    quantity = fields.Integer()


class ParcelSchema(Wire):
    """A parcel that is confirmed."""

    reference = fields.String(data_key="packageReferenceId")
    carrier_code = fields.String(data_key="carrierCode")
    carrier_name = fields.String(data_key="carrierName", load_default="")
    tracking = fields.String(data_key="trackingNumber")
    shipped_at = fields.String(data_key="shipDate")
    items = fields.List(fields.Nested(ParcelItemSchema), data_key="orderItems")


class ConfirmShipmentSchema(Wire):
    """The body of confirmShipment."""

    marketplace_id = fields.String(data_key="marketplaceId")
    parcel = fields.Nested(ParcelSchema, data_key="packageDetail")
