"""Every Python client, unmodified, passes the same test by what it is made with and by the redirect."""

import asyncio
import importlib.util
import json
import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import uvloop

from marketplace_sandbox.testing import wiring
from marketplace_sandbox.testing.control import MarketplaceError
from marketplace_sandbox.testing.marketplace import Marketplace
from marketplace_sandbox.testing.orders import Order
from marketplace_sandbox.testing.redirect import AsyncClientError, is_amazons, redirected
from marketplace_sandbox.wiring import PRELOAD
from tests.serving import SCRIPT, clean_environment
from tests.testing.clients import CLIENTS, python_amazon_sp_api_async
from tests.testing.suites import run_suite

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


# The redirect itself


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        (AMAZON, True),
        ("sandbox.sellingpartnerapi-eu.amazon.com", True),
        ("SellingPartnerAPI-FE.amazon.com.", True),
        ("api.amazon.co.jp", True),
        (b"mws.amazonservices.com", True),
        ("mws-eu.amazonservices.com", True),
        ("www.amazon.com", False),
        ("sellingpartnerapi-na.amazon.com.example", False),
        ("127.0.0.1", False),
        (None, False),
    ],
)
def test_amazons_hosts_and_no_others_are_redirected(host: object, *, ours: bool) -> None:
    assert is_amazons(host) is ours


def test_the_redirect_ends_with_its_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "example.com")
    monkeypatch.delenv("no_proxy", raising=False)
    before = patched()
    with redirected("http://127.0.0.1:1"):
        assert not set(patched()) & set(before)
        assert os.environ["NO_PROXY"].startswith("example.com,amazon.com")
        assert socket.getaddrinfo(AMAZON, 443, type=socket.SOCK_STREAM)[0][4] == ("127.0.0.1", 1)
        assert socket.getaddrinfo("127.0.0.1", 443, type=socket.SOCK_STREAM)[0][4] == ("127.0.0.1", 443)
    assert patched() == before
    assert os.environ["NO_PROXY"] == "example.com"
    assert "no_proxy" not in os.environ


def patched() -> list[Any]:
    """What the redirect puts itself in front of."""
    return [socket.getaddrinfo, vars(ssl.SSLContext)["wrap_socket"], vars(asyncio.BaseEventLoop)["getaddrinfo"]]


def test_other_hosts_keep_their_tls() -> None:
    """A TLS client of ours and a listener that speaks none: the handshake fails as it did before."""
    with socket.create_server(("127.0.0.1", 0)) as listener, redirected("http://127.0.0.1:1"):
        plain = socket.create_connection(listener.getsockname())
        accepted, _ = listener.accept()
        accepted.sendall(b"no handshake of yours")
        with accepted, plain, pytest.raises(ssl.SSLError):
            ssl.create_default_context().wrap_socket(plain, server_hostname="localhost")


def test_there_is_a_place_for_every_class_that_wraps_sockets() -> None:
    """One of the clients comes with a class of its own before the standard library's."""
    assert importlib.util.find_spec("truststore")


PROGRAM = """
import sys
from sp_api.api import Orders
with Orders() as client:
    listed = client.get_orders(LastUpdatedAfter="2026-03-02T16:00:00Z").payload["Orders"]
    client._auth._transport.close()
print(sys.argv[1:], __name__, [each["AmazonOrderId"] for each in listed])
"""


@pytest.mark.parametrize("how", [["shop.py"], ["-m", "shop"]])
def test_a_program_nobody_touches_is_run_redirected(
    marketplace: Marketplace, requested_order: Order, tmp_path: Path, how: list[str]
) -> None:
    (tmp_path / "shop.py").write_text(PROGRAM)
    done = subprocess.run(
        [sys.executable, "-m", "marketplace_sandbox.testing.redirect", *how, "--once", "now"],
        cwd=tmp_path,
        env=clean_environment(marketplace.environment()),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    listed = sorted(each.order_id for each in marketplace.orders)
    shown = done.stdout.strip()
    assert shown.startswith("['--once', 'now'] __main__ [")
    assert all(each in shown for each in listed)


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "marketplace_sandbox.testing.redirect", "shop.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, env=clean_environment())
    assert done.returncode == 2
    assert done.stderr.endswith("there is no file shop.py; a module is run with -m\n")


@pytest.mark.slow
def test_a_suite_nobody_touches_is_run_redirected(tmp_path: Path) -> None:
    code = """
    import pytest
    from sp_api.api import Orders

    MINE = {"refresh_token": "x", "lwa_app_id": "y", "lwa_client_secret": "z"}

    @pytest.mark.marketplace(default_seller=True)
    def test_unknown_credentials_mean_the_default_seller(marketplace):
        order = marketplace.place_order()
        with Orders(credentials=MINE) as client:
            (found,) = client.get_orders(LastUpdatedAfter="2026-03-02T16:00:00Z").payload["Orders"]
        assert found["AmazonOrderId"] == order.order_id
    """
    done = run_suite(tmp_path, code, "-p", "marketplace_sandbox.testing.redirect")
    assert done.counts["passed"] == 1, done.output
    assert done.status == 0


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


@pytest.mark.parametrize("url", ["127.0.0.1:8585", "localhost", "", "https://127.0.0.1:8585"])
def test_what_is_no_address_is_told_before_anything_is_redirected(url: str) -> None:
    before = socket.getaddrinfo
    with pytest.raises(ValueError, match=r"is at an address such as http://127\.0\.0\.1:8585"), redirected(url):
        pass
    assert socket.getaddrinfo is before
    done = subprocess.run(
        [sys.executable, "-m", "marketplace_sandbox.testing.redirect", "--url", url, "-m", "json.tool"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_module_that_is_not_there_is_named() -> None:
    command = [sys.executable, "-m", "marketplace_sandbox.testing.redirect", "-m", "no_such_module"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, "there is no module no_such_module" in done.stderr) == (2, True)
