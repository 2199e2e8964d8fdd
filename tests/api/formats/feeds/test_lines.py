"""Where records and messages stand in a file: what a page shows a processing report beside."""

import pytest

from marketplace_sandbox.api.formats.feeds.feed_file import read_lines
from marketplace_sandbox.core.feeds.values import FEED_TYPES
from tests.api.formats.feeds.filing import ACKNOWLEDGE, FLAT_ACKNOWLEDGE, TABLE, XML

FLAT, TREE = FEED_TYPES[FLAT_ACKNOWLEDGE], FEED_TYPES[ACKNOWLEDGE]
TEMPLATE = "TemplateType=OrderCancellation\tVersion=1\n"


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("order-id\n1\n2\n", [2, 3]),
        ("\r\norder-id\r\n\t\r\n1\r\n\r\n2", [4, 6]),
        ("order-id\r1\r2\r", [2, 3]),
        (f"{TEMPLATE}order-id\n1\n", [3]),
        (f"{TEMPLATE}order-id\n注文番号\n1\n", [4]),
        ("order-id\n", []),
        (TEMPLATE, []),
        ("", []),
    ],
)
def test_the_lines_of_the_records_of_a_table(text: str, begins: list[int]) -> None:
    lines, found = read_lines(FLAT, text.encode(), TABLE)
    assert found == begins
    assert [lines[number - 1].strip()[:1] for number in found] == ["1", "2"][: len(begins)]


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("<AmazonEnvelope>\n<Header/>\n<Message>\n</Message>\n\n<Message/></AmazonEnvelope>", [3, 6]),
        ('<?xml version="1.0"\n encoding="UTF-8"?>\n<AmazonEnvelope>\r\n<Message/></AmazonEnvelope>', [4]),
        ("<!-- \n -->\n<AmazonEnvelope><Message/><Message/></AmazonEnvelope>", [3, 3]),
        ("<AmazonEnvelope><Message>", []),
        ("no tags", []),
    ],
)
def test_the_lines_that_messages_begin_on(text: str, begins: list[int]) -> None:
    lines, found = read_lines(TREE, text.encode(), XML)
    assert found == begins
    assert all("<Message" in lines[number - 1] for number in found)


def test_what_is_no_text_has_lines_and_no_records() -> None:
    lines, found = read_lines(FLAT, b"a\xff\xfe\n\0b", TABLE)
    assert (len(lines), found) == (2, [])
