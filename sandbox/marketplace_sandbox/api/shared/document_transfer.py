"""Links to documents, which carry everything that is needed to serve them: nothing is remembered between two calls.

A link names a document of one kind and one world, and works for the setting `document_link_life` of the world's time
and until its reset. It needs no credentials and works by its path alone, since clients lose host, port and headers on
the way. Refusals are those of a file store, in XML. Knows no feed and no report: whoever has documents of a kind says
how they are read and written.
"""

import gzip
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import flask
from itsdangerous import BadData, URLSafeSerializer
from lxml import etree

from marketplace_sandbox.api.http.exact_base64 import ExactSigner
from marketplace_sandbox.api.http.flask_side import exchange_of
from marketplace_sandbox.api.shared.xml import leaf, tree
from marketplace_sandbox.core.journal.journal import StoreUnavailableError
from marketplace_sandbox.core.text.instants import format_instant, parse_instant
from marketplace_sandbox.core.world.sellers import Sellers, UnopenedWorldError
from marketplace_sandbox.core.world.world import World

PATH = "/documents"


@dataclass(frozen=True, slots=True)
class File:
    """The bytes of a document and their media type; `headers` go out beside it."""

    content: bytes
    media_type: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DocumentLink:
    """A URL of a document, good for as long as the setting `document_link_life` says; one that is packed says how."""

    name: str
    url: str
    compression: str = ""


_INERT = {"Content-Security-Policy": "sandbox; default-src 'none'", "X-Content-Type-Options": "nosniff"}
"""What somebody sent is not run by a browser as if it were a page of ours."""


class TransferError(Exception):
    """A document that cannot be had or taken: HTTP status, the file store's code, a sentence."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


Read = Callable[[World, str], File]
"""From a world and a document's name to its file. Raises TransferError."""

Write = Callable[[World, str, bytes, str], None]
"""Keeps the bytes sent for a document's name, with the media type they came with. Raises TransferError."""


class Transfers:
    """Makes links and serves them. `public` is the base URL clients reach us by, `key` what links are signed with."""

    def __init__(self, sellers: Sellers, public: str, key: str) -> None:
        self._sellers = sellers
        self._public = public.rstrip("/")
        self._signer = URLSafeSerializer(key, salt=b"document link", signer=ExactSigner)
        self._readers: dict[str, Read] = {}
        self._writers: dict[str, Write] = {}

    def reads(self, kind: str, read: Read) -> None:
        """Documents of this kind can be downloaded, as they are and packed."""

        def pack(world: World, name: str) -> File:
            file = read(world, name)
            return replace(file, content=gzip.compress(file.content, mtime=0))

        def encode(world: World, name: str) -> File:
            return replace(pack(world, name), headers={"Content-Encoding": "gzip"})

        self._readers |= {kind: read, f"{kind}-gzip": pack, f"{kind}-gzip-encoded": encode}

    def writes(self, kind: str, write: Write) -> None:
        """Documents of this kind can be uploaded."""
        self._writers[kind] = write

    def _link(self, world: World, kind: str, name: str) -> str:
        until = world.now() + world.policy.span("document_link_life")
        content = [kind, world.seller_id, name, format_instant(until), world.opening.wall]
        return f"{self._public}{PATH}/{self._signer.dumps(content)}"

    def upload(self, world: World, kind: str, name: str) -> DocumentLink:
        """Where a document is to be sent."""
        return DocumentLink(name, self._link(world, kind, name))

    def download(self, world: World, kind: str, name: str, *, packed: bool, encoded: bool) -> DocumentLink:
        """Where a document is to be had; `packed` as a gzip file, or `encoded` in a way that clients take off."""
        if not packed:
            return DocumentLink(name, self._link(world, kind, name))
        packed_kind = f"{kind}-gzip-encoded" if encoded else f"{kind}-gzip"
        return DocumentLink(name, self._link(world, packed_kind, name), "GZIP")

    def install(self, app: flask.Flask, stations: "Sequence[TransferStation]") -> None:
        """Adds the path of all links, whose requests pass these stations."""

        def view(link: str) -> flask.Response:
            transfer = Transfer(flask.request, link)
            try:
                for station in stations:
                    station(transfer)
            except TransferError as error:
                return _refusal(error)
            except (StoreUnavailableError, UnopenedWorldError) as wrong:
                return _refusal(TransferError(503, "ServiceUnavailable", str(wrong)))
            return transfer.response

        app.add_url_rule(f"{PATH}/<link>", "transfer", view, methods=["GET", "PUT"])

    # The stations

    def open_link(self, transfer: "Transfer") -> None:
        """Reads what the link says. Raises TransferError for one that was not made here or is over."""
        try:
            transfer.kind, seller_id, transfer.name, until, wall = self._signer.loads(transfer.link)
        except (BadData, ValueError):
            raise TransferError(403, "SignatureDoesNotMatch", "The link was not made here, or was changed.") from None
        world = self._sellers.find(seller_id)
        if world is None or world.opening.wall != wall:
            raise TransferError(404, "NoSuchKey", "The seller's world has been reset or removed since.")
        if world.now() >= parse_instant(until):
            worked = f"Request has expired. The link worked until {until} of the world's time"
            raise TransferError(403, "AccessDenied", f"{worked}, which is now {format_instant(world.now())}.")
        transfer.world = world
        exchange = exchange_of(transfer.request)
        exchange.seller_id = seller_id
        exchange.operation = f"{transfer.request.method} document"

    def transfer_document(self, transfer: "Transfer") -> None:
        """Takes an upload, or answers a download. Raises TransferError for a link that is not for that."""
        request, world = transfer.request, transfer.world
        assert world  # noqa: S101  (the link has been opened)
        if request.method == "PUT":
            write = self._writers.get(transfer.kind)
            if write is None:
                raise TransferError(403, "AccessDenied", "The link is for a download; nothing can be sent to it.")
            body = request.get_data(cache=False, parse_form_data=False)
            write(world, transfer.name, body, request.headers.get("Content-Type", ""))
            transfer.response = flask.Response(b"", 200)
            return
        read = self._readers.get(transfer.kind)
        if read is None:
            raise TransferError(403, "AccessDenied", "The link is for an upload; nothing can be read from it.")
        file = read(world, transfer.name)
        headers = {**_INERT, **file.headers}
        transfer.response = flask.Response(file.content, 200, headers, content_type=file.media_type)


@dataclass(slots=True)
class Transfer:
    """A request for a link, and what its stations have found out."""

    request: flask.Request
    link: str
    kind: str = ""
    name: str = ""
    world: World | None = None
    response: flask.Response = field(default_factory=flask.Response)


TransferStation = Callable[[Transfer], None]


def _refusal(error: TransferError) -> flask.Response:
    root = tree("Error", leaf("Code", error.code), leaf("Message", error.message))
    body = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return flask.Response(body, error.status, content_type="application/xml")
