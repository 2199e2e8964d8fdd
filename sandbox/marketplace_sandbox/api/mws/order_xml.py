"""Orders and items as elements of MWS Orders 2013-09-01: what a status shows, and its spelling.

Pure. The elements stand in the sequence that was recorded from the platform in 2020.
"""

from datetime import datetime, timedelta

from marketplace_sandbox.api.shared.order_lists import payment_method
from marketplace_sandbox.api.shared.xml import Node, Value, leaf, money, tree
from marketplace_sandbox.core.instants import format_instant
from marketplace_sandbox.core.marketplaces import MARKETPLACES
from marketplace_sandbox.core.order import Address, Channel, Item, Order, Status
from marketplace_sandbox.core.policy import Policy

UNRELEASED = (Status.PENDING_AVAILABILITY, Status.PENDING)
"""Statuses in which buyer and money are not shown yet."""

ADDRESSED = (
    Status.UNSHIPPED,
    Status.PARTIALLY_SHIPPED,
    Status.SHIPPED,
    Status.INVOICE_UNCONFIRMED,
)
"""Statuses in which the seller sees where an order goes."""


def order_element(order: Order, delivery_after: timedelta) -> Node:
    """An order. `delivery_after` is how long after the ship-by instant delivery is promised."""
    place = MARKETPLACES[order.marketplace_id]
    canceled = order.status is Status.CANCELED
    buyer = None if canceled or order.status in UNRELEASED else order.buyer
    promised = order.ship_by_at if buyer else None
    latest = promised + delivery_after if promised else None
    service = "Standard" if order.channel is Channel.AFN else f"Std {place.country} D2D Dom"
    return tree(
        "Order",
        leaf("LatestShipDate", _short(order.ship_by_at)),
        leaf("OrderType", "Preorder" if order.release_at else "StandardOrder"),
        leaf("PurchaseDate", order.purchased_at),
        leaf("AmazonOrderId", order.order_id),
        leaf("SellerOrderId", order.seller_order_id or None),
        leaf("BuyerEmail", buyer.email or None if buyer else None),
        leaf("LastUpdateDate", order.last_updated_at),
        leaf("IsReplacementOrder", "Replacement" in order.programs),
        leaf("NumberOfItemsShipped", 0 if canceled else order.quantity_confirmed),
        leaf("ShipServiceLevel", service),
        leaf("OrderStatus", order.status.value),
        leaf("SalesChannel", order.sales_channel),
        leaf("IsBusinessOrder", "Business" in order.programs),
        leaf("NumberOfItemsUnshipped", 0 if canceled else order.quantity_unconfirmed),
        leaf("LatestDeliveryDate", _short(latest)),
        tree("PaymentMethodDetails", leaf("PaymentMethodDetail", "Standard")),
        leaf("IsGlobalExpressEnabled", False),
        leaf("IsSoldByAB", False),
        leaf("BuyerName", buyer.name or None if buyer else None),
        leaf("EarliestDeliveryDate", _short(promised)),
        _total(order, place.currency),
        leaf("IsPremiumOrder", "Premium" in order.programs),
        leaf("EarliestShipDate", _short(_ships_from(order))),
        leaf("MarketplaceId", order.marketplace_id),
        leaf("FulfillmentChannel", order.channel.value),
        leaf("PaymentMethod", payment_method(order)),
        _address(order.ship_to) if order.status in ADDRESSED else None,
        leaf("IsISPU", False),
        leaf("IsPrime", "Prime" in order.programs),
        leaf("ShipmentServiceLevelCategory", "Standard"),
    )


def item_element(order: Order, item: Item, policy: Policy) -> Node:
    """One item of an order. Money is that of the whole line, and not shown before the release."""
    currency = MARKETPLACES[order.marketplace_id].currency
    sums: list[Node] = []
    if order.status not in UNRELEASED:
        sums = [
            money("ItemPrice", item.price * item.quantity, currency),
            money("ItemTax", item.tax * item.quantity, currency),
            money("ShippingPrice", item.shipping * item.quantity, currency),
            money("PromotionDiscount", item.price * 0, currency),
        ]
    return tree(
        "OrderItem",
        leaf("QuantityOrdered", item.quantity),
        leaf("Title", item.title or None),
        leaf("IsGift", False),
        leaf("ASIN", item.asin),
        leaf("SellerSKU", item.sku),
        leaf("OrderItemId", item.order_item_id),
        tree("ProductInfo", leaf("NumberOfItems", 1)),
        leaf("QuantityShipped", item.quantity_confirmed),
        *sums,
        leaf("ConditionId", "New"),
        leaf("ConditionSubtypeId", "New"),
        _requested_cancel(item, policy),
    )


def _requested_cancel(item: Item, policy: Policy) -> Node | None:
    """The buyer's wish, as texts: `true` or `false`, and the reason, empty where none was given."""
    if policy.is_on("omit_when_false") and not item.cancellation_requested:
        return None
    camel = policy.value("mws_cancel_casing") == "camel"
    names = ("IsBuyerRequestedCancel", "BuyerCancelReason")
    flag, reason = (name[0].lower() + name[1:] if camel else name for name in names)
    return tree(
        "BuyerRequestedCancel",
        leaf(flag, item.cancellation_requested),
        leaf(reason, item.cancel_reason),
    )


def _total(order: Order, currency: str) -> Node | None:
    return None if order.status in UNRELEASED else money("OrderTotal", order.total, currency)


def _ships_from(order: Order) -> datetime:
    return order.release_at or order.purchased_at


def _address(to: Address) -> Node:
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
    )


def _short(at: datetime | None) -> Value:
    """Promises are whole seconds on the wire, unlike the dates of what has happened."""
    return None if at is None else format_instant(at)
