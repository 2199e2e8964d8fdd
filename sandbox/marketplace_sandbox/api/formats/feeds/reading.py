"""What the readers of all feed types share: errors, and values that both XML and tables have.

A reader answers messages in the form of the journal: an action with its arguments, or what is wrong with a message.
Values are read with the readers of the core, so that a mistake has the same sentence here as anywhere.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from marketplace_sandbox.core.feeds.values import BAD_FIELD, FeedMessage
from marketplace_sandbox.core.orders.reasons import SELLER_REASONS
from marketplace_sandbox.core.text import reading
from marketplace_sandbox.core.text.instants import parse_instant
from marketplace_sandbox.core.text.quoting import quote, suggestion

T = TypeVar("T")

MALFORMED, UNPARSED, ILL_FORMED = "5000", "5001", "50001"
INCOMPLETE, BAD_ORDER_ID = "18028", "25441"
MISSING, UNKNOWN_HEADING = "90012", "90061"
"""The platform's codes for what is wrong with a file (SEEN-REFUSED-FEEDS in docs/sources.md)."""

WHOLE_FILE = "0"
"""What stands in a report for the id of a message where it is about the file as a whole."""

MOST_MESSAGES = 30_000
"""Messages of one file, as the platform advises."""

WRONG_TYPE = (
    "We are unable to process the XML feed because one or more items are invalid. Please re-submit the feed. "
    "The feed type {feed_type} takes messages of the type {expected}; these are {found}."
)

LONGEST_TEXT = 100
_PRINTABLE = reading.printable_text(LONGEST_TEXT)


class UnreadableRecordError(Exception):
    """One message that cannot be understood. `code` is the platform's."""

    def __init__(self, text: str, code: str = INCOMPLETE) -> None:
        super().__init__(text)
        self.code = code


class SchemaError(UnreadableRecordError):
    """A message with a value that is none of its field's. In XML the schema is against it; a table has no schema."""


class FatalFileError(Exception):
    """A file of which nothing can be done.

    `code` is the platform's; without one it is that of a file which is nothing of the kind. `message_id` stands for the
    id of a message in the report, and `remarks` are told beside.
    """

    def __init__(
        self, text: str, code: str = "", message_id: str = WHOLE_FILE, remarks: Iterable[FeedMessage] = ()
    ) -> None:
        super().__init__(text)
        self.code = code
        self.message_id = message_id
        self.remarks = tuple(remarks)


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a table: its number, counted from one, and its cells by column."""

    number: str
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def needs(self, column: str) -> str:
        """A cell that must not be empty. Raises UnreadableRecordError."""
        if not self[column]:
            raise UnreadableRecordError(f"A value is required for the {column} field.", MISSING)
        return self[column]


def unreadable_message(
    number: str, problem: UnreadableRecordError, order_id: str = "", rows: Iterable[tuple[str, str]] = ()
) -> FeedMessage:
    """The message in the place of one that could not be understood."""
    return FeedMessage(number, order_id, rows=tuple(rows) or ((number, ""),), code=problem.code, text=str(problem))


def remark(text: str) -> FeedMessage:
    """What is to be said of a file as a whole."""
    return FeedMessage(WHOLE_FILE, code=UNKNOWN_HEADING, text=text, remark=True)


def check_arguments(message: FeedMessage) -> FeedMessage:
    """The message, or the same without its action where an argument of that is none, of whatever origin."""
    action = message.action
    if action is None:
        return message
    names = ("carrier", "tracking", "shipping_service", "seller_order_id")
    texts: dict[str, str] = {name: getattr(action, name) for name in names}
    for index, each in enumerate(action.transparency_codes):
        texts |= {f"transparency_codes[{index}].codes[{i}]": code for i, code in enumerate(each.codes)}
    for index, link in enumerate(action.seller_item_ids):
        texts[f"seller_item_ids[{index}].seller_item_id"] = link.seller_item_id
    try:
        for field_path, text in texts.items():
            if text:
                _PRINTABLE(text, field_path)
        for index, sum_ in enumerate(action.amounts or ()):
            reading.amount(str(sum_.amount), f"amounts[{index}].amount")
    except reading.FieldError as wrong:
        return replace(message, action=None, code=BAD_FIELD, text=str(wrong))
    return message


def read_value(reader: reading.Reader[T], value: Any, name: str) -> T:
    """A value read by a reader of the core. Raises SchemaError."""
    try:
        return reader(value, name)
    except reading.FieldError as wrong:
        raise SchemaError(str(wrong)) from None


def check_order_id(order_id: str) -> str:
    """An id in the platform's form, three, seven and seven characters. Raises UnreadableRecordError."""
    if not re.fullmatch(r"[0-9A-Za-z_]{3}-[0-9A-Za-z_]{7}-[0-9A-Za-z_]{7}", order_id):
        text = f"{quote(order_id)} is no order id; one is like 902-1234567-1234567, with its hyphens."
        raise UnreadableRecordError(text, BAD_ORDER_ID)
    return order_id


def read_choice(name: str, value: str, known: Iterable[str]) -> str:
    """One of the words that are known. Raises UnreadableRecordError."""
    return read_value(reading.choice(known, name), value, name)


def read_short_text(name: str, value: str) -> str:
    """A text that is not too long. Raises UnreadableRecordError."""
    return read_value(reading.text(LONGEST_TEXT), value, name)


def read_quantity(name: str, value: str) -> int:
    """A number of units from one. Raises UnreadableRecordError."""
    is_number = re.fullmatch("0*[0-9]{1,9}", value, re.ASCII)
    return read_value(reading.whole(least=1), int(value) if is_number else value, name)


def read_instant(name: str, value: str) -> datetime:
    """A date with a time, in UTC where it names no zone. Raises UnreadableRecordError."""
    if "T" not in value:
        raise SchemaError(f"{name} is a date with a time, such as 2026-03-02T16:00:00Z; {quote(value)} is not.")
    return read_date(name, value)


def read_date(name: str, value: str) -> datetime:
    """A date, with or without a time, in UTC where it names no zone. Raises UnreadableRecordError."""
    try:
        return parse_instant(value, naive_is_utc=True)
    except ValueError:
        raise SchemaError(f"{name} is ISO 8601, such as 2026-03-02T16:00:00Z; {quote(value)} is not.") from None


def check_amount(name: str, value: str) -> str:
    """A sum with at most two decimals, as text. Raises UnreadableRecordError."""
    if not re.fullmatch(r"[+-]?([0-9]{1,9}([.][0-9]{0,2})?|[.][0-9]{1,2})", value, re.ASCII):
        example = "an amount such as 5.00, with a point and at most two decimals"
        raise SchemaError(f"{name} is {example}; {quote(value)} is not.")
    return value.removeprefix("+")


CANCEL_REASONS = {each.feed: each.key for each in SELLER_REASONS.values() if each.feed}
"""Our key of each reason of a cancellation by feed."""

NEWER_CANCEL_REASONS = tuple(
    each.feed for each in SELLER_REASONS.values() if each.feed and (each.newer or each.newer_in_feeds)
)
"""Those that only newer feed libraries know; the rules say whether they are taken."""

UNSTATED = "general_adjustment"
"""The reason of a cancellation that names none; the platform lets it be left out."""

REFUND_REASONS = {
    "NoInventory": "no_inventory",
    "ProductOutofStock": "out_of_stock",
    "CustomerReturn": "customer_return",
    "GeneralAdjustment": "general_adjustment",
    "CouldNotShip": "could_not_ship",
    "DifferentItem": "different_item",
    "Abandoned": "abandoned",
    "CustomerCancel": "customer_cancel",
    "PriceError": "pricing_error",
    "CustomerAddressIncorrect": "undeliverable",
    "Exchange": "exchange",
    "Other": "other",
    "CarrierCreditDecision": "carrier_credit_decision",
    "RiskAssessmentInformationNotValid": "risk_assessment_information_not_valid",
    "CarrierCoverageFailure": "carrier_coverage_failure",
    "TransactionRecord": "transaction_record",
    "Undeliverable": "undeliverable",
    "RefusedDelivery": "refused_delivery",
}
"""Our key of each reason of an adjustment."""


def read_cancel_reason(word: str, known: Collection[str] = CANCEL_REASONS) -> str:
    """Our key of a reason of a cancellation. Raises UnreadableRecordError for one that is not among those `known`."""
    offered = [each for each in known if each not in NEWER_CANCEL_REASONS]
    if word in CANCEL_REASONS and word not in known:
        raise UnreadableRecordError(f"{word} is a reason in XML alone; those of a table are {', '.join(offered)}.")
    if word in REFUND_REASONS and word not in known:
        meant = "; did you mean 'BuyerCanceled'?" if word == "CustomerCancel" else suggestion(word, offered)
        raise SchemaError(f"{word} is a reason of adjustments, not of cancellations{meant}")
    if word not in known:
        read_choice("cancellation reason", word, offered)
    return CANCEL_REASONS[word]


def read_refund_reason(word: str) -> str:
    """Our key of a reason of an adjustment. Raises UnreadableRecordError."""
    if word == "BuyerCanceled":
        raise SchemaError(
            "BuyerCanceled is a reason of cancellations, not of adjustments; did you mean 'CustomerCancel'?"
        )
    return REFUND_REASONS[read_choice("adjustment reason", word, REFUND_REASONS)]


def reason_of_order(words: Iterable[str], known: Collection[str] = CANCEL_REASONS) -> str:
    """The reason of an order whose items name several: one that is not the buyer's, if there is one."""
    keys = list(dict.fromkeys(read_cancel_reason(each, known) for each in words if each)) or [UNSTATED]
    return next((each for each in keys if each != "buyer_canceled"), keys[0])
