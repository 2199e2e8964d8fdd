"""What every page has: its headers, the seller switch, themes, forks and rewinds, and forms of the server's own."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from marketplace_sandbox.console.frame.theme import dark_rules
from marketplace_sandbox.server.composition import Options, compose
from tests.console.all_pages import PAGES
from tests.console.browsing import FORM, Browser
from tests.console.conftest import START, Shop

OPEN_TO_ALL = [path for name, path in PAGES.items() if "{" not in path and name != "no-such-page"]


@pytest.mark.parametrize("path", OPEN_TO_ALL)
def test_every_page_has_a_strict_policy_and_is_kept_by_nobody(shop: Shop, path: str) -> None:
    answer = shop.get(path).answer
    policy = dict(each.split(" ", 1) for each in answer.headers["content-security-policy"].split("; "))
    assert policy["script-src"] == policy["default-src"] == "'self'"
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert policy["img-src"] == "'self' data:"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", OPEN_TO_ALL)
def test_every_form_that_posts_has_a_token(shop: Shop, path: str) -> None:
    shown = shop.get(path)
    posting = [each for each in shown.tree.cssselect("form") if each.method == "POST"]
    assert posting
    for form in posting:
        assert "csrf_token" in dict(form.form_values())


def test_a_form_without_its_token_or_from_another_server_does_nothing(shop: Shop) -> None:
    for fields in ({"by": "1h"}, {"by": "1h", "csrf_token": "made-up"}):
        shown = shop.browser.post("/console/clock/advance", fields)
        assert shown.status == 403
        assert "FORM_NOT_OURS" in shown.alerts[0]
    elsewhere = Browser(compose(Options()))
    form = next(
        each for each in elsewhere.get("/").tree.cssselect("form") if each.get("action", "").endswith("advance")
    )
    shop.browser.cookies |= elsewhere.cookies
    assert shop.browser.post("/console/clock/advance", form.form_values()).status == 403
    assert shop.world.now() == START


def test_a_post_from_another_site_does_nothing(shop: Shop) -> None:
    (form,) = [each for each in shop.get("/").tree.cssselect("form") if each.get("action") == "/console/clock/advance"]
    body = "&".join(f"{name}={text}" for name, text in form.form_values()).encode()
    for headers in ({"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}):
        answer = shop.browser.send("POST", "/console/clock/advance", body, {"content-type": FORM, **headers})
        assert answer.status == 403
    assert shop.world.now() == START


def test_cookies_of_two_servers_do_not_meet() -> None:
    names = set()
    for _ in range(2):
        browser = Browser(compose(Options()))
        answer = browser.send("GET", "/")
        names |= set(browser.cookies)
        assert "HttpOnly" in answer.headers["set-cookie"]
        assert "SameSite=Strict" in answer.headers["set-cookie"]
    assert len(names) == 2


def test_a_seller_that_was_chosen_is_remembered(shop: Shop) -> None:
    (other,) = [shop.server.sellers.open(start=START + timedelta(days=1))]
    shown = shop.get(f"/seller/orders?seller={other.seller_id}")
    assert "2026-03-03 16:00:00 UTC" in shown.text
    assert "2026-03-03 16:00:00 UTC" in shop.get("/").text
    shop.get(f"/?seller={shop.world.seller_id}")
    assert "2026-03-02 16:00:00 UTC" in shop.get("/").text


def test_a_seller_that_there_is_not_is_told(shop: Shop) -> None:
    shown = shop.get("/seller/orders?seller=ANOBODY")
    assert shown.status == 404
    assert "ANOBODY" in shown.alerts[0]
    assert shown.follow(shop.world.seller_id).status == 200
    assert shop.get("/").status == 200


def test_a_seller_that_is_gone_is_told_once(shop: Shop) -> None:
    shop.server.sellers.remove(shop.world.seller_id)
    assert shop.get("/").status == 404
    assert shop.get("/").status == 200


def test_a_theme_is_chosen_and_given_up(shop: Shop) -> None:
    assert shop.get("/").tree.get("data-bs-theme") is None
    dark = shop.get("/seller/orders").press("Dark")
    assert dark.tree.get("data-bs-theme") == "dark"
    assert dark.path == "/seller/orders"
    assert shop.get("/").press("As the browser prefers").tree.get("data-bs-theme") is None


def test_what_is_dark_is_so_for_browsers_that_prefer_it() -> None:
    rules = dark_rules()
    assert rules.startswith("@media (prefers-color-scheme:dark){:root:not([data-bs-theme]){color-scheme:dark")
    assert ":root:not([data-bs-theme]) .banner{" in rules
    assert "[data-bs-theme=dark]" not in rules


def test_a_fork_is_chosen_and_leaves_the_other_as_it_was(shop: Shop) -> None:
    order = shop.place_order()
    shown = shop.get("/seller/orders").press("Fork")
    forked = shop.server.sellers.get(shown.alerts[0].split()[2])
    assert list(forked.orders) == [order.order_id]
    shop.get("/").press("Advance", by="1h")
    assert forked.now() == START + timedelta(hours=1)
    assert shop.world.now() == START


def test_a_world_goes_back_to_an_instant_or_a_version(shop: Shop) -> None:
    shop.place_order()
    version = shop.world.version
    shop.get("/").press("Advance", by="1d")
    shop.place_order()
    shown = shop.get("/").press("Rewind", when=str(version))
    assert shown.alerts[0].startswith("It is 2026-03-02 16:00:00 UTC again")
    assert len(shop.world.orders) == 1
    shop.get("/").press("Advance", by="1d")
    shop.get("/").press("Rewind", when="2026-03-02T17:00:00Z")
    assert shop.world.now() == START + timedelta(hours=1)
    wrong = shop.get("/").press("Rewind", when="yesterday")
    assert (wrong.status, "InvalidInput" in wrong.alerts[0]) == (400, True)


def test_what_was_done_is_told_once_however_long_it_is(shop: Shop) -> None:
    """A cookie holds four kilobytes, so what is told is not in it."""
    shop.world.place_orders({"count": 200})
    shown = shop.get("/seller/orders").press("Advance", by="31m")
    (told,) = shown.alerts
    assert "and 150 more deadlines" in told
    assert sum(map(len, shop.browser.cookies.values())) < 1000
    assert shop.get("/seller/orders").alerts == []


def test_an_advance_that_runs_can_be_stopped_from_every_page(shop: Shop) -> None:
    with shop.world.advance_in_steps(timedelta(days=1)):
        shown = shop.get("/")
        assert "an advance runs" in shown.text
        assert shown.press("Advance", by="1h").status == 409
        assert "It was stopped on its way." in shown.press("Stop the advance").alerts[0]
    shown = shop.get("/")
    assert "an advance runs" not in shown.text
    assert shown.press("Stop the advance").status == 404


def test_a_world_that_does_not_open_says_why_and_others_are_offered(tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path}/worlds.db"
    with closing(compose(Options(store=store))) as server:
        server.sellers.open("ADAMAGED").place_orders({})
    with closing(sqlite3.connect(tmp_path / "worlds.db")) as connection, connection:
        connection.execute("UPDATE journal SET kind = 'plced' WHERE version = 2")
    with closing(compose(Options(store=store))) as server:
        shown = Browser(server).get("/seller/orders?seller=ADAMAGED")
        assert shown.status == 503
        assert "did you mean 'placed'?" in shown.alerts[0]
        assert shown.follow("ASANDBOXSELLER").status == 200
