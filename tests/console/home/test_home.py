"""Home: what it shows, and how an empty world begins."""

import ast
import gc
import warnings

import pytest

from marketplace_sandbox.console.home.snippets import snippets
from tests.console.conftest import Shop


def test_an_empty_world_offers_the_demo_and_a_first_order(shop: Shop) -> None:
    shown = shop.get("/")
    assert "Nothing has been ordered yet" in shown.main
    placed = shown.press("Place a first order")
    (order,) = shop.world.orders.values()
    assert placed.row(order.order_id) is not None
    assert placed.path == "/seller/orders?tab=pending"
    assert "What has happened lately" in shop.get("/").main
    assert "The buyer placed the order." in shop.get("/").main


def test_the_demo_is_played_in_a_seller_of_its_own(shop: Shop) -> None:
    shown = shop.get("/").press("Play the demo")
    seller_id = shown.alerts[0].rstrip(".").split()[-1]
    assert seller_id != shop.world.seller_id
    assert len(shown.tree.cssselect("main tbody tr")) > 3
    assert not shop.world.orders


def test_the_chosen_sellers_credentials_are_shown_to_be_copied(shop: Shop) -> None:
    issued = shop.server.credentials.issue(shop.world.opening.holder)
    copied = [each.get("data-copy") for each in shop.get("/").tree.cssselect("[data-copy]")]
    for each in (*issued["lwa"].values(), *issued["mws"].values(), shop.server.options.url):
        assert each in copied


def test_the_lines_for_a_client_have_that_sellers_credentials_in_them(shop: Shop) -> None:
    issued = shop.server.credentials.issue(shop.world.opening.holder)
    found = {each.client: each for each in snippets("http://127.0.0.1:8585", issued, "ATVPDKIKX0DER")}
    for client in ("curl", "python-amazon-sp-api", "amzn-sp-api", "amzn-selling-partner"):
        assert issued["lwa"]["refresh_token"] in found[client].text
    assert issued["mws"]["secret_key"] in found["mws"].text


@pytest.mark.parametrize("client", ["python-amazon-sp-api", "amzn-sp-api", "amzn-selling-partner", "mws"])
def test_the_lines_for_a_client_of_python_can_be_run(shared_server: str, shop: Shop, client: str) -> None:
    """By the client itself, against a server: what it prints is what its list of orders has."""
    issued = shop.server.credentials.issue("ASANDBOXSELLER")
    (snippet,) = [each for each in snippets(shared_server, issued, "ATVPDKIKX0DER") if each.client == client]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # clients leave their connections to the collector
        exec(compile(ast.parse(snippet.text), client, "exec"), {"__name__": "snippet"})  # noqa: S102  the point
        gc.collect()


def test_what_has_happened_lately_is_asked_for_alone(shop: Shop) -> None:
    """Which is what a page that follows does."""
    order = shop.place_order()
    headers = {"HX-Request": "true", "HX-Target": "latest-events"}
    text = shop.browser.send("GET", "/", headers=headers).raw.decode()
    assert "<html" not in text
    assert order.order_id in text
