"""The access log: a line for each request, whatever came of it, and nothing in it that opens a door."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import pytest

from marketplace_sandbox.api.admission.access_log import ACCESS
from marketplace_sandbox.server.composition import Options, Server, compose
from marketplace_sandbox.server.logs import logging_to
from tests.api.admission.server_seller import FORM, ServerSeller


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    server = compose(Options(auth="strict"))
    yield server
    server.close()


@contextmanager
def access_log(form: str = "json", *, on: bool = True, level: str = "error") -> Iterator[list[Any]]:
    """The lines, once the block is over: objects, or texts."""
    lines: list[Any] = []
    stream = io.StringIO()
    with logging_to(stream, level, form, access=on):
        yield lines
    lines += [json.loads(line) if form == "json" else line for line in stream.getvalue().splitlines()]


def test_every_kind_of_request_has_a_line_with_its_facts(server: Server) -> None:
    seller = ServerSeller(server)
    with access_log() as lines:
        answers = [
            seller.get("/orders/v0/orders/902-0000001-0000001", documented=False),
            seller.mws("GetServiceStatus"),
            seller.control("GET", "clock"),
            seller.log_in(),
            seller.client("GET", "/health", documented=False),
            seller.client("GET", "/sellers/v1/marketplaceParticipations", documented=False),
            seller.client("GET", "/nowhere", documented=False),
        ]
    facts = [(each["method"], each["path"], each["operation"], each["seller"], each["status"]) for each in lines]
    me = seller.seller_id
    assert facts[:5] == [
        ("GET", "/orders/v0/orders/902-0000001-0000001", "getOrder", me, 404),
        ("GET", "/Orders/2013-09-01", "GetServiceStatus", me, 200),
        ("GET", "/_sandbox/clock", "getClock", me, 200),
        ("POST", "/auth/o2/token", "createAccessToken", me, 200),
        ("GET", "/health", None, None, 200),
    ]
    assert [each["status"] for each in lines] == [each.status for each in answers]
    assert [each["request_id"] for each in lines] == [each.headers["x-amzn-requestid"] for each in answers]
    assert all(each["milliseconds"] > 0 for each in lines)
    assert {each["level"] for each in lines} == {"info"}


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_line_has_a_token_a_secret_or_a_signature(server: Server, form: str) -> None:
    seller = ServerSeller(server)
    canaries = ["Atza|canary-one", "canary-two", "canary-three", "canary-four", "canary-five"]
    with access_log(form) as lines:
        seller.client("GET", "/orders/v0/orders", {"access_token": canaries[0]}, documented=False)
        signed = {"Action": "ListOrders", "AWSAccessKeyId": "A", "MWSAuthToken": canaries[1], "Signature": canaries[2]}
        seller.client("GET", "/Orders/2013-09-01", signed, documented=False)
        seller.client("POST", "/Orders/2013-09-01", body=urlencode(signed).encode(), headers=FORM, documented=False)
        login = urlencode({"grant_type": "refresh_token", "client_secret": canaries[3]}).replace("secret", "%73ecret")
        seller.client("POST", "/auth/o2/token", body=login.encode(), headers=FORM, documented=False)
        seller.client("GET", "/orders/v0/orders", {"a": "http://me:canary-five@127.0.0.1/"}, documented=False)
    shown = "\n".join(map(str, lines))
    assert len(lines) == 5
    assert not [each for each in canaries if each in shown]
    assert "AWSAccessKeyId=A" in shown


def test_a_line_of_text_cannot_be_forged(server: Server) -> None:
    seller = ServerSeller(server)
    with access_log("text") as lines:
        seller.client("GET", "/a\n2031-01-01T00:00:00Z INFO forged\x1b[31m", documented=False)
    (line,) = lines
    assert r"GET /a\n2031-01-01T00:00:00Z INFO forged\x1b[31m " in line


def test_without_being_asked_for_it_is_silent_at_every_level(server: Server) -> None:
    seller = ServerSeller(server)
    with access_log(on=False, level="debug") as lines:
        seller.control("GET", "clock")
        assert not logging.getLogger(ACCESS).isEnabledFor(logging.INFO)
    assert lines == []
