"""From the bytes of an uploaded file to what its feed wants: told apart by a digest, read by its type."""

import hashlib
from typing import Any

from marketplace_sandbox.api.formats.feeds import (
    acknowledgement,
    adjustment,
    envelope,
    flat,
    fulfillment,
    invoice,
    ship_date,
)
from marketplace_sandbox.api.formats.feeds.reading import MISSING, UNPARSED, FatalFileError, check_arguments
from marketplace_sandbox.api.formats.feeds.text import decode
from marketplace_sandbox.core.feeds.values import (
    ACKNOWLEDGEMENT,
    ADJUSTMENT,
    FULFILLMENT,
    INVOICE,
    SHIP_DATE,
    FatalProblem,
    FeedFile,
    FeedMessage,
    FeedType,
)

MOST_BYTES = 10 * 1024 * 1024
"""The size of a file."""

_GZIP = b"\x1f\x8b"
PACKED = "The file is packed with gzip, which feeds do not come in; send it as it is."

_TYPES: dict[str, Any] = {
    ACKNOWLEDGEMENT: acknowledgement,
    ADJUSTMENT: adjustment,
    FULFILLMENT: fulfillment,
    INVOICE: invoice,
    SHIP_DATE: ship_date,
}


def read_feed_file(kind: FeedType, content: bytes, media_type: str) -> FeedFile:
    """What a file wants, or why nothing of it can be read."""
    digest = hashlib.sha256(content).hexdigest()
    try:
        messages = _messages(kind, content, media_type)
        return FeedFile(digest, tuple([check_arguments(each) for each in messages]))
    except FatalFileError as problem:
        code = problem.code or (MISSING if kind.flat else UNPARSED)
        return FeedFile(digest, problem.remarks, FatalProblem(code, str(problem), problem.message_id))


def read_lines(kind: FeedType, content: bytes, media_type: str) -> tuple[list[str], list[int]]:
    """The lines of a file, and the numbers of those that its records or messages begin on, in their order.

    There are none of what cannot be read.
    """
    try:
        text = decode(content, media_type) if kind.flat else envelope.text_of(content, media_type)
    except FatalFileError:
        return content.decode("utf-8", "replace").splitlines(), []
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    try:
        return lines, flat.record_lines(text) if kind.flat else envelope.message_lines(text)
    except FatalFileError:
        return lines, []


def _messages(kind: FeedType, content: bytes, media_type: str) -> list[FeedMessage]:
    reader = _TYPES[kind.subject]
    if content.startswith(_GZIP):
        raise flat.no_table(reader.REQUIRED[0], PACKED) if kind.flat else envelope.no_xml(PACKED)
    if kind.flat and not content.strip():
        raise flat.no_table(reader.REQUIRED[0], "The file is empty.")
    if not kind.flat:
        return envelope.read(kind, content, media_type, reader.from_xml)
    table = flat.read_table(kind, decode(content, media_type), reader.COLUMNS, reader.REQUIRED)
    messages = [*table.broken, *reader.from_records(table.records)]
    return [*table.remarks, *sorted(messages, key=lambda each: int(each.message_id))]
