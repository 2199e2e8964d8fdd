"""How each Python client is pointed at a server without changing it: what to make it with. Imports one when asked.

Where a client keeps nothing of its own, what it needs is plain text; where it wants objects, the smallest there are.
"""

import functools
import importlib
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

from marketplace_sandbox.core.text.quoting import quote, suggestion
from marketplace_sandbox.testing.control import MarketplaceError
from marketplace_sandbox.wiring import node_options

Kwargs = dict[str, Any]
Credentials = Mapping[str, Mapping[str, str]]
TOKEN_PATH = "/auth/o2/token"  # noqa: S105  (a path, not a secret)


def client_kwargs(client: str, url: str, credentials: Credentials, marketplace_id: str) -> Kwargs:
    """What to make a client with, by the name it is installed under. Raises MarketplaceError for another name."""
    if client not in RECIPES:
        imported = IMPORTED_AS.get(client)
        meant = f"; did you mean {quote(imported)}, which is imported so?" if imported else suggestion(client, RECIPES)
        raise MarketplaceError(f"There is no wiring for {quote(client)}{meant}")
    return RECIPES[client](url, credentials, marketplace_id)


def _python_amazon_sp_api(url: str, credentials: Credentials, marketplace_id: str) -> Kwargs:
    tokens = _import("sp_api.auth", "python-amazon-sp-api").AccessTokenClient
    return _sp_api(_close_after_each(tokens), url, credentials, marketplace_id)


def _python_amazon_sp_api_async(url: str, credentials: Credentials, marketplace_id: str) -> Kwargs:
    _import("sp_api.asyncio.api", "python-amazon-sp-api")  # first, as its parts import one another in a circle
    tokens = _import("sp_api.asyncio.auth", "python-amazon-sp-api").AccessTokenClient
    return _sp_api(_aclose_after_each(tokens), url, credentials, marketplace_id)


def _sp_api(tokens: type, url: str, credentials: Credentials, marketplace_id: str) -> Kwargs:
    scheme, _, host = url.partition("//")
    lwa = credentials["lwa"]
    return {
        "marketplace": SimpleNamespace(endpoint=url, marketplace_id=marketplace_id, region="us-east-1"),
        "auth_token_client_class": type("LocalTokens", (tokens,), {"scheme": f"{scheme}//", "host": host}),
        "credentials": {
            "lwa_app_id": lwa["client_id"],
            "lwa_client_secret": lwa["client_secret"],
            "refresh_token": lwa["refresh_token"],
        },
    }


@functools.cache
def _close_after_each(tokens: type) -> type:
    """The token client, letting go of its connection after each token: its owner forgets to, and Python complains."""

    def request(self: Any, *arguments: Any, **more: Any) -> Any:
        if self._transport._client.is_closed:
            self._transport = type(self._transport)(proxies=self.proxies, verify=self.verify)
        try:
            return tokens._request(self, *arguments, **more)  # type: ignore[attr-defined]
        finally:
            self._transport.close()

    return type("ClosingTokens", (tokens,), {"_request": request})


@functools.cache
def _aclose_after_each(tokens: type) -> type:
    """The same of the token client for coroutines."""

    async def request(self: Any, *arguments: Any, **more: Any) -> Any:
        if self._transport._client.is_closed:
            self._transport = type(self._transport)(proxies=self.proxies, verify=self.verify)
        try:
            return await tokens._request(self, *arguments, **more)  # type: ignore[attr-defined]
        finally:
            await self._transport.aclose()

    return type("ClosingTokens", (tokens,), {"_request": request})


def _amzn_sp_api(url: str, credentials: Credentials, _marketplace_id: str) -> Kwargs:
    config = _import("spapi.auth.credentials", "amzn-sp-api").SPAPIConfig
    return {"config": config(**credentials["lwa"]), "oauth_endpoint": url + TOKEN_PATH, "endpoint": url}


def _amzn_selling_partner(url: str, credentials: Credentials, _marketplace_id: str) -> Kwargs:
    region = SimpleNamespace(base_url=lambda sandbox=False: url)  # noqa: ARG005  the client asks with it
    return {"region": region, "token_url": url + TOKEN_PATH, "throttle": False, **credentials["lwa"]}


def _mws(url: str, credentials: Credentials, _marketplace_id: str) -> Kwargs:
    keys = credentials["mws"]
    return {
        "access_key": keys["access_key"],
        "secret_key": keys["secret_key"],
        "account_id": keys["seller_id"],
        "domain": url,
    }


RECIPES: Mapping[str, Callable[[str, Credentials, str], Kwargs]] = {
    "python-amazon-sp-api": _python_amazon_sp_api,
    "python-amazon-sp-api-async": _python_amazon_sp_api_async,
    "amzn-sp-api": _amzn_sp_api,
    "amzn-selling-partner": _amzn_selling_partner,
    "mws": _mws,
}
"""Every client there is wiring for, by the name it is installed under."""

IMPORTED_AS = {
    "sp_api": "python-amazon-sp-api",
    "spapi": "amzn-sp-api",
    "amzn_selling_partner": "amzn-selling-partner",
}
"""What clients are imported as whose packages have other names."""


def environment(url: str, credentials: Credentials) -> dict[str, str]:
    """Variables for a program of one's own: the server, the seller's credentials, and Node's preload."""
    lwa = credentials["lwa"]
    return {
        "SANDBOX_URL": url,
        "NODE_OPTIONS": node_options(),
        # python-amazon-sp-api
        "SP_API_REFRESH_TOKEN": lwa["refresh_token"],
        "LWA_APP_ID": lwa["client_id"],
        "LWA_CLIENT_SECRET": lwa["client_secret"],
        # amzn-selling-partner
        "AMZN_SELLING_PARTNER_CLIENT_ID": lwa["client_id"],
        "AMZN_SELLING_PARTNER_CLIENT_SECRET": lwa["client_secret"],
        "AMZN_SELLING_PARTNER_REFRESH_TOKEN": lwa["refresh_token"],
        # amazon-sp-api for Node
        "SELLING_PARTNER_APP_CLIENT_ID": lwa["client_id"],
        "SELLING_PARTNER_APP_CLIENT_SECRET": lwa["client_secret"],
    }


def _import(name: str, package: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as missing:
        raise MarketplaceError(f"The client is not installed: pip install {package}") from missing
