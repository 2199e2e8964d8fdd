"""Orders and items as elements of MWS Orders 2013-09-01.

Pure. The elements stand in the sequence that was recorded from the platform in 2020. What a status shows is not decided
here: a hidden part has no value, and no element.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from marketplace_sandbox.api.shared.status_table import Dialect, Part, visible_parts
from marketplace_sandbox.api.shared.visible_order import (
    Money,
    VisibleItem,
    VisibleOrder,
    VisiblePayment,
    VisiblePoints,
)
from marketplace_sandbox.api.shared.xml import Node, leaf, money, tree
from marketplace_sandbox.core.orders.order import Address, Item, Order
from marketplace_sandbox.core.orders.order_details import BuyerTaxInfo, TaxCollection
from marketplace_sandbox.core.policy import Policy
from marketplace_sandbox.core.text.instants import format_instant


def order_element(order: Order, delivery_after: timedelta) -> Node:
    """An order. `delivery_after` is how long after the latest ship date delivery is promised."""
    visible = VisibleOrder(order, visible_parts(order, Dialect.MWS), delivery_after)
    buyer, details, of = visible.buyer, visible.payment_details, order.details
    return tree(
        "Order",
        leaf("LatestShipDate", _promise(visible.latest_ship_date)),
        leaf("OrderType", visible.order_type),
        leaf("PurchaseDate", order.purchased_at),
        leaf("AmazonOrderId", order.order_id),
        leaf("SellerOrderId", visible.seller_order_id or None),
        leaf("BuyerEmail", buyer.email or None if buyer else None),
        leaf("LastUpdateDate", order.last_updated_at),
        leaf("IsReplacementOrder", "Replacement" in order.programs),
        leaf("NumberOfItemsShipped", visible.units_shipped),
        leaf("ShipServiceLevel", visible.service_level),
        leaf("OrderStatus", order.status.value),
        leaf("SalesChannel", order.sales_channel),
        leaf("IsBusinessOrder", "Business" in order.programs),
        leaf("NumberOfItemsUnshipped", visible.units_unshipped),
        leaf("LatestDeliveryDate", _promise(visible.latest_delivery_date)),
        tree("PaymentMethodDetails", *(leaf("PaymentMethodDetail", each) for each in details)) if details else None,
        leaf("IsGlobalExpressEnabled", of.is_global_express_enabled),
        leaf("IsSoldByAB", of.is_sold_by_ab),
        leaf("BuyerName", buyer.name or None if buyer else None),
        leaf("EarliestDeliveryDate", _promise(visible.earliest_delivery_date)),
        _money("OrderTotal", visible.total),
        leaf("IsPremiumOrder", "Premium" in order.programs),
        leaf("EarliestShipDate", _promise(visible.earliest_ship_date)),
        leaf("MarketplaceId", order.marketplace_id),
        leaf("FulfillmentChannel", order.channel.value),
        leaf("PaymentMethod", visible.payment_method),
        _address(visible.address),
        leaf("IsISPU", order.is_ispu),
        leaf("IsPrime", "Prime" in order.programs),
        leaf("ShipmentServiceLevelCategory", "Standard"),
        # what the recorded answers had none of
        leaf("OrderChannel", of.order_channel or None),
        _payments(visible.payments or ()),
        leaf("ReplacedOrderId", of.replaced_order_id or None),
        leaf("EasyShipShipmentStatus", of.easy_ship_shipment_status),
        leaf("PromiseResponseDueDate", of.promise_response_due_date),
        leaf("IsEstimatedShipDateSet", of.is_estimated_ship_date_set),
        leaf("BuyerCounty", buyer.buyer_county or None if buyer else None),
        _buyer_tax(buyer.buyer_tax_info if buyer else None),
        leaf("PurchaseOrderNumber", buyer.purchase_order_number or None if buyer else None),
    )


def item_element(order: Order, item: Item, policy: Policy) -> Node:
    """One item of an order. Money is that of the whole line."""
    visible = VisibleItem(VisibleOrder(order, visible_parts(order, Dialect.MWS)).of_item(item), item)
    of, promotions = item.details, visible.promotion_ids
    return tree(
        "OrderItem",
        _tax_collection(visible.tax_collection),
        leaf("QuantityOrdered", visible.quantity),
        leaf("Title", item.title or None),
        leaf("IsGift", visible.gift),
        leaf("ASIN", item.asin),
        leaf("SellerSKU", item.sku),
        leaf("OrderItemId", item.order_item_id),
        tree("ProductInfo", leaf("NumberOfItems", of.product_info.number_of_items)),
        leaf("QuantityShipped", visible.units_shipped),
        _money("ItemPrice", visible.price),
        _money("ItemTax", visible.tax),
        _money("ShippingPrice", visible.shipping),
        _money("PromotionDiscount", visible.promotion_discount),
        leaf("ConditionId", visible.condition_id),
        leaf("ConditionSubtypeId", visible.condition_subtype_id),
        _requested_cancel(visible, policy),
        # what the recorded answers had none of
        _points(visible.points),
        _money("ShippingTax", visible.shipping_tax),
        _money("GiftWrapPrice", visible.gift_wrap_price),
        _money("GiftWrapTax", visible.gift_wrap_tax),
        _money("ShippingDiscount", visible.shipping_discount),
        _money("ShippingDiscountTax", visible.shipping_discount_tax),
        _money("PromotionDiscountTax", visible.promotion_discount_tax),
        tree("PromotionIds", *(leaf("PromotionId", each) for each in promotions)) if promotions else None,
        _money("CODFee", visible.cod_fee),
        _money("CODFeeDiscount", visible.cod_fee_discount),
        leaf("GiftMessageText", visible.gift_message),
        leaf("GiftWrapLevel", visible.gift_wrap_level),
        leaf("ConditionNote", visible.condition_note),
        leaf("ScheduledDeliveryStartDate", of.scheduled_delivery_start_date),
        leaf("ScheduledDeliveryEndDate", of.scheduled_delivery_end_date),
        leaf("PriceDesignation", visible.price_designation),
        tree("BuyerCustomizedInfo", leaf("CustomizedURL", visible.customized_url)) if visible.customized_url else None,
        leaf("IsTransparency", of.is_transparency or None),
        leaf("SerialNumberRequired", visible.serial_number_required or None),
    )


def _requested_cancel(item: VisibleItem, policy: Policy) -> Node | None:
    """The buyer's wish, as texts: `true` or `false`, and the reason, empty where none was given.

    None where the status hides the wish.
    """
    if Part.REQUEST not in item.of.parts or (policy.is_on("omit_when_false") and not item.cancellation_requested):
        return None
    flag, reason = "IsBuyerRequestedCancel", "BuyerCancelReason"
    if policy.value("mws_cancel_casing") == "camel":
        flag, reason = "isBuyerRequestedCancel", "buyerCancelReason"
    return tree("BuyerRequestedCancel", leaf(flag, item.cancellation_requested), leaf(reason, item.cancel_reason))


def _money(name: str, sum_: Money | None) -> Node | None:
    return money(name, sum_.amount, sum_.currency) if sum_ else None


def _tax_collection(by: TaxCollection | None) -> Node | None:
    if by is None:
        return None
    return tree("TaxCollection", leaf("ResponsibleParty", by.responsible_party), leaf("Model", by.model))


def _points(granted: VisiblePoints | None) -> Node | None:
    if granted is None:
        return None
    return tree("PointsGranted", leaf("PointsNumber", granted.number), _money("PointsMonetaryValue", granted.worth))


def _payments(payments: Iterable[VisiblePayment]) -> Node | None:
    """Single payments, as far as MWS knows what there is to say of one."""
    items = [
        tree(
            "PaymentExecutionDetailItem",
            _money("Payment", each.payment),
            leaf("PaymentMethod", each.execution.payment_method),
        )
        for each in payments
    ]
    return tree("PaymentExecutionDetail", *items) if items else None


def _buyer_tax(known: BuyerTaxInfo | None) -> Node | None:
    if known is None:
        return None
    classes = [
        tree("TaxClassification", leaf("Name", each.name), leaf("Value", each.value))
        for each in known.tax_classifications
    ]
    return tree(
        "BuyerTaxInfo",
        leaf("CompanyLegalName", known.company_legal_name or None),
        leaf("TaxingRegion", known.taxing_region or None),
        tree("TaxClassifications", *classes) if classes else None,
    )


def _address(to: Address | None) -> Node | None:
    if to is None:
        return None
    return tree(
        "ShippingAddress",
        leaf("City", to.city or None),
        leaf("PostalCode", to.postal_code or None),
        leaf("isAddressSharingConfidential", False),
        leaf("StateOrRegion", to.state or None),
        leaf("Phone", to.phone or None),
        leaf("CountryCode", to.country or None),
        leaf("Name", to.name or None),
        leaf("AddressLine1", to.line1 or None),
        leaf("AddressLine2", to.line2 or None),
        leaf("AddressLine3", to.address_line3 or None),
        leaf("County", to.county or None),
        leaf("District", to.district or None),
        leaf("AddressType", to.address_type),
    )


def _promise(at: datetime | None) -> str | None:
    """Promises are whole seconds on the wire, unlike the dates of what has happened."""
    return None if at is None else format_instant(at)
