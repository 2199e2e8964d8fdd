"""The table of correspondences: each fact about an order, and where each dialect says it. Reads no order.

`docs/correspondence.md` is made from it, `compare` shows it for one order, and the tests hold the dialects to it.

A path is written with dots. `[]` goes through a list, `[name=value]` to the one entry of it, `+` adds numbers up, and
`?` asks whether something is there at all. A dialect without a path does not say it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from marketplace_sandbox.api.field_mapping import readings
from marketplace_sandbox.api.field_mapping.readings import Reading

V0, LATEST, MWS, NOTICE = "orders-v0", "orders-2026-01-01", "mws", "ORDER_CHANGE"
DIALECTS: Mapping[str, str] = {
    MWS: "MWS Orders 2013-09-01",
    V0: "Orders v0",
    LATEST: "Orders 2026-01-01",
    NOTICE: "ORDER_CHANGE",
}
"""The dialects in the order of their age, with their names for people."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a dialect says something, and how it is read."""

    path: str
    read: Reading


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that dialects say of an order, or of each of its items. `note` is for who migrates."""

    name: str
    of_item: bool
    places: Mapping[str, Place]
    note: str = ""


def _fact(
    name: str, read: Reading, mws: str = "", v0: str = "", latest: str = "", notice: str = "", note: str = "",
    *, of_item: bool = False, **other: Reading,
) -> Fact:  # fmt: skip
    """`other` are the readings of dialects that write it differently."""
    paths = {MWS: mws, V0: v0, LATEST: latest, NOTICE: notice}
    names = {MWS: "mws_reads", V0: "v0_reads", LATEST: "latest_reads", NOTICE: "notice_reads"}
    places = {each: Place(path, other.get(names[each], read)) for each, path in paths.items() if path}
    return Fact(name, of_item, places, note)


_SUMMARY = "Summary."

FACTS = (
    _fact("order id", readings.same, "AmazonOrderId", "AmazonOrderId", "orderId", "AmazonOrderId"),
    _fact(
        "seller's own number", readings.same, "SellerOrderId", "SellerOrderId",
        "orderAliases[aliasType=SELLER_ORDER_ID].aliasId",
        note="Without one of the seller's own, v0 repeats the order id and the others are silent.",
    ),
    _fact("marketplace", readings.same, "MarketplaceId", "MarketplaceId", "salesChannel.marketplaceId",
          _SUMMARY + "MarketplaceId"),
    _fact("sold at", readings.sold_at, "SalesChannel", "SalesChannel", "salesChannel.channelName",
          note="MWS and v0 name the store front, 2026-01-01 says AMAZON or NON_AMAZON and names it beside.",
          latest_reads=readings.same),
    _fact(
        "status", readings.status, "OrderStatus", "OrderStatus", "fulfillment.fulfillmentStatus",
        _SUMMARY + "OrderStatus", "One L in Canceled, two in CANCELLED; InvoiceUnconfirmed became SHIPPED.",
        latest_reads=readings.same,
    ),
    _fact("who ships", readings.channel, "FulfillmentChannel", "FulfillmentChannel", "fulfillment.fulfilledBy",
          _SUMMARY + "FulfillmentType", "MFN became MERCHANT, AFN became AMAZON.", latest_reads=readings.same),
    _fact("purchased at", readings.instant, "PurchaseDate", "PurchaseDate", "createdTime", _SUMMARY + "PurchaseDate",
          "Seconds in the SP-API, milliseconds in MWS and notifications."),
    _fact("last updated at", readings.instant, "LastUpdateDate", "LastUpdateDate", "lastUpdatedTime",
          "OrderChangeTrigger.TimeOfOrderChange", "A buyer's request moves it although the status stays."),
    _fact("ship by", readings.instant, "LatestShipDate", "LatestShipDate", "fulfillment.shipByWindow.latestDateTime",
          _SUMMARY + "LatestShipDate"),
    _fact(
        "units shipped", readings.number, "NumberOfItemsShipped", "NumberOfItemsShipped",
        "orderItems[].fulfillment.quantityFulfilled+", _SUMMARY + "NumberOfItemsShipped",
        "Orders 2026-01-01 counts by item only; a canceled order has none.",
    ),
    _fact("units unshipped", readings.number, "NumberOfItemsUnshipped", "NumberOfItemsUnshipped",
          "orderItems[].fulfillment.quantityUnfulfilled+", _SUMMARY + "NumberOfItemsUnshipped"),
    _fact("total", readings.amount, "OrderTotal.Amount", "OrderTotal.Amount", "proceeds.grandTotal.amount",
          note="Hidden while the order is pending."),
    _fact("item id", readings.same, "OrderItemId", "OrderItemId", "orderItemId", "OrderItemId", of_item=True),
    _fact("sku", readings.same, "SellerSKU", "SellerSKU", "product.sellerSku", "SellerSKU", of_item=True),
    _fact("quantity ordered", readings.number, "QuantityOrdered", "QuantityOrdered", "quantityOrdered", "Quantity",
          of_item=True),
    _fact("quantity shipped", readings.number, "QuantityShipped", "QuantityShipped", "fulfillment.quantityFulfilled",
          "QuantityShipped", of_item=True),
    _fact(
        "buyer asks to cancel", readings.truth, "BuyerRequestedCancel.IsBuyerRequestedCancel",
        "BuyerRequestedCancel.IsBuyerRequestedCancel", "cancellation.cancellationRequest?", "IsBuyerRequestedCancel",
        "Text in MWS and v0 (the text false is true in most languages), a boolean in notifications, "
        "and an object that is there or not in 2026-01-01.",
        of_item=True,
    ),
    _fact(
        "buyer's reason", readings.same, "BuyerRequestedCancel.BuyerCancelReason",
        "BuyerRequestedCancel.BuyerCancelReason", "cancellation.cancellationRequest.cancelReason",
        note="No notification says it: read the order.", of_item=True,
    ),
    _fact(
        "who canceled", readings.same, latest="cancellation.cancellationExecution.cancelledBy",
        notice="..OrderChangeTrigger.ChangeReason",
        note="MWS and v0 never say. The notification's sentence is the sandbox's own.",
        of_item=True, notice_reads=readings.canceled_by,
    ),
    _fact("why it was canceled", readings.same, latest="cancellation.cancellationExecution.cancelReason",
          note="Said by Orders 2026-01-01 alone.", of_item=True),
)  # fmt: skip
"""Every fact, those of the order first."""
