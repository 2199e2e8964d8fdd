"""The XML writer: what it declares, what it leaves out, and that no text can break a document."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from marketplace_sandbox.api.shared.xml import (
    NAMESPACE_2009,
    MwsError,
    answer,
    fragment,
    instant,
    invalid,
    leaf,
    legal,
    line,
    money,
    nest,
    refusal,
    tree,
)

SECTION = "https://mws.amazonservices.com/Orders/2013-09-01"


def test_an_answer_declares_no_encoding_and_one_namespace() -> None:
    body = answer("GetOrder", SECTION, [nest("Orders", [], 2)], "id-1")
    assert body == (
        b'<?xml version="1.0"?>\n'
        b'<GetOrderResponse xmlns="https://mws.amazonservices.com/Orders/2013-09-01">\n'
        b"  <GetOrderResult>\n"
        b"    <Orders/>\n"
        b"  </GetOrderResult>\n"
        b"  <ResponseMetadata>\n"
        b"    <RequestId>id-1</RequestId>\n"
        b"  </ResponseMetadata>\n"
        b"</GetOrderResponse>\n"
    )


def test_fragments_stand_indented_in_their_parent() -> None:
    inner = fragment(tree("Order", leaf("AmazonOrderId", "902-1")), 3)
    assert nest("Orders", [inner], 2) == (
        b"    <Orders>\n      <Order>\n        <AmazonOrderId>902-1</AmazonOrderId>\n      </Order>\n    </Orders>\n"
    )


@given(st.one_of(st.text(), st.from_regex(r"[A-Za-z0-9_.:+/= -]*", fullmatch=True), st.booleans(), st.integers()))
def test_a_line_is_what_a_tree_of_it_would_be(value: str | int | bool) -> None:
    """Plain texts are written without making a tree."""
    node = leaf("Value", value)
    assert node is not None
    assert line("Value", value, 2) == fragment(node, 2)


def test_values_are_spelt_as_on_the_wire() -> None:
    at = datetime(2022, 5, 24, 9, tzinfo=UTC)
    node = tree(
        "X",
        leaf("Yes", True),
        leaf("No", False),
        leaf("Unknown", None),
        leaf("Count", 0),
        leaf("At", at),
        leaf("Empty", ""),
        money("Total", Decimal("12.5"), "USD"),
    )
    assert etree.tostring(node) == (
        b"<X><Yes>true</Yes><No>false</No><Count>0</Count><At>2022-05-24T09:00:00.000Z</At><Empty/>"
        b"<Total><Amount>12.50</Amount><CurrencyCode>USD</CurrencyCode></Total></X>"
    )


def test_an_instant_has_milliseconds_in_utc() -> None:
    assert instant(datetime(2022, 5, 24, 9, 0, 0, 1999, tzinfo=UTC)) == "2022-05-24T09:00:00.001Z"


@pytest.mark.parametrize(
    ("error", "declared"),
    [
        (invalid("No."), f' xmlns="{SECTION}"'),
        (MwsError(503, "RequestThrottled", "No.", "", NAMESPACE_2009), f' xmlns="{NAMESPACE_2009}"'),
        (MwsError(503, "QuotaExceeded", "No.", "", None), ""),
    ],
)
def test_an_error_bears_the_namespace_of_its_layer(error: MwsError, declared: str) -> None:
    body = refusal(error, SECTION, "id-1").decode()
    assert body.startswith(f'<?xml version="1.0"?>\n<ErrorResponse{declared}>\n')
    root = etree.fromstring(body.encode())
    code = root.find("{*}Error/{*}Code")
    assert code is not None
    assert code.text == error.code


def test_the_id_element_and_detail_of_an_error_are_its_own() -> None:
    error = MwsError(404, "FeedProcessingResultNotReady", "No.", detail="")
    body = refusal(error, SECTION, "id-1", "RequestId")
    assert b"<Detail/>" in body
    assert b"<RequestId>id-1</RequestId>" in body
    assert b"<Detail" not in refusal(invalid("No."), SECTION, "id-1")
    assert b"<RequestID>id-1</RequestID>" in refusal(invalid("No."), SECTION, "id-1")


def test_characters_that_xml_forbids_are_replaced() -> None:
    assert legal("a\x00b\x0bc\x1bd\ud800e\ufffef") == "a\ufffdb\ufffdc\ufffdd\ufffde\ufffdf"
    assert legal("tab\t, line\n, 'quotes\", é, 🙂") == "tab\t, line\n, 'quotes\", é, 🙂"


@given(st.text(st.characters(exclude_categories=[])))
def test_any_text_comes_back_as_its_legal_form(text: str) -> None:
    node = leaf("Reason", text)
    assert node is not None
    root = etree.fromstring(answer("A", SECTION, [fragment(node, 2)], "id-1"))
    assert (root.findtext("{*}AResult/{*}Reason") or "") == legal(text)
    error = etree.fromstring(refusal(invalid(text), SECTION, "id-1"))
    assert (error.findtext("{*}Error/{*}Message") or "") == legal(text)
