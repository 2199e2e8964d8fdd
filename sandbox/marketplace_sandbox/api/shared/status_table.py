"""What a status shows: one table of which parts of an order a caller may see, read by every dialect and every report.

A seller does not see an order whole. While it is pending nobody shows who bought it or what it costs; once it is
canceled the buyer, the address, the money and the quantities are gone; of what Amazon ships the phone number is
Amazon's own. On the platform these rules are the same facts in five spellings, so here they stand once and the dialects
spell them.

Rows are parts, columns are statuses. A column more than the platform has statuses is needed: an order that was
canceled before it was released never showed whether it is a gift, and goes on hiding it, as one canceled later does
not. A
pre-order needs none of its own: it is PendingAvailability until its release, and afterwards like any other; what tells
it apart (its type, its first ship date) are values, not what is shown. Unfulfillable is what Amazon ships for another
store.

A cell is `+` where the part is shown and `-` where it is hidden, then the code of its source in docs/sources.md, or
`ours` where nothing public says and the choice is the sandbox's. Where it matters who ships, a cell has two halves:
seller / Amazon. A row that names a dialect is that dialect's own and stands for its whole row: there the dialects
truly differ, or are not known to agree. To change what is shown, change the cell; `make docs` prints the table, and
tests/api/shared/status_shows.txt has what comes of it in every dialect's own words.

Knows no wire name. `visible_order` reads it for everybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from marketplace_sandbox.core.orders.order import Channel, Order, Status

OURS = "ours"
"""The source of a cell that no public source decides."""


class Dialect(StrEnum):
    """Who shows orders: two APIs of today, one of yesterday, a notification, and three families of files."""

    MWS = "mws"
    V0 = "orders-v0"
    LATEST = "orders-2026-01-01"
    ORDER_CHANGE = "ORDER_CHANGE"
    ORDER_REPORTS = "order reports"
    ALL_ORDERS = "all-orders reports"
    PENDING_ORDERS = "pending-orders reports"


class Part(StrEnum):
    """What is shown or hidden as one. A quantity that is hidden is written as 0."""

    TOTAL = "total"
    PRICES = "prices"
    GIFT = "gift"
    CONDITION = "condition"
    PAYMENT = "payment"
    PAYMENT_DETAILS = "payment details"
    BUYER = "buyer"
    ADDRESS = "address"
    PHONE = "phone"
    PROMISE = "delivery promise"
    SHIP_FROM = "earliest ship date"
    SHIP_BY = "latest ship date"
    QUANTITY = "quantity ordered"
    UNITS = "units shipped and unshipped"
    ITEM_STATUS = "status of an item"
    REQUEST = "request to cancel"
    PARCELS = "parcels"


class DisplayStatus(StrEnum):
    """The columns: a status as far as it decides what is shown."""

    PENDING_AVAILABILITY = "PendingAvailability"
    PENDING = "Pending"
    UNSHIPPED = "Unshipped"
    PARTIALLY_SHIPPED = "PartiallyShipped"
    SHIPPED = "Shipped"
    INVOICE_UNCONFIRMED = "InvoiceUnconfirmed"
    CANCELED = "Canceled"
    CANCELED_BEFORE_RELEASE = "Canceled before its release"
    UNFULFILLABLE = "Unfulfillable"


@dataclass(frozen=True, slots=True)
class Cell:
    """Whether a part is shown, and the code of the source that says so."""

    shown: bool
    source: str


Row = Mapping[tuple[DisplayStatus, Channel], Cell]


class StatusTableError(ValueError):
    """A row of the table that cannot be read."""


def _row(part: Part, *cells: str) -> Row:
    """One row from the texts of its cells, in the order of the columns. Raises StatusTableError naming the cell."""
    if len(cells) != len(DisplayStatus):
        raise StatusTableError(f"{__file__}: the row {part} has {len(cells)} cells; give it {len(DisplayStatus)}.")
    row = {}
    for status, text in zip(DisplayStatus, cells, strict=True):
        by_seller, _, by_amazon = text.partition("/")
        for channel, half in ((Channel.MFN, by_seller), (Channel.AFN, by_amazon or by_seller)):
            if half[:1] not in ("+", "-") or not half[1:]:
                wrong = f"{__file__}: the cell {part}, {status} is {text!r}"
                raise StatusTableError(f"{wrong}; write + or - and the code of its source, such as +V4 or -{OURS}.")
            row[status, channel] = Cell(half[0] == "+", half[1:])
    return row


# Columns, from left to right: PendingAvailability, Pending; Unshipped, PartiallyShipped, Shipped, InvoiceUnconfirmed;
# Canceled, Canceled before its release, Unfulfillable.
# fmt: off
STATUS_SHOWS: Mapping[Part, Row] = {
    part: _row(part, *cells)
    for part, *cells in (
        (Part.TOTAL,           "-V1", "-V1",  "+V2", "+V2", "+V2", "+ours",  "-V14", "-V4", "+ours"),
        (Part.PRICES,          "-V1", "-V1",  "+V2", "+V2", "+V2", "+ours",  "-V13", "-V13", "+ours"),
        (Part.GIFT,            "-V1", "-V1",  "+V2", "+V2", "+V2", "+ours",  "+ours", "-V4", "+ours"),
        (Part.CONDITION,       "-V19", "-V19",  "+V2", "+V2", "+V2", "+ours",  "-V19", "-V19", "+ours"),
        (Part.PAYMENT,         "-V5", "-V5",  "+V2", "+V2", "+V2", "+ours",  "-V3", "-V5", "+ours"),
        (Part.PAYMENT_DETAILS, "-ours", "-ours",  "+V2", "+V2", "+V2", "+ours",  "-V14", "-V4", "+ours"),
        (Part.BUYER,           "-V1", "-V1",  "+V2", "+V2", "+V2", "+ours",  "-V3", "-V3", "+ours"),
        (Part.ADDRESS,         "-V6", "-V6",  "+V6", "+V6", "+V6", "+V6",  "-V6", "-V6", "-V6"),
        (Part.PHONE,           "-V6", "-V6",  "+V2/-ours", "+V2/-ours", "+V2/-ours", "+ours/-ours",
                               "-V6", "-V6", "-V6"),
        (Part.PROMISE,         "-V7", "-V7",  "+V7/-V7", "+V7/-V7", "+V7/-V7", "+V7/-V7",  "-V7", "-V7", "-V7"),
        (Part.SHIP_FROM,       "+ours", "+ours/+V16",  "+V8/+V16", "+V8/+V16", "+V8/+V16", "+V8/+V16",
                               "+V8/+V16", "+ours/+V16", "+ours"),
        (Part.SHIP_BY,         "+ours", "+ours/+V16",  "+V8/+V16", "+V8/+V16", "+V8/+V16", "+V8/+V16",
                               "+V8/+V16", "+ours/+V16", "+ours"),
        (Part.QUANTITY,        "+V2", "+V2",  "+V2", "+V2", "+V2", "+V2",  "-V13", "-V13", "+ours"),
        (Part.UNITS,           "+ours", "+ours",  "+V2", "+V2", "+V2", "+V2",  "-V3", "-V3", "+ours"),
        (Part.ITEM_STATUS,     "-ours", "-ours",  "+V9", "+V9", "+V9", "+V9",  "-ours", "-ours", "-ours"),
        (Part.REQUEST,         "+ours", "+V10",  "+V10", "+V10", "+V10", "+V10",  "+K18/-V15", "+K18/-V15", "+ours"),
        (Part.PARCELS,         "+ours/-ours", "+ours/-ours",  "+ours/-ours", "+ours/-ours", "+ours/-ours",
                               "+ours/-ours",  "+ours/-ours", "+ours/-ours", "+ours/-ours"),
    )
}
"""Every part in every status and channel, for all dialects but where a row of DIALECT_SHOWS says otherwise."""

DIALECT_SHOWS: Mapping[tuple[Part, Dialect], Row] = {
    (part, dialect): _row(part, *cells)
    for part, dialect, *cells in (
        # the file of all orders is the one that has sums of what is pending
        (Part.PRICES, Dialect.ALL_ORDERS,
                               "+ours", "+V11",  "+V2", "+V2", "+V2", "+ours",  "-V11", "-V11", "+ours"),
        # one API shows the price and the tax of an item while its order is pending
        (Part.PRICES, Dialect.LATEST,
                               "+ours", "+V18",  "+V2", "+V2", "+V2", "+ours",  "-V13", "-V13", "+ours"),
        (Part.GIFT, Dialect.MWS,
                               "+ours", "+ours",  "+V2", "+V2", "+V2", "+ours",  "+ours", "+ours", "+ours"),
        (Part.PAYMENT_DETAILS, Dialect.MWS,
                               "+ours", "+ours",  "+V2", "+V2", "+V2", "+ours",  "-V14", "-V4", "+ours"),
        (Part.PHONE, Dialect.MWS,
                               "-V6", "-V6",  "+V2", "+V2", "+V2", "+ours",  "-V6", "-V6", "-V6"),
        # how a pending order is to be paid is what its report is for; no other order is in it
        (Part.PAYMENT, Dialect.PENDING_ORDERS,
                               "+V20", "+V20",  "+ours", "+ours", "+ours", "+ours",  "-V3", "-V3", "+ours"),
        (Part.ITEM_STATUS, Dialect.ALL_ORDERS,
                               "-V12", "-V12",  "+V12", "+V12", "+V12", "+V12",  "+V12", "+V12", "+ours"),
    )
}
"""The rows of one dialect alone."""
# fmt: on


def cell(part: Part, status: DisplayStatus, channel: Channel, dialect: Dialect | None = None) -> Cell:
    """What the table says of one part of such an order; without a dialect, what it says where dialects agree."""
    row = DIALECT_SHOWS.get((part, dialect)) if dialect else None
    return (row or STATUS_SHOWS[part])[status, channel]


def display_status(order: Order) -> DisplayStatus:
    """The column an order belongs to."""
    if order.status is Status.CANCELED and order.released_at is None:
        return DisplayStatus.CANCELED_BEFORE_RELEASE
    return DisplayStatus(order.status.value)


OF_ITEM = (Part.PRICES, Part.CONDITION, Part.QUANTITY, Part.UNITS)
"""The parts that each item has of its own."""

HIDDEN_OF_CANCELED_ITEM = frozenset(
    part for part in OF_ITEM if not cell(part, DisplayStatus.CANCELED, Channel.MFN).shown
)
"""What is hidden of an item that was canceled by itself, whatever its order's status: what a canceled order hides."""

VISIBLE_PARTS: dict[tuple[Dialect | None, DisplayStatus, Channel], frozenset[Part]] = {
    (dialect, status, channel): frozenset(part for part in Part if cell(part, status, channel, dialect).shown)
    for dialect in (None, *Dialect)
    for status in DisplayStatus
    for channel in Channel
}
"""The table turned round, for quick reading."""


def visible_parts(order: Order, dialect: Dialect | None = None) -> frozenset[Part]:
    """The parts of an order that a dialect shows; without one, by which orders are listed whatever the dialect."""
    return VISIBLE_PARTS[dialect, display_status(order), order.channel]
