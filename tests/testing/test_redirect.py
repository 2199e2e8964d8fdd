"""Code made for Amazon, run redirected: its calls reach the sandbox, and nothing whatever reaches Amazon."""

import _socket
import asyncio
import contextlib
import http.client
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

import boto3
import httpx
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import HTTPClientError

from marketplace_sandbox.amazon.hosts import HOSTS
from marketplace_sandbox.testing import PlatformHostError
from marketplace_sandbox.testing.marketplace import Marketplace
from marketplace_sandbox.testing.orders import Order
from marketplace_sandbox.testing.redirect import redirected
from marketplace_sandbox.testing.socket_redirect import AsyncClientError
from tests.serving import clean_environment
from tests.testing.suites import run_suite

AMAZON = "sellingpartnerapi-na.amazon.com"
EVERY_HOST = [host for hosts in HOSTS.values() for host in hosts]
REGIONS = Path(__file__).with_name("every_region.py")
NOBODY = "http://127.0.0.1:1"


@pytest.mark.slow
@pytest.mark.marketplace(default_seller=True)
@pytest.mark.parametrize(
    ("environment", "calls"),
    [
        (
            {"HTTPS_PROXY": "http://proxy.example:3128"},
            {"python-amazon-sp-api": 24, "amzn-sp-api": 4, "amzn-selling-partner": 6, "mws": 21},
        ),
        ({"AWS_ENV": "SANDBOX"}, {"python-amazon-sp-api": 24}),
        ({}, {"python-amazon-sp-api-async": 24}),
    ],
    ids=["by a proxy", "Amazon's sandbox", "async"],
)
def test_no_client_in_any_region_looks_up_a_name(
    marketplace: Marketplace, environment: dict[str, str], calls: dict[str, int]
) -> None:
    marketplace.place_order(id="902-0000001-0000001", hold=False)
    done = subprocess.run(
        [sys.executable, "-m", "marketplace_sandbox.testing.redirect", "--url", marketplace.url, str(REGIONS), *calls],
        env=clean_environment(environment), capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"calls": calls, "left": []}
    arrived = [each for each in marketplace.recorded_requests if each.operation in ("getOrder", "GetOrder")]
    expected = sum(number for client, number in calls.items() if not client.endswith("async"))
    assert [each.status for each in arrived] == [200] * expected


# Which hosts


@pytest.mark.parametrize("host", EVERY_HOST)
def test_every_host_of_the_table_is_the_server(host: str) -> None:
    with redirected(NOBODY):
        for written in (host, host.upper(), f"{host}.", host.encode(), host.replace(".", "。")):
            assert socket.getaddrinfo(written, 443, type=socket.SOCK_STREAM)[0][4] == ("127.0.0.1", 1)


REFUSED = (
    "www.amazon.com",
    "amazon.de",
    "SellerCentral.amazon.co.jp.",
    "advertising-api.amazon.com",
    "ｓellercentral.amazon.com",
    "mws.amazonservices.com.xy",
    "mws.amazonaws.com",
    "sts.amazonaws.com",
    "tortuga-prod-eu.s3-eu-west-1.amazonaws.com",
    "sqs.us-east-1.amazonaws.com.",
)


def ways(host: str) -> dict[str, Callable[[], Any]]:
    """How a program of Python looks a name up or connects to it, by the standard library and by clients."""
    wraps = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).wrap_socket
    return {
        "getaddrinfo": lambda: socket.getaddrinfo(host, 443),
        "as bytes": lambda: socket.getaddrinfo(host.encode(), 443),
        "gethostbyname": lambda: socket.gethostbyname(host),
        "gethostbyname_ex": lambda: socket.gethostbyname_ex(host),
        "gethostbyaddr": lambda: socket.gethostbyaddr(host),
        "create_connection": lambda: socket.create_connection((host, 443)).close(),
        "connect": lambda: connect(socket.socket(), host),
        "connect_ex": lambda: connect_ex(socket.socket(), host),
        "sendto": lambda: send_to(socket.socket(type=socket.SOCK_DGRAM), host),
        "sendmsg": lambda: send_message(socket.socket(type=socket.SOCK_DGRAM), host),
        "getnameinfo": lambda: socket.getnameinfo((host, 443), 0),
        "beneath the socket module": lambda: _socket.getaddrinfo(host, 443),
        "TLS to an address of its own": lambda: wrap(wraps, host),
        "TLS by position": lambda: wrap(lambda sock, **name: wraps(sock, False, True, True, *name.values()), host),
        "http.client": lambda: get(http.client.HTTPConnection(host)),
        "https": lambda: get(http.client.HTTPSConnection(host)),
        "a tunnel": lambda: tunnel(http.client.HTTPSConnection("127.0.0.1", 1), host),
        "a proxy": lambda: get(http.client.HTTPConnection("127.0.0.1", 1), f"http://{host}/"),
        "requests": lambda: requests.get(f"https://{host}/", timeout=5),
        "requests by a proxy": lambda: requests.get(
            f"https://{host}/", timeout=5, proxies={"https": "http://127.0.0.1:1"}
        ),
        "httpx": lambda: httpx.get(f"https://{host}/"),
    }


def connect(sock: Any, host: str) -> None:
    with contextlib.closing(sock):
        sock.connect((host, 443))


def connect_ex(sock: Any, host: str) -> None:
    with contextlib.closing(sock):
        sock.connect_ex((host, 443))


def send_to(sock: Any, host: str) -> None:
    with contextlib.closing(sock):
        sock.sendto(b"", (host, 443))


def send_message(sock: Any, host: str) -> None:
    with contextlib.closing(sock):
        sock.sendmsg([b""], [], 0, (host, 443))


def wrap(wraps: Callable[..., Any], host: str) -> None:
    """A socket that is connected to somebody who is not the sandbox."""
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as sock:
        wraps(sock, server_hostname=host)


def get(connection: http.client.HTTPConnection, target: str = "/") -> None:
    with contextlib.closing(connection):
        connection.request("GET", target)


def tunnel(connection: http.client.HTTPConnection, host: str) -> None:
    with contextlib.closing(connection):
        connection.set_tunnel(host)


@pytest.mark.parametrize("way", ways(""))
@pytest.mark.parametrize("host", REFUSED)
def test_a_host_of_amazons_that_is_not_in_the_table_is_refused_by_every_way(host: str, way: str) -> None:
    if way in ASCII_ONLY and not host.isascii():
        pytest.skip("such a name is an error of its own here")
    with redirected(NOBODY), pytest.raises(PlatformHostError, match="nothing was sent"):
        ways(host)[way]()


ASCII_ONLY = ("as bytes", "requests", "requests by a proxy", "httpx")
REDIRECTED_OR_REFUSED = ("gethostbyname", "gethostbyname_ex", "gethostbyaddr", "sendto", "sendmsg", "getnameinfo",
                         "beneath the socket module",
                         "TLS to an address of its own", "TLS by position", "a tunnel",
                         "a proxy", "requests by a proxy")  # fmt: skip


@pytest.mark.parametrize("way", REDIRECTED_OR_REFUSED)
def test_what_cannot_be_redirected_is_refused_for_hosts_of_the_table_too(way: str) -> None:
    with redirected(NOBODY), pytest.raises(PlatformHostError, match="and not to the sandbox: nothing was sent"):
        ways(AMAZON)[way]()


@pytest.mark.parametrize("way", sorted(set(ways("")) - set(REDIRECTED_OR_REFUSED)))
def test_every_other_way_leads_to_the_sandbox(marketplace: Marketplace, way: str) -> None:
    with redirected(marketplace.url):
        ways(AMAZON)[way]()


def test_a_socket_that_is_wrapped_first_connects_to_the_sandbox_wherever_it_was_to_go(
    marketplace: Marketplace,
) -> None:
    """As for a program that resolves names itself: 192.0.2.1 is nobody's."""
    with redirected(marketplace.url):
        for address in ((AMAZON, 443), ("192.0.2.1", 443)):
            with ssl.create_default_context().wrap_socket(socket.socket(), server_hostname=AMAZON) as sock:
                sock.connect(address)
                sock.do_handshake()
                sock.sendall(f"GET /health HTTP/1.1\r\nHost: {AMAZON}\r\nConnection: close\r\n\r\n".encode())
                assert sock.recv(100).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(("host", "error"), [(AMAZON, AsyncClientError), (REFUSED[0], PlatformHostError)])
def test_tls_in_memory_is_refused_however_the_name_is_given(host: str, error: type[Exception]) -> None:
    """As event loops have it, over a connection that was made elsewhere as well."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    with redirected(NOBODY):
        assert context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="shop.example")
        with pytest.raises(error, match=host):
            context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname=host)
        with pytest.raises(error, match=host):
            context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), False, host)


@pytest.mark.parametrize(
    "aws_hosts", [["amazonaws.com"], ["sqs.us-east-1.AMAZONAWS.com."], ["us-east-1.amazonaws.com"]]
)
def test_hosts_of_aws_that_are_named_are_the_programs_own(aws_hosts: list[str]) -> None:
    seen = []
    original = socket.getaddrinfo

    def getaddrinfo(host: Any, *arguments: Any, **more: Any) -> Any:
        seen.append(host)
        return original("127.0.0.1", *arguments, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", getaddrinfo)
        with redirected(NOBODY, aws_hosts):
            socket.getaddrinfo("sqs.us-east-1.amazonaws.com", 443)
            with pytest.raises(PlatformHostError, match=r"SANDBOX_AWS_HOSTS=sts\.eu-west-1\.api\.aws\."):
                socket.getaddrinfo("sts.eu-west-1.api.aws", 443)
    assert seen == ["sqs.us-east-1.amazonaws.com"]


@pytest.mark.parametrize("named", ["sellingpartnerapi-na.amazon.com", "mws.amazonaws.com", "example.com"])
def test_nothing_but_hosts_of_aws_is_taken_for_the_programs_own(named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANDBOX_AWS_HOSTS", f"s3.amazonaws.com, {named}")
    told = f"SANDBOX_AWS_HOSTS names hosts of AWS, like sqs.eu-central-1.amazonaws.com; '{named}' is none."
    with pytest.raises(ValueError, match=told.replace(".", r"\.")), redirected(NOBODY):
        pass
    done = subprocess.run(
        [sys.executable, "-m", "marketplace_sandbox.testing.redirect", "-m", "json.tool"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr.endswith(f": {told}\n")) == (2, True), done.stderr


def test_a_suite_with_a_wrong_list_of_own_hosts_does_not_start(tmp_path: Path) -> None:
    redirect = ("-p", "marketplace_sandbox.testing.redirect")
    done = run_suite(tmp_path, "def test_nothing(): pass", *redirect, SANDBOX_AWS_HOSTS="example.com")
    assert done.status == pytest.ExitCode.USAGE_ERROR
    assert "ERROR: SANDBOX_AWS_HOSTS names hosts of AWS" in done.output


def test_a_queue_of_aws_itself_is_not_asked() -> None:
    keys: dict[str, Any] = {"aws_access_key_id": "AKIA", "aws_secret_access_key": "secret", "region_name": "eu-west-1"}
    keys["config"] = Config(retries={"total_max_attempts": 1})
    with (
        redirected(NOBODY),
        contextlib.closing(boto3.client("sqs", **keys)) as client,
        pytest.raises(HTTPClientError, match=r"eu-west-1\.amazonaws\.com is AWS itself: .* AWS_ENDPOINT_URL_SQS"),
    ):
        client.receive_message(QueueUrl="https://sqs.eu-west-1.amazonaws.com/123456789012/orders")


def test_a_refused_host_is_told_which_is_near() -> None:
    told = "sellingpartnerapi-sa.amazon.com is Amazon's, and the sandbox does not stand in for it: nothing was sent"
    with redirected(NOBODY), pytest.raises(PlatformHostError, match=f"{told}; did you mean 'sellingpartnerapi-na"):
        socket.getaddrinfo("sellingpartnerapi-sa.amazon.com", 443)


# The block


def test_the_redirect_ends_with_its_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "example.com")
    monkeypatch.delenv("no_proxy", raising=False)
    before = patched()
    with redirected("http://127.0.0.1:1"):
        assert not set(patched()) & set(before)
        assert os.environ["NO_PROXY"].split(",") == ["example.com", *EVERY_HOST, "127.0.0.1", "localhost"]
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
