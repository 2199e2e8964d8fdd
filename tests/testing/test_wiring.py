"""Every Python client, unmodified, passes the same test by what it is made with and by the redirect."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import uvloop

from marketplace_sandbox.testing import wiring
from marketplace_sandbox.testing.control import MarketplaceError
from marketplace_sandbox.testing.marketplace import Marketplace
from marketplace_sandbox.testing.orders import Order
from marketplace_sandbox.testing.redirect import redirected
from marketplace_sandbox.testing.socket_redirect import AsyncClientError
from marketplace_sandbox.wiring import PRELOAD
from tests.server_process import SCRIPT
from tests.testing.clients import CLIENTS, python_amazon_sp_api_async

AMAZON = "sellingpartnerapi-na.amazon.com"
WHERE = ("marketplace", "auth_token_client_class", "oauth_endpoint", "endpoint", "region", "token_url", "domain")
"""What of a client's wiring says where the server is; without it, it is on its way to Amazon."""


def as_it_should(marketplace: Marketplace, requested_order: Order) -> dict[str, bool]:
    return {each.order_id: each == requested_order for each in marketplace.orders}


def as_for_amazon(kwargs: dict[str, Any]) -> dict[str, Any]:
    """The credentials alone."""
    if "config" in kwargs:
        kwargs["config"].region = "NA"
    return {name: each for name, each in kwargs.items() if name not in WHERE}


def test_there_is_wiring_for_every_client_tried() -> None:
    assert set(wiring.RECIPES) == set(CLIENTS)


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_made_for_the_marketplace_sees_the_request(
    marketplace: Marketplace, requested_order: Order, client: str
) -> None:
    found = CLIENTS[client](marketplace.client_kwargs(client))
    assert found == as_it_should(marketplace, requested_order)
    operation = "ListOrderItems" if client == "mws" else "getOrderItems"
    marketplace.assert_client_called(operation, times=2)


@pytest.mark.parametrize("client", sorted(set(CLIENTS) - {"python-amazon-sp-api-async"}))
def test_a_client_made_for_amazon_sees_the_request(
    marketplace: Marketplace, requested_order: Order, client: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")  # nobody is there: a proxy would be found out
    kwargs = as_for_amazon(marketplace.client_kwargs(client))
    with redirected(marketplace.url):
        assert CLIENTS[client](kwargs) == as_it_should(marketplace, requested_order)


def test_an_async_client_is_told_to_take_a_base_url(marketplace: Marketplace) -> None:
    kwargs = as_for_amazon(marketplace.client_kwargs("python-amazon-sp-api-async"))
    with redirected(marketplace.url), pytest.raises(AsyncClientError, match="base URL instead"):
        python_amazon_sp_api_async(kwargs)


@pytest.mark.parametrize("new_loop", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_no_event_loop_connects_to_amazon_and_all_connect_elsewhere(
    marketplace: Marketplace, new_loop: Callable[[], asyncio.AbstractEventLoop]
) -> None:
    host, port = marketplace.url.removeprefix("http://").split(":")

    async def connected() -> None:
        loop = asyncio.get_running_loop()
        assert await loop.getaddrinfo(host, port)
        transport, _ = await loop.create_connection(asyncio.Protocol, host, int(port))
        transport.close()
        for connecting in (loop.getaddrinfo(AMAZON, 443), loop.create_connection(asyncio.Protocol, AMAZON, 443)):
            with pytest.raises(AsyncClientError, match=AMAZON):
                await connecting

    with redirected(marketplace.url), asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(connected())


def test_further_arguments_of_the_client_are_its_own(marketplace: Marketplace) -> None:
    assert marketplace.client_kwargs("amzn-selling-partner", throttle=True)["throttle"] is True


def test_an_unknown_client_is_told_the_nearest(marketplace: Marketplace) -> None:
    with pytest.raises(MarketplaceError, match="did you mean 'python-amazon-sp-api'"):
        marketplace.client_kwargs("python_amazon_sp_api")


def test_a_client_that_is_not_installed_is_named(marketplace: Marketplace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spapi.auth.credentials", None)
    with pytest.raises(MarketplaceError, match="pip install amzn-sp-api"):
        marketplace.client_kwargs("amzn-sp-api")


# Node


def test_the_command_line_prints_the_wiring() -> None:
    def printed(*arguments: str) -> str:
        done = subprocess.run([SCRIPT, "wiring", *arguments], capture_output=True, text=True, check=True)
        return done.stdout

    path, line = printed("node").splitlines()
    assert Path(path) == PRELOAD
    assert PRELOAD.is_file()
    assert line == f"export NODE_OPTIONS='--require \"{path}\"'"
    assert json.loads(printed("node", "--json")) == {"path": path, "NODE_OPTIONS": f'--require "{path}"'}
    program, suite = printed("python").splitlines()
    assert program.startswith("python -m marketplace_sandbox.testing.redirect")
    assert suite == "pytest -p marketplace_sandbox.testing.redirect"
    assert json.loads(printed("python", "--json")) == {"program": program, "pytest": suite}


@pytest.mark.parametrize(("module", "package"), wiring.IMPORTED_AS.items())
def test_a_client_may_be_meant_by_the_name_it_is_imported_as(module: str, package: str) -> None:
    assert find_spec(module)
    credentials: dict[str, dict[str, str]] = {"lwa": {}, "mws": {}}
    with pytest.raises(
        MarketplaceError, match=f"no wiring for '{module}'; did you mean '{package}', which is imported"
    ):
        wiring.client_kwargs(module, "http://127.0.0.1:1", credentials, "ATVPDKIKX0DER")
