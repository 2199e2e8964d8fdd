"""Commands about feeds and their documents. The largest of all: an entry of the journal has a whole file in it, once.

A file has at most 10 MiB. It stands in the entry packed (zlib) and as text (base85), 5/4 of its packed size, so at most
some 12.5 MiB for one that cannot be packed any further. What was read from it comes on top: 30,000 messages at most.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import ClassVar

from marketplace_sandbox.core.commands.base import Command, Readers, file_content
from marketplace_sandbox.core.feeds.values import FEED_TYPES, FatalProblem, FeedFile, FeedMessage
from marketplace_sandbox.core.marketplaces import MARKETPLACES, marketplace_suggestion
from marketplace_sandbox.core.text.reading import (
    choice,
    choices,
    list_of,
    span,
    switch,
    text,
    texts,
)


@dataclass(frozen=True, slots=True)
class CreateFeedDocument(Command):
    """Somebody is about to upload a file of a media type."""

    kind = "feed-document-created"
    readers: ClassVar[Readers] = {"media_type": text()}
    media_type: str


@dataclass(frozen=True, slots=True)
class UploadFeedDocument(Command):
    """Somebody has sent a file."""

    kind = "feed-document-uploaded"
    readers: ClassVar[Readers] = {"document_id": text(), "content": file_content}
    unchecked = ("content",)
    document_id: str
    content: bytes


@dataclass(frozen=True, slots=True)
class CreateFeed(Command):
    """Somebody wants a file processed: an uploaded document, or a `content` of a media type that comes with the call.

    `messages` is what was read from it, or `fatal` why nothing could be; `digest` tells the same file from another.
    `fate` may say that the feed is to fail, `stuck` for how much longer it stays in the queue.
    """

    kind = "feed-created"
    readers: ClassVar[Readers] = {
        "feed_type": choice(FEED_TYPES),
        "marketplace_ids": choices(MARKETPLACES, least=1, of="marketplace", suggest=marketplace_suggestion),
        "document_id": text(),
        "media_type": text(),
        "content": file_content,
        "digest": text(),
        "messages": lambda value, path: tuple(list_of(FeedMessage.read)(value, path)),
        "fatal": FatalProblem.read,
        "fate": text(),
        "stuck": span(),
    }
    unchecked = ("content", "messages")
    feed_type: str
    marketplace_ids: tuple[str, ...]
    document_id: str = ""
    media_type: str = ""
    content: bytes | None = None
    digest: str = ""
    messages: tuple[FeedMessage, ...] = ()
    fatal: FatalProblem | None = None
    fate: str = ""
    stuck: timedelta = timedelta(0)

    def with_file(self, file: FeedFile) -> "CreateFeed":
        """The command with what was read from its file."""
        return replace(self, digest=file.digest, messages=file.messages, fatal=file.fatal)


@dataclass(frozen=True, slots=True)
class CancelFeed(Command):
    """Somebody does not want a feed any more."""

    kind = "feed-canceled"
    readers: ClassVar[Readers] = {"feed_id": text()}
    feed_id: str


@dataclass(frozen=True, slots=True)
class AcknowledgeFeeds(Command):
    """Somebody has noted the processing reports of some feeds, or takes it back."""

    kind = "feeds-acknowledged"
    readers: ClassVar[Readers] = {"feed_ids": texts, "acknowledged": switch}
    feed_ids: tuple[str, ...]
    acknowledged: bool
