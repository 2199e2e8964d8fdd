"""The six actions of MWS Orders 2013-09-01 on a world, and the rules between their parameters.

Knows the wire's names, but no HTTP and no rule of the marketplace. What an order shows follows
from its value, so its XML is remembered as long as the value is.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from marketplace_sandbox._resources import openapi_dir
from marketplace_sandbox.api.mws.contract import quote_value
from marketplace_sandbox.api.mws.dispatch import ActionCall
from marketplace_sandbox.api.mws.order_xml import item_element, order_element
from marketplace_sandbox.api.shared.order_lists import OrderFilter, OrderLists, OrderPage, check_bounds
from marketplace_sandbox.api.shared.pagination import BoundError, PageTokenError, PageTokens, plus_hint
from marketplace_sandbox.api.shared.render_cache import RenderCache
from marketplace_sandbox.api.shared.xml import MwsError, fragment, invalid, nest, part
from marketplace_sandbox.core.marketplaces import MARKETPLACES, marketplace_suggestion
from marketplace_sandbox.core.orders.order import Order, Status
from marketplace_sandbox.core.policy import Policy
from marketplace_sandbox.core.world.world import World

ITEMS = "mws ListOrderItems"
ORDERS = "mws ListOrders"

_FILTERS = ("FulfillmentChannel.Channel.N", "OrderStatus.Status.N", "PaymentMethod.Method.N")
_UPDATED = ("LastUpdatedAfter", "LastUpdatedBefore")
_EXCLUDES = {
    "BuyerEmail": (*_FILTERS, *_UPDATED, "SellerOrderId"),
    "SellerOrderId": (*_FILTERS, *_UPDATED, "BuyerEmail"),
    "LastUpdatedAfter": ("CreatedAfter", "CreatedBefore"),
    "LastUpdatedBefore": ("CreatedAfter", "CreatedBefore"),
}
"""Which parameters must not be sent together with another."""

_PAIR = {Status.UNSHIPPED.value, Status.PARTIALLY_SHIPPED.value}
_NEVER = ("TFMShipmentStatus.Status.N", "EasyShipShipmentStatus.Status.N")
"""Filters for orders that the sandbox has none of."""

Content = TypeVar("Content")


def openapi_path() -> Path:
    """The OpenAPI document of this section."""
    return openapi_dir() / "mws-orders-2013-09-01.yaml"


class MwsOrders:
    """The actions, by the names of the document. `token_key` protects page tokens."""

    def __init__(self, token_key: bytes) -> None:
        self._tokens = PageTokens(token_key)
        self._order_lists = OrderLists(self._tokens, ORDERS)
        self._cache = RenderCache()

    def ListOrders(self, world: World, call: ActionCall) -> bytes:
        _check_together(call)
        _check_dates(world, call)
        _check_marketplaces(call)
        return self._orders_page(world, call, self._order_lists.first_page(world, _read_filter(call)))

    def ListOrdersByNextToken(self, world: World, call: ActionCall) -> bytes:
        page = _read_token(call, lambda token: self._order_lists.next_page(world, token))
        return self._orders_page(world, call, page)

    def GetOrder(self, world: World, call: ActionCall) -> bytes:
        orders = world.orders
        order_ids = dict.fromkeys(call.values_of("AmazonOrderId.Id.N"))
        known = [orders[order_id] for order_id in order_ids if order_id in orders]
        return call.answer([self._orders(known, world.policy)])

    def ListOrderItems(self, world: World, call: ActionCall) -> bytes:
        order_id = call.text("AmazonOrderId") or ""
        return self._items_page(world, call, order_id, 0)

    def ListOrderItemsByNextToken(self, world: World, call: ActionCall) -> bytes:
        content = _read_token(call, lambda token: self._tokens.open(ITEMS, world, token))
        return self._items_page(world, call, content["order_id"], content["offset"])

    def GetServiceStatus(self, world: World, call: ActionCall) -> bytes:
        return call.answer([part("Status", "GREEN"), part("Timestamp", world.now())])

    def _orders_page(self, world: World, call: ActionCall, page: OrderPage) -> bytes:
        bound = "LastUpdatedBefore" if page.filter.by_update else "CreatedBefore"
        orders = self._orders(page.orders, world.policy)
        return call.answer([part("NextToken", page.token), orders, part(bound, page.upper_bound)])

    def _items_page(self, world: World, call: ActionCall, order_id: str, offset: int) -> bytes:
        order = world.orders.get(order_id)
        if order is None:
            raise invalid(f"Invalid AmazonOrderId: {order_id}")
        token = None
        end = offset + world.policy.value("items_per_page")
        if end < len(order.items):
            token = self._tokens.seal(ITEMS, world, {"order_id": order_id, "offset": end})
        items = self._items(order, world.policy, slice(offset, end))
        return call.answer([part("NextToken", token), items, part("AmazonOrderId", order_id)])

    def _items(self, order: Order, policy: Policy, page: slice) -> bytes:
        """The XML of some of an order's items; but for two settings it follows from the order alone."""
        key = ("items", page.start, page.stop, policy.is_on("omit_when_false"), policy.value("mws_cancel_casing"))
        return self._cache.get(
            order,
            key,
            lambda: nest(
                "OrderItems", [fragment(item_element(order, each, policy), 3) for each in order.items[page]], 2
            ),
        )

    def _orders(self, orders: "list[Order] | tuple[Order, ...]", policy: Policy) -> bytes:
        return nest("Orders", (self._order(each, policy) for each in orders), 2)

    def _order(self, order: Order, policy: Policy) -> bytes:
        """The order's XML; but for the delivery promise it follows from the order alone."""
        promise = policy.span("delivery_after", order.marketplace_id)
        return self._cache.get(order, promise, lambda: fragment(order_element(order, promise), 3))


def _read_token(call: ActionCall, read: Callable[[str], Content]) -> Content:
    """What the call's token stands for. Raises MwsError."""
    token = call.text("NextToken") or ""
    try:
        return read(token)
    except PageTokenError:
        message = f"We could not decode your NextToken.{plus_hint(token)}"
        raise MwsError(400, "NextTokenCorrupted", message) from None


def _read_filter(call: ActionCall) -> OrderFilter:
    return OrderFilter(
        created_after=call.at("CreatedAfter"),
        created_before=call.at("CreatedBefore"),
        updated_after=call.at("LastUpdatedAfter"),
        updated_before=call.at("LastUpdatedBefore"),
        statuses=call.values_of("OrderStatus.Status.N"),
        channels=call.values_of("FulfillmentChannel.Channel.N"),
        payment_methods=call.values_of("PaymentMethod.Method.N"),
        buyer_email=call.text("BuyerEmail") or "",
        seller_order_id=call.text("SellerOrderId") or "",
        marketplace_ids=call.values_of("MarketplaceId.Id.N"),
        page_size=call.number("MaxResultsPerPage") or 100,
        nothing=any(call.values_of(name) for name in _NEVER),
    )


def _check_together(call: ActionCall) -> None:
    """Refuses parameters that do not go together. An upper bound without its lower one is among
    them, because one of the lower ones has to be there.
    """
    names = call.parameters
    if "CreatedAfter" not in names and "LastUpdatedAfter" not in names:
        raise invalid("CreatedAfter or LastUpdatedAfter must be specified")
    for name, others in _EXCLUDES.items():
        for other in others:
            if name in names and other in names:
                raise invalid(f"{name} and {other.partition('.')[0]} cannot be specified together")
    if len(_PAIR & set(call.values_of("OrderStatus.Status.N"))) == 1:
        raise invalid("OrderStatus must list Unshipped and PartiallyShipped together or not at all")


def _check_dates(world: World, call: ActionCall) -> None:
    margin = world.policy.span("before_parameter_margin")
    now = world.now()
    for kind in ("Created", "LastUpdated"):
        after, before = f"{kind}After", f"{kind}Before"
        try:
            check_bounds(now, margin, (after, call.at(after)), (before, call.at(before)))
        except BoundError as bad:
            raise invalid(str(bad)) from None


def _check_marketplaces(call: ActionCall) -> None:
    for marketplace_id in call.values_of("MarketplaceId.Id.N"):
        if marketplace_id not in MARKETPLACES:
            wrong = f"Invalid value {quote_value(marketplace_id)} for parameter MarketplaceId"
            raise invalid(f"{wrong}{marketplace_suggestion(marketplace_id)}")
