"""Orders v0: how orders, items, buyers and addresses are spelt, and the body of a confirmed shipment."""

from collections.abc import Iterable
from datetime import datetime

from marshmallow import fields

from marketplace_sandbox.api.http.exchange import encode
from marketplace_sandbox.api.shared.fields import Wire, wire_date
from marketplace_sandbox.api.shared.output import (
    AmountText,
    Constant,
    Date,
    Flag,
    FlagText,
    Number,
    One,
    OptionalText,
    OutputField,
    OutputSchema,
    Text,
    Texts,
    attributes_of,
)
from marketplace_sandbox.api.shared.visible_order import Money
from marketplace_sandbox.api.spapi.orders_v0.visible_order import CancelRequest, ItemInV0, OrderInV0
from marketplace_sandbox.core.order import Address, Buyer

_order = attributes_of(OrderInV0)
_item = attributes_of(ItemInV0)
_money = attributes_of(Money)
_address = attributes_of(Address)
_buyer = attributes_of(Buyer)
_cancel_request = attributes_of(CancelRequest)


class MoneySchema(OutputSchema):
    """An amount with its currency."""

    CurrencyCode = Text(_money.currency)
    Amount = AmountText(_money.amount)


class AddressSchema(OutputSchema):
    """Where an order goes."""

    Name = OptionalText(_address.name)
    AddressLine1 = OptionalText(_address.line1)
    AddressLine2 = OptionalText(_address.line2)
    City = OptionalText(_address.city)
    StateOrRegion = OptionalText(_address.state)
    PostalCode = OptionalText(_address.postal_code)
    CountryCode = OptionalText(_address.country)
    Phone = OptionalText(_address.phone)


class BuyerSchema(OutputSchema):
    """The buyer as shown by an order."""

    BuyerEmail = OptionalText(_buyer.email)
    BuyerName = OptionalText(_buyer.name)


class OrderSchema(OutputSchema):
    """An order."""

    AmazonOrderId = Text(_order.order.order_id)
    SellerOrderId = OptionalText(_order.seller_order_id)
    PurchaseDate = Date(_order.order.purchased_at)
    LastUpdateDate = Date(_order.order.last_updated_at)
    OrderStatus = Text(_order.order.status)
    FulfillmentChannel = Text(_order.order.channel)
    SalesChannel = Text(_order.order.sales_channel)
    ShipServiceLevel = Text(_order.service_level)
    OrderTotal = One(MoneySchema, _order.total)
    NumberOfItemsShipped = Number(_order.units_shipped)
    NumberOfItemsUnshipped = Number(_order.units_unshipped)
    PaymentMethod = Text(_order.payment_method)
    PaymentMethodDetails = Texts(_order.payment_details)
    MarketplaceId = Text(_order.order.marketplace_id)
    ShipmentServiceLevelCategory = Constant("Standard")
    OrderType = Text(_order.order_type)
    EarliestShipDate = Date(_order.earliest_ship_date)
    LatestShipDate = Date(_order.latest_ship_date)
    EarliestDeliveryDate = Date(_order.earliest_delivery_date)
    LatestDeliveryDate = Date(_order.latest_delivery_date)
    IsBusinessOrder = Flag(_order.is_business)
    IsPrime = Flag(_order.is_prime)
    IsPremiumOrder = Flag(_order.is_premium)
    IsGlobalExpressEnabled = Constant(False)
    IsReplacementOrder: OutputField[bool] = Flag(_order.is_replacement)
    IsSoldByAB = Constant(False)
    IsIBA = Flag(_order.is_invoiced_by_amazon)
    IsISPU = Flag(_order.order.is_ispu)
    IsAccessPointOrder = Constant(False)
    HasRegulatedItems = Flag(_order.order.has_regulated_items)
    AutomatedShippingSettings = Constant({"HasAutomatedShippingSettings": False})
    ShippingAddress = One(AddressSchema, _order.permitted_address)
    BuyerInfo = One(BuyerSchema, _order.permitted_buyer)


class ListedOrderSchema(OrderSchema):
    """An order in a list, where the platform has one boolean as text."""

    IsReplacementOrder = FlagText(_order.is_replacement)


class OrderBuyerSchema(OutputSchema):
    """The buyer as an answer of its own."""

    BuyerEmail = OptionalText(_order.buyer_email)
    BuyerName = OptionalText(_order.buyer_name)
    AmazonOrderId = Text(_order.order.order_id)


class OrderAddressSchema(OutputSchema):
    """The address as an answer of its own."""

    AmazonOrderId = Text(_order.order.order_id)
    ShippingAddress = One(AddressSchema, _order.permitted_address)


class CancelRequestSchema(OutputSchema):
    """The buyer's wish to cancel an item."""

    IsBuyerRequestedCancel = FlagText(_cancel_request.requested)
    BuyerCancelReason = Text(_cancel_request.reason)


class ItemSchema(OutputSchema):
    """An item. Gift wrapping and customization, which would be the buyer's, items here have none of."""

    ASIN = Text(_item.item.asin)
    SellerSKU = Text(_item.item.sku)
    OrderItemId = Text(_item.item.order_item_id)
    Title = Text(_item.item.title)
    QuantityOrdered = Number(_item.quantity)
    QuantityShipped = Number(_item.units_shipped)
    ProductInfo = Constant({"NumberOfItems": "1"})
    ItemPrice = One(MoneySchema, _item.price)
    ShippingPrice = One(MoneySchema, _item.shipping)
    ItemTax = One(MoneySchema, _item.tax)
    ShippingTax = One(MoneySchema, _item.nothing)
    ShippingDiscount = One(MoneySchema, _item.nothing)
    PromotionDiscount = One(MoneySchema, _item.nothing)
    IsGift = FlagText(_item.gift)
    ConditionId = Constant("New")
    ConditionSubtypeId = Constant("New")
    SerialNumberRequired = Constant(False)
    IsTransparency = Constant(False)
    BuyerInfo = Constant({})
    BuyerRequestedCancel = One(CancelRequestSchema, _item.cancel_request)


class ItemBuyerSchema(OutputSchema):
    """An item's gift wrapping and customization as an answer of its own: which item it is, and no more."""

    OrderItemId = Text(_item.item.order_item_id)


# Envelopes, joined as bytes round what has been rendered before


def orders_page(orders: Iterable[bytes], token: str | None, upper_bound: datetime, *, by_update: bool) -> bytes:
    """A page of rendered orders with the token of the next and the bound in force."""
    following = {"NextToken": token} if token else {}
    bound = {"LastUpdatedBefore" if by_update else "CreatedBefore": wire_date(upper_bound)}
    return b'{"Orders":[' + b",".join(orders) + b"]," + encode(following | bound)[1:]


def items_page(order_id: str, items: bytes, token: str | None) -> bytes:
    """A page of items, rendered as a list, with the token of the next."""
    following = {"NextToken": token} if token else {}
    return b'{"OrderItems":' + items + b"," + encode(following | {"AmazonOrderId": order_id})[1:]


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


class PickupItemSchema(Wire):
    """Units of an item that are fetched in a store."""

    order_item_id = fields.String(data_key="orderItemId")
    quantity = fields.Integer()


class UpdateShipmentStatusSchema(Wire):
    """The body of updateShipmentStatus."""

    marketplace_id = fields.String(data_key="marketplaceId")
    status = fields.String(data_key="shipmentStatus")
    items = fields.List(fields.Nested(PickupItemSchema), data_key="orderItems", load_default=list)
