"""The stream that pages follow: what it tells, whom, and that it ends."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests

from marketplace_sandbox.console.live.events import PATH, EventStreams
from tests.api.contract import Client
from tests.console.browsing import HOST
from tests.console.conftest import Shop
from tests.serving import serving


async def follow(
    shop: Shop, streams: EventStreams, version: int = 0, acts: list[Any] | None = None, more: str = ""
) -> list[dict[str, Any]]:
    """What is told from a version on; after each event the next act is done, and at last the server stops.

    Without acts all is told until what is followed is over.
    """
    told: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Any) -> None:
        for line in message.get("body", b"").decode().splitlines():
            if line.startswith("data: "):
                told.append(json.loads(line.removeprefix("data: ")))
                if acts:
                    acts.pop(0)()
                elif acts is not None:
                    streams.end()

    scope = {
        "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": PATH, "raw_path": PATH.encode(),
        "query_string": f"seller={shop.world.seller_id}&version={version}{more}".encode(),
        "root_path": "", "extensions": {},
        "headers": [(b"host", HOST.encode())], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 2),
    }  # fmt: skip
    await asyncio.wait_for(shop.server.app(scope, receive, send), 60)
    return told


def test_a_page_hears_of_what_is_newer_than_it_and_of_every_change(shop: Shop) -> None:
    streams = shop.server.console.streams
    streams._look_seconds = 0.001
    version = shop.world.version
    shop.place_order()
    try:
        acts = [shop.place_order, lambda: shop.world.advance(shop.world.now())]
        told = asyncio.run(follow(shop, streams, version, acts))
    finally:
        streams._ended = False
    assert [each["version"] for each in told] == [version + 1, version + 2, version + 3]
    assert told[0]["now"] == "2026-03-02T16:00:00Z"
    assert (told[0]["rate"], told[0]["advancing"]) == (0, False)


def test_a_page_that_shows_calls_hears_of_them(shop: Shop) -> None:
    """Reads change no world: who shows them asks to be told of them, by how many it shows."""
    client, streams = Client(shop.server.app, ()), shop.server.console.streams
    streams._look_seconds = 0.001
    keys = shop.server.credentials.issue(shop.world.opening.holder)["mws"]["access_key"]
    query = {"Action": "ListOrders", "Version": "2013-09-01", "AWSAccessKeyId": keys}

    def read() -> None:
        with ThreadPoolExecutor(1) as other:
            other.submit(client, "GET", "/Orders/2013-09-01", query, headers={"host": HOST}, documented=False).result()

    read()
    try:
        told = asyncio.run(follow(shop, streams, shop.world.version, [read], "&calls=0"))
    finally:
        streams._ended = False
    assert [each["calls"] for each in told] == [1, 2]
    assert {each["version"] for each in told} == {shop.world.version}


def test_a_seller_that_there_is_not_is_not_followed(shop: Shop) -> None:
    client = Client(shop.server.app, ())
    answer = client("GET", PATH, {"seller": "ANOBODY"}, headers={"host": HOST}, documented=False)
    assert answer.status == 404


def test_no_page_elsewhere_follows(shop: Shop) -> None:
    client = Client(shop.server.app, ())
    for headers in ({"host": "evil.example"}, {"host": HOST, "sec-fetch-site": "cross-site"}):
        assert client("GET", PATH, headers=headers, documented=False).status == 403


def test_a_stream_comes_to_its_end_when_the_server_stops() -> None:
    """It would be cut off after half a second: whoever reads it would take that for a failure, and the log says so."""
    with ThreadPoolExecutor(1) as pool:
        with serving() as server:
            stream = requests.get(f"{server.url}{PATH}", stream=True, timeout=60)
            lines = stream.iter_lines(chunk_size=1)
            assert next(lines).startswith(b"data: ")
            rest = pool.submit(list, lines)
        assert rest.result(60) == [b""]
