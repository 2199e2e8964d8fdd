"""Requests that no page of ours has sent: from other sites, without a token, with another's cookie, to other hosts."""

from http.cookies import SimpleCookie
from itertools import cycle
from urllib.parse import quote, urlencode

import pytest

from marketplace_sandbox.core.world.sellers import DEFAULT_SELLER
from marketplace_sandbox.server.composition import Options, Server, compose
from tests.console.all_pages import PAGES
from tests.console.browsing import FORM, Browser
from tests.console.conftest import Shop
from tests.console.crawling import routes

ELSEWHERE = (
    {"origin": "http://evil.example"},
    {"origin": "null"},
    {"origin": "http://127.0.0.1:9999"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
)
LEADS_AWAY = (
    "//evil.example/", "///evil.example", "/\\evil.example", "\\/evil.example", "https://evil.example/",
    "https:evil.example", "http:/evil.example", "javascript:alert(1)", "/\t/evil.example", "/\n/evil.example",
    " //evil.example", "data:text/html,x", "evil.example", "/\r\nSet-Cookie: a=b",
)  # fmt: skip


def token_of(browser: Browser) -> str:
    return str(browser.get("/").tree.cssselect("[name=csrf_token]")[0].get("value"))


def test_no_post_of_another_site_does_anything(shop: Shop) -> None:
    """With the cookie and the token, even: whoever could read those could still not act from elsewhere."""
    order, version = shop.place_order(), shop.world.version
    paths = routes(shop.server, "POST", order.order_id)
    assert len(paths) > 20
    body = urlencode({"csrf_token": token_of(shop.browser), "by": "1h"}).encode()
    for path in paths:
        for headers in ELSEWHERE:
            answer = shop.browser.send("POST", path, body, {"content-type": FORM, **headers})
            assert answer.status == 403, (path, headers)
            assert "not Amazon" in answer.raw.decode()
    assert shop.world.version == version


@pytest.mark.parametrize("token", [None, "", "made-up", "another's"])
def test_no_post_without_the_token_of_this_browser_does_anything(shop: Shop, token: str | None) -> None:
    order, version, sellers = shop.place_order(), shop.world.version, len(list(shop.server.sellers))
    if token == "another's":
        token = token_of(Browser(shop.server))
    fields = {"by": "1h", "back": "/", **({} if token is None else {"csrf_token": token})}
    for path in routes(shop.server, "POST", order.order_id):
        refused = shop.browser.post(path, fields)
        assert refused.status == 403, path
        assert "FORM_NOT_OURS" in refused.alerts[0] or path == "/console/login", path
    assert (shop.world.version, len(list(shop.server.sellers))) == (version, sellers)


def test_a_body_that_is_no_form_does_nothing(shop: Shop) -> None:
    version = shop.world.version
    for kind in ("application/json", "text/plain", "multipart/form-data", "multipart/form-data; boundary=x", ""):
        for body in (b'{"by": "1h"}', b"\xff\xfe", b"--x\r\n\r\n", b""):
            answer = shop.browser.send(
                "POST", "/console/clock/advance", body, {"content-type": kind, "origin": shop.browser.origin}
            )
            assert answer.status in (400, 403), (kind, body)
    assert shop.world.version == version


def test_no_page_is_shown_to_a_foreign_host(shop: Shop) -> None:
    """A name that is made to point at loopback does not make a page of another site's ours."""
    for path in routes(shop.server, "GET"):
        for host in ("evil.example", "evil.example:8585", "127.0.0.1.evil.example", "localhost.evil.example:8585"):
            answer = shop.browser.send("GET", path, headers={"host": host})
            assert answer.status == 403, (path, host)
            assert "csrf" not in answer.raw.decode()
            assert "set-cookie" not in answer.headers


def test_the_cookie_of_a_server_with_another_store_is_nothing_here(shop: Shop) -> None:
    """Same host, same port, another store: not even under the name that the cookie has here."""
    other = Browser(compose(Options()))
    theirs = other.server.sellers.open()
    other.get(f"/?seller={theirs.seller_id}").press("Dark")
    ((name, cookie),) = other.cookies.items()
    assert name not in shop.browser.cookies
    mine = next(iter(shop.browser.cookies))
    for forged in (cookie, f"{cookie}x", "x", "e30.x.y", ""):
        visitor = Browser(shop.server)
        visitor.cookies = {mine: forged, name: cookie}
        shown = visitor.get("/")
        assert shown.status == 200
        assert shown.tree.get("data-bs-theme") is None
        (chosen,) = shown.tree.cssselect("#seller-switch option[selected]")
        assert chosen.text == DEFAULT_SELLER


def test_no_cookie_but_the_own_is_set(shop: Shop) -> None:
    answer = Browser(shop.server).send("GET", "/")
    (cookie,) = SimpleCookie(answer.headers["set-cookie"]).values()
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/")
    assert not cookie["domain"]


@pytest.fixture(scope="module")
def far_browser() -> Browser:
    """A browser that has logged in at a server beyond loopback."""
    host = "sandbox.internal:8585"
    server = compose(Options(host="0.0.0.0", url=f"http://{host}", admin_token="a token for the tests"))  # noqa: S104
    browser = Browser(server, host)
    assert browser.get("/").press("Log in", token="a token for the tests").status == 200
    return browser


def test_the_control_api_takes_no_cookie(far_browser: Browser) -> None:
    world = far_browser.server.sellers.get(None)
    version = world.version
    for method, path in (
        ("GET", "orders"), ("GET", "clock"), ("GET", "sellers"), ("GET", "settings"), ("GET", "journal"),
        ("GET", "export"), ("POST", "orders"), ("POST", "clock/advance"), ("POST", "reset"), ("DELETE", "sellers"),
        ("PUT", "clock"),
    ):  # fmt: skip
        headers = {"content-type": "application/json", "origin": far_browser.origin, "sec-fetch-site": "same-origin"}
        answer = far_browser.send(method, f"/_sandbox/{path}", b"{}" if method != "GET" else b"", headers)
        assert answer.status == 401, (method, path)
    assert world.version == version


def test_every_page_asks_who_wants_it(far_browser: Browser) -> None:
    stranger = Browser(far_browser.server, far_browser.host)
    for path in routes(far_browser.server, "GET"):
        if path != "/console/preferred-dark.css":
            assert stranger.send("GET", path).status == 401, path


@pytest.mark.parametrize("back", LEADS_AWAY)
def test_no_form_leads_away(shop: Shop, back: str) -> None:
    """The field `back` of a form is a path of ours, or home; so is that of a form which is refused."""
    token = token_of(shop.browser)
    headers = {"content-type": FORM, "origin": shop.browser.origin}
    for path in ("/console/theme", "/console/clock/speed", "/console/login"):
        body = urlencode({"csrf_token": token, "back": back, "rate": "0"}).encode()
        answer = shop.browser.send("POST", path, body, headers)
        if answer.status in (302, 303):
            assert answer.headers["location"] == "/", (path, back)
    refused = shop.browser.post("/console/clock/advance", {"csrf_token": token, "back": back, "by": "soon"})
    assert refused.tree.xpath("//main//a/@href") in (["/"], ["/", "/"])


def test_no_page_leads_away_because_its_address_says_so(shop: Shop) -> None:
    order_id = shop.place_order().order_id
    states = ("requested", "unshipped", "pending", "canceled", "shipped", "fba")
    for path, back in zip(PAGES.values(), cycle(("//evil.example/", "javascript:alert(1)", "/\\evil.example"))):
        filled = path.format_map(dict.fromkeys(states, order_id))
        shown = shop.get(f"{filled}{'&' if '?' in filled else '?'}back={quote(back)}")
        for address in shown.tree.xpath("//main//@href | //main//@action | //main//@formaction"):
            assert address.startswith(("/", "?", "#")), (path, address)
            assert not address.startswith(("//", "/\\")), (path, address)
        for text in shown.tree.xpath("//main//input[@name='back']/@value"):
            assert text.startswith("/"), (path, text)
            assert not text.startswith(("//", "/\\")), (path, text)


def test_a_foreign_page_may_not_frame_or_read_any(shop: Shop) -> None:
    for path in routes(shop.server, "GET"):
        answer = shop.browser.send("GET", path)
        assert "access-control-allow-origin" not in answer.headers
        if answer.headers.get("content-type", "").startswith("text/html"):
            assert "frame-ancestors 'none'" in answer.headers["content-security-policy"], path


def test_servers_are_told_apart(pages_server: Server) -> None:
    """A token of one server is none of another's."""
    other = Browser(compose(Options()))
    refused = other.post("/console/clock/advance", {"by": "1h", "csrf_token": token_of(Browser(pages_server))})
    assert "FORM_NOT_OURS" in refused.alerts[0]
