"""Signature Version 2 against the vectors made by real clients, and against an independent reading."""

import base64
import hashlib
import hmac
import urllib.parse
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace_sandbox.api.mws.signature import (
    SignedRequest,
    Variant,
    canonical_query,
    drift,
    encode,
    matching_variant,
    parse_timestamp,
    sign,
    string_to_sign,
    variants,
    without_port,
)

SECRET = "sandbox/secret+key=0123456789abcdefghij"
COMMON = {
    "AWSAccessKeyId": "AKIAEXAMPLE0SANDBOX1",
    "MWSAuthToken": "amzn.mws.00000000-1111-2222-3333-444444444444",
    "SignatureMethod": "HmacSHA256",
    "SignatureVersion": "2",
    "Timestamp": "2022-05-24T12:00:00",
}
ORDERS = COMMON | {"SellerId": "A1EXAMPLESELLER", "Version": "2013-09-01"}
OLD = COMMON | {"Merchant": "A1EXAMPLESELLER", "Version": "2009-01-01"}
ITEMS = ORDERS | {"Action": "ListOrderItems", "AmazonOrderId": "902-3159896-1390916"}
BY_MAIL = ORDERS | {
    "Action": "ListOrders",
    "BuyerEmail": "a b*c~d+e/f@example.com",
    "CreatedAfter": "2022-05-01T00:00:00Z",
    "MarketplaceId.Id.1": "ATVPDKIKX0DER",
}
FEED = OLD | {
    "Action": "SubmitFeed",
    "FeedType": "_POST_ORDER_ACKNOWLEDGEMENT_DATA_",
    "MarketplaceIdList.Id.1": "ATVPDKIKX0DER",
    "PurgeAndReplace": "false",
}
PATH = "/Orders/2013-09-01"
LOCAL = "127.0.0.1:8080"
AMAZON = "mws.amazonservices.com"

VECTORS = [
    pytest.param("GET", AMAZON, PATH, ITEMS, "tbEbAZpVnGN511rmoDOTuo3yI9QgWmejZFdDE7utl+s=", id="V1"),
    pytest.param(
        "GET",
        AMAZON,
        PATH,
        BY_MAIL | {"MaxResultsPerPage": "100"},
        "yc2kMkhcyuY53LiL2Pa4rwBa5EWWVlHSrsyo6KonDfk=",
        id="V2",
    ),
    pytest.param(
        "GET",
        f"http://{LOCAL}",
        PATH,
        ITEMS,
        "lYOqib1+SKq7ar+s0uKvECoQ6AvmuIsctXB63lJY4Ug=",
        id="V3 with scheme and port",
    ),
    pytest.param(
        "GET",
        LOCAL,
        PATH,
        ITEMS,
        "OCCq3BjJvm6O4q2B2xhqMtEFdiXvl89Qboh1acd1mXY=",
        id="V3 with port",
    ),
    pytest.param(
        "GET",
        "127.0.0.1",
        PATH,
        ITEMS,
        "g8E6YBuFyMWTpFXE1A3ftvfPhiVEHX84xKUOTqK8OB8=",
        id="V3 bare",
    ),
    pytest.param(
        "POST",
        f"http://{LOCAL}",
        PATH,
        ORDERS | {"Action": "ListOrdersByNextToken", "NextToken": "tok+en/1=="},
        "tssQuTL/gNKiYvCDqjO20hLhMG+DwSnSMAMApWks7Hw=",
        id="V4",
    ),
    pytest.param(
        "GET",
        f"http://{LOCAL}",
        "/",
        OLD | {"Action": "GetReportList"},
        "b9jxKDYB42YS0A5p4OwU9aM837g6vG/0yx55UBx+4eg=",
        id="V5",
    ),
    pytest.param(
        "POST",
        f"http://{LOCAL}",
        "/",
        FEED,
        "1KdMDfSo+YUhRWDOkpA/MQ8TD4V87j5HuDq37pFAlAU=",
        id="V6",
    ),
    pytest.param(
        "POST",
        f"http://{LOCAL}",
        PATH,
        BY_MAIL,
        "NAbBiaQjPFXNl2w4WV/ybKt0s8tPTQb8NVSg2N8E5pg=",
        id="V7",
    ),
]


@pytest.mark.parametrize(("verb", "host", "path", "parameters", "signature"), VECTORS)
def test_the_signature_of_a_vector_is_reproduced(
    verb: str, host: str, path: str, parameters: dict[str, str], signature: str
) -> None:
    assert sign(SECRET, string_to_sign(verb, host, path, list(parameters.items()))) == signature


@pytest.mark.parametrize(("verb", "host", "path", "parameters", "signature"), VECTORS)
def test_a_vector_is_let_in_under_the_host_line_it_was_signed_for(
    verb: str, host: str, path: str, parameters: dict[str, str], signature: str
) -> None:
    pairs = [*parameters.items(), ("Signature", signature)]
    signed = SignedRequest(verb, LOCAL, path, pairs)
    assert matching_variant(signed, SECRET, signature) == Variant(host, path)


def test_the_text_of_the_first_vector_is_the_documented_one() -> None:
    assert string_to_sign("get", "MWS.amazonservices.com", PATH, list(ITEMS.items())) == (
        "GET\nmws.amazonservices.com\n/Orders/2013-09-01\n"
        "AWSAccessKeyId=AKIAEXAMPLE0SANDBOX1&Action=ListOrderItems"
        "&AmazonOrderId=902-3159896-1390916"
        "&MWSAuthToken=amzn.mws.00000000-1111-2222-3333-444444444444"
        "&SellerId=A1EXAMPLESELLER&SignatureMethod=HmacSHA256&SignatureVersion=2"
        "&Timestamp=2022-05-24T12%3A00%3A00&Version=2013-09-01"
    )


def test_a_client_that_signs_the_root_is_let_in_at_any_path() -> None:
    pairs = list(OLD.items())
    signature = sign(SECRET, string_to_sign("POST", LOCAL, "/", pairs))
    signed = SignedRequest("POST", LOCAL, "/Feeds/2009-01-01", pairs)
    assert matching_variant(signed, SECRET, signature) == Variant(LOCAL, "/")


def test_the_older_hash_is_checked_with_the_older_hash() -> None:
    pairs = list(ITEMS.items())
    text = string_to_sign("GET", LOCAL, PATH, pairs)
    digest = hmac.new(SECRET.encode(), text.encode(), hashlib.sha1).digest()
    signature = base64.b64encode(digest).decode()
    signed = SignedRequest("GET", LOCAL, PATH, pairs)
    assert matching_variant(signed, SECRET, signature, "HmacSHA1") == Variant(LOCAL, PATH)
    assert matching_variant(signed, SECRET, signature, "HmacSHA256") is None


@pytest.mark.parametrize(
    "change",
    [
        {"Action": "GetOrder"},
        {"Timestamp": "2022-05-24T12:00:01"},
        {"Extra": "1"},
        {"AmazonOrderId": ""},
    ],
)
def test_a_changed_parameter_breaks_the_signature(change: dict[str, str]) -> None:
    signature = sign(SECRET, string_to_sign("GET", LOCAL, PATH, list(ITEMS.items())))
    signed = SignedRequest("GET", LOCAL, PATH, list((ITEMS | change).items()))
    assert matching_variant(signed, SECRET, signature) is None


def test_verb_host_path_and_secret_are_part_of_the_signature() -> None:
    pairs = list(ITEMS.items())
    signature = sign(SECRET, string_to_sign("GET", LOCAL, PATH, pairs))
    assert matching_variant(SignedRequest("GET", LOCAL, PATH, pairs), SECRET, signature)
    assert matching_variant(SignedRequest("POST", LOCAL, PATH, pairs), SECRET, signature) is None
    assert matching_variant(SignedRequest("GET", "127.0.0.1:81", PATH, pairs), SECRET, signature) is None
    assert matching_variant(SignedRequest("GET", LOCAL, "/Orders", pairs), SECRET, signature) is None
    assert matching_variant(SignedRequest("GET", LOCAL, PATH, pairs), f"{SECRET}x", signature) is None


def test_what_is_tried_first_decides_nothing() -> None:
    """A client is remembered by how it signed last: whoever signs otherwise is found all the same, and no junk is."""
    pairs = list(ITEMS.items())
    request = SignedRequest("GET", LOCAL, PATH, pairs)
    ways = list(variants(request))[:6]
    for way in ways:
        signature = sign(SECRET, string_to_sign("GET", way.host, way.path, pairs))
        assert [matching_variant(request, SECRET, signature, likely=likely) for likely in ways] == [way] * len(ways)
    assert matching_variant(request, SECRET, "junk", likely=ways[0]) is None


@pytest.mark.parametrize("junk", ["", "ü", "\ud800", "=" * 10_000])
def test_a_signature_that_is_none_is_only_wrong(junk: str) -> None:
    assert matching_variant(SignedRequest("GET", LOCAL, PATH, [("a", "b")]), SECRET, junk) is None


def test_no_variant_is_tried_twice_and_a_public_host_is_among_them() -> None:
    signed = SignedRequest("GET", "127.0.0.1", "/", [], hosts=("127.0.0.1", "mws.example.test:444"))
    tried = list(variants(signed))
    assert len(tried) == len(set(tried))
    hosts = {each.host for each in tried}
    assert {"127.0.0.1", "mws.example.test", "mws.example.test:444"} <= hosts
    assert "https://mws.example.test:444" in hosts


@pytest.mark.parametrize(
    ("authority", "host"),
    [
        ("127.0.0.1:80", "127.0.0.1"),
        ("localhost", "localhost"),
        ("[::1]:8080", "[::1]"),
        ("[::1]", "[::1]"),
        ("", ""),
    ],
)
def test_a_port_is_taken_off(authority: str, host: str) -> None:
    assert without_port(authority) == host


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_an_encoded_text_is_plain_ascii_and_decodes_to_itself(text: str) -> None:
    encoded = encode(text)
    assert set(encoded) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~%")
    assert urllib.parse.unquote(encoded, errors="strict") == text


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
        st.text(st.characters(exclude_categories=["Cs"])),
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_of_sending_does_not_matter(parameters: dict[str, str], random: Random) -> None:
    pairs = list(parameters.items())
    shuffled = pairs[:]
    random.shuffle(shuffled)
    query = canonical_query([*shuffled, ("Signature", "left out")])
    names = [name for name in parameters if name != "Signature"]
    by_bytes = sorted(names, key=lambda name: name.encode())
    back = urllib.parse.parse_qsl(query, keep_blank_values=True)
    assert [name for name, _ in back] == by_bytes
    assert dict(back) == {name: parameters[name] for name in names}


@given(
    st.dictionaries(
        st.text("abcXYZ019-_.~ +*/=&%'()äß漢🙂", min_size=1),
        st.text("abcXYZ019-_.~ +*/=&%'()äß漢🙂"),
        min_size=1,
    ),
    st.sampled_from([urllib.parse.quote, urllib.parse.quote_plus]),
)
def test_a_call_is_let_in_however_its_parameters_were_encoded_on_the_wire(
    parameters: dict[str, str], quote: Any
) -> None:
    parameters.pop("Signature", None)
    signature = sign(SECRET, string_to_sign("POST", LOCAL, PATH, list(parameters.items())))
    sent = urllib.parse.urlencode(parameters, quote_via=quote)
    arrived = urllib.parse.parse_qsl(sent, keep_blank_values=True)
    signed = SignedRequest("POST", LOCAL, PATH, arrived)
    assert matching_variant(signed, SECRET, signature) == Variant(LOCAL, PATH)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2022-05-24T12:00:00", datetime(2022, 5, 24, 12, tzinfo=UTC)),
        ("2022-05-24T12:00:00.123456", datetime(2022, 5, 24, 12, 0, 0, 123456, tzinfo=UTC)),
        ("2022-05-24T12:00:00Z", datetime(2022, 5, 24, 12, tzinfo=UTC)),
        ("2022-05-24T12:00:00.123Z", datetime(2022, 5, 24, 12, 0, 0, 123000, tzinfo=UTC)),
        ("2022-05-24T12:00:12.34Z", datetime(2022, 5, 24, 12, 0, 12, 340000, tzinfo=UTC)),
        ("2022-05-24T12:00:00.1234567Z", datetime(2022, 5, 24, 12, 0, 0, 123456, tzinfo=UTC)),
        ("2022-05-24T14:00:00+02:00", datetime(2022, 5, 24, 12, tzinfo=UTC)),
        ("2022-05-24T07:30:00-0430", datetime(2022, 5, 24, 12, tzinfo=UTC)),
    ],
)
def test_every_timestamp_in_the_wild_is_read(text: str, instant: datetime) -> None:
    assert parse_timestamp(text) == instant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2022-05-24",
        "2022-05-24T12:00:00 02:00",
        "2022-13-24T12:00:00Z",
        "2022-05-24T25:00:00Z",
        "0001-01-01T00:00:00+02:00",
        "2022-05-24T12:00:00Z\n",
        "٢٠٢٢-05-24T12:00:00Z",
    ],
)
def test_what_is_no_timestamp_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_timestamp(text)


def test_the_window_is_fifteen_minutes_either_way() -> None:
    wall = datetime(2022, 5, 24, 12, tzinfo=UTC)
    window, beyond = timedelta(minutes=15), timedelta(minutes=15, milliseconds=1)
    assert drift(wall - window, wall) is None
    assert drift(wall + window, wall) is None
    assert drift(wall - beyond, wall) == -beyond
    assert drift(wall + beyond, wall) == beyond
