"""Links to documents: what they serve and take, how long they work, and what is refused as a file store does."""

import gzip
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from marketplace_sandbox.api.shared.document_transfer import File, TransferError, Transfers
from marketplace_sandbox.core.world.sellers import Sellers
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.server import stations
from marketplace_sandbox.store.memory import MemoryStore
from tests.api.app import build_app
from tests.api.contract import Answer, Client
from tests.api.shop import START


@dataclass
class Post:
    """A server that has documents of two kinds: letters to read, parcels to send."""

    sellers: Sellers
    transfers: Transfers
    client: Client
    sent: list[tuple[str, bytes, str]] = field(default_factory=list)

    @property
    def world(self) -> World:
        return self.sellers.get("ATRANSFER")

    def call(self, method: str, url: str, body: bytes = b"", **headers: str) -> Answer:
        """One call by the path of a URL alone."""
        return self.client(method, urlsplit(url).path, body=body, headers=headers, documented=False)


@pytest.fixture(scope="module")
def shared() -> Iterator[Post]:
    sellers = Sellers(MemoryStore(), real=lambda: 0.0)
    transfers = Transfers(sellers, "https://sandbox.example:8443/", "key")
    app = build_app([], lambda flask_app: transfers.install(flask_app, stations.document_link(transfers)))
    post = Post(sellers, transfers, Client(app, ()))
    transfers.reads("letter", _letter)
    transfers.writes("parcel", lambda _world, name, body, kind: post.sent.append((name, body, kind)))
    yield post
    post.client.app.close()


@pytest.fixture
def post(shared: Post) -> Iterator[Post]:
    shared.sellers.open("ATRANSFER", start=START)
    yield shared
    if shared.sellers.find("ATRANSFER"):
        shared.sellers.remove("ATRANSFER")
    shared.sent.clear()


def _letter(world: World, name: str) -> File:
    if name == "lost":
        raise TransferError(404, "NoSuchKey", "It is lost.")
    return File(f"{name} of {world.seller_id}".encode(), "text/plain; charset=utf-8", {"Content-Encoding": "identity"})


def refused(answer: Answer) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/xml"
    code = re.search(r"<Error><Code>(\w+)</Code><Message>[^<]+</Message></Error>", answer.raw.decode())
    assert code, answer.raw
    return answer.status, code[1]


def test_a_link_serves_the_document_by_its_path_alone(post: Post) -> None:
    url = post.transfers.upload(post.world, "letter", "one").url
    assert url.startswith("https://sandbox.example:8443/documents/")
    answer = post.call("GET", url, authorization="nonsense")
    assert (answer.status, answer.raw) == (200, b"one of ATRANSFER")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-encoding"] == "identity"


def test_a_link_takes_a_document_with_its_type(post: Post) -> None:
    url = post.transfers.upload(post.world, "parcel", "two").url
    answer = post.call("PUT", url, b"\x00<feed/>", **{"content-type": "text/xml; charset=UTF-8"})
    assert (answer.status, answer.raw) == (200, b"")
    assert post.sent == [("two", b"\x00<feed/>", "text/xml; charset=UTF-8")]


@pytest.mark.parametrize(("seconds", "status"), [(299.999, 200), (300, 403), (301, 403)])
def test_a_link_works_for_five_minutes_of_the_worlds_time(post: Post, seconds: float, status: int) -> None:
    url = post.transfers.upload(post.world, "letter", "one").url
    post.world.advance(timedelta(seconds=seconds))
    answer = post.call("GET", url)
    assert answer.status == status
    if status == 403:
        assert refused(answer) == (403, "AccessDenied")
        assert b"Request has expired. The link worked until 2026-03-02T16:05:00Z" in answer.raw


def test_what_is_no_link_of_ours_is_refused(post: Post) -> None:
    url = post.transfers.upload(post.world, "letter", "one").url
    other = Transfers(post.sellers, "http://127.0.0.1", "another key").upload(post.world, "letter", "one").url
    for wrong in (url[:-1] + ("a" if url[-1] != "a" else "b"), "http://h/documents/x", "http://h/documents/é", other):
        assert refused(post.call("GET", wrong)) == (403, "SignatureDoesNotMatch")


def test_a_link_has_one_spelling(post: Post) -> None:
    url = post.transfers.upload(post.world, "letter", "one").url
    spellings = [url[:-1] + each for each in string.ascii_letters + string.digits + "-_"] + [f"{url}=", f"{url}!"]
    assert [each for each in spellings if post.call("GET", each).status == 200] == [url]


def test_a_link_goes_one_way(post: Post) -> None:
    assert refused(post.call("PUT", post.transfers.upload(post.world, "letter", "one").url, b"x")) == (
        403,
        "AccessDenied",
    )
    assert refused(post.call("GET", post.transfers.upload(post.world, "parcel", "two").url)) == (403, "AccessDenied")
    assert not post.sent


def test_no_link_outlives_its_world(post: Post) -> None:
    url, lost = (post.transfers.upload(post.world, "letter", name).url for name in ("one", "lost"))
    assert refused(post.call("GET", lost)) == (404, "NoSuchKey")
    post.sellers.remove("ATRANSFER")
    assert refused(post.call("GET", url)) == (404, "NoSuchKey")


def test_a_document_can_be_had_as_it_is_packed_and_encoded(post: Post) -> None:
    plain = post.transfers.download(post.world, "letter", "one", packed=False, encoded=True)
    packed = post.transfers.download(post.world, "letter", "one", packed=True, encoded=False)
    encoded = post.transfers.download(post.world, "letter", "one", packed=True, encoded=True)
    assert (plain.compression, packed.compression, encoded.compression) == ("", "GZIP", "GZIP")
    assert post.call("GET", plain.url).raw == b"one of ATRANSFER"
    for link, encoding in ((packed, "identity"), (encoded, "gzip")):
        answer = post.call("GET", link.url)
        assert (gzip.decompress(answer.raw), answer.headers["content-encoding"]) == (b"one of ATRANSFER", encoding)
