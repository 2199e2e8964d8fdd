"""The operations of Feeds 2021-06-30, one method per operationId. Knows no file format and no rule."""

from typing import Any

from marketplace_sandbox.api.admission.access import RATE_LIMIT, Access, invalid
from marketplace_sandbox.api.formats.feeds import documents
from marketplace_sandbox.api.formats.feeds.content import read
from marketplace_sandbox.api.http.calls import Call, Reply
from marketplace_sandbox.api.shared.document_transfer import Transfers
from marketplace_sandbox.api.shared.pagination import PageTokens
from marketplace_sandbox.api.spapi.feeds import commands, pagination
from marketplace_sandbox.api.spapi.feeds.schemas import (
    CreateDocumentSchema,
    CreateFeedSchema,
    DocumentSchema,
    FeedSchema,
)
from marketplace_sandbox.core.feeds.feeds import DocumentUsedError, UnknownFeedError
from marketplace_sandbox.core.feeds.values import FEED_TYPES, FeedDocument
from marketplace_sandbox.core.world import World

UPLOAD, PLAIN = "feed-upload", "feed"
PACKED, UNPACKED_BY_CLIENTS = "feed-gzip", "feed-gzip-encoded"
"""The kinds of links: to send a file to, to a document as it is, as a gzip file, and as one that clients unpack."""


class Feeds:
    """Reads look at published state only. `token_key` protects page tokens; `transfers` serves the documents."""

    def __init__(self, access: Access, token_key: bytes, transfers: Transfers) -> None:
        self._access = access
        self._tokens = PageTokens(token_key)
        self._transfers = transfers
        transfers.writes(UPLOAD, documents.upload)
        transfers.reads(PLAIN, documents.download)
        transfers.reads(PACKED, documents.packed)
        transfers.reads(UNPACKED_BY_CLIENTS, documents.encoded)

    # Documents

    def createFeedDocument(self, call: Call) -> Reply:
        world = self._access.enter(call).world
        media_type = commands.check_media_type(CreateDocumentSchema().load(call.body)["media_type"])
        with commands.refusals():
            document_id = world.happen("feed-document-created", {"media_type": media_type}).feed_document_id
        return _reply(self._shown(world, document_id, UPLOAD), 201)

    def getFeedDocument(self, call: Call) -> Reply:
        world, document_id = self._access.enter(call).world, call.path["feedDocumentId"]
        if world.state.feeds.of_result(document_id, world.now()) is None:
            with commands.refusals():
                _check_there(world, document_id)
            return _reply(self._shown(world, document_id, PLAIN))
        if not world.policy.is_on("feed_report_gzip"):
            return _reply(self._shown(world, document_id, PLAIN))
        encoded = call.query.get("enableContentEncodingUrlHeader", False)
        return _reply(self._shown(world, document_id, UNPACKED_BY_CLIENTS if encoded else PACKED, "GZIP"))

    def _shown(self, world: World, document_id: str, kind: str, compression: str | None = None) -> Any:
        url = self._transfers.link(world, kind, document_id)
        return DocumentSchema().dump({"document_id": document_id, "url": url, "compression": compression})

    # Feeds

    def createFeed(self, call: Call) -> Reply:
        world = self._access.enter(call).world
        wanted = CreateFeedSchema().load(call.body)
        commands.check_feed(wanted, world)
        with commands.refusals():
            document = _source(world, wanted["document_id"])
            kind = FEED_TYPES[wanted["feed_type"]]
            said = read(kind, document.content or b"", document.media_type)
            with self._access.going_wrong(world, "feed", kind.name) as fate:
                feed_id = world.happen("feed-created", {**wanted, **said, **fate}).feed_id
        self._access.wake(world)
        return _reply({"feedId": feed_id}, 202)

    def getFeeds(self, call: Call) -> Reply:
        world = self._access.enter(call).world
        page = pagination.FEEDS.page(self._tokens, world, call.query)
        body = {"feeds": FeedSchema(many=True).dump(page.listed)}
        return _reply(body | ({"nextToken": page.token} if page.token else {}))

    def getFeed(self, call: Call) -> Reply:
        world = self._access.enter(call).world
        with commands.refusals():
            return _reply(FeedSchema().dump(world.state.feeds.find(call.path["feedId"])))

    def cancelFeed(self, call: Call) -> Reply:
        world = self._access.enter(call).world
        with commands.refusals():
            world.happen("feed-canceled", {"feed_id": call.path["feedId"]})
        self._access.wake(world)
        return _reply(None)


def _reply(body: object, status: int = 200) -> Reply:
    return Reply(status, body, RATE_LIMIT)


def _source(world: World, document_id: str) -> FeedDocument:
    """The document of a feed to be, which must be the seller's, uploaded and new. Raises ApiError or a RefusalError."""
    try:
        document = world.state.feeds.document(document_id)
    except UnknownFeedError as unknown:
        raise invalid(str(unknown), "inputFeedDocumentId") from None
    if document.feed_id:
        raise DocumentUsedError(document)
    if document.content is None:
        told = f"Nothing has been uploaded to feed document {document_id}; PUT the file to its url first."
        raise invalid(told, "inputFeedDocumentId")
    return document


def _check_there(world: World, document_id: str) -> None:
    if world.state.feeds.content_of(document_id, world.now()) is None:
        raise UnknownFeedError("uploaded file of feed document", document_id)
