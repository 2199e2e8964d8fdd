"""What is read of a recording: calls of the Orders APIs, without anything secret; a sentence where there are none."""

import gzip
import io
import json
import subprocess
import sys
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace_sandbox._resources import openapi_dir
from marketplace_sandbox.amazon.hosts import HOSTS
from marketplace_sandbox.api.http.openapi import load
from marketplace_sandbox.cli.migrate import har
from marketplace_sandbox.cli.migrate.har import HarError, RecordedCall, Recording, read_har
from tests.cli.migrate import hars
from tests.cli.migrate.hars import ELSEWHERE, PERSONAL, PLATFORM, SECRETS, entry
from tests.depth import depth

MEGABYTES = depth(5, 100)
ROOM = 8
"""Megabytes that reading may take, whatever the size of the file; measured are less than two."""


def read(folder: Path, *entries: Any, our_host: str = "") -> Recording:
    return read_har(hars.write(folder / "recorded.har", entries), our_host)


def test_calls_of_the_orders_apis_are_read_and_others_counted(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        *ELSEWHERE,
        entry("GET", f"{PLATFORM}/orders/v0/orders?MarketplaceIds=A%2CB&CreatedAfter=2026-03-01T00:00:00Z"),
        entry("GET", f"{PLATFORM}/orders/v0/orders/902-1/orderItems", answer=PERSONAL),
        entry("GET", f"{PLATFORM}/orders/2026-01-01/orders/902-1?includedData=BUYER"),
        entry("POST", f"{PLATFORM}/tokens/2021-03-01/restrictedDataToken", body="{}"),
    )
    assert found.calls == [
        RecordedCall("GET", "/orders/v0/orders", "MarketplaceIds=A%2CB&CreatedAfter=2026-03-01T00%3A00%3A00Z", 1, True),
        RecordedCall("GET", "/orders/v0/orders/902-1/orderItems", "", 1, True),
        RecordedCall("GET", "/orders/2026-01-01/orders/902-1", "includedData=BUYER", 1, True),
        RecordedCall("POST", "/tokens/2021-03-01/restrictedDataToken", "", 1, True),
    ]
    assert (found.others, found.unreadable, found.beyond) == (len(ELSEWHERE), 0, 0)


@pytest.mark.parametrize(
    "base",
    [
        *(f"https://{host}" for host in HOSTS["SP-API"]),
        "https://SellingPartnerAPI-EU.Amazon.com.:443",
        "http://127.0.0.1:8585",
        "http://127.9.9.9",
        "http://localhost:1",
        "http://[::1]:8585",
        "http://sandbox.internal:8585",
    ],
)
def test_hosts_of_the_platform_and_of_sandboxes_are_those_of_the_api(tmp_path: Path, base: str) -> None:
    found = read(tmp_path, entry("GET", f"{base}/orders/v0/orders"), our_host="sandbox.internal")
    assert [each.path for each in found.calls] == ["/orders/v0/orders"]


@pytest.mark.parametrize(
    "url",
    [
        "https://sellingpartnerapi-na.amazon.com.evil.test/orders/v0/orders",
        "https://evil.test/?https://sellingpartnerapi-na.amazon.com/orders/v0/orders",
        "https://mws.amazonservices.com/orders/v0/orders",
        "ftp://sellingpartnerapi-na.amazon.com/orders/v0/orders",
        "http://127.0.0.1:3000/api/orders/v0/orders",
        "http://127.0.0.1:8585/_sandbox/orders",
        "/orders/v0/orders",
    ],
)
def test_other_addresses_are_not(tmp_path: Path, url: str) -> None:
    found = read(tmp_path, entry("GET", url), entry("GET", f"{PLATFORM}/orders/v0/orders"))
    assert (len(found.calls), found.others) == (1, 1)


def test_calls_that_are_alike_are_one_and_the_latest_stands_for_them(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        *(entry("GET", f"{PLATFORM}/orders/v0/orders/902-{number}") for number in range(5)),
        *(entry("GET", f"{PLATFORM}/orders/2026-01-01/orders/902-{number}") for number in range(3)),
        *(
            entry("GET", f"{PLATFORM}/orders/v0/orders?{query}")
            for query in ("IsISPU=1&NextToken=2", "NextToken=3&IsISPU=4", "IsISPU=5")
        ),
    )
    assert [(each.path, each.query, each.times) for each in found.calls] == [
        ("/orders/v0/orders/902-4", "", 5),
        ("/orders/2026-01-01/orders/902-2", "", 3),
        ("/orders/v0/orders", "NextToken=3&IsISPU=4", 2),
        ("/orders/v0/orders", "IsISPU=5", 1),
    ]


def test_one_that_succeeded_stands_for_those_that_did_not(tmp_path: Path) -> None:
    refused, unanswered = (
        entry("GET", f"{PLATFORM}/orders/v0/orders/902-{name}", status=status)
        for name, status in (("refused", 429), ("unanswered", 0))
    )
    good, better = (entry("GET", f"{PLATFORM}/orders/v0/orders/902-{name}") for name in ("good", "better"))
    found = read(tmp_path, refused, unanswered).calls
    assert [(each.path, each.times, each.succeeded) for each in found] == [
        ("/orders/v0/orders/902-unanswered", 2, False)
    ]
    found = read(tmp_path, refused, good, unanswered, better, refused).calls
    assert [(each.path, each.times, each.succeeded) for each in found] == [("/orders/v0/orders/902-better", 5, True)]


def test_kinds_without_end_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(har, "MOST_KINDS", 3)
    found = read(tmp_path, *(entry("GET", f"{PLATFORM}/orders/v0/orders?P{number % 5}=1") for number in range(10)))
    assert ([each.times for each in found.calls], found.beyond) == ([2, 2, 2], 4)


def test_nothing_secret_is_kept(tmp_path: Path) -> None:
    parameters = [
        "MarketplaceIds=A",
        "X-Amz-Signature=SIGNATURE-OF-AWS",
        "X-Amz-Credential=CREDENTIAL-OF-AWS",
        "x-amz-security-token=TOKEN-IN-THE-ADDRESS",
        "access_token=TOKEN-IN-THE-ADDRESS",
        "BuyerEmail=buyer-in-the-address%40example.com",
        "NextToken=kept",
    ]
    host = PLATFORM.removeprefix("https://")
    found = read(
        tmp_path,
        *ELSEWHERE,
        entry(
            "GET",
            f"https://user:PASSWORD-IN-THE-ADDRESS@{host}/orders/v0/orders?{'&'.join(parameters)}",
            answer=PERSONAL,
        ),
    )
    assert [each.query for each in found.calls] == ["MarketplaceIds=A&BuyerEmail=REDACTED&NextToken=kept"]
    assert not [each for each in SECRETS if each in repr(found)]


def test_entries_that_cannot_be_read_are_told_where_nothing_is_left(tmp_path: Path) -> None:
    too_long = entry("GET", f"{PLATFORM}/orders/v0/orders?NextToken={'a' * 30_000}")
    with pytest.raises(HarError, match="none is a call of the platform's Orders APIs, and 2 cannot be read\\."):
        read(tmp_path, too_long, *ELSEWHERE, too_long)


def test_values_are_shown_of_the_parameters_in_the_document_of_either_generation() -> None:
    lists = {"v0": "getOrders", "2026-01-01": "searchOrders"}
    parameters = (load(openapi_dir() / f"orders-{each}.yaml").operations[name].query for each, name in lists.items())
    assert set().union(*parameters) - {"BuyerEmail"} == har.SHOWN


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("orders?MarketplaceIds=Atza%7CHIDDEN", "orders?MarketplaceIds=REDACTED"),
        ("orders?createdAfter=2026&api_key=HIDDEN", "orders?createdAfter=2026&api_key=REDACTED"),
        ("orders?AWSAccessKeyId=HIDDEN&code=HIDDEN", "orders?AWSAccessKeyId=REDACTED&code=REDACTED"),
        ("orders?buyer%45mail=HIDDEN", "orders?buyerEmail=REDACTED"),
        ("orders?Atzr%7CHIDDEN", "orders?REDACTED=REDACTED"),
        ("orders/Atza%7CHIDDEN/orderItems", "orders/REDACTED/orderItems?"),
    ],
)
def test_secrets_where_none_belongs_are_not_kept_either(tmp_path: Path, address: str, kept: str) -> None:
    """Tokens are known by their looks, and a parameter that no Orders API has may hold whatever it likes."""
    found = read(tmp_path, entry("GET", f"{PLATFORM}/orders/v0/{address}"))
    assert [f"{each.path}?{each.query}" for each in found.calls] == [f"/orders/v0/{kept}"]
    assert "HIDDEN" not in repr(found)


@pytest.mark.parametrize(
    "damaged",
    [
        None,
        1,
        "an entry",
        [],
        {},
        {"request": None},
        {"request": []},
        {"request": {"url": f"{PLATFORM}/orders/v0/orders"}},
        {"request": {"method": "GET"}},
        {"request": {"method": "GET", "url": 5}},
        {"request": {"method": "GET", "status": "x"}, "response": {"status": "y"}},
        {"request": {"method": "G\x1b[31mET", "url": f"{PLATFORM}/orders/v0/orders"}},
        {"request": {"method": "GET", "url": "http://[::1/orders/v0/orders"}},
        {"request": {"method": "GET", "url": f"{PLATFORM}/orders/v0/orders?NextToken={'a' * 30_000}"}},
        {"request": {"method": "GET", "url": f"{PLATFORM}/orders/v0/orders?NextToken={'a' * 300_000}"}},
        {"response": {"request": {"method": "GET", "url": f"{PLATFORM}/orders/v0/orders"}}},
    ],
)
def test_an_entry_that_cannot_be_read_is_counted(tmp_path: Path, damaged: Any) -> None:
    found = read(tmp_path, damaged, entry("GET", f"{PLATFORM}/orders/v0/orders"), damaged)
    assert (len(found.calls), found.unreadable) == (1, 2)


def test_numbers_lists_and_names_of_any_kind_are_passed_over(tmp_path: Path) -> None:
    call = entry("GET", f"{PLATFORM}/orders/v0/orders") | {
        "_more": [1e300, -0.5, 2**63 - 1, {"[]": {"url": "x"}}, [[]]]
    }
    call["request"] |= {"_url": "x", "url2": {"url": "x"}}
    assert len(read(tmp_path, call).calls) == 1


def test_the_order_in_which_a_program_writes_does_not_matter(tmp_path: Path) -> None:
    """Browsers, mitmproxy and Charles each have their own, and keys of their own beside those of HAR 1.2."""
    call = entry("GET", f"{PLATFORM}/orders/v0/orders") | {"_initiator": {"type": "other"}, "comment": ""}
    call["request"] = dict(reversed(call["request"].items()))
    content = {"entries": [dict(reversed(call.items()))], "version": "1.2", "pages": [], "browser": {"name": "Firefox"}}
    file = tmp_path / "recorded.har"
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps({"log": content}, indent=2).encode())
    assert [(each.path, each.succeeded) for each in read_har(str(file)).calls] == [("/orders/v0/orders", True)]


WHOLE = json.dumps(hars.har([*ELSEWHERE, entry("GET", f"{PLATFORM}/orders/v0/orders", answer=PERSONAL)])).encode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty. Record the calls"),
        (b" \n", "is empty. Record the calls"),
        (b"\xef\xbb\xbf", "is empty"),
        (WHOLE[: len(WHOLE) // 2], "is cut off"),
        (WHOLE[:-1], "is cut off"),
        (WHOLE.replace(b"12.5", b"1\\2"), "is damaged: it holds no JSON"),
        (WHOLE + b"}", "is damaged"),
        (WHOLE.replace(b'"method"', b"method"), "is damaged"),
        (WHOLE.replace(b"12.5", b"9" * 5000), "is damaged"),
        (WHOLE.replace(b"12.5", b"9" * 500_000), "is damaged"),
        (WHOLE.replace(b"COOKIE", b"\xff\xfe"), "is damaged"),
        (WHOLE.decode().encode("utf-16"), "is damaged"),
        (gzip.compress(WHOLE), "is packed. Unpack it first."),
        (b"<html></html>", "is damaged"),
        (b"{}", "has no list `log.entries`"),
        (b"[]", "has no list `log.entries`"),
        (b"5", "has no list `log.entries`"),
        (b'{"log": []}', "has no list `log.entries`"),
        (b'{"log": {"entries": {}}}', "has no list `log.entries`"),
        (b'{"log": {"entries": null}}', "has no list `log.entries`"),
        (b'[{"log": {"entries": []}}]', "has no list `log.entries`"),
        (b'{"log": {"entries": []}}', "has no entries"),
        (json.dumps(hars.har(ELSEWHERE)).encode(), "of its 6 entries none is a call of the platform's Orders APIs"),
        (b"[" * 1_000_000, "nested too deep"),
        (b'{"a":' * 1_000_000, "nested too deep"),
        (WHOLE.replace(b"12.5", b"[" * 1_000 + b"]" * 1_000), "nested too deep"),
    ],
)
def test_what_is_no_recording_is_told_in_a_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "recorded.har"
    file.write_bytes(content)
    with pytest.raises(HarError) as told:
        read_har(str(file))
    assert str(told.value).startswith(f"{file} ")
    assert words in str(told.value)
    assert told.value.__cause__ is None
    assert not [each for each in SECRETS if each in str(told.value)]


@given(data=st.data())
@settings(max_examples=depth(100, 10_000))
def test_whatever_damage_is_done_it_is_a_recording_or_a_sentence(data: st.DataObject) -> None:
    """And neither has a secret in it."""
    content = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content)))
        to = at + data.draw(st.integers(0, 40))
        content[at:to] = data.draw(
            st.sampled_from([b"", b'"', b"\\", b"{", b"]", b"\0", b"\xff", b"9" * 5000, b"null,"])
        )
    try:
        told = repr(har.read_stream(io.BytesIO(content)))
    except HarError as wrong:
        told = str(wrong)
    assert not [each for each in SECRETS if each in told]


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(HarError, match=r"missing\.har cannot be read: No such file or directory\."):
        read_har(str(tmp_path / "missing.har"))
    with pytest.raises(HarError, match=r"cannot be read: Is a directory\."):
        read_har(str(tmp_path))
    with pytest.raises(HarError, match="cannot be read"):
        read_har("a\0b")


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(WHOLE)))
    assert len(read_har("-").calls) == 1
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    with pytest.raises(HarError, match="Standard input is empty"):
        read_har("-")


MEASURE = """
import resource, sys
from marketplace_sandbox.cli.migrate.har import read_har
most = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = most()
found = read_har(sys.argv[1])
print(len(found.calls), found.calls[0].times, (most() - before) // 1024)
"""


@pytest.mark.slow
@pytest.mark.parametrize("length", [300, 60_000, 3_000_000], ids=["many calls", "long answers", "huge answers"])
def test_reading_takes_little_memory_whatever_the_size(tmp_path: Path, length: int) -> None:
    """5 MB here and 100 MB in `make soak`, where the whole process of Python takes 17 MB."""
    answer = json.dumps({"payload": {"text": 'quoted "é"\\' * (length // 11)}})
    between = cycle([entry("GET", "https://www.example.com/", answer=answer)])
    file = hars.write_long(
        tmp_path / "long.har", MEGABYTES * 1_000_000, entry("GET", f"{PLATFORM}/orders/v0/orders"), between
    )
    done = subprocess.run([sys.executable, "-c", MEASURE, file], capture_output=True, text=True, check=True)
    calls, times, taken = map(int, done.stdout.split())
    assert (calls, times) == (1, 2)
    assert taken < ROOM
