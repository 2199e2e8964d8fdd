"""What feeds are, as values: their types, documents, messages, and what came of each message. Knows no file format.

A message is already read: an action on an order with its arguments, or what was wrong with it in the file.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from marketplace_sandbox.core.jobs import Job
from marketplace_sandbox.core.orders.actions import ARGUMENTS, Action, read_action, write_action
from marketplace_sandbox.core.policy import JP
from marketplace_sandbox.core.text.quoting import quote
from marketplace_sandbox.core.text.reading import FieldError, Fields, choice, json_object, list_of, switch, text, whole

RETENTION = timedelta(days=90)
"""How far back feeds are listed."""

BAD_FIELD = "INVALID_FIELD"
"""The code of a message with an argument that cannot be read; no rule has one for it."""


@dataclass(frozen=True, slots=True)
class FeedType:
    """A type by its name in SP-API. `subject` is the MessageType of its XML; a flat one is a table instead.

    One with `only_in` is known in that marketplace alone.
    """

    name: str
    subject: str
    flat: bool
    only_in: str = ""


ACKNOWLEDGEMENT, ADJUSTMENT, FULFILLMENT = "OrderAcknowledgement", "OrderAdjustment", "OrderFulfillment"
INVOICE, SHIP_DATE = "InvoiceConfirmation", "OrderSourcingOnDemand"

FEED_TYPES = {
    each.name: each
    for each in (
        FeedType("POST_ORDER_ACKNOWLEDGEMENT_DATA", ACKNOWLEDGEMENT, flat=False),
        FeedType("POST_PAYMENT_ADJUSTMENT_DATA", ADJUSTMENT, flat=False),
        FeedType("POST_ORDER_FULFILLMENT_DATA", FULFILLMENT, flat=False),
        FeedType("POST_INVOICE_CONFIRMATION_DATA", INVOICE, flat=False),
        FeedType("POST_EXPECTED_SHIP_DATE_SOD", SHIP_DATE, flat=False, only_in=JP),
        FeedType("POST_FLAT_FILE_ORDER_ACKNOWLEDGEMENT_DATA", ACKNOWLEDGEMENT, flat=True),
        FeedType("POST_FLAT_FILE_PAYMENT_ADJUSTMENT_DATA", ADJUSTMENT, flat=True),
        FeedType("POST_FLAT_FILE_FULFILLMENT_DATA", FULFILLMENT, flat=True),
    )
}
"""Every type that is processed, by its name."""


Row = tuple[str, str]
"""One record of a file: its number, and the order item it is about, if it names one."""


@dataclass(frozen=True, slots=True)
class FeedMessage:
    """One thing a feed wants done. Several may bear one id, for several items of one message of the file.

    With a `code` it could not be read, `text` says why, and nothing is done; a `remark` is only to be passed on.
    `rows` are the records it was read from: that of its own number where nothing else is said, and none of a remark.
    `quantities` are units of items, by their ids, that there must be.
    """

    message_id: str
    order_id: str = ""
    seller_order_id: str = ""
    action: Action | None = None
    currency: str = ""
    rows: tuple[Row, ...] = ()
    code: str = ""
    text: str = ""
    remark: bool = False
    quantities: tuple[tuple[str, int], ...] = ()

    @classmethod
    def read(cls, value: Any, path: str) -> "FeedMessage":
        """The message from its JSON. Raises FieldError."""
        fields = Fields(value, path, known=_MESSAGE_FIELDS)
        message_id = fields.need("message_id", text())
        rows = tuple((number, item) for number, item in fields.get("rows", list_of(_pair), []))
        remark = fields.get("remark", switch, default=False)
        message = cls(
            message_id,
            fields.get("order_id", text(), ""),
            fields.get("seller_order_id", text(), ""),
            None,
            fields.get("currency", text(), ""),
            () if remark else rows or ((message_id, fields.get("item_id", text(), "")),),
            fields.get("code", text(), ""),
            fields.get("text", text(), ""),
            remark,
            tuple((item, whole()(units, path)) for item, units in fields.get("quantities", list_of(_pair), [])),
        )
        if message.code:
            return message
        name, arguments = fields.need("action", choice(ARGUMENTS)), fields.get("with", json_object, {})
        try:
            return replace(message, action=read_action(name, arguments, "feed"))
        except FieldError as bad:
            return replace(message, code=BAD_FIELD, text=str(bad))

    def write(self) -> dict[str, Any]:
        """The message as JSON, as `read` takes it."""
        action = {"action": self.action.name, "with": write_action(self.action)} if self.action else {}
        body = {
            "message_id": self.message_id,
            "order_id": self.order_id,
            "seller_order_id": self.seller_order_id,
            **action,
            "currency": self.currency,
            "rows": [list(each) for each in self.rows],
            "code": self.code,
            "text": self.text,
            "remark": self.remark,
            "quantities": [list(each) for each in self.quantities],
        }
        return {name: each for name, each in body.items() if each}


_MESSAGE_FIELDS = (
    "message_id", "order_id", "seller_order_id", "action", "with", "currency", "rows", "item_id", "code", "text",
    "remark", "quantities",
)  # fmt: skip


def _pair(value: Any, path: str) -> tuple[str, Any]:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise FieldError(path, f"{path} is a list of two; {quote(value)} is not.")
    return text()(value[0], path), value[1]


class FatalProblem(NamedTuple):
    """Why nothing of a file can be read. `code` is the platform's, `message_id` what a report has for a message's."""

    code: str
    text: str
    message_id: str = "0"

    @classmethod
    def read(cls, value: Any, path: str) -> "FatalProblem":
        """The problem from its JSON. Raises FieldError."""
        fields = Fields(value, path, known=cls._fields)
        return cls(fields.need("code", text()), fields.need("text", text()), fields.get("message_id", text(), "0"))

    def write(self) -> dict[str, str]:
        """The problem as JSON, as `read` takes it."""
        written = {"code": self.code, "text": self.text}
        return written if self.message_id == "0" else written | {"message_id": self.message_id}


@dataclass(frozen=True, slots=True)
class FeedFile:
    """What was read from a file: its messages, or why there are none but remarks.

    `digest` tells the same file from another.
    """

    digest: str = ""
    messages: tuple[FeedMessage, ...] = ()
    fatal: FatalProblem | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What is reported of a message that was not simply accepted. `code` is a refusal's, or the file reader's.

    `index` is the message's among those of its feed; nothing else tells two of them apart for sure.
    """

    message_id: str
    order_id: str
    rows: tuple[Row, ...]
    code: str
    text: str
    warning: bool = False
    index: int = 0


@dataclass(frozen=True, slots=True)
class FeedDocument:
    """A file of the seller's. `content` is as it was sent, None before; `feed_id` is the feed made of it."""

    document_id: str
    media_type: str
    created_at: datetime
    content: bytes | None = None
    feed_id: str = ""


@dataclass(frozen=True, slots=True)
class Feed(Job):
    """One feed. `fatal` is why nothing of it can be read, with its code.

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
    fatal: FatalProblem | None = None
    results: tuple[Result, ...] = ()
    processed: int = 0

    @property
    def job_id(self) -> str:
        return self.feed_id

    @property
    def type_name(self) -> str:
        return self.kind.name

    @property
    def error_count(self) -> int:
        """Records with an error."""
        return len(_numbers(each for each in self.results if not each.warning))

    @property
    def warning_count(self) -> int:
        """Records with a warning."""
        return len(_numbers(each for each in self.results if each.warning))


def records(messages: Sequence[FeedMessage]) -> int:
    """How many records of the file these messages were read from."""
    return len(_numbers(each for each in messages if not each.remark))


def _numbers(entries: Iterable[Any]) -> set[str]:
    """The numbers of records; nothing for what is about the file as a whole."""
    return {number for each in entries for number, _ in each.rows}
