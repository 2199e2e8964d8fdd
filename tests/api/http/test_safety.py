"""Who may reach the control API and the documents, on loopback and elsewhere."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.datastructures import Headers

from marketplace_sandbox.api.http.safety import Safety, TokenNeededError, is_loopback
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


def test_the_platforms_paths_and_health_are_blind_to_hosts_and_origins(driver: Driver) -> None:
    headers = {
        "host": "sellingpartnerapi-na.amazon.com",
        "origin": "https://evil.example",
        "sec-fetch-site": "cross-site",
    }
    assert driver.get(CALL, headers=headers).status == 200
    assert driver.get("/health", headers=headers).status == 200


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


def test_paths_are_guarded_whole(drive: Drive) -> None:
    driver = drive(guarded=("/_sandbox", "/console"))
    strange = {"host": "evil.example"}
    for path in ("/console", "/console/orders"):
        assert "loopback Host" in driver.get(path, headers=strange).error["message"]
    assert "loopback Host" not in driver.get("/consoles", headers=strange).error["message"]
    assert driver.ask("HEAD", "/docs", headers=strange).status == 200


def test_loopback_is_known_by_address() -> None:
    assert is_loopback("127.255.255.254")
    assert not is_loopback("[127.0.0.1")
    assert not is_loopback("2130706433")
