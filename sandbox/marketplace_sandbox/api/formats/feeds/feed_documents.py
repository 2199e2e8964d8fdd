"""The documents of feeds behind links: uploads as they were sent, processing reports written when read."""

from marketplace_sandbox.api.formats.feeds import processing_report
from marketplace_sandbox.api.shared.document_transfer import File, TransferError
from marketplace_sandbox.core.commands.feeds import UploadFeedDocument
from marketplace_sandbox.core.feeds.feeds import UnknownFeedError
from marketplace_sandbox.core.feeds.values import Feed
from marketplace_sandbox.core.policy import JP
from marketplace_sandbox.core.refusals import RefusalError
from marketplace_sandbox.core.text.quoting import quote
from marketplace_sandbox.core.text.reading import FieldError
from marketplace_sandbox.core.world.bounds import BoundError
from marketplace_sandbox.core.world.world import World

WESTERN, JAPANESE = ("windows-1252", "cp1252"), ("windows-31j", "cp932")
"""The name of an encoding on the wire, and Python's."""


def processing_report_file(feed: Feed, seller_id: str, *, legacy: bool = False) -> File:
    """The processing report of a feed that has ended; a table of MWS is in the older encodings."""
    if not feed.kind.flat:
        return File(processing_report.as_xml(feed, seller_id), "text/xml; charset=UTF-8")
    text = processing_report.as_table(feed)
    if not legacy:
        return File(text.encode("utf-8", "replace"), "text/plain; charset=UTF-8")
    wire, ours = JAPANESE if JP in feed.marketplace_ids else WESTERN
    return File(text.encode(ours, "replace"), f"text/plain; charset={wire}")


def download(world: World, document_id: str) -> File:
    """What stands behind a link to a document."""
    feeds, now = world.state.feeds, world.now()
    feed = feeds.of_result(document_id, now)
    if feed:
        return processing_report_file(feed, world.seller_id)
    try:
        document, content = feeds.document(document_id), feeds.content_of(document_id, now)
    except UnknownFeedError as gone:
        raise TransferError(404, "NoSuchKey", str(gone)) from None
    if content is None:
        raise TransferError(404, "NoSuchKey", f"Nothing is kept of document {document_id}.")
    return File(content, document.media_type)


def upload(world: World, document_id: str, content: bytes, media_type: str) -> None:
    """Keeps what was sent to a link. Raises TransferError."""
    try:
        announced = world.state.feeds.document(document_id).media_type
        if media_type != announced:
            message = f"The Content-Type is {quote(media_type)}; the document was created for {quote(announced)}."
            raise TransferError(403, "SignatureDoesNotMatch", message)
        world.execute(UploadFeedDocument(document_id, content))
    except UnknownFeedError as gone:
        raise TransferError(404, "NoSuchKey", str(gone)) from None
    except BoundError as full:
        raise TransferError(413, "EntityTooLarge", str(full)) from None
    except (RefusalError, FieldError) as refused:
        raise TransferError(403, "AccessDenied", str(refused)) from None
