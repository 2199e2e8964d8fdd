"""Over a server: a world that does not open says why in every dialect, and an id made anew is nobody's of before."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from lxml import etree

from marketplace_sandbox.api.admission.credentials import Resource
from marketplace_sandbox.core.world.sellers import DEFAULT_SELLER
from marketplace_sandbox.server.composition import Options, Server, compose
from tests.api.admission.server_seller import ServerSeller, mws_error

WHY = "entry 2, plced: There is no kind of command 'plced'; did you mean 'placed'?"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store of two sellers with an order each, one of which says what no sandbox says."""
    path = tmp_path / "worlds.db"
    with closing(compose(Options(store=f"sqlite:///{path}"))) as server:
        for seller_id in ("ADAMAGED", "AWHOLE"):
            server.sellers.open(seller_id).place_orders({})
    damage(path, "ADAMAGED")
    return path


def damage(path: Path, seller_id: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "UPDATE journal SET kind = 'plced' WHERE version = 2"
            " AND branch = (SELECT branch FROM worlds WHERE world_id = ?)",
            [seller_id],
        )


@pytest.fixture
def server(path: Path) -> Iterator[Server]:
    with closing(compose(Options(store=f"sqlite:///{path}"))) as server:
        yield server


def seller_of(server: Server, seller_id: str) -> ServerSeller:
    """A seller who is there already, as his clients see him."""
    seller = ServerSeller(server)
    server.sellers.remove(seller.seller_id)
    seller.seller_id, seller.token = seller_id, server.credentials.access_token(seller_id)
    return seller


def test_every_dialect_answers_why_in_its_own_shape_and_the_others_are_served(server: Server) -> None:
    damaged, whole = seller_of(server, "ADAMAGED"), seller_of(server, "AWHOLE")
    answers = [
        damaged.orders(),
        damaged.search(),
        damaged.control("GET", "orders"),
        damaged.control("GET", "sellers/ADAMAGED"),
    ]
    for answer in answers:
        assert (answer.status, answer.error["code"]) == (503, "ServiceUnavailable")
        assert WHY in answer.error["message"]
    status, _, code, message = mws_error(damaged.list_orders())
    assert (status, code) == (503, "ServiceUnavailable")
    assert WHY in message
    login = damaged.log_in()
    assert (login.status, login.body["error"]) == (503, "server_error")
    assert WHY in login.body["error_description"]
    assert whole.orders().status == whole.search().status == whole.control("GET", "orders").status == 200
    assert whole.list_orders().status == whole.log_in().status == 200


def test_the_start_and_the_list_of_sellers_say_so(server: Server) -> None:
    told = [line for line in server.welcome() if WHY in line]
    assert len(told) == 1
    assert told[0].startswith("The world of ADAMAGED is not served. ")
    listed = {each["seller_id"]: each for each in seller_of(server, "AWHOLE").control("GET", "sellers").body["sellers"]}
    assert WHY in listed["ADAMAGED"].pop("why")
    assert listed["ADAMAGED"] == {
        "seller_id": "ADAMAGED", "marketplace_ids": ["ATVPDKIKX0DER"], "now": None, "rate": None, "orders": None,
        "forked_from": None,
    }  # fmt: skip
    assert listed["AWHOLE"]["why"] is None
    assert listed["AWHOLE"]["orders"] == 1


def test_a_reset_or_a_deletion_is_the_way_out(server: Server) -> None:
    damaged = seller_of(server, "ADAMAGED")
    assert damaged.control("POST", "reset", {}).body == {"reset": ["ADAMAGED"]}
    assert damaged.orders().payload["Orders"] == []
    assert damaged.control("DELETE", "sellers/ADAMAGED").status == 204
    assert damaged.orders().status == 403


def test_one_that_is_deleted_while_it_does_not_open_is_gone(server: Server) -> None:
    damaged = seller_of(server, "ADAMAGED")
    assert damaged.control("DELETE", "sellers/ADAMAGED").status == 204
    assert damaged.orders().status == 403
    assert damaged.control("GET", "orders").status == 404


def test_a_reset_of_everybody_takes_it_along(server: Server) -> None:
    seller = seller_of(server, "AWHOLE")
    assert seller.control("POST", "reset", {"all": True}).body == {"reset": [DEFAULT_SELLER, "AWHOLE", "ADAMAGED"]}
    assert seller_of(server, "ADAMAGED").orders().payload["Orders"] == []


def test_a_server_starts_whose_default_seller_is_the_one(path: Path) -> None:
    with closing(compose(Options(store=f"sqlite:///{path}"))) as server:
        server.sellers.get(None).place_orders({})
    damage(path, DEFAULT_SELLER)
    with closing(compose(Options(store=f"sqlite:///{path}", scenarios=("demo",)))) as server:
        seller = seller_of(server, "AWHOLE")
        assert seller.orders().status == 200
        assert seller.client("GET", "/orders/v0/orders/1", documented=False).status == 503
        call = {"Action": "ListOrders", "AWSAccessKeyId": "A"}
        assert seller.client("GET", "/Orders/2013-09-01", call, documented=False).status == 503
        seller.seller_id = DEFAULT_SELLER
        assert seller.control("GET", "orders").status == 503
        assert seller.control("POST", "reset", {}).status == 200
        assert seller.control("GET", "orders").body["orders"] == []


def login(seller: ServerSeller) -> int:
    return seller.log_in().status


def read_with(make_token: Callable[[ServerSeller], str]) -> Callable[[ServerSeller], int]:
    def read(seller: ServerSeller) -> int:
        token = make_token(seller)
        return seller.client(
            "GET", "/orders/v0/orders/902-0000001-0000001", headers={"x-amz-access-token": token}
        ).status

    return read


CALLS: dict[str, Callable[[ServerSeller], int]] = {
    "access token": read_with(lambda seller: seller.token),
    "restricted data token": read_with(
        lambda seller: seller.server.credentials.restricted_token(
            seller.seller_id, [Resource("GET", "/orders/v0/orders/902-0000001-0000001")]
        )
    ),
    "refresh token and client": login,
    "access key": lambda seller: seller.list_orders().status,
}
"""How a client calls with what was issued to the first holder of a seller's id."""


@pytest.mark.parametrize("kind", CALLS)
def test_what_was_issued_to_a_seller_now_gone_is_refused_though_its_id_was_made_anew(server: Server, kind: str) -> None:
    first = ServerSeller(server)
    first.place_order(id="902-0000001-0000001")
    call = CALLS[kind]
    assert call(first) == 200
    control = first.control("GET", f"sellers/{first.seller_id}").body
    assert first.control("DELETE", f"sellers/{first.seller_id}").status == 204
    again = first.control("POST", "sellers", {"seller_id": first.seller_id}).body
    server.sellers.get(first.seller_id).place_orders({"id": "902-0000001-0000001"})
    assert call(first) in (400, 401, 403)
    for dialect, secrets in (
        ("lwa", ("client_id", "client_secret", "refresh_token")),
        ("mws", ("access_key", "secret_key")),
    ):
        for each in secrets:
            assert again[dialect][each] != control[dialect][each]
    assert again["mws"]["seller_id"] == first.seller_id
    assert (
        first.client(
            "POST", "/auth/o2/token", body={"grant_type": "refresh_token", **again["lwa"]}, documented=False
        ).status
        == 200
    )


def test_a_link_to_a_document_of_a_world_that_does_not_open_says_why_in_xml(path: Path) -> None:
    with closing(compose(Options(store=f"sqlite:///{path}"))) as server:
        world = server.sellers.get("AWHOLE")
        assert world is not None
        headers = {"x-amz-access-token": server.credentials.access_token("AWHOLE")}
        made = ServerSeller(server).client(
            "POST", "/feeds/2021-06-30/documents", body={"contentType": "text/xml"}, headers=headers, documented=False
        )
        link = "/" + made.body["url"].split("/", 3)[3]
    damage(path, "AWHOLE")
    with closing(compose(Options(store=f"sqlite:///{path}"))) as server:
        answer = ServerSeller(server).client("PUT", link, body=b"<a/>", documented=False)
        assert answer.status == 503
        assert etree.fromstring(answer.raw).findtext("Code") == "ServiceUnavailable"
