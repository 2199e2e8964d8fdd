"""Who may reach the control API and the documents, on loopback and elsewhere."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.datastructures import Headers

from marketplace_sandbox.api.http.page_guard import is_loopback
from marketplace_sandbox.api.http.safety import Safety, TokenNeededError
from tests.api.control.driving import HOST, Driver

CALL = "/sellers/v1/marketplaceParticipations"
TOKEN = "correct horse battery staple"
EVERYWHERE = "0.0.0.0"  # noqa: S104  (nothing is bound here)
LOOPBACK_HOSTS = [
    "127.0.0.1", "127.0.0.1:1", "127.9.9.9:8585", "localhost", "LocalHost:80", "[::1]", "[::1]:8585",
]  # fmt: skip
STRANGE_HOSTS = [
    "evil.example", "evil.example:8585", "127.0.0.1.evil.example", "localhost.evil.example",
    "128.0.0.1", EVERYWHERE, "[::2]:80", "::1", "127.0.0.1:80:80", "127.0.0.1@evil.example",
    "127.0.0.1:port", "",
]  # fmt: skip
Drive = Callable[..., Driver]


@pytest.fixture
def drive() -> Iterator[Drive]:
    """A factory of drivers under one configuration each."""
    made: list[Driver] = []

    def make(**config: Any) -> Driver:
        made.append(Driver(Safety(**config)))
        return made[-1]

    yield make
    for each in made:
        each.app.close()


@pytest.fixture
def driver(drive: Drive) -> Driver:
    """A driver of a server on loopback."""
    return drive()


@pytest.mark.parametrize("path", ["/_sandbox/clock", "/docs"])
def test_loopback_hosts_are_let_in(path: str) -> None:
    for host in LOOPBACK_HOSTS:
        assert Safety().refusal("GET", path, Headers({"host": host})) is None, host


@pytest.mark.parametrize("path", ["/_sandbox/orders", "/_sandbox", "/_sandbox/", "/docs", "/docs/_ui/start.js"])
def test_strange_hosts_are_kept_out(driver: Driver, path: str) -> None:
    for host in STRANGE_HOSTS:
        answer = driver.refused("GET", path, headers={"host": host})
        assert (answer.status, answer.error["code"]) == (403, "Unauthorized"), host
        assert answer.headers["x-amzn-requestid"]


def test_two_hosts_are_none() -> None:
    headers = Headers(raw=[(b"host", b"127.0.0.1"), (b"host", b"127.0.0.1")])
    refusal = Safety().refusal("GET", "/_sandbox/clock", headers)
    assert refusal is not None
    assert refusal.status == 403


CLIENTS_HOSTS = [
    *LOOPBACK_HOSTS, "", "localhost.", "localhost.:8585", "shop.localhost:8585",
    "sellingpartnerapi-na.amazon.com", "sandbox.sellingpartnerapi-eu.amazon.com:443", "API.Amazon.co.jp",
    "mws.amazonservices.ae",
    "27.0.0.1:8585", "27.0.0.1", "27.9.9.9:1", "ocalhost:8585", "OCALHOST", "::1]:8585", "27.0.0.1:8585/",
]  # fmt: skip
"""What clients send who mean this machine: python-amazon-sp-api cuts a base URL by eight characters."""

FOREIGN_HOSTS = [
    "evil.example", "evil.example:8585", "127.0.0.1.evil.example", "localhost.evil.example", "xlocalhost", "calhost",
    "27.0.0.1.evil.example", "27.0.0.1evil.example", "7.0.0.1:8585", "28.0.0.1", "10.0.0.7:8585", "[::2]:80",
    "sellingpartnerapi-na.amazon.com.evil.example", "evil-amazon.com", "www.amazon.com",
    "127.0.0.1@evil.example", "a b", "[::",
]  # fmt: skip


@pytest.mark.parametrize("path", [CALL, "/auth/o2/token", "/documents/x", "/Orders/2013-09-01", "/", "/no/such"])
def test_platform_paths_take_the_hosts_of_their_clients_and_no_others(path: str) -> None:
    safety = Safety()
    for host in CLIENTS_HOSTS:
        headers = Headers({"host": host} if host else {})
        assert safety.refusal("GET", path, headers) is None, host
    for host in FOREIGN_HOSTS:
        refused = safety.refusal("GET", path, Headers({"host": host}))
        assert refused is not None, host
        assert (refused.status, refused.code) == (403, "Unauthorized")
        assert "SANDBOX_PUBLIC_URL" in refused.message


@pytest.mark.parametrize("bound", [{}, {"bound_to": EVERYWHERE, "token": TOKEN}])
@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:3000"},
        {"origin": "http://sellingpartnerapi-na.amazon.com"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "Cross-Site", "sec-fetch-mode": "navigate"},
    ],
)
def test_platform_paths_take_nothing_from_pages_elsewhere(
    drive: Drive, bound: dict[str, str], headers: dict[str, str]
) -> None:
    driver = drive(**bound)
    for method, path in (("GET", CALL), ("POST", CALL), ("GET", "/health"), ("DELETE", "/no/such"), ("OPTIONS", CALL)):
        assert driver.refused(method, path, headers=headers).status == 403
    assert driver.get(CALL, headers={"origin": f"http://{HOST}", "sec-fetch-site": "same-origin"}).status == 200


@pytest.mark.parametrize(
    ("public", "taken", "refused"),
    [
        ("http://sandbox:8585", ["sandbox:8585", "andbox:8585"], ["andbox", "andbox:80", "ndbox:8585"]),
        ("http://192.0.2.7:8585", ["192.0.2.7:8585", "92.0.2.7:8585"], ["2.0.2.7:8585"]),
        ("http://market.svc.cluster.local/base", ["market.svc.cluster.local", "arket.svc.cluster.local/base"], []),
        ("https://sandbox.example.com", ["sandbox.example.com:443"], ["andbox.example.com"]),
        # somebody may have the name that is left, and let it point here
        ("http://myshop.com:8585", ["MyShop.com:8585"], ["yshop.com:8585"]),
    ],
)
def test_platform_paths_take_the_public_host_and_what_a_client_makes_of_it(
    public: str, taken: list[str], refused: list[str]
) -> None:
    safety = Safety(bound_to=EVERYWHERE, token=TOKEN, public=public)
    assert [host for host in taken if safety.refusal("GET", CALL, Headers({"host": host}))] == []
    assert [host for host in refused if not safety.refusal("GET", CALL, Headers({"host": host}))] == []


def test_health_is_told_to_whoever_asks_by_an_address(driver: Driver) -> None:
    for host in ("10.0.0.7:8585", "[2001:db8::1]:8585", "127.0.0.1", "api.amazon.com", ""):
        assert driver.get("/health", headers={"host": host}).status == 200
    for host in ("evil.example:8585", "10.0.0.7.evil.example"):
        assert driver.refused("GET", "/health", headers={"host": host}).status == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:3000"},
        {"origin": f"http://{HOST}.evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": f"http://{HOST}", "sec-fetch-site": "cross-site"},
    ],
)
def test_pages_elsewhere_are_kept_out_before_anything_is_read(driver: Driver, headers: dict[str, str]) -> None:
    for method, path in (("GET", "orders"), ("POST", "orders"), ("POST", "reset"), ("DELETE", "sellers/A")):
        assert driver.refused(method, path, headers=headers).status == 403
    for body in (b"{", b'{"count": 0}'):
        kind = {"content-type": "text/plain"}
        assert driver.refused("POST", "orders", raw=body, headers=headers | kind).status == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": f"http://{HOST}", "sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
        {"host": "localhost:8585", "origin": "http://localhost:8585"},
    ],
)
def test_the_servers_own_pages_are_let_in(driver: Driver, headers: dict[str, str]) -> None:
    assert driver.post("orders", {}, headers=headers).status == 201


def test_the_public_host_and_origin_are_let_in(drive: Drive) -> None:
    driver = drive(public="https://Sandbox.example.com/base")
    headers = {"host": "sandbox.example.com", "origin": "https://sandbox.example.com"}
    assert driver.post("orders", {}, headers=headers).status == 201
    assert driver.post("orders", {}, headers={"origin": "https://sandbox.example.com"}).status == 201
    assert driver.get("orders", headers={"host": "sandbox.example.com:443"}).status == 200
    assert driver.refused("GET", "orders", headers={"host": "example.com"}).status == 403


def test_commands_are_json_before_anything_is_read(driver: Driver) -> None:
    for kind in ("text/plain", "application/jsonp", "multipart/form-data; boundary=x"):
        answer = driver.refused("PUT", "clock", raw=b"{", headers={"content-type": kind})
        assert (answer.status, answer.error["code"]) == (415, "UnsupportedMediaType")
    headers = {"content-type": "Application/JSON; charset=utf-8"}
    assert driver.post("orders", raw=b"{}", headers=headers).status == 201
    assert driver.refused("POST", "orders", headers={"transfer-encoding": "chunked"}).status == 415


def test_bound_elsewhere_the_token_opens_and_nothing_else(drive: Drive) -> None:
    driver = drive(bound_to=EVERYWHERE, token=TOKEN)
    for path in ("clock", "/docs", "/_sandbox/nothing"):
        answer = driver.refused("GET", path)
        assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer")
    for sent in ("Bearer ", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", "Bearer ä"):
        assert driver.refused("GET", "clock", headers={"authorization": sent}).status == 403
    assert driver.refused("GET", "clock", headers={"authorization": f"Basic {TOKEN}"}).status == 401
    invited = {"authorization": f"Bearer {TOKEN}", "host": "sandbox.example.com"}
    assert driver.get("clock", headers=invited).status == 200
    assert driver.get("clock", headers=invited | {"authorization": f"bearer {TOKEN}"}).status == 200
    assert driver.get("/health").status == 200
    assert driver.get(CALL).status == 200


def test_a_bad_body_without_the_token_is_unauthorized(drive: Drive) -> None:
    driver = drive(bound_to="192.0.2.1", token=TOKEN)
    assert driver.refused("POST", "orders", {"count": 0}).status == 401


def test_a_server_bound_elsewhere_needs_a_token() -> None:
    for host in (EVERYWHERE, "::", "192.0.2.1", "sandbox.example.com", ""):
        with pytest.raises(TokenNeededError, match="SANDBOX_ADMIN_TOKEN"):
            Safety(bound_to=host)
    assert all(Safety(bound_to=host).on_loopback for host in ("127.0.0.1", "::1", "localhost"))


@pytest.mark.parametrize("token", [" ", "\t", f"{TOKEN} ", f" {TOKEN}", f"{TOKEN}\n", "a\x00b"])
@pytest.mark.parametrize("host", ["127.0.0.1", EVERYWHERE])
def test_a_token_that_nobody_could_send_is_refused(host: str, token: str) -> None:
    with pytest.raises(TokenNeededError, match="SANDBOX_ADMIN_TOKEN is blank"):
        Safety(bound_to=host, token=token)


def test_paths_are_guarded_whole(drive: Drive) -> None:
    driver = drive(guarded=("/_sandbox", "/console"))
    strange = {"host": "evil.example"}
    for path in ("/console", "/console/orders"):
        assert "loopback Host" in driver.get(path, headers=strange).error["message"]
        assert "the platform's own" not in driver.get(path, headers=strange).error["message"]
    assert "the platform's own" in driver.get("/consoles", headers=strange).error["message"]
    assert driver.ask("HEAD", "/docs", headers={"host": "mws.amazonservices.com"}).status == 200


def test_loopback_is_known_by_address() -> None:
    assert is_loopback("127.255.255.254")
    assert not is_loopback("[127.0.0.1")
    assert not is_loopback("2130706433")
