"""The table of correspondences: each fact about an order, and where each dialect says it. Reads no order.

`docs/correspondence.md` is made from it, `compare` shows FACTS for one order, and the tests hold the dialects to it: to
what is said, and by the part of the table of statuses (`api/shared/status_table.py`) that a fact belongs to, to what is
hidden.

A path is written with dots. `[]` goes through a list, `[name=value]` to the one entry of it, `+` adds numbers up, and
`?` asks whether something is there at all. A dialect without a path does not say it. The path in a report is the name
of a column.
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
    notice_writes: Normalizer | None = None,
) -> Fact:  # fmt: skip
    """A fact from its paths; `…_writes` are the normalizers of dialects that write it differently."""
    paths = {
        Dialect.MWS: (mws, mws_writes),
        Dialect.V0: (v0, None),
        Dialect.LATEST: (latest, latest_writes),
        Dialect.ORDER_CHANGE: (notice, notice_writes),
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
        notice="..OrderChangeTrigger.ChangeReason",
        note="MWS and v0 never say. The notification's sentence is the sandbox's own.",
        of_item=True, notice_writes=normalizers.read_party,
    ),
    _fact("why it was canceled", normalizers.as_it_is, latest="cancellation.cancellationExecution.cancelReason",
          note="Said by Orders 2026-01-01 alone.", of_item=True),
)  # fmt: skip
"""What `compare` shows: those of the order first."""

_ADDRESS, _DELIVERY = "recipient.deliveryAddress.", "fulfillment.deliverByWindow."

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
    _fact("payment details", normalizers.join_texts, "PaymentMethodDetails.PaymentMethodDetail", "PaymentMethodDetails",
          part=Part.PAYMENT_DETAILS),
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
          "BuyerInfo.BuyerTaxInfo.CompanyLegalName", "buyer.buyerCompanyName", part=Part.BUYER),
    _fact("purchase order number", normalizers.as_it_is, "PurchaseOrderNumber", "BuyerInfo.PurchaseOrderNumber",
          "buyer.buyerPurchaseOrderNumber", part=Part.BUYER, order_reports="purchase-order-number",
          all_orders="purchase-order-number"),
    _fact("replaced order", normalizers.as_it_is, "ReplacedOrderId", "ReplacedOrderId",
          "associatedOrders[associationType=REPLACEMENT_ORIGINAL_ID].orderId"),
    _fact("invoice", normalizers.upper_words, v0="ElectronicInvoiceStatus", latest="tax.taxInvoicing.invoiceStatus",
          latest_writes=normalizers.as_it_is),
    _fact("promotion discount", normalizers.amount, "PromotionDiscount.Amount", "PromotionDiscount.Amount",
          of_item=True, part=Part.PRICES, order_reports="item-promotion-discount"),
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
          latest="fulfillment.shipping.internationalShipping.iossNumber", of_item=True),
    _fact("gift", normalizers.as_it_is, "IsGift", "IsGift", of_item=True, part=Part.GIFT),
    _fact("item's status", normalizers.as_it_is, notice="OrderItemStatus", of_item=True,
          part=Part.ITEM_STATUS, all_orders="item-status"),
)  # fmt: skip
"""Further facts that a status shows or hides; the tests hold the dialects to them, `compare` has no rows for them."""
