"""The Python clients, unmodified, each asked the same: which orders were updated, and does a buyer want to cancel?

Whatever a client leaves open is closed here, for warnings are errors in this project.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import mws
from amzn_selling_partner import SellingPartner
from sp_api.api import Orders
from sp_api.asyncio.api import Orders as AsyncOrders
from spapi import OrdersV0Api, SPAPIClient

US = "ATVPDKIKX0DER"
SINCE = "2026-03-02T16:00:00Z"

Found = dict[str, bool]
"""Whether a buyer asked for the cancellation of an item, by order id."""
Poll = Callable[[dict[str, Any]], Found]


def python_amazon_sp_api(kwargs: dict[str, Any]) -> Found:
    with Orders(**kwargs) as client:
        listed = client.get_orders(LastUpdatedAfter=SINCE).payload["Orders"]
        ids = [each["AmazonOrderId"] for each in listed]
        found = {each: _asked(client.get_order_items(each).payload["OrderItems"]) for each in ids}
        client._auth._transport.close()  # what it forgets
    return found


def python_amazon_sp_api_async(kwargs: dict[str, Any]) -> Found:
    async def polled() -> Found:
        async with AsyncOrders(**kwargs) as client:
            listed = (await client.get_orders(LastUpdatedAfter=SINCE)).payload["Orders"]
            ids = [each["AmazonOrderId"] for each in listed]
            return {each: _asked((await client.get_order_items(each)).payload["OrderItems"]) for each in ids}

    return asyncio.run(polled())


def _asked(items: list[dict[str, Any]]) -> bool:
    return any(each["BuyerRequestedCancel"]["IsBuyerRequestedCancel"] == "true" for each in items)


def amzn_sp_api(kwargs: dict[str, Any]) -> Found:
    client = SPAPIClient(**kwargs)
    orders = OrdersV0Api(client.api_client)
    listed = orders.get_orders(marketplace_ids=[US], last_updated_after=SINCE).payload.orders
    items = {each.amazon_order_id: orders.get_order_items(each.amazon_order_id).payload.order_items for each in listed}
    client.api_client.rest_client.pool_manager.clear()
    return {
        order_id: any(each.buyer_requested_cancel.is_buyer_requested_cancel == "true" for each in several)
        for order_id, several in items.items()
    }


def amzn_selling_partner(kwargs: dict[str, Any]) -> Found:
    with SellingPartner(**kwargs) as client:
        orders: Any = client.orders_v0
        page = orders.list_orders(marketplace_ids=[US], last_updated_after=SINCE)
        ids = [each.amazon_order_id for each in page.payload.orders]
        items = {each: orders.list_order_order_items(each).payload.order_items for each in ids}
    return {
        order_id: any(each.buyer_requested_cancel.is_buyer_requested_cancel == "true" for each in several)
        for order_id, several in items.items()
    }


def mws_orders(kwargs: dict[str, Any]) -> Found:
    client = mws.Orders(**kwargs)
    listed = _several(client.list_orders(marketplaceids=[US], lastupdatedafter=SINCE).parsed.Orders.Order)
    ids = [str(each.AmazonOrderId) for each in listed]
    items = {each: _several(client.list_order_items(each).parsed.OrderItems.OrderItem) for each in ids}
    return {
        order_id: any(str(each.BuyerRequestedCancel.IsBuyerRequestedCancel) == "true" for each in several)
        for order_id, several in items.items()
    }


def _several(found: Any) -> list[Any]:
    """The client answers one element bare and several as a list."""
    return list(found) if isinstance(found, list) else [found]


CLIENTS: Mapping[str, Poll] = {
    "python-amazon-sp-api": python_amazon_sp_api,
    "python-amazon-sp-api-async": python_amazon_sp_api_async,
    "amzn-sp-api": amzn_sp_api,
    "amzn-selling-partner": amzn_selling_partner,
    "mws": mws_orders,
}
"""Every client by the name `client_kwargs` knows it by."""
