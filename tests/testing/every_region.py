"""Every region and marketplace of the Python clients named, each called once; run redirected, as a user's program is.

Prints as JSON how often each client called and what else than loopback was looked up or connected to: Python's own
audit events are listened to, which no client and no patch is in the way of.
"""

import asyncio
import json
import sys
from collections.abc import Iterator
from typing import Any

import mws
from amzn_selling_partner import SellingPartner
from amzn_selling_partner.plugins._amazon.regions import Region
from sp_api.api import Orders
from sp_api.asyncio.api import Orders as AsyncOrders
from sp_api.base import Marketplaces
from spapi import OrdersV0Api, SPAPIClient
from spapi.auth.credentials import SPAPIConfig

from marketplace_sandbox.testing.socket_redirect import AsyncClientError

ORDER_ID = "902-0000001-0000001"
LOOPBACK = ("127.0.0.1", "localhost", "::1", None)
LWA: dict[str, Any] = {"client_id": "app", "client_secret": "secret", "refresh_token": "Atzr|real"}

left: list[str] = []
"""What is not loopback's, as the event and the host."""


def listen(event: str, arguments: tuple[Any, ...]) -> None:
    if event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        host = arguments[0]
    elif event in ("socket.connect", "socket.sendto"):
        host = arguments[1][0]
    else:
        return
    if host not in LOOPBACK:
        left.append(f"{event} {host}")


def python_amazon_sp_api() -> Iterator[None]:
    credentials = {"lwa_app_id": "app", "lwa_client_secret": "secret", "refresh_token": "Atzr|real"}
    for marketplace in Marketplaces.__members__.values():
        # certificates are not looked at in any case, and to load them takes a tenth of a second
        with Orders(marketplace=marketplace, credentials=credentials, verify=False) as client:
            client.get_order(ORDER_ID)
            yield
            client._auth._transport.close()  # what it forgets


def python_amazon_sp_api_async() -> Iterator[None]:
    """Stopped on its way, since its TLS cannot be left away."""
    credentials = {"lwa_app_id": "app", "lwa_client_secret": "secret", "refresh_token": "Atzr|async"}

    async def called(marketplace: Marketplaces) -> None:
        async with AsyncOrders(marketplace=marketplace, credentials=credentials, verify=False) as client:
            try:
                await client.get_order(ORDER_ID)
            finally:
                await client._auth._transport.aclose()  # what it forgets

    for marketplace in Marketplaces.__members__.values():
        try:
            asyncio.run(called(marketplace))
        except AsyncClientError:
            yield


def amzn_sp_api() -> Iterator[None]:
    for region in SPAPIClient.region_to_endpoint:
        client = SPAPIClient(SPAPIConfig(**LWA, region=region))
        OrdersV0Api(client.api_client).get_order(ORDER_ID)
        yield
        client.api_client.rest_client.pool_manager.clear()


def amzn_selling_partner() -> Iterator[None]:
    for region in Region:
        for sandbox in (False, True):
            with SellingPartner(region=region, sandbox=sandbox, throttle=False, **LWA) as client:
                orders: Any = client.orders_v0
                orders.get_order(ORDER_ID)
                yield


def mws_orders() -> Iterator[None]:
    for region in mws.mws.MARKETPLACES:
        mws.Orders("AKIAREAL", "secret", "AREALSELLER", region=region).get_order([ORDER_ID])
        yield


CLIENTS = {
    "python-amazon-sp-api": python_amazon_sp_api,
    "python-amazon-sp-api-async": python_amazon_sp_api_async,
    "amzn-sp-api": amzn_sp_api,
    "amzn-selling-partner": amzn_selling_partner,
    "mws": mws_orders,
}


def main() -> None:
    sys.addaudithook(listen)
    calls = {name: sum(1 for _ in CLIENTS[name]()) for name in sys.argv[1:]}
    print(json.dumps({"calls": calls, "left": left}))


if __name__ == "__main__":
    main()
