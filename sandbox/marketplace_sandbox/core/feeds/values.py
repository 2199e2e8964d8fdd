"""What feeds are, as values: their types, documents, messages, and what came of each message. Knows no file format.

A message is already read: an action on an order with its arguments, or what was wrong with it in the file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

KEPT = timedelta(days=90)
"""How far back feeds are listed."""


@dataclass(frozen=True, slots=True)
class FeedType:
    """A type by its name in SP-API. `subject` is the MessageType of its XML; a flat one is a table instead."""

    name: str
    subject: str
    flat: bool


ACKNOWLEDGEMENT, ADJUSTMENT, FULFILLMENT = "OrderAcknowledgement", "OrderAdjustment", "OrderFulfillment"

FEED_TYPES = {
    each.name: each
    for each in (
        FeedType("POST_ORDER_ACKNOWLEDGEMENT_DATA", ACKNOWLEDGEMENT, flat=False),
        FeedType("POST_PAYMENT_ADJUSTMENT_DATA", ADJUSTMENT, flat=False),
        FeedType("POST_ORDER_FULFILLMENT_DATA", FULFILLMENT, flat=False),
        FeedType("POST_FLAT_FILE_ORDER_ACKNOWLEDGEMENT_DATA", ACKNOWLEDGEMENT, flat=True),
        FeedType("POST_FLAT_FILE_PAYMENT_ADJUSTMENT_DATA", ADJUSTMENT, flat=True),
        FeedType("POST_FLAT_FILE_FULFILLMENT_DATA", FULFILLMENT, flat=True),
    )
}
"""Every type that is worked off, by its name."""


class FeedStatus(StrEnum):
    """How far a feed has come; the last three are final. DONE does not say that any message was accepted."""

    IN_QUEUE = "IN_QUEUE"
    IN_PROGRESS = "IN_PROGRESS"
    DONE = "DONE"
    CANCELLED = "CANCELLED"
    FATAL = "FATAL"


Row = tuple[str, str]
"""One record of a file: its number, and the order item it is about, if it names one."""


@dataclass(frozen=True, slots=True)
class FeedMessage:
    """One thing a feed wants done. Several may bear one id, for several items of one message of the file.

    With a `code` it could not be read, `text` says why, and nothing is done; a `remark` is only to be passed on.
    `rows` are the records it was read from. `quantities` are units of items, by their ids, that there must be.
    """

    message_id: str
    order_id: str = ""
    seller_order_id: str = ""
    action: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    currency: str = ""
    rows: tuple[Row, ...] = ()
    code: str = ""
    text: str = ""
    remark: bool = False
    quantities: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What is reported of a message that was not simply accepted. `code` is a refusal's, or the file reader's.

    `place` is the message's among those of its feed; nothing else tells two of them apart for sure.
    """

    message_id: str
    order_id: str
    rows: tuple[Row, ...]
    code: str
    text: str
    warning: bool = False
    place: int = 0


@dataclass(frozen=True, slots=True)
class FeedDocument:
    """A file of the seller's. `content` is as it was sent, None before; `feed_id` is the feed made of it."""

    document_id: str
    media_type: str
    created_at: datetime
    content: bytes | None = None
    feed_id: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed. `fatal` is why nothing of it can be read, with its code; `fate` how it was told to end, if at all.

    `digest` tells the same file from another one. `results` are there from its end until it is too old. MWS lists the
    processing report among the reports, where it can be `acknowledged_at` an instant.
    """

    feed_id: str
    kind: FeedType
    marketplace_ids: tuple[str, ...]
    created_at: datetime
    input_id: str
    digest: str = ""
    messages: tuple[FeedMessage, ...] = ()
    fatal: tuple[str, str] | None = None
    fate: str = ""
    status: FeedStatus = FeedStatus.IN_QUEUE
    started_at: datetime | None = None
    ended_at: datetime | None = None
    document_id: str = ""
    results: tuple[Result, ...] = ()
    processed: int = 0
    acknowledged_at: datetime | None = None

    @property
    def failed(self) -> int:
        """Records with an error."""
        return len(_numbers(each for each in self.results if not each.warning))

    @property
    def warned(self) -> int:
        """Records with a warning."""
        return len(_numbers(each for each in self.results if each.warning))


def records(messages: Sequence[FeedMessage]) -> int:
    """How many records of the file these messages were read from."""
    return len(_numbers(each for each in messages if not each.remark))


def _numbers(made: Any) -> set[str]:
    """The numbers of records; nothing for what is about the file as a whole."""
    return {number for each in made for number, _ in each.rows}


def read_message(written: Mapping[str, Any]) -> FeedMessage:
    """A message from its form in the journal."""
    message_id, item_id = str(written["message_id"]), str(written.get("item_id", ""))
    rows = tuple((str(number), str(item)) for number, item in written.get("rows") or [(message_id, item_id)])
    return FeedMessage(
        message_id,
        str(written.get("order_id", "")),
        str(written.get("seller_order_id", "")),
        str(written.get("action", "")),
        written.get("with") or {},
        str(written.get("currency", "")),
        () if written.get("remark") else rows,
        str(written.get("code", "")),
        str(written.get("text", "")),
        bool(written.get("remark", False)),
        tuple((str(item), int(units)) for item, units in written.get("quantities") or ()),
    )
