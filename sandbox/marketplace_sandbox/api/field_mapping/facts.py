"""The table of correspondences: each fact about an order, and where each dialect says it. Reads no order.

`docs/correspondence.md` is made from it, `compare` shows FACTS for one order, and the tests hold the dialects to it: to
what is said, and by the part of the table of statuses (`api/shared/status_table.py`) that a fact belongs to, to what is
hidden.

A path is written with dots. `[]` goes through a list, `[name=value]` to the one entry of it, `[=value]` to the entry
that is that value, `+` adds numbers up, and `?` asks whether something is there at all. A dialect without a path does
not say it. The path in a report is the name of a column.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from marketplace_sandbox.api.field_mapping import normalizers
from marketplace_sandbox.api.field_mapping.normalizers import Normalizer
from marketplace_sandbox.api.shared.status_table import Dialect, Part

DIALECTS: Mapping[Dialect, str] = {
    Dialect.MWS: "MWS Orders 2013-09-01",
    Dialect.V0: "Orders v0",
    Dialect.LATEST: "Orders 2026-01-01",
    Dialect.ORDER_CHANGE: "ORDER_CHANGE",
}
"""The dialects that `compare` shows, in the order of their age, with their names for people."""

REPORTS: Mapping[Dialect, str] = {
    Dialect.ORDER_REPORTS: "order reports",
    Dialect.ALL_ORDERS: "reports of all orders",
    Dialect.PENDING_ORDERS: "reports of pending orders",
}
"""The tables of reports, with their names for people."""


@dataclass(frozen=True, slots=True)
class FieldPath:
    """Where a dialect says something, and how its way of writing it is brought into the form that all share."""

    path: str
    normalize: Normalizer


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that dialects say of an order, or of each of its items. `note` is for who migrates.

    `part` is what a status shows or hides it with; none is shown in every status.
    """

    name: str
    of_item: bool
    field_paths: Mapping[Dialect, FieldPath]
    note: str = ""
    part: Part | None = None


def _fact(
    name: str, normalize: Normalizer, mws: str = "", v0: str = "", latest: str = "", notice: str = "", note: str = "",
    *, of_item: bool = False, part: Part | None = None,
    order_reports: str = "", all_orders: str = "", pending: str = "",
    mws_writes: Normalizer | None = None, latest_writes: Normalizer | None = None,
) -> Fact:  # fmt: skip
    """A fact from its paths; `…_writes` are the normalizers of dialects that write it differently."""
    paths = {
        Dialect.MWS: (mws, mws_writes),
        Dialect.V0: (v0, None),
        Dialect.LATEST: (latest, latest_writes),
        Dialect.ORDER_CHANGE: (notice, None),
        Dialect.ORDER_REPORTS: (order_reports, None),
        Dialect.ALL_ORDERS: (all_orders, None),
        Dialect.PENDING_ORDERS: (pending, None),
    }
    field_paths = {each: FieldPath(path, own or normalize) for each, (path, own) in paths.items() if path}
    return Fact(name, of_item, field_paths, note, part)


_SUMMARY = "Summary."

FACTS = (
    _fact("order id", normalizers.as_it_is, "AmazonOrderId", "AmazonOrderId", "orderId", "AmazonOrderId"),
    _fact(
        "seller's own number", normalizers.as_it_is, "SellerOrderId", "SellerOrderId",
        "orderAliases[aliasType=SELLER_ORDER_ID].aliasId",
        note="Not there until the seller names one; what Amazon ships has its order id.",
    ),
    _fact("marketplace", normalizers.as_it_is, "MarketplaceId", "MarketplaceId", "salesChannel.marketplaceId",
          _SUMMARY + "MarketplaceId"),
    _fact("sold at", normalizers.store_or_elsewhere, "SalesChannel", "SalesChannel", "salesChannel.channelName",
          note="MWS and v0 name the store front, 2026-01-01 says AMAZON or NON_AMAZON and names it beside.",
          latest_writes=normalizers.as_it_is),
    _fact(
        "status", normalizers.status, "OrderStatus", "OrderStatus", "fulfillment.fulfillmentStatus",
        _SUMMARY + "OrderStatus", "One L in Canceled, two in CANCELLED; InvoiceUnconfirmed became SHIPPED.",
        latest_writes=normalizers.as_it_is,
    ),
    _fact("who ships", normalizers.channel, "FulfillmentChannel", "FulfillmentChannel", "fulfillment.fulfilledBy",
          _SUMMARY + "FulfillmentType", "MFN became MERCHANT, AFN became AMAZON.", latest_writes=normalizers.as_it_is),
    _fact("purchased at", normalizers.instant, "PurchaseDate", "PurchaseDate", "createdTime", _SUMMARY + "PurchaseDate",
          "Seconds in the SP-API, milliseconds in MWS and notifications."),
    _fact("last updated at", normalizers.instant, "LastUpdateDate", "LastUpdateDate", "lastUpdatedTime",
          "OrderChangeTrigger.TimeOfOrderChange", "A buyer's request moves it although the status stays."),
    _fact("ship by", normalizers.instant, "LatestShipDate", "LatestShipDate", "fulfillment.shipByWindow.latestDateTime",
          _SUMMARY + "LatestShipDate", part=Part.SHIP_BY, order_reports="latest-ship-date"),
    _fact(
        "units shipped", normalizers.number, "NumberOfItemsShipped", "NumberOfItemsShipped",
        "orderItems[].fulfillment.quantityFulfilled+", _SUMMARY + "NumberOfItemsShipped",
        "Orders 2026-01-01 counts by item only; a canceled order has none.", part=Part.UNITS,
    ),
    _fact("units unshipped", normalizers.number, "NumberOfItemsUnshipped", "NumberOfItemsUnshipped",
          "orderItems[].fulfillment.quantityUnfulfilled+", _SUMMARY + "NumberOfItemsUnshipped", part=Part.UNITS),
    _fact("total", normalizers.amount, "OrderTotal.Amount", "OrderTotal.Amount", "proceeds.grandTotal.amount",
          note="Hidden while the order is pending, and once it is canceled.", part=Part.TOTAL),
    _fact("item id", normalizers.as_it_is, "OrderItemId", "OrderItemId", "orderItemId", "OrderItemId", of_item=True),
    _fact("sku", normalizers.as_it_is, "SellerSKU", "SellerSKU", "product.sellerSku", "SellerSKU", of_item=True),
    _fact("quantity ordered", normalizers.number, "QuantityOrdered", "QuantityOrdered", "quantityOrdered", "Quantity",
          "0 once the order is canceled, whose prices are gone, too: what divides one by it fails.", of_item=True,
          part=Part.QUANTITY, order_reports="quantity-purchased", all_orders="quantity", pending="quantity-purchased"),
    _fact("quantity shipped", normalizers.number, "QuantityShipped", "QuantityShipped", "fulfillment.quantityFulfilled",
          "QuantityShipped", of_item=True, part=Part.UNITS),
    _fact(
        "buyer asks to cancel", normalizers.truth, "BuyerRequestedCancel.IsBuyerRequestedCancel",
        "BuyerRequestedCancel.IsBuyerRequestedCancel", "cancellation.cancellationRequest?", "IsBuyerRequestedCancel",
        "Text in MWS and v0 (the text false is true in most languages), a boolean in notifications, "
        "and an object that is there or not in 2026-01-01.",
        of_item=True, part=Part.REQUEST,
    ),
    _fact(
        "buyer's reason", normalizers.as_it_is, "BuyerRequestedCancel.BuyerCancelReason",
        "BuyerRequestedCancel.BuyerCancelReason", "cancellation.cancellationRequest.cancelReason",
        note="No notification says it: read the order.", of_item=True, part=Part.REQUEST,
        order_reports="buyer-requested-cancel-reason", all_orders="buyer-requested-cancel-reason",
    ),
    _fact(
        "who canceled", normalizers.as_it_is, latest="cancellation.cancellationExecution.cancelledBy",
        note="Said by Orders 2026-01-01 alone; a notification says that the status has changed.", of_item=True,
    ),
    _fact("why it was canceled", normalizers.as_it_is, latest="cancellation.cancellationExecution.cancelReason",
          note="Said by Orders 2026-01-01 alone.", of_item=True),
)  # fmt: skip
"""What `compare` shows: those of the order first."""

_ADDRESS, _DELIVERY = "recipient.deliveryAddress.", "fulfillment.deliverByWindow."
_PROGRAM, _SHIPS_WITH = _SUMMARY + "OrderPrograms[=", _SUMMARY + "ShippingPrograms[="
_TAXES, _DISCOUNTS = (f"proceeds.breakdowns[type={kind}].detailedBreakdowns" for kind in ("TAX", "DISCOUNT"))
_SCHEDULE, _GIFT = "fulfillment.shipping.scheduledDeliveryWindow.", "fulfillment.packing.giftOption."

STATUS_FACTS = (
    _fact("buyer's e-mail", normalizers.as_it_is, "BuyerEmail", "BuyerInfo.BuyerEmail", "buyer.buyerEmail",
          part=Part.BUYER, order_reports="buyer-email"),
    _fact("buyer's name", normalizers.as_it_is, "BuyerName", "BuyerInfo.BuyerName", "buyer.buyerName",
          part=Part.BUYER, order_reports="buyer-name"),
    _fact("ship-to city", normalizers.as_it_is, "ShippingAddress.City", "ShippingAddress.City", _ADDRESS + "city",
          part=Part.ADDRESS, order_reports="ship-city", all_orders="ship-city"),
    _fact("ship-to postal code", normalizers.as_it_is, "ShippingAddress.PostalCode", "ShippingAddress.PostalCode",
          _ADDRESS + "postalCode", _SUMMARY + "DestinationPostalCode",
          part=Part.ADDRESS, order_reports="ship-postal-code", all_orders="ship-postal-code"),
    _fact("phone", normalizers.as_it_is, "ShippingAddress.Phone", "ShippingAddress.Phone", _ADDRESS + "phone",
          part=Part.PHONE, order_reports="ship-phone-number"),
    _fact("ships from", normalizers.instant, "EarliestShipDate", "EarliestShipDate",
          "fulfillment.shipByWindow.earliestDateTime", _SUMMARY + "EarliestShipDate",
          part=Part.SHIP_FROM, order_reports="earliest-ship-date"),
    _fact("delivered from", normalizers.instant, "EarliestDeliveryDate", "EarliestDeliveryDate",
          _DELIVERY + "earliestDateTime", _SUMMARY + "EarliestDeliveryDate",
          part=Part.PROMISE, order_reports="earliest-delivery-date"),
    _fact("delivered by", normalizers.instant, "LatestDeliveryDate", "LatestDeliveryDate",
          _DELIVERY + "latestDateTime", _SUMMARY + "LatestDeliveryDate",
          part=Part.PROMISE, order_reports="latest-delivery-date"),
    _fact("payment method", normalizers.as_it_is, "PaymentMethod", "PaymentMethod",
          "payment.paymentExecutions[].paymentMethod", part=Part.PAYMENT, pending="payment-type",
          latest_writes=normalizers.payment_method),
    _fact("payment details", normalizers.listed, "PaymentMethodDetails.PaymentMethodDetail", "PaymentMethodDetails",
          part=Part.PAYMENT_DETAILS, all_orders="payment-method-details"),
    _fact("parcels", normalizers.truth, latest="packages?", part=Part.PARCELS),
    _fact("price of all units", normalizers.amount, "ItemPrice.Amount", "ItemPrice.Amount",
          "proceeds.breakdowns[type=ITEM].subtotal.amount", of_item=True,
          part=Part.PRICES, order_reports="item-price", all_orders="item-price"),
    _fact("currency", normalizers.as_it_is, "ItemPrice.CurrencyCode", "ItemPrice.CurrencyCode",
          "product.price.unitPrice.currencyCode", of_item=True,
          part=Part.PRICES, order_reports="currency", all_orders="currency"),
    _fact("ship-to company", normalizers.as_it_is, v0="ShippingAddress.CompanyName", latest=_ADDRESS + "companyName",
          part=Part.ADDRESS),
    _fact("buyer's company", normalizers.as_it_is, "BuyerTaxInfo.CompanyLegalName",
          "BuyerInfo.BuyerTaxInfo.CompanyLegalName", "buyer.buyerCompanyName", part=Part.BUYER,
          order_reports="buyer-company-name", all_orders="buyer-company-name"),
    _fact("purchase order number", normalizers.as_it_is, "PurchaseOrderNumber", "BuyerInfo.PurchaseOrderNumber",
          "buyer.buyerPurchaseOrderNumber", part=Part.BUYER, order_reports="purchase-order-number",
          all_orders="purchase-order-number"),
    _fact("replaced order", normalizers.as_it_is, "ReplacedOrderId", "ReplacedOrderId",
          "associatedOrders[associationType=REPLACEMENT_ORIGINAL_ID].orderId", all_orders="original-order-id"),
    _fact("invoice", normalizers.upper_words, v0="ElectronicInvoiceStatus", latest="tax.taxInvoicing.invoiceStatus",
          notice=_SUMMARY + "ElectronicInvoiceStatus", latest_writes=normalizers.as_it_is),
    _fact("promotion discount", normalizers.charge, "PromotionDiscount.Amount", "PromotionDiscount.Amount",
          _DISCOUNTS + "[subtype=ITEM].value.amount", of_item=True, part=Part.PRICES,
          order_reports="item-promotion-discount", all_orders="item-promotion-discount",
          latest_writes=normalizers.taken_off),
    _fact("tax of a promotion discount", normalizers.amount, "PromotionDiscountTax.Amount",
          "PromotionDiscountTax.Amount", of_item=True, part=Part.PRICES),
    _fact("gift wrap", normalizers.amount, "GiftWrapPrice.Amount", "BuyerInfo.GiftWrapPrice.Amount",
          "proceeds.breakdowns[type=GIFT_WRAP].subtotal.amount", of_item=True, part=Part.PRICES,
          all_orders="gift-wrap-price"),
    _fact("gift message", normalizers.as_it_is, "GiftMessageText", "BuyerInfo.GiftMessageText",
          "fulfillment.packing.giftOption.giftMessage", of_item=True, part=Part.BUYER),
    _fact("points", normalizers.number, "PointsGranted.PointsNumber", "PointsGranted.PointsNumber",
          "expense.pointsCost.pointsGranted.pointsNumber", of_item=True, part=Part.PRICES),
    _fact("condition", normalizers.upper_words, "ConditionId", "ConditionId", "product.condition.conditionType",
          of_item=True, part=Part.CONDITION, latest_writes=normalizers.as_it_is),
    _fact("IOSS number", normalizers.as_it_is, v0="IossNumber",
          latest="fulfillment.shipping.internationalShipping.iossNumber", of_item=True, all_orders="ioss-number"),
    _fact("gift", normalizers.as_it_is, "IsGift", "IsGift", of_item=True, part=Part.GIFT),
    # Programs and kinds of an order
    _fact("order type", normalizers.as_it_is, "OrderType", "OrderType", notice=_SUMMARY + "OrderType"),
    _fact("pre-order", normalizers.is_preorder, "OrderType", "OrderType", "programs[=PREORDER]", _SUMMARY + "OrderType",
          latest_writes=normalizers.truth),
    _fact("business order", normalizers.truth, "IsBusinessOrder", "IsBusinessOrder", "programs[=AMAZON_BUSINESS]",
          _PROGRAM + "Business]", order_reports="is-business-order", all_orders="is-business-order"),
    _fact("Prime", normalizers.truth, "IsPrime", "IsPrime", "programs[=PRIME]", _PROGRAM + "Prime]",
          order_reports="is-prime"),
    _fact("Premium", normalizers.truth, "IsPremiumOrder", "IsPremiumOrder", "programs[=PREMIUM]",
          _PROGRAM + "Premium]"),
    _fact("invoiced by Amazon", normalizers.truth, v0="IsIBA", latest="programs[=INVOICE_BY_AMAZON]",
          notice=_PROGRAM + "IBA]", order_reports="is-iba", all_orders="is-iba"),
    _fact("replacement", normalizers.truth, "IsReplacementOrder", "IsReplacementOrder",
          notice=_PROGRAM + "Replacement]", all_orders="is-replacement-order"),
    _fact("fetched in a store", normalizers.truth, "IsISPU", "IsISPU", "programs[=IN_STORE_PICK_UP]",
          _SHIPS_WITH + "ISPU]"),
    _fact("access point", normalizers.truth, v0="IsAccessPointOrder", notice=_SHIPS_WITH + "AccessPoint]"),
    _fact("global express", normalizers.truth, "IsGlobalExpressEnabled", "IsGlobalExpressEnabled",
          notice=_SHIPS_WITH + "GlobalExpress]"),
    _fact("ship date is set", normalizers.truth, "IsEstimatedShipDateSet", "IsEstimatedShipDateSet",
          notice=_SHIPS_WITH + "ShipDateSet]"),
    _fact("Easy Ship", normalizers.truth, "EasyShipShipmentStatus?", "EasyShipShipmentStatus?",
          "programs[=AMAZON_EASY_SHIP]", _SHIPS_WITH + "EasyShip]"),
    _fact("Easy Ship's status", normalizers.as_it_is, "EasyShipShipmentStatus", "EasyShipShipmentStatus",
          notice=_SUMMARY + "EasyShipShipmentStatus"),
    _fact("sold by Amazon Business", normalizers.truth, "IsSoldByAB", "IsSoldByAB"),
    _fact("order channel", normalizers.as_it_is, "OrderChannel", "OrderChannel"),
    _fact("service", normalizers.as_it_is, "ShipServiceLevel", "ShipServiceLevel"),
    _fact("kind of service", normalizers.upper_words, "ShipmentServiceLevelCategory", "ShipmentServiceLevelCategory",
          "fulfillment.fulfillmentServiceLevel", order_reports="ship-service-level", all_orders="ship-service-level",
          latest_writes=normalizers.as_it_is),
    _fact("answer due", normalizers.instant, "PromiseResponseDueDate", "PromiseResponseDueDate"),
    # Buyer and address
    _fact("currency of the total", normalizers.as_it_is, "OrderTotal.CurrencyCode", "OrderTotal.CurrencyCode",
          "proceeds.grandTotal.currencyCode", part=Part.TOTAL),
    _fact("buyer's county", normalizers.as_it_is, "BuyerCounty", "BuyerInfo.BuyerCounty", part=Part.BUYER),
    _fact("taxing region", normalizers.as_it_is, "BuyerTaxInfo.TaxingRegion", "BuyerInfo.BuyerTaxInfo.TaxingRegion",
          part=Part.BUYER),
    _fact("buyer's tax number", normalizers.listed, "BuyerTaxInfo.TaxClassifications.TaxClassification.Value",
          "BuyerInfo.BuyerTaxInfo.TaxClassifications[].Value", part=Part.BUYER),
    _fact("single payments", normalizers.sum_of, "PaymentExecutionDetail.PaymentExecutionDetailItem.Payment.Amount",
          "PaymentExecutionDetail[].Payment.Amount", part=Part.PAYMENT),
    _fact("invoice preference", normalizers.as_it_is, v0="BuyerInvoicePreference",
          latest="tax.taxInvoicing.buyerInvoicePreference", part=Part.BUYER),
    _fact("recipient", normalizers.as_it_is, "ShippingAddress.Name", "ShippingAddress.Name", _ADDRESS + "name",
          part=Part.ADDRESS, order_reports="recipient-name"),
    _fact("street", normalizers.as_it_is, "ShippingAddress.AddressLine1", "ShippingAddress.AddressLine1",
          _ADDRESS + "addressLine1", part=Part.ADDRESS, order_reports="ship-address-1"),
    _fact("second line", normalizers.as_it_is, "ShippingAddress.AddressLine2", "ShippingAddress.AddressLine2",
          _ADDRESS + "addressLine2", part=Part.ADDRESS, order_reports="ship-address-2"),
    _fact("third line", normalizers.as_it_is, "ShippingAddress.AddressLine3", "ShippingAddress.AddressLine3",
          _ADDRESS + "addressLine3", part=Part.ADDRESS, order_reports="ship-address-3"),
    _fact("state", normalizers.as_it_is, "ShippingAddress.StateOrRegion", "ShippingAddress.StateOrRegion",
          _ADDRESS + "stateOrRegion", part=Part.ADDRESS, order_reports="ship-state", all_orders="ship-state"),
    _fact("country", normalizers.as_it_is, "ShippingAddress.CountryCode", "ShippingAddress.CountryCode",
          _ADDRESS + "countryCode", part=Part.ADDRESS, order_reports="ship-country", all_orders="ship-country"),
    _fact("county", normalizers.as_it_is, "ShippingAddress.County", "ShippingAddress.County", part=Part.ADDRESS),
    _fact("district", normalizers.as_it_is, "ShippingAddress.District", "ShippingAddress.District", part=Part.ADDRESS),
    _fact("municipality", normalizers.as_it_is, v0="ShippingAddress.Municipality", latest=_ADDRESS + "municipality",
          part=Part.ADDRESS),
    _fact("kind of address", normalizers.upper_words, "ShippingAddress.AddressType", "ShippingAddress.AddressType",
          _ADDRESS + "addressType", part=Part.ADDRESS, all_orders="address-type", latest_writes=normalizers.as_it_is),
    # What an item is
    _fact("ASIN", normalizers.as_it_is, "ASIN", "ASIN", "product.asin", of_item=True, all_orders="asin"),
    _fact("title", normalizers.as_it_is, "Title", "Title", "product.title", of_item=True,
          order_reports="product-name", all_orders="product-name", pending="product-name"),
    _fact("pieces of a unit", normalizers.number, "ProductInfo.NumberOfItems", "ProductInfo.NumberOfItems",
          of_item=True, order_reports="number-of-items", all_orders="number-of-items"),
    _fact("condition's kind", normalizers.upper_words, "ConditionSubtypeId", "ConditionSubtypeId",
          "product.condition.conditionSubtype", of_item=True, part=Part.CONDITION, latest_writes=normalizers.as_it_is),
    _fact("condition in words", normalizers.as_it_is, "ConditionNote", "ConditionNote",
          "product.condition.conditionNote", of_item=True, part=Part.CONDITION),
    _fact("serial number is asked for", normalizers.truth, "SerialNumberRequired", "SerialNumberRequired",
          "fulfillment.packing.serialNumberRequirement?", of_item=True, part=Part.CONDITION),
    _fact("serial numbers", normalizers.listed, v0="SerialNumbers", latest="product.serialNumbers", of_item=True),
    _fact("transparency", normalizers.truth, "IsTransparency", "IsTransparency", "programs[=TRANSPARENCY]",
          of_item=True, all_orders="is-transparency"),
    _fact("subscribe and save", normalizers.truth, v0="AmazonPrograms.Programs[=SUBSCRIBE_AND_SAVE]",
          latest="programs[=SUBSCRIBE_AND_SAVE]", of_item=True),
    _fact("unit of measure", normalizers.as_it_is, v0="Measurement.Unit", latest="measurement.unit", of_item=True),
    _fact("measure", normalizers.as_it_is, v0="Measurement.Value", latest="measurement.value", of_item=True),
    _fact("in its place", normalizers.as_it_is, v0="SubstitutionPreferences.SubstitutionType",
          latest="fulfillment.picking.substitutionPreference.substitutionType", of_item=True),
    _fact("signature", normalizers.as_it_is, v0="ShippingConstraints.SignatureConfirmation",
          latest="fulfillment.shipping.shippingConstraints.signatureConfirmation", of_item=True),
    _fact("delivery scheduled from", normalizers.instant, "ScheduledDeliveryStartDate", "ScheduledDeliveryStartDate",
          _SCHEDULE + "earliestDateTime", of_item=True),
    _fact("delivery scheduled to", normalizers.instant, "ScheduledDeliveryEndDate", "ScheduledDeliveryEndDate",
          _SCHEDULE + "latestDateTime", of_item=True),
    # What an item costs
    _fact("item tax", normalizers.charge, "ItemTax.Amount", "ItemTax.Amount", _TAXES + "[subtype=ITEM].value.amount",
          of_item=True, part=Part.PRICES, order_reports="item-tax", all_orders="item-tax"),
    _fact("shipping", normalizers.charge, "ShippingPrice.Amount", "ShippingPrice.Amount",
          "proceeds.breakdowns[type=SHIPPING].subtotal.amount", of_item=True, part=Part.PRICES,
          order_reports="shipping-price", all_orders="shipping-price"),
    _fact("tax of shipping", normalizers.charge, "ShippingTax.Amount", "ShippingTax.Amount",
          _TAXES + "[subtype=SHIPPING].value.amount", of_item=True, part=Part.PRICES,
          order_reports="shipping-tax", all_orders="shipping-tax"),
    _fact("shipping discount", normalizers.charge, "ShippingDiscount.Amount", "ShippingDiscount.Amount",
          _DISCOUNTS + "[subtype=SHIPPING].value.amount", of_item=True, part=Part.PRICES,
          order_reports="ship-promotion-discount", all_orders="ship-promotion-discount",
          latest_writes=normalizers.taken_off),
    _fact("tax of a shipping discount", normalizers.charge, "ShippingDiscountTax.Amount",
          "ShippingDiscountTax.Amount", of_item=True, part=Part.PRICES),
    _fact("promotions", normalizers.listed, "PromotionIds.PromotionId", "PromotionIds",
          "promotion.breakdowns[].promotionId", of_item=True, part=Part.PRICES,
          order_reports="item-promotion-id", all_orders="promotion-ids"),
    _fact("COD fee", normalizers.charge, "CODFee.Amount", "CODFee.Amount",
          "proceeds.breakdowns[type=COD_FEE].subtotal.amount", of_item=True, part=Part.PRICES),
    _fact("COD discount", normalizers.charge, "CODFeeDiscount.Amount", "CODFeeDiscount.Amount",
          _DISCOUNTS + "[subtype=COD_FEE].value.amount", of_item=True, part=Part.PRICES,
          latest_writes=normalizers.taken_off),
    _fact("tax of gift wrap", normalizers.charge, "GiftWrapTax.Amount", "BuyerInfo.GiftWrapTax.Amount",
          _TAXES + "[subtype=GIFT_WRAP].value.amount", of_item=True, part=Part.PRICES, all_orders="gift-wrap-tax"),
    _fact("level of gift wrap", normalizers.as_it_is, "GiftWrapLevel", "BuyerInfo.GiftWrapLevel",
          _GIFT + "giftWrapLevel", of_item=True, part=Part.BUYER),
    _fact("design", normalizers.as_it_is, "BuyerCustomizedInfo.CustomizedURL",
          "BuyerInfo.BuyerCustomizedInfo.CustomizedURL", "product.customization.customizedUrl", of_item=True,
          part=Part.BUYER),
    _fact("worth of points", normalizers.amount, "PointsGranted.PointsMonetaryValue.Amount",
          "PointsGranted.PointsMonetaryValue.Amount", "expense.pointsCost.pointsGranted.pointsMonetaryValue.amount",
          of_item=True, part=Part.PRICES),
    _fact("designation of the price", normalizers.upper_words, "PriceDesignation", "PriceDesignation",
          "product.price.priceDesignation", of_item=True, part=Part.PRICES, order_reports="price-designation",
          all_orders="price-designation", latest_writes=normalizers.as_it_is),
    _fact("who takes the tax", normalizers.as_it_is, "TaxCollection.ResponsibleParty",
          "TaxCollection.ResponsibleParty", "tax.taxCollections[].responsibleParty", of_item=True, part=Part.PRICES,
          all_orders="tax-collection-responsible-party", latest_writes=normalizers.first_of),
    _fact("how the tax is taken", normalizers.upper_words, "TaxCollection.Model", "TaxCollection.Model",
          "tax.taxCollections[].model", of_item=True, part=Part.PRICES, all_orders="tax-collection-model",
          latest_writes=normalizers.first_of),
    _fact("tax scheme", normalizers.as_it_is, v0="DeemedResellerCategory",
          latest="tax.taxCalculationBreakdowns[].reportingScheme", of_item=True, latest_writes=normalizers.first_of),
    _fact("item's status", normalizers.as_it_is, notice="OrderItemStatus", of_item=True,
          part=Part.ITEM_STATUS, all_orders="item-status"),
)  # fmt: skip
"""Further facts that a status shows or hides; the tests hold the dialects to them, `compare` has no rows for them."""
