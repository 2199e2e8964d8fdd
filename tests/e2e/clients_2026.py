"""Clients of Orders 2026-01-01 as their users set them up, unmodified, behind one face for the tests.

Each answers plain JSON in the platform's spelling, whatever its own objects are.
"""

import asyncio
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any, Protocol, TypeVar

import spapi
from sp_api.api import OrdersV20260101
from sp_api.asyncio.api import OrdersV20260101 as AsyncOrders
from sp_api.asyncio.auth import AccessTokenClient as AsyncTokens
from sp_api.auth import AccessTokenClient

from tests.e2e.sandbox import US, Json, Sandbox

Page = tuple[list[Json], str | None]
Found = TypeVar("Found")


class Client(Protocol):
    """What every one of them can do. Lists of words are lists."""

    def search(self, **query: Any) -> Page: ...

    def get(self, order_id: str, *sets: str) -> Json: ...

    def close(self) -> None: ...


def everything(client: Client, **query: Any) -> list[Json]:
    """The orders of all pages, every parameter being repeated as the platform asks."""
    orders, token = client.search(**query)
    while token:
        more, token = client.search(**query, paginationToken=token)
        orders += more
    return orders


def sp_api_settings(sandbox: Sandbox, tokens: type) -> Json:
    """What every class of python-amazon-sp-api is made with."""
    lwa = sandbox.seller["lwa"]
    scheme, _, host = sandbox.url.partition("//")
    return {
        "marketplace": SimpleNamespace(endpoint=sandbox.url, marketplace_id=US, region="us-east-1"),
        "auth_token_client_class": type("LocalTokens", (tokens,), {"scheme": f"{scheme}//", "host": host}),
        "credentials": {
            "lwa_app_id": lwa["client_id"],
            "lwa_client_secret": lwa["client_secret"],
            "refresh_token": lwa["refresh_token"],
        },
    }


class SpApi:
    """python-amazon-sp-api."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._orders = OrdersV20260101(**sp_api_settings(sandbox, AccessTokenClient))

    def search(self, **query: Any) -> Page:
        answer = self._orders.search_orders(**query)
        return answer.payload["orders"], answer.next_token

    def get(self, order_id: str, *sets: str) -> Json:
        order: Json = self._orders.get_order(order_id, includedData=list(sets)).payload["order"]
        return order

    def close(self) -> None:
        self._orders._auth._transport.close()  # the client leaves its token client's connection open
        self._orders.close()


class SpApiAsync:
    """python-amazon-sp-api's asynchronous class, each call in a loop of its own."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._settings = sp_api_settings(sandbox, AsyncTokens)

    def search(self, **query: Any) -> Page:
        answer = self._run(lambda orders: orders.search_orders(**query))
        return answer.payload["orders"], answer.next_token

    def get(self, order_id: str, *sets: str) -> Json:
        order: Json = self._run(lambda orders: orders.get_order(order_id, includedData=list(sets))).payload["order"]
        return order

    def close(self) -> None:
        """Nothing is left open."""

    def _run(self, call: Callable[[AsyncOrders], Awaitable[Found]]) -> Found:
        async def run() -> Found:
            async with AsyncOrders(**self._settings) as orders:
                try:
                    return await call(orders)
                finally:
                    await orders._auth._transport.aclose()

        return asyncio.run(run())


class Official:
    """amzn-sp-api, Amazon's own, which holds every answer to its models; `v0` is its client of Orders v0."""

    def __init__(self, sandbox: Sandbox) -> None:
        lwa = sandbox.seller["lwa"]
        config = spapi.SPAPIConfig(lwa["client_id"], lwa["client_secret"], lwa["refresh_token"])
        client = spapi.SPAPIClient(config, oauth_endpoint=f"{sandbox.url}/auth/o2/token", endpoint=sandbox.url)
        self._client = client.api_client
        self._search = spapi.SearchOrdersApi(self._client)
        self._get = spapi.GetOrderApi(self._client)
        self.v0 = spapi.OrdersV0Api(self._client)

    def search(self, **query: Any) -> Page:
        page = self._search.search_orders(**{_snake(name): value for name, value in query.items()})
        return self.plain(page.orders), page.pagination.next_token if page.pagination else None

    def get(self, order_id: str, *sets: str) -> Json:
        order: Json = self.plain(self._get.get_order(order_id, included_data=list(sets)).order)
        return order

    def plain(self, found: Any) -> Any:
        """The client's own objects as the JSON it would send, dates as the platform writes them."""
        return _dates_respelt(self._client.sanitize_for_serialization(found))

    def close(self) -> None:
        self._client.rest_client.pool_manager.clear()


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def _dates_respelt(found: Any) -> Any:
    if isinstance(found, dict):
        return {name: _dates_respelt(each) for name, each in found.items()}
    if isinstance(found, list):
        return [_dates_respelt(each) for each in found]
    return found.replace("+00:00", "Z") if isinstance(found, str) and found.endswith("+00:00") else found
