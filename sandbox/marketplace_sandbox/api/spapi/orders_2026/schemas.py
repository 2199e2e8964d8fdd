"""Orders 2026-01-01: how orders with their items are spelt, and the body of a cancellation."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

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
    OptionalTexts,
    OutputField,
    OutputSchema,
    Spelt,
    Text,
    Texts,
    attributes_of,
)
from marketplace_sandbox.api.shared.visible_order import Money, VisiblePoints
from marketplace_sandbox.api.spapi.orders_2026.visible_order import (
    AssociatedItemIn2026,
    Association,
    Breakdown,
    DetailedBreakdown,
    Execution,
    ItemCancellation,
    ItemIn2026,
    OrderIn2026,
    Parcel,
    ParcelItem,
    Payment,
    Proceeds,
    Promotion,
    TaxRegistration,
)
from marketplace_sandbox.api.spapi.orders_2026.words import in_words
from marketplace_sandbox.core.orders.order import Address, Buyer
from marketplace_sandbox.core.orders.order_details import (
    BusinessHours,
    ExceptionDate,
    ExtendedFields,
    FulfillmentOrder,
    OpenInterval,
    OpenTime,
    PreferredDeliveryTime,
    ShipFromAddress,
    TaxCollection,
)

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
_detailed = attributes_of(DetailedBreakdown)
_associated = attributes_of(AssociatedItemIn2026)
_association = attributes_of(Association)
_points = attributes_of(VisiblePoints)
_promotion = attributes_of(Promotion)
_payment = attributes_of(Payment)
_registration = attributes_of(TaxRegistration)
_extended = attributes_of(ExtendedFields)
_ship_from = attributes_of(ShipFromAddress)
_fulfillment_order = attributes_of(FulfillmentOrder)
_time = attributes_of(PreferredDeliveryTime)
_hours = attributes_of(BusinessHours)
_exception = attributes_of(ExceptionDate)
_interval = attributes_of(OpenInterval)
_hour = attributes_of(OpenTime)
_collection = attributes_of(TaxCollection)


def in_camel_case(name: str) -> str:
    """How this API names what is `name` in the core."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


class UpperText(Text):
    """A word of v0, which this API writes in capitals."""

    def write(self, value: str) -> Any:
        return in_words(value)


class MoneySchema(OutputSchema):
    """An amount with its currency."""

    amount = AmountText(_money.amount)
    currencyCode = Text(_money.currency)


class DetailedBreakdownSchema(OutputSchema):
    """A part of one kind of proceeds."""

    subtype = Text(_detailed.subtype)
    value = One(MoneySchema, _detailed.value)


class BreakdownSchema(OutputSchema):
    """One kind of proceeds."""

    type = Text(_breakdown.kind)
    status = Text(_breakdown.status)
    subtotal = One(MoneySchema, _breakdown.subtotal)
    detailedBreakdowns = Many(DetailedBreakdownSchema, _breakdown.details)


# Items


class PriceSchema(OutputSchema):
    """What one unit costs."""

    unitPrice = One(MoneySchema, _item.unit_price)
    priceDesignation = UpperText(_item.price_designation)


class ConditionSchema(OutputSchema):
    """How good a product is."""

    conditionType = Text(_item.condition_type)
    conditionSubtype = Text(_item.condition_subtype)
    conditionNote = Text(_item.condition_note)


class CustomizationSchema(OutputSchema):
    """Where the buyer's own design lies."""

    customizedUrl = Text(_item.customized_url)


class ProductSchema(OutputSchema):
    """What was ordered."""

    asin = Text(_item.item.asin)
    title = Text(_item.item.title)
    sellerSku = Text(_item.item.sku)
    condition = One(ConditionSchema, _item.condition)
    price = One(PriceSchema, _item.priced)
    serialNumbers = OptionalTexts(_item.item.details.serial_numbers)
    customization = One(CustomizationSchema, _item.customization)


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


class PickingSchema(OutputSchema):
    """What may be picked in an item's place."""

    substitutionPreference = Spelt(in_camel_case, _item.item.details.substitution_preferences)


class GiftOptionSchema(OutputSchema):
    """How a gift is wrapped, and what is written on it."""

    giftMessage = Text(_item.gift_message)
    giftWrapLevel = Text(_item.gift_wrap_level)


class SerialNumberSchema(OutputSchema):
    """That the serial number is asked for."""

    requirementType = Constant("REQUIRED")


class PackingSchema(OutputSchema):
    """How an item is to be packed."""

    giftOption = One(GiftOptionSchema, _item.gift_option)
    serialNumberRequirement = One(SerialNumberSchema, _item.serial_numbers_required)


class ScheduledWindowSchema(OutputSchema):
    """When a delivery is scheduled."""

    earliestDateTime = Date(_item.item.details.scheduled_delivery_start_date)
    latestDateTime = Date(_item.item.details.scheduled_delivery_end_date)


class InternationalSchema(OutputSchema):
    """What the customs ask for."""

    iossNumber = Text(_item.item.details.ioss_number)


class ItemShippingSchema(OutputSchema):
    """How an item is to be shipped."""

    scheduledDeliveryWindow = One(ScheduledWindowSchema, _item.scheduled)
    shippingConstraints = Spelt(in_camel_case, _item.item.details.shipping_constraints)
    internationalShipping = One(InternationalSchema, _item.international)


class ItemFulfillmentSchema(OutputSchema):
    """Units confirmed, and units to come."""

    quantityFulfilled = Number(_item.units_shipped)
    quantityUnfulfilled = Number(_item.units_unshipped)
    picking = One(PickingSchema, _item.picking)
    packing = One(PackingSchema, _item.packing)
    shipping = One(ItemShippingSchema, _item.shipping_terms)


class AssociatedItemSchema(OutputSchema):
    """An item of another order that belongs to an item."""

    orderId = Text(_associated.item.order_id)
    orderItemId = Text(_associated.item.order_item_id)
    associationType = Text(_associated.item.association_type)
    asin = OptionalText(_associated.item.asin)
    purchasePrice = One(MoneySchema, _associated.purchase_price)


class PointsSchema(OutputSchema):
    """Amazon Points."""

    pointsNumber = Number(_points.number)
    pointsMonetaryValue = One(MoneySchema, _points.worth)


class PointsCostSchema(OutputSchema):
    """What the points of an item cost the seller."""

    pointsGranted = One(PointsSchema, _item.points)


class ExpenseSchema(OutputSchema):
    """What the seller pays for an item."""

    pointsCost = One(PointsCostSchema, _item)


class PromotionBreakdownSchema(OutputSchema):
    """One promotion."""

    promotionId = Text(_promotion.promotion_id)


class PromotionSchema(OutputSchema):
    """Which promotions an item was sold with."""

    breakdowns = Many(PromotionBreakdownSchema, _item.promotions)


class ReportingSchema(OutputSchema):
    """Under which scheme a tax is reported."""

    reportingScheme = Text(_item.item.details.deemed_reseller_category)


class TaxCollectionSchema(OutputSchema):
    """Who takes a tax and pays it to the office."""

    model = UpperText(_collection.model)
    responsibleParty = Text(_collection.responsible_party)


class ItemTaxSchema(OutputSchema):
    """How an item is taxed."""

    taxCalculationBreakdowns = Many(ReportingSchema, _item.reporting)
    taxCollections = Many(TaxCollectionSchema, _item.collections)


class ItemSchema(OutputSchema):
    """An item."""

    orderItemId = Text(_item.item.order_item_id)
    quantityOrdered = Number(_item.quantity)
    measurement = Spelt(in_camel_case, _item.item.details.measurement)
    associatedOrderItems = Many(AssociatedItemSchema, _item.associated)
    programs = Texts(_item.programs)
    product = One(ProductSchema, _item)
    proceeds = One(ItemProceedsSchema, _item.proceeds)
    expense = One(ExpenseSchema, _item.expense)
    promotion = One(PromotionSchema, _item.promotion)
    cancellation = One(CancellationSchema, _item.cancellation)
    fulfillment = One(ItemFulfillmentSchema, _item.fulfillment)
    tax = One(ItemTaxSchema, _item.tax_data)


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
    buyerCompanyName = OptionalText(_buyer.company_name)
    buyerPurchaseOrderNumber = OptionalText(_buyer.purchase_order_number)


class ExtendedFieldsSchema(OutputSchema):
    """An address by its parts."""

    streetName = OptionalText(_extended.street_name)
    streetNumber = OptionalText(_extended.street_number)
    complement = OptionalText(_extended.complement)
    neighborhood = OptionalText(_extended.neighborhood)


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
    companyName = OptionalText(_address.company_name)
    addressLine3 = OptionalText(_address.address_line3)
    districtOrCounty = OptionalText(_address.district_or_county)
    municipality = OptionalText(_address.municipality)
    extendedFields = One(ExtendedFieldsSchema, _address.extended_fields)
    addressType = UpperText(_address.address_type)


class HourSchema(OutputSchema):
    """A time of the day."""

    hour = Number(_hour.hour)
    minute = Number(_hour.minute)


class TimeWindowSchema(OutputSchema):
    """From when to when somebody is there."""

    startTime = One(HourSchema, _interval.start_time)
    endTime = One(HourSchema, _interval.end_time)


class BusinessHoursSchema(OutputSchema):
    """When somebody is there on a day of the week."""

    dayOfWeek = Text(_hours.day_of_week)
    timeWindows = Many(TimeWindowSchema, _hours.open_intervals)


class ExceptionDateType(OutputField[bool]):
    """Whether somebody is there, as a word."""

    def write(self, value: bool) -> str:
        return "OPEN" if value else "CLOSED"


class ExceptionDateSchema(OutputSchema):
    """A date of which the week's hours are not true."""

    exceptionDate = Text(_exception.exception_date)
    exceptionDateType = ExceptionDateType(_exception.is_open)
    timeWindows = Many(TimeWindowSchema, _exception.open_intervals)


class DeliveryTimeSchema(OutputSchema):
    """When a delivery suits."""

    businessHours = Many(BusinessHoursSchema, _time.business_hours)
    exceptionDates = Many(ExceptionDateSchema, _time.exception_dates)


class DeliveryPreferenceSchema(OutputSchema):
    """How a buyer wants to get the order."""

    dropOffLocation = OptionalText(_order.wishes.drop_off_location)
    addressInstruction = OptionalText(_order.wishes.address_instructions)
    deliveryTime = One(DeliveryTimeSchema, _order.preferred_time)
    deliveryCapabilities = OptionalTexts(_order.wishes.other_attributes)


class RecipientSchema(OutputSchema):
    """Who receives an order."""

    deliveryAddress = One(AddressSchema, _order.address)
    deliveryPreference = One(DeliveryPreferenceSchema, _order.preference)


class ProceedsSchema(OutputSchema):
    """What the seller takes in for an order."""

    grandTotal = One(MoneySchema, _proceeds.total)
    breakdowns = Many(BreakdownSchema, _proceeds.breakdowns)


class PaymentExecutionSchema(OutputSchema):
    """One payment."""

    paymentMethod = Text(_payment.method)
    paymentAmount = One(MoneySchema, _payment.amount)
    acquirerId = OptionalText(_payment.of_card.acquirer_id)
    cardBrand = OptionalText(_payment.of_card.card_brand)
    authorizationCode = OptionalText(_payment.of_card.authorization_code)


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

    paymentExecutions = Many(PaymentExecutionSchema, _order.single_payments)


class TaxAddressSchema(OutputSchema):
    """An address that v0 has as one text."""

    addressLine1 = Text(_registration.address)


class TaxAttributeSchema(OutputSchema):
    """What else is said of a registration: the office."""

    key = Constant("TAX_OFFICE")
    value = Text(_registration.office)


class TaxRegistrationSchema(OutputSchema):
    """What somebody is for a tax office."""

    entityType = Text(_registration.entity)
    legalName = OptionalText(_registration.legal_name)
    taxRegistrationType = Text(_registration.kind)
    taxRegistrationNumber = OptionalText(_registration.number)
    taxRegistrationAddress = One(TaxAddressSchema, _registration.of_address)
    taxRegistrationAttributes = Many(TaxAttributeSchema, _registration.attributes)


class TaxInvoicingSchema(OutputSchema):
    """Which invoice is asked for, and where it stands."""

    buyerInvoicePreference = Text(_order.buyer_invoice_preference)
    invoiceStatus = Text(_order.invoice_word)


class TaxSchema(OutputSchema):
    """What taxes ask of an order."""

    taxRegistrations = Many(TaxRegistrationSchema, _order.tax_registrations)
    taxInvoicing = One(TaxInvoicingSchema, _order.tax_invoicing)


class PromiseSchema(OutputSchema):
    """What a promise of delivery was calculated from."""

    transitTime = Spelt(in_camel_case, _order.order.details.transit_time)


class FulfillmentSchema(OutputSchema):
    """Where an order stands."""

    fulfillmentStatus = Text(_order.status)
    fulfilledBy = Text(_order.fulfilled_by)
    fulfillmentServiceLevel = Constant("STANDARD")
    shipByWindow = One(ShipByWindowSchema, _order.ship_by_window)
    deliverByWindow = One(DeliverByWindowSchema, _order.deliver_by_window)
    labelPrintingWindow = Spelt(in_camel_case, _order.order.details.label_printing_window)
    promiseCalculationInputs = One(PromiseSchema, _order.promise_inputs)


class ParcelItemSchema(OutputSchema):
    """Units of an item in a parcel."""

    orderItemId = Text(_parcel_item.order_item_id)
    quantity = Number(_parcel_item.quantity)
    transparencyCodes = Texts(_parcel_item.transparency_codes)


class ParcelStatusSchema(OutputSchema):
    """Where a parcel is."""

    status = Text(_parcel.status)
    detailedStatus = Text(_parcel.detailed_status)


class ShipFromSchema(OutputSchema):
    """Where a parcel left from."""

    name = OptionalText(_ship_from.name)
    addressLine1 = OptionalText(_ship_from.address_line1)
    addressLine2 = OptionalText(_ship_from.address_line2)
    addressLine3 = OptionalText(_ship_from.address_line3)
    city = OptionalText(_ship_from.city)
    districtOrCounty = OptionalText(_ship_from.district_or_county)
    stateOrRegion = OptionalText(_ship_from.state_or_region)
    municipality = OptionalText(_ship_from.municipality)
    postalCode = OptionalText(_ship_from.postal_code)
    countryCode = OptionalText(_ship_from.country_code)


class ParcelSchema(OutputSchema):
    """A parcel."""

    packageReferenceId = Text(_parcel.reference)
    createdTime = Date(_parcel.shipment.shipped_at)
    packageStatus = One(ParcelStatusSchema, _parcel)
    carrier = OptionalText(_parcel.shipment.carrier)
    shipTime = Date(_parcel.shipment.shipped_at)
    shippingService = OptionalText(_parcel.shipment.service)
    trackingNumber = OptionalText(_parcel.shipment.tracking)
    shipFromAddress = One(ShipFromSchema, _parcel.ships_from)
    packageItems = Many(ParcelItemSchema, _parcel.items)


class AssociationSchema(OutputSchema):
    """Another order that an order belongs to."""

    orderId = Text(_association.order_id)
    associationType = Text(_association.kind)


class FulfillmentOrderSchema(OutputSchema):
    """What Amazon plans the fulfillment by."""

    fulfillmentOrderId = Text(_fulfillment_order.fulfillment_order_id)


class OrderSchema(OutputSchema):
    """An order."""

    orderId = Text(_order.order.order_id)
    orderAliases = Many(AliasSchema, _order.aliases)
    createdTime = Date(_order.order.purchased_at)
    lastUpdatedTime = Date(_order.order.last_updated_at)
    programs = Texts(_order.programs)
    associatedOrders = Many(AssociationSchema, _order.associations)
    salesChannel = One(SalesChannelSchema, _order)
    buyer = One(BuyerSchema, _order.buyer_data)
    recipient = One(RecipientSchema, _order.recipient)
    proceeds = One(ProceedsSchema, _order.proceeds)
    payment = One(PaymentSchema, _order.payment)
    tax = One(TaxSchema, _order.tax)
    fulfillment = One(FulfillmentSchema, _order.fulfillment)
    orderItems = Many(ItemSchema, _order.items)
    packages = Many(ParcelSchema, _order.parcels)
    fulfillmentOrders = Many(FulfillmentOrderSchema, _order.fulfillment_orders)


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
