"""From the bytes of an uploaded file to what its feed wants: unpacked, told apart by a digest, read by its type."""

import hashlib
import zlib
from typing import Any

from marketplace_sandbox.api.formats.feeds import acknowledgement, adjustment, envelope, flat, fulfillment
from marketplace_sandbox.api.formats.feeds.reading import FatalFileError, check_arguments
from marketplace_sandbox.api.formats.feeds.text import decode
from marketplace_sandbox.core.feeds.values import (
    ACKNOWLEDGEMENT,
    ADJUSTMENT,
    FULFILLMENT,
    FatalProblem,
    FeedFile,
    FeedMessage,
    FeedType,
)

MOST_BYTES = 10 * 1024 * 1024
"""The size of a file, unpacked."""

STEEPEST = 200
"""How many times larger than packed a file of more than a megabyte may be."""

_LENIENT = 1024 * 1024
_GZIP = b"\x1f\x8b"

_TYPES: dict[str, Any] = {ACKNOWLEDGEMENT: acknowledgement, ADJUSTMENT: adjustment, FULFILLMENT: fulfillment}


def read_feed_file(kind: FeedType, content: bytes, media_type: str) -> FeedFile:
    """What a file wants, or why nothing of it can be read."""
    digest = hashlib.sha256(content).hexdigest()
    try:
        plain = unpack(content)
        digest = hashlib.sha256(plain).hexdigest()
        messages = _messages(kind, plain, media_type)
        return FeedFile(digest, tuple([check_arguments(each) for each in messages]))
    except FatalFileError as problem:
        return FeedFile(digest, fatal=FatalProblem(problem.code, str(problem)))


def unpack(content: bytes) -> bytes:
    """A file as it is, or what is packed in it. Raises FatalFileError."""
    if not content.startswith(_GZIP):
        return content
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(content, MOST_BYTES + 1)
    except zlib.error:
        raise FatalFileError("The file begins like one packed with gzip, but cannot be unpacked.") from None
    if len(plain) > MOST_BYTES:
        raise FatalFileError(f"Unpacked, the file is larger than {MOST_BYTES} bytes.")
    if len(plain) > max(_LENIENT, STEEPEST * len(content)):
        raise FatalFileError(f"Unpacked, the file is more than {STEEPEST} times as large.")
    if not unpacker.eof or unpacker.unused_data:
        raise FatalFileError("The file is packed with gzip, but ends too early or has something behind its end.")
    return plain


def _messages(kind: FeedType, content: bytes, media_type: str) -> list[FeedMessage]:
    if not content.strip():
        raise FatalFileError("The file is empty.")
    reader = _TYPES[kind.subject]
    if not kind.flat:
        return envelope.read(kind, content, media_type, reader.from_xml)
    if content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        raise FatalFileError(f"The feed type {kind.name} takes a table; the file is XML.")
    table = flat.read_table(kind, decode(content, media_type), reader.COLUMNS, reader.REQUIRED)
    messages = [*table.broken, *reader.from_records(table.records)]
    return [*table.remarks, *sorted(messages, key=lambda each: int(each.message_id))]
