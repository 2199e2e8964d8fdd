"""Processing reports: what came of a feed's messages, as XML or as a table, the way the feed itself was written. Pure.

What was simply accepted is counted and not listed. Beside the platform's code, the text begins with the marketplace's.
"""

from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

from marketplace_sandbox.api.formats.feeds.reading import INCOMPLETE, MALFORMED, WHOLE_FILE
from marketplace_sandbox.api.shared.xml import Node, leaf, legal, tree
from marketplace_sandbox.core.feeds.values import FULFILLMENT, FatalProblem, Feed, Result
from marketplace_sandbox.core.feeds.worker import HOLD, SKIP

FAILURE = FatalProblem("5000", "The feed was told to fail, by a fault of the sandbox.")
CANNOT_BE_FULFILLED = "18021"
TOO_LARGE = (
    "The quantities you provided for order id ({order_id}) were larger than the quantities that could be fulfilled."
)
"""The platform's words for a confirmation that does not fit the order (SEEN-REFUSED-FEEDS in docs/sources.md)."""

LONGEST = 1000

_CODES: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "ALREADY_CANCELED",
            "ALREADY_CONFIRMED",
            "PARTIALLY_SHIPPED",
            "SHIPPED_NOT_CONFIRMED",
            "INVALID_QUANTITY",
        ),
        CANNOT_BE_FULFILLED,
    ),
    SKIP: MALFORMED,
    HOLD: INCOMPLETE,
}
"""The platform's code of each refusal; all others are data that is incomplete or invalid."""

_HEADING = ("original-record-number", "order-id", "order-item-id", "error-code", "error-type", "error-message")


def as_xml(feed: Feed, seller_id: str) -> bytes:
    """The report of an XML feed."""
    report = tree(
        "ProcessingReport",
        leaf("DocumentTransactionID", feed.feed_id),
        leaf("StatusCode", "Rejected" if fatal_problem(feed) is FAILURE else "Complete"),
        _summary(feed),
        *_results(feed),
    )
    root = tree(
        "AmazonEnvelope",
        tree("Header", leaf("DocumentVersion", "1.02"), leaf("MerchantIdentifier", seller_id)),
        leaf("MessageType", "ProcessingReport"),
        tree("Message", leaf("MessageID", "1"), report),
    )
    etree.indent(root, "\t")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + etree.tostring(root, encoding="utf-8") + b"\n"


def _summary(feed: Feed) -> Node:
    errors = 1 if fatal_problem(feed) else feed.error_count
    return tree(
        "ProcessingSummary",
        leaf("MessagesProcessed", feed.processed),
        leaf("MessagesSuccessful", feed.processed - feed.error_count),
        leaf("MessagesWithError", errors),
        leaf("MessagesWithWarning", feed.warning_count),
    )


def _results(feed: Feed) -> Iterator[Node]:
    fatal = fatal_problem(feed)
    if fatal:
        yield _row(fatal.message_id, "Error", fatal.code, fatal.text)
    for each in feed.results:
        yield _row(each.message_id, _kind(each), wire_code(each), wire_text(feed, each), each)


def _row(message_id: str, kind: str, code: str, text: str, result: Result | None = None) -> Node:
    return tree(
        "Result",
        leaf("MessageID", message_id),
        leaf("ResultCode", kind),
        leaf("ResultMessageCode", code),
        leaf("ResultDescription", text[:LONGEST]),
        _additional(result) if result else None,
    )


def _additional(result: Result) -> Node | None:
    items = [item for _, item in result.rows if item]
    order, item = result.order_id or None, items[0] if len(items) == 1 else None
    if not order and not item:
        return None
    return tree("AdditionalInfo", leaf("AmazonOrderID", order), leaf("AmazonOrderItemCode", item))


def as_table(feed: Feed) -> str:
    """The report of a flat file."""
    lines = [
        "Feed Processing Summary:",
        f"\tNumber of records processed\t\t{feed.processed}",
        f"\tNumber of records successful\t\t{feed.processed - feed.error_count}",
        "",
    ]
    rows = list(_records(feed))
    if rows:
        lines.append("\t".join(_HEADING))
        # a tab or a line's end within a text would begin another cell or row
        lines += ["\t".join(" ".join(legal(each[:LONGEST]).split()) for each in row) for row in rows]
    return "\n".join(lines) + "\n"


def _records(feed: Feed) -> Iterator[Sequence[str]]:
    fatal = fatal_problem(feed)
    if fatal:
        yield (WHOLE_FILE, "", "", fatal.code, "Fatal", fatal.text)
    for each in feed.results:
        for number, item in each.rows or ((each.message_id, ""),):
            yield (number, each.order_id, item, wire_code(each), _kind(each), wire_text(feed, each))


def fatal_problem(feed: Feed) -> FatalProblem | None:
    """What made a feed FATAL; None for one that is not."""
    if feed.status != "FATAL":
        return None
    return feed.fatal or FAILURE


def wire_code(result: Result) -> str:
    """The platform's code of a result; what the file reader found has it already."""
    return result.code if result.code.isdigit() else _CODES.get(result.code, INCOMPLETE)


def _kind(result: Result) -> str:
    return "Warning" if result.warning else "Error"


def wire_text(feed: Feed, result: Result) -> str:
    """The sentence of a result as the report has it."""
    if result.code.isdigit():
        return result.text
    text = f"{result.code}: {result.text}"
    too_much = feed.kind.subject == FULFILLMENT and wire_code(result) == CANNOT_BE_FULFILLED
    return f"{TOO_LARGE.format(order_id=result.order_id)} {text}" if too_much else text
