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
    Many,
    Number,
    One,
    OptionalText,
    OptionalTexts,
    OutputField,
    OutputSchema,
    Spelt,
    Text,
    Texts,
    attributes_of,
)
from marketplace_sandbox.api.shared.visible_order import Money, VisiblePayment, VisiblePoints
from marketplace_sandbox.api.spapi.orders_v0.visible_order import CancelRequest, ItemInV0, OrderInV0
from marketplace_sandbox.core.orders.order import Address, Buyer
from marketplace_sandbox.core.orders.order_details import AssociatedItem

_order = attributes_of(OrderInV0)
_item = attributes_of(ItemInV0)
_money = attributes_of(Money)
_address = attributes_of(Address)
_buyer = attributes_of(Buyer)
_cancel_request = attributes_of(CancelRequest)
_payment = attributes_of(VisiblePayment)
_associated = attributes_of(AssociatedItem)
_points = attributes_of(VisiblePoints)

_ABBREVIATIONS = {"asin": "ASIN", "seller_sku": "SellerSKU"}


def in_pascal_case(name: str) -> str:
    """How Orders v0 names what is `name` in the core."""
    return _ABBREVIATIONS.get(name) or "".join(word[:1].upper() + word[1:] for word in name.split("_"))


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
    CompanyName = OptionalText(_address.company_name)
    AddressLine3 = OptionalText(_address.address_line3)
    County = OptionalText(_address.county)
    District = OptionalText(_address.district)
    Municipality = OptionalText(_address.municipality)
    ExtendedFields = Spelt(in_pascal_case, _address.extended_fields)
    AddressType = Text(_address.address_type)


class BuyerSchema(OutputSchema):
    """The buyer as shown by an order."""

    BuyerEmail = OptionalText(_buyer.email)
    BuyerName = OptionalText(_buyer.name)
    BuyerCounty = OptionalText(_buyer.buyer_county)
    BuyerTaxInfo = Spelt(in_pascal_case, _buyer.buyer_tax_info)
    PurchaseOrderNumber = OptionalText(_buyer.purchase_order_number)


class PaymentSchema(OutputSchema):
    """One payment of several."""

    Payment = One(MoneySchema, _payment.payment)
    PaymentMethod = Text(_payment.execution.payment_method)
    AcquirerId = OptionalText(_payment.execution.acquirer_id)
    CardBrand = OptionalText(_payment.execution.card_brand)
    AuthorizationCode = OptionalText(_payment.execution.authorization_code)


class OrderSchema(OutputSchema):
    """An order."""

    AmazonOrderId = Text(_order.order.order_id)
    SellerOrderId = OptionalText(_order.seller_order_id)
    PurchaseDate = Date(_order.order.purchased_at)
    LastUpdateDate = Date(_order.order.last_updated_at)
    OrderStatus = Text(_order.order.status)
    FulfillmentChannel = Text(_order.order.channel)
    SalesChannel = Text(_order.order.sales_channel)
    OrderChannel = OptionalText(_order.order.details.order_channel)
    ShipServiceLevel = Text(_order.service_level)
    OrderTotal = One(MoneySchema, _order.total)
    NumberOfItemsShipped = Number(_order.units_shipped)
    NumberOfItemsUnshipped = Number(_order.units_unshipped)
    PaymentExecutionDetail = Many(PaymentSchema, _order.payments)
    PaymentMethod = Text(_order.payment_method)
    PaymentMethodDetails = Texts(_order.payment_details)
    MarketplaceId = Text(_order.order.marketplace_id)
    ShipmentServiceLevelCategory = Constant("Standard")
    EasyShipShipmentStatus = Text(_order.order.details.easy_ship_shipment_status)
    CbaDisplayableShippingLabel = OptionalText(_order.order.details.cba_displayable_shipping_label)
    OrderType = Text(_order.order_type)
    EarliestShipDate = Date(_order.earliest_ship_date)
    LatestShipDate = Date(_order.latest_ship_date)
    EarliestDeliveryDate = Date(_order.earliest_delivery_date)
    LatestDeliveryDate = Date(_order.latest_delivery_date)
    IsBusinessOrder = Flag(_order.is_business)
    IsPrime = Flag(_order.is_prime)
    IsPremiumOrder = Flag(_order.is_premium)
    IsGlobalExpressEnabled = Flag(_order.order.details.is_global_express_enabled)
    ReplacedOrderId = OptionalText(_order.order.details.replaced_order_id)
    IsReplacementOrder: OutputField[bool] = Flag(_order.is_replacement)
    PromiseResponseDueDate = Date(_order.order.details.promise_response_due_date)
    IsEstimatedShipDateSet = Flag(_order.order.details.is_estimated_ship_date_set)
    IsSoldByAB = Flag(_order.order.details.is_sold_by_ab)
    IsIBA = Flag(_order.is_invoiced_by_amazon)
    DefaultShipFromLocationAddress = Spelt(in_pascal_case, _order.ships_from)
    BuyerInvoicePreference = Text(_order.buyer_invoice_preference)
    BuyerTaxInformation = Spelt(in_pascal_case, _order.permitted_tax_information)
    FulfillmentInstruction = Spelt(in_pascal_case, _order.order.details.fulfillment_instruction)
    IsISPU = Flag(_order.order.is_ispu)
    IsAccessPointOrder = Flag(_order.order.details.is_access_point_order)
    MarketplaceTaxInfo = Spelt(in_pascal_case, _order.order.details.marketplace_tax_info)
    SellerDisplayName = OptionalText(_order.order.details.seller_display_name)
    HasRegulatedItems = Flag(_order.order.has_regulated_items)
    ElectronicInvoiceStatus = Text(_order.invoice_status)
    AutomatedShippingSettings = Spelt(in_pascal_case, _order.automated_shipping)
    ShippingAddress = One(AddressSchema, _order.permitted_address)
    BuyerInfo = One(BuyerSchema, _order.permitted_buyer)


class ListedOrderSchema(OrderSchema):
    """An order in a list, where the platform has one boolean as text."""

    IsReplacementOrder = FlagText(_order.is_replacement)


class OrderBuyerSchema(OutputSchema):
    """The buyer as an answer of its own."""

    BuyerEmail = OptionalText(_order.buyer_of_answer.email)
    BuyerName = OptionalText(_order.buyer_of_answer.name)
    BuyerCounty = OptionalText(_order.buyer_of_answer.buyer_county)
    BuyerTaxInfo = Spelt(in_pascal_case, _order.buyer_of_answer.buyer_tax_info)
    PurchaseOrderNumber = OptionalText(_order.buyer_of_answer.purchase_order_number)
    AmazonOrderId = Text(_order.order.order_id)


class OrderAddressSchema(OutputSchema):
    """The address as an answer of its own."""

    AmazonOrderId = Text(_order.order.order_id)
    BuyerCompanyName = Text(_order.buyer_company_name)
    ShippingAddress = One(AddressSchema, _order.permitted_address)
    DeliveryPreferences = Spelt(in_pascal_case, _order.permitted_preferences)


class CancelRequestSchema(OutputSchema):
    """The buyer's wish to cancel an item."""

    IsBuyerRequestedCancel = FlagText(_cancel_request.requested)
    BuyerCancelReason = Text(_cancel_request.reason)


class PointsSchema(OutputSchema):
    """Amazon Points."""

    PointsNumber = Number(_points.number)
    PointsMonetaryValue = One(MoneySchema, _points.worth)


class ProductInfoSchema(OutputSchema):
    """How many pieces a unit is."""

    NumberOfItems = Text(_item.piece_count)


class CustomizedSchema(OutputSchema):
    """Where the buyer's own design lies."""

    CustomizedURL = Text(_item.customized_url)


class AssociatedItemSchema(OutputSchema):
    """An item of another order that belongs to an item."""

    OrderId = Text(_associated.order_id)
    OrderItemId = Text(_associated.order_item_id)
    AssociationType = Text(_associated.association_type)


class BuyerInfoSchema(OutputSchema):
    """What the buyer had done to an item."""

    BuyerCustomizedInfo = One(CustomizedSchema, _item.customized)
    GiftWrapPrice = One(MoneySchema, _item.gift_wrap_price)
    GiftWrapTax = One(MoneySchema, _item.gift_wrap_tax)
    GiftMessageText = Text(_item.gift_message)
    GiftWrapLevel = Text(_item.gift_wrap_level)


class ItemBuyerSchema(BuyerInfoSchema):
    """What the buyer had done to an item as an answer of its own."""

    OrderItemId = Text(_item.item.order_item_id)


class ItemSchema(OutputSchema):
    """An item."""

    ASIN = Text(_item.item.asin)
    SellerSKU = Text(_item.item.sku)
    OrderItemId = Text(_item.item.order_item_id)
    AssociatedItems = Many(AssociatedItemSchema, _item.value_added)
    Title = Text(_item.item.title)
    QuantityOrdered = Number(_item.quantity)
    QuantityShipped = Number(_item.units_shipped)
    ProductInfo = One(ProductInfoSchema, _item)
    PointsGranted = One(PointsSchema, _item.points)
    ItemPrice = One(MoneySchema, _item.price)
    ShippingPrice = One(MoneySchema, _item.shipping)
    ItemTax = One(MoneySchema, _item.tax)
    ShippingTax = One(MoneySchema, _item.shipping_tax)
    ShippingDiscount = One(MoneySchema, _item.shipping_discount)
    ShippingDiscountTax = One(MoneySchema, _item.shipping_discount_tax)
    PromotionDiscount = One(MoneySchema, _item.promotion_discount)
    PromotionDiscountTax = One(MoneySchema, _item.promotion_discount_tax)
    PromotionIds = Texts(_item.promotion_ids)
    CODFee = One(MoneySchema, _item.cod_fee)
    CODFeeDiscount = One(MoneySchema, _item.cod_fee_discount)
    IsGift = FlagText(_item.gift)
    ConditionNote = Text(_item.condition_note)
    ConditionId = Text(_item.condition_id)
    ConditionSubtypeId = Text(_item.condition_subtype_id)
    ScheduledDeliveryStartDate = Date(_item.item.details.scheduled_delivery_start_date)
    ScheduledDeliveryEndDate = Date(_item.item.details.scheduled_delivery_end_date)
    PriceDesignation = Text(_item.price_designation)
    TaxCollection = Spelt(in_pascal_case, _item.tax_collection)
    SerialNumberRequired = Flag(_item.serial_number_required)
    IsTransparency = Flag(_item.item.details.is_transparency)
    IossNumber = OptionalText(_item.item.details.ioss_number)
    StoreChainStoreId = OptionalText(_item.item.details.store_chain_store_id)
    DeemedResellerCategory = Text(_item.item.details.deemed_reseller_category)
    BuyerInfo = One(BuyerInfoSchema, _item.permitted_buyer_info)
    BuyerRequestedCancel = One(CancelRequestSchema, _item.cancel_request)
    SerialNumbers = OptionalTexts(_item.item.details.serial_numbers)
    SubstitutionPreferences = Spelt(in_pascal_case, _item.item.details.substitution_preferences)
    Measurement = Spelt(in_pascal_case, _item.item.details.measurement)
    ShippingConstraints = Spelt(in_pascal_case, _item.constraints)
    AmazonPrograms = Spelt(in_pascal_case, _item.item.details.amazon_programs)


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
    transparency_codes = fields.List(fields.String(), data_key="transparencyCodes", load_default=list)


class ParcelSchema(Wire):
    """A parcel that is confirmed."""

    reference = fields.String(data_key="packageReferenceId")
    carrier_code = fields.String(data_key="carrierCode")
    carrier_name = fields.String(data_key="carrierName", load_default="")
    service = fields.String(data_key="shippingMethod", load_default="")
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
