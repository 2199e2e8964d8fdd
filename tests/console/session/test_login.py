"""Beyond loopback: the admin token, by a form that sets a cookie, or as a bearer; whoever fails too often waits."""

import pytest

from marketplace_sandbox.console.session.failures import Failures
from marketplace_sandbox.server.composition import Options, Server, compose
from tests.console.browsing import Browser

TOKEN = "a token for the tests"
HOST = "sandbox.internal:8585"


@pytest.fixture(scope="module")
def far_server() -> Server:
    return compose(Options(host="0.0.0.0", url=f"http://{HOST}", admin_token=TOKEN))  # noqa: S104  the point


@pytest.fixture
def browser(far_server: Server) -> Browser:
    return Browser(far_server, HOST)


def test_whoever_is_unknown_gets_the_form_and_nothing_else(browser: Browser) -> None:
    for path in ("/", "/seller/orders", "/seller/nothing"):
        shown = browser.get(path)
        assert shown.status == 401
        assert "SANDBOX_ADMIN_TOKEN" in shown.main
        assert not shown.tree.cssselect("[role=timer]")
    assert browser.post("/console/clock/advance", {"by": "1h"}).status in (401, 403)
    assert browser.send("GET", "/console/static/console.css").status == 200


def test_the_token_lets_in_and_leads_where_one_wanted_to(browser: Browser) -> None:
    shown = browser.get("/seller/orders?tab=sent").press("Log in", token=TOKEN)
    assert (shown.status, shown.path) == (200, "/seller/orders?tab=sent")
    assert browser.get("/").status == 200
    assert shown.press("Log out").status == 401
    assert browser.get("/").status == 401


def test_the_cookie_is_nothing_to_the_control_api(browser: Browser) -> None:
    browser.get("/").press("Log in", token=TOKEN)
    assert browser.send("GET", "/_sandbox/orders").status == 401


def test_a_cookie_of_another_server_is_nothing_here(browser: Browser) -> None:
    other = Browser(compose(Options(host="0.0.0.0", url=f"http://{HOST}", admin_token=TOKEN)), HOST)  # noqa: S104
    other.get("/").press("Log in", token=TOKEN)
    ((_, cookie),) = other.cookies.items()
    browser.get("/")
    browser.cookies = dict.fromkeys(browser.cookies, cookie)
    assert browser.get("/").status == 401


def test_a_program_shows_the_token_as_a_bearer(browser: Browser) -> None:
    assert browser.get("/", headers={"authorization": f"Bearer {TOKEN}"}).status == 200
    assert browser.get("/", headers={"authorization": "Bearer another"}).status == 401


def test_whoever_fails_too_often_waits(far_server: Server) -> None:
    server = compose(Options(host="0.0.0.0", url=f"http://{HOST}", admin_token=TOKEN))  # noqa: S104
    browser = Browser(server, HOST)
    for _ in range(5):
        assert browser.get("/").press("Log in", token="wrong").status == 403
    refused = browser.get("/").press("Log in", token=TOKEN)
    assert refused.status == 429
    assert 0 < int(refused.answer.headers["retry-after"]) <= 60


def test_failures_are_counted_by_address_and_forgotten_in_time() -> None:
    now = [0.0]
    failures = Failures(lambda: now[0])
    for _ in range(5):
        failures.note("10.0.0.1")
        now[0] += 1
    assert failures.seconds_to_wait("10.0.0.1") == 55
    assert failures.seconds_to_wait("10.0.0.2") == 0
    now[0] = 60.5
    assert failures.seconds_to_wait("10.0.0.1") == 0
    for number in range(50):
        failures.note(f"10.0.1.{number}")
    assert failures.seconds_to_wait("10.9.9.9") > 0


def test_no_page_elsewhere_logs_anybody_in(browser: Browser) -> None:
    browser.get("/")
    for headers in ({"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}):
        assert browser.send("POST", "/console/login", b"token=x", headers).status == 403


def test_nobody_follows_without_a_login(browser: Browser) -> None:
    assert browser.send("GET", "/console/events").status == 401
