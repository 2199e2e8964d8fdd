"""Files that cannot be read: each makes a FATAL feed whose report says why, and nothing is done. Some mean harm."""

import gzip
import subprocess
import sys
from typing import Any

import pytest

from marketplace_sandbox.api.formats.feeds.feed_file import MOST_BYTES, read_feed_file
from marketplace_sandbox.core.feeds.values import FEED_TYPES
from tests.api.formats.feeds.filing import (
    ACKNOWLEDGE,
    ADJUST,
    FLAT_ACKNOWLEDGE,
    FLAT_FULFIL,
    TABLE,
    XML,
    cancel,
    envelope,
    outcome,
    table,
)
from tests.api.formats.feeds.harm import HARMFUL_PACKED, HARMFUL_TABLES, HARMFUL_XML, Make, largest, why_not
from tests.api.formats.feeds.test_messages import CANCEL, rows, status
from tests.api.shop import Seller

PROLOG = "Content is not allowed in prolog."


def twice(line: int, column: int, words: str) -> str:
    return f"XML Parsing Fatal Error at Line {line}, Column {column}: {words} {words}"


OTHER_TYPE = "We are unable to process the XML feed because one or more items are invalid. Please re-submit the feed. "


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        ("", "5001", twice(-1, -1, "Premature end of file.") + " The file is empty."),
        ("order-id\tx\r\n", "5001", twice(1, 1, PROLOG)),
        ('{"messages": []}', "5001", twice(1, 1, PROLOG)),
        (gzip.compress(b"<AmazonEnvelope/>", mtime=0), "5001", twice(1, 1, PROLOG) + " The file is packed with gzip"),
        (
            envelope(ADJUST, "x") + "\nand more",
            "5001",
            "Line 3, Column 1: Content is not allowed in trailing section. Content",
        ),
        (envelope(ADJUST, "x") + "<More/>", "5001", "following the root element must be well-formed. The markup"),
        (
            "<AmazonEnvelope>\n<Header>\n</AmazonEnvelope>",
            "5001",
            'at Line 3, Column 18: The element type "Header" must be terminated by the matching end-tag "</Header>".',
        ),
        ("<AmazonEnvelope>\n<Header>", "5001", "XML document structures must start and end within the same entity."),
        (
            '<?xml version="1.0"?>\n<AmazonEnvelope>\n&what;</AmazonEnvelope>',
            "5001",
            "at Line 3, Column 7: Entity 'what'",
        ),
        ("<String>x</String>", "5001", twice(1, 9, "cvc-elt.1: Cannot find the declaration of element 'String'.")),
        (envelope(ADJUST, "x"), "5000", OTHER_TYPE),
    ],
)
def test_a_file_that_cannot_be_read_makes_a_fatal_feed(
    seller: Seller, content: str | bytes, code: str, said: str
) -> None:
    """Source: docs#398, #876, #2073, models#812, #1473: the parser's words, twice, under 5001; gzip: models#4907."""
    order = seller.place_order()
    came = outcome(seller, ACKNOWLEDGE, content)
    assert (came.status, came.counts, came.codes) == ("FATAL", (0, 0, 1, 0), [("0", code)])
    assert said in came.text
    assert b"<StatusCode>Complete</StatusCode>" in came.raw
    assert status(seller, order) == "Unshipped"


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (str.lower, "The root of a feed is AmazonEnvelope; this one is 'amazonenvelope'."),
        (
            lambda file: file.replace("MessageType>", "messagetype>"),
            "has no element 'messagetype'; did you mean 'MessageType'?",
        ),
        (lambda file: file.replace("<AmazonEnvelope>", '<AmazonEnvelope xmlns="urn:x">'), "in no namespace"),
        (lambda _file: "<OrderAcknowledgement/>", "this one is 'OrderAcknowledgement'."),
        (lambda _file: "<AmazonEnvelope/>", "The feed has no MessageType; it is OrderAcknowledgement."),
        (lambda _file: envelope(ACKNOWLEDGE), "The feed has no Message."),
        (lambda file: file.replace("<DocumentVersion>1.01<", "<DocumentVersion>one<"), "DocumentVersion is a number"),
    ],
)
def test_an_envelope_that_is_none_is_told_under_the_largest_number(seller: Seller, make: Any, said: str) -> None:
    """Source: docs#1612, models#853, #1990, and a recorded report: 50001, MessageID 9223372036854775807, Complete."""
    order = seller.place_order()
    file = make(envelope(ACKNOWLEDGE, cancel(order)))
    came = outcome(seller, ACKNOWLEDGE, file)
    assert (came.status, came.counts, came.codes) == ("FATAL", (0, 0, 1, 0), [("9223372036854775807", "50001")])
    lines = file.split("\n")
    end = f"line {len(lines)}, column {len(lines[-1]) + 1}"
    assert came.text.startswith(
        f"The XML you submitted is ill-formed at the Amazon Envelope XML level at (or near) {end}."
    )
    assert said in came.text
    assert b"<StatusCode>Complete</StatusCode>" in came.raw
    assert status(seller, order) == "Unshipped"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (" \r\n", "The file is empty."),
        ("TemplateType=OrderCancellation\tVersion=1\r\n", "The file has no heading; it begins with order-id"),
        ("\t".join(CANCEL), "The file has a heading and no record."),
        (
            "order-id,cancellation-reason-code\r\n1,2\r\n",
            "Columns are separated by tabs; the heading has none, but ','.",
        ),
        ("order-id;x\r\n1;2\r\n", "separated by tabs; the heading has none, but ';'."),
        (
            "oder-id\tx\r\n1\t2\r\n",
            "The required order-id field is missing from the file. Is 'oder-id' meant for it?",
        ),
        ("order-id\torder-id\r\n1\t2\r\n", "The column 'order-id' is there 2 times."),
        (
            "TemplateType=OrderFulfillment\tx\r\norder-id\r\n1\r\n",
            "takes the template OrderCancellation; this one is OrderFulfillment.",
        ),
        (
            gzip.compress(b"order-id", mtime=0),
            "The required order-id field is missing from the file. The file is packed with gzip",
        ),
    ],
)
def test_a_table_that_cannot_be_read_makes_a_fatal_feed(seller: Seller, content: str | bytes, said: str) -> None:
    came = outcome(seller, FLAT_ACKNOWLEDGE, content)
    assert (came.status, came.counts) == ("FATAL", (0, 0))
    (number, code, kind, text), *others = came.listed
    assert (number, code, kind) == ("0", "90012", "Fatal")
    assert said in text
    assert {(number, code, kind) for number, code, kind, _ in others} <= {("0", "90061", "Warning")}


@pytest.mark.parametrize(
    ("content", "heading"),
    [
        (envelope(ACKNOWLEDGE, "x"), '<?xml version="1.0" encoding="UTF-8"?>'),
        ('{"messages": [1, 2]}', '{"messages": [1, 2]}'),
    ],
)
def test_another_format_is_a_table_without_its_headings(seller: Seller, content: str, heading: str) -> None:
    """Source: models#1091, docs#133 and #457: 90012 and, for what stands in the place of the heading, 90061."""
    came = outcome(seller, FLAT_ACKNOWLEDGE, content)
    assert (came.status, came.counts) == ("FATAL", (0, 0))
    assert [each[:3] for each in came.listed] == [("0", "90012", "Fatal"), ("0", "90061", "Warning")]
    assert came.listed[0][3].startswith("The required order-id field is missing from the file.")
    assert came.listed[1][3].startswith(
        f"The {heading} field heading is invalid, so values in this field were ignored."
    )


def test_an_unknown_column_is_told_and_left_aside(seller: Seller) -> None:
    order = seller.place_order()
    heading = (*CANCEL, "cancellation-comment")
    came = outcome(seller, FLAT_ACKNOWLEDGE, table(heading, *((*row, "sorry") for row in rows(order))))
    assert (came.status, came.counts, came.codes) == ("DONE", (1, 1), [("0", "90061")])
    assert came.text.startswith(
        "The cancellation-comment field heading is invalid, so values in this field were ignored."
    )
    assert status(seller, order) == "Canceled"


def test_an_unknown_template_is_told_and_left_aside(seller: Seller) -> None:
    order = seller.place_order()
    came = outcome(seller, FLAT_ACKNOWLEDGE, table(CANCEL, *rows(order), template="OrderCancelation"))
    assert (came.counts, came.codes) == ((1, 1), [("0", "90061")])
    assert "did you mean 'OrderCancellation'?" in came.text
    assert status(seller, order) == "Canceled"


def test_a_translated_heading_is_no_record(seller: Seller) -> None:
    order = seller.place_order()
    file = table(CANCEL, ("注文番号", "理由", "商品"), *rows(order), template="OrderCancellation")
    came = outcome(seller, FLAT_ACKNOWLEDGE, file)
    assert (came.counts, came.codes) == ((1, 1), [])
    assert status(seller, order) == "Canceled"


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_line_ends_and_byte_order_marks_do_not_matter(seller: Seller, end: str, codec: str) -> None:
    order = seller.place_order(items=[{"sku": "A"}, {"sku": "B"}])
    content = table(CANCEL, *rows(order), template="OrderCancellation").replace("\r\n", end).encode(codec)
    assert outcome(seller, FLAT_ACKNOWLEDGE, content).codes == []
    assert status(seller, order) == "Canceled"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_an_xml_feed_may_be_in_another_encoding(seller: Seller, codec: str) -> None:
    order = seller.place_order()
    file = envelope(ACKNOWLEDGE, cancel(order)).replace("UTF-8", codec.removesuffix("-sig"))
    file = file.replace("<MerchantIdentifier>M<", "<MerchantIdentifier>Müller<")
    assert outcome(seller, ACKNOWLEDGE, file.encode(codec)).codes == []
    assert status(seller, order) == "Canceled"


def test_namespaces_comments_and_instructions_do_not_matter(seller: Seller) -> None:
    order = seller.place_order()
    file = envelope(ACKNOWLEDGE, cancel(order)).replace(
        "<AmazonEnvelope>",
        '<!-- a < b --><?go on?><AmazonEnvelope xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:noNamespaceSchemaLocation="amzn-envelope.xsd">',
    )
    assert outcome(seller, ACKNOWLEDGE, file).codes == []
    assert status(seller, order) == "Canceled"


@pytest.mark.parametrize(
    ("content", "media_type", "said"),
    [
        ("Müller".encode("latin-1"), "text/plain; charset=UTF-8", "not encoded in utf-8: the byte at 1"),
        (b"order-id\x00\tx", TABLE, "The file has a NUL character at 8"),
        ("order-id".encode("utf-16-le"), TABLE, "The file has a NUL character at 1"),
        (b"order-id", "text/plain; charset=klingon", "There is no charset 'klingon'"),
        (b"\x81\x39", "text/plain; charset=Shift_JIS", "not encoded in cp932"),
        (b"\x81\x8d", "text/plain", "not encoded in cp1252"),
    ],
)
def test_wrong_encodings_are_told(content: bytes, media_type: str, said: str) -> None:
    assert said in why_not(FLAT_ACKNOWLEDGE, content, media_type)


def test_a_table_without_a_charset_is_unicode_or_western() -> None:
    file = table(("order-id", "Grüße"), ("x", "y"))
    for codec in ("utf-8", "cp1252"):
        said = read_feed_file(FEED_TYPES[FLAT_ACKNOWLEDGE], file.encode(codec), "text/tsv")
        assert "The Grüße field heading is invalid" in said.messages[0].text


def test_a_record_is_no_translated_heading(seller: Seller) -> None:
    orders = [seller.place_order() for _ in range(2)]
    hyphens = orders[0].order_id.replace("-", "\u2011")
    came = outcome(seller, FLAT_ACKNOWLEDGE, table(CANCEL, (hyphens, "", ""), (orders[1].order_id, "", "")))
    assert (came.counts, came.codes) == ((2, 1), [("1", "25441")])
    assert [status(seller, each) for each in orders] == ["Unshipped", "Canceled"]
    late = seller.place_order()
    no_template = table(CANCEL, ("注文番号", "", ""), (late.order_id, "", ""))
    came = outcome(seller, FLAT_ACKNOWLEDGE, no_template)
    assert (came.counts, came.codes) == ((2, 1), [("1", "25441")]), "only templates have a translated heading"
    assert status(seller, late) == "Canceled"


def test_cells_may_stand_in_quotes_and_other_delimiters_are_told(seller: Seller) -> None:
    orders = [seller.place_order() for _ in range(2)]
    quote = table([f'"{each}"' for each in CANCEL], (f'"{orders[0].order_id}"', '""', '""'))
    assert outcome(seller, FLAT_ACKNOWLEDGE, quote).counts == (1, 1)
    for more in ((), ("", "")):
        came = outcome(seller, FLAT_ACKNOWLEDGE, table(CANCEL, (f"{orders[1].order_id};;", *more)))
        said = "Cells are separated by tabs, as in the heading; the record has one cell, with ';' in it."
        assert came.text == said
    many = outcome(seller, FLAT_ACKNOWLEDGE, table(CANCEL, (orders[1].order_id, "", "", "x")))
    assert orders[1].order_id.encode() in many.raw
    assert status(seller, orders[1]) == "Unshipped"


def test_the_charset_of_an_upload_is_that_of_xml_which_declares_none(seller: Seller) -> None:
    order = seller.place_order()
    file = envelope(ACKNOWLEDGE, cancel(order)).replace(' encoding="UTF-8"', "").replace(">M<", ">Müller<")
    came = outcome(seller, ACKNOWLEDGE, file.encode("latin-1"), "text/xml; charset=iso-8859-1")
    assert (came.status, came.codes) == ("DONE", [])


def test_japanese_tables_are_read() -> None:
    file = table(("order-id", "ship-date", "注文"), ("x", "y", "z")).encode("cp932")
    said = read_feed_file(FEED_TYPES[FLAT_FULFIL], file, "text/tab-separated-values; charset=Shift_JIS")
    assert "The 注文 field heading is invalid" in said.messages[0].text


# Files that mean harm


@pytest.mark.parametrize(("make", "said"), HARMFUL_XML)
def test_no_xml_makes_the_server_work_hard(make: Make, said: str) -> None:
    assert said in why_not(ACKNOWLEDGE, make())


@pytest.mark.parametrize(("make", "said"), HARMFUL_TABLES)
def test_no_table_makes_the_server_work_hard(make: Make, said: str) -> None:
    assert said in why_not(FLAT_ACKNOWLEDGE, make())


@pytest.mark.parametrize(("make", "said"), HARMFUL_PACKED)
def test_no_packed_file_makes_the_server_work_hard(make: Make, said: str) -> None:
    assert said in why_not(ACKNOWLEDGE, make())


def test_the_largest_feed_is_read() -> None:
    file = largest()
    assert len(file) < MOST_BYTES
    assert len(read_feed_file(FEED_TYPES[ACKNOWLEDGE], file, XML).messages) == 25_000


def test_what_reading_all_of_them_takes_is_bounded() -> None:
    """All of it in a process of its own, whose memory nothing else has grown."""
    child = subprocess.run(
        [sys.executable, "-m", "tests.api.formats.feeds.harm"], capture_output=True, text=True, check=True, timeout=100
    )
    megabytes, seconds = (float(each) for each in child.stdout.split())
    assert megabytes < 400, "the largest file has ten"
    assert seconds < 60, "it takes four"


def test_what_a_report_repeats_is_data_there_and_not_markup(seller: Seller) -> None:
    order = seller.place_order()
    came = outcome(seller, ACKNOWLEDGE, envelope(ACKNOWLEDGE, cancel(order, "&lt;x&gt;&amp;")))
    assert "There is no cancellation reason '<x>&'" in came.text
    came = outcome(seller, FLAT_ACKNOWLEDGE, table(CANCEL, (order.order_id, "<x>&", "1")))
    assert "There is no cancellation reason '<x>&'" in came.text
