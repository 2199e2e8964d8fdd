"""The operations of Feeds 2021-06-30, one method per operationId. Knows no file format and no rule."""

from collections.abc import Mapping
from typing import Any

from marketplace_sandbox.api.admission.access import RATE_LIMIT, Access, Caller, invalid
from marketplace_sandbox.api.formats.feeds import feed_documents
from marketplace_sandbox.api.formats.feeds.feed_file import read_feed_file
from marketplace_sandbox.api.http.exchange import Call, Reply
from marketplace_sandbox.api.shared.document_transfer import Transfers
from marketplace_sandbox.api.shared.pagination import PageTokens
from marketplace_sandbox.api.shared.spapi_jobs import (
    JobQuery,
    check_marketplaces,
    check_types,
    job_list,
    translate_refusals,
)
from marketplace_sandbox.api.spapi.feeds.schemas import (
    CREATE_FEED_NAMES,
    CreateDocumentSchema,
    CreateFeedSchema,
    DocumentSchema,
    FeedSchema,
)
from marketplace_sandbox.core.commands.feeds import CancelFeed, CreateFeed, CreateFeedDocument
from marketplace_sandbox.core.feeds.feeds import DocumentUsedError, UnknownFeedError
from marketplace_sandbox.core.feeds.values import FEED_TYPES, RETENTION, Feed, FeedDocument
from marketplace_sandbox.core.text.quoting import quote
from marketplace_sandbox.core.text.reading import FieldError, join, text
from marketplace_sandbox.core.world.world import World

UPLOAD, DOWNLOAD = "feed-upload", "feed"
"""The kinds of links: to send a file to, and to a document."""

LONGEST_MEDIA_TYPE = 200

FEEDS: JobQuery[Feed] = JobQuery(
    job_list("feeds", lambda world, after: world.state.feeds.latest_first(after)),
    "feedTypes",
    FEED_TYPES,
    "feed type",
    RETENTION,
)


class Feeds:
    """Reads look at published state only. `token_key` protects page tokens; `transfers` serves the documents."""

    def __init__(self, access: Access, token_key: bytes, transfers: Transfers) -> None:
        self._access = access
        self._tokens = PageTokens(token_key)
        self._transfers = transfers
        transfers.writes(UPLOAD, feed_documents.upload)
        transfers.reads(DOWNLOAD, feed_documents.download)

    # Documents

    def createFeedDocument(self, call: Call, caller: Caller) -> Reply:
        world = caller.world
        media_type = _read_media_type(CreateDocumentSchema().load(call.body)["media_type"])
        with translate_refusals(CREATE_FEED_NAMES):
            document_id = world.execute(CreateFeedDocument(media_type=media_type)).feed_document_id
        return _reply(DocumentSchema().dump(self._transfers.upload(world, UPLOAD, document_id)), 201)

    def getFeedDocument(self, call: Call, caller: Caller) -> Reply:
        world, document_id = caller.world, call.path["feedDocumentId"]
        feeds, now = world.state.feeds, world.now()
        is_report = feeds.of_result(document_id, now) is not None
        with translate_refusals(CREATE_FEED_NAMES):
            if not is_report and feeds.content_of(document_id, now) is None:
                raise UnknownFeedError("uploaded file of feed document", document_id)
        link = self._transfers.download(
            world,
            DOWNLOAD,
            document_id,
            packed=is_report and world.policy.is_on("feed_report_gzip"),
            encoded=call.query.get("enableContentEncodingUrlHeader", False),
        )
        return _reply(DocumentSchema().dump(link))

    # Feeds

    def createFeed(self, call: Call, caller: Caller) -> Reply:
        world = caller.world
        request = CreateFeedSchema().load(call.body)
        _check_request(request, world)
        with translate_refusals(CREATE_FEED_NAMES):
            document = _find_uploaded(world, request["document_id"])
            kind = FEED_TYPES[request["feed_type"]]
            file = read_feed_file(kind, document.content or b"", document.media_type)
            with self._access.match_job_fault(world, "feed", kind.name) as fault:
                named = {name: request[name] for name in ("feed_type", "marketplace_ids", "document_id")}
                command = CreateFeed.read({**named, **fault}).with_file(file)
                feed_id = world.execute(command).feed_id
        self._access.wake(world)
        return _reply({"feedId": feed_id}, 202)

    def getFeeds(self, call: Call, caller: Caller) -> Reply:
        world = caller.world
        page = FEEDS.page(self._tokens, world, call.query)
        body = {"feeds": FeedSchema(many=True).dump(page.entries)}
        return _reply(body | ({"nextToken": page.token} if page.token else {}))

    def getFeed(self, call: Call, caller: Caller) -> Reply:
        world = caller.world
        with translate_refusals(CREATE_FEED_NAMES):
            return _reply(FeedSchema().dump(world.state.feeds.find(call.path["feedId"])))

    def cancelFeed(self, call: Call, caller: Caller) -> Reply:
        world = caller.world
        with translate_refusals(CREATE_FEED_NAMES):
            world.execute(CancelFeed(feed_id=call.path["feedId"]))
        self._access.wake(world)
        return _reply(None)


def _reply(body: object, status: int = 200) -> Reply:
    return Reply(status, body, RATE_LIMIT)


def _read_media_type(media_type: str) -> str:
    """A content type that an upload can have. Raises ApiError."""
    if not 1 <= len(media_type) <= LONGEST_MEDIA_TYPE or not media_type.isascii() or not media_type.isprintable():
        message = f"contentType is a media type such as 'text/xml; charset=UTF-8'; {quote(media_type)} is none."
        raise invalid(message, "contentType")
    return media_type.strip()


def _check_request(request: Mapping[str, Any], world: World) -> None:
    """Refuses feed types and marketplaces there are none of, and options that are no texts. Raises ApiError."""
    check_types([request["feed_type"]], FEED_TYPES, "feed type", "feedType")
    check_marketplaces(request["marketplace_ids"], world)
    try:
        for name, value in request["options"].items():
            text()(value, join("feedOptions", name[:100]))
    except FieldError as wrong:
        raise invalid(str(wrong), "feedOptions") from None


def _find_uploaded(world: World, document_id: str) -> FeedDocument:
    """The document of a feed to be, which must be the seller's, uploaded and new. Raises ApiError or a RefusalError."""
    try:
        document = world.state.feeds.document(document_id)
    except UnknownFeedError as unknown:
        raise invalid(str(unknown), "inputFeedDocumentId") from None
    if document.feed_id:
        raise DocumentUsedError(document)
    if document.content is None:
        message = f"Nothing has been uploaded to feed document {document_id}; PUT the file to its url first."
        raise invalid(message, "inputFeedDocumentId")
    return document
