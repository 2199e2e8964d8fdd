"""HAR files: which calls of the Orders APIs a client has recorded, and how many of other services.

A file is read once, as a stream, whatever its size. Looked at are the method and the address of each request; headers,
cookies, bodies and answers are passed over, and no error quotes the file. Of an address are kept the values of
parameters that an Orders API has, without what looks like a token.

Source: HAR 1.2, as browsers, mitmproxy and Charles write it: `method` and `url` of `log.entries[].request`.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

import ijson

from marketplace_sandbox.amazon.hosts import HOSTS, plain_host
from marketplace_sandbox.api.http.page_guard import is_loopback
from marketplace_sandbox.cli.migrate.long_texts import BYTE_ORDER_MARK, LongTokenError, WithoutLongTexts
from marketplace_sandbox.cli.migrate.paths import ORDERS, is_of_orders
from marketplace_sandbox.core.text.redaction import REDACTED, is_secret_name, redact_path, redact_text

DEEPEST = 200
"""Objects and lists within one another; recordings have about ten."""

LONGEST_ADDRESS = 20_000
"""Characters; a page token has 16,384."""

LONGEST_PATH = 2_000

MOST_KINDS = 400
"""Kinds of calls that are kept, and fit into one call of a server. Orders v0 has ten operations, and a client asks each
with few choices of parameters.
"""

STANDARD_INPUT = "-"

SHOWN = frozenset(
    (
        "ActualFulfillmentSupplySourceId", "AmazonOrderIds", "CreatedAfter", "CreatedBefore",
        "EarliestDeliveryDateAfter", "EarliestDeliveryDateBefore", "EasyShipShipmentStatuses",
        "ElectronicInvoiceStatuses", "FulfillmentChannels", "IsISPU", "LastUpdatedAfter", "LastUpdatedBefore",
        "LatestDeliveryDateAfter", "LatestDeliveryDateBefore", "MarketplaceIds", "MaxResultsPerPage", "NextToken",
        "OrderStatuses", "PaymentMethods", "SellerOrderId", "StoreChainStoreId", "createdAfter", "createdBefore",
        "fulfilledBy", "fulfillmentStatuses", "includedData", "lastUpdatedAfter", "lastUpdatedBefore",
        "marketplaceIds", "maxResultsPerPage", "paginationToken",
    )
)  # fmt: skip
"""Parameters of either generation whose values are kept: all but the one that a buyer is known by.

What an Orders API has not is of no use here, and may be a proxy's key or a page's session.
"""

_METHOD = re.compile(r"[A-Z]{3,7}")
_OF_ONE_ORDER = re.compile(r"(/orders/[^/]+/orders/)[^/]+")
_SIGNED = "x-amz-"
"""How parameters of a signed address begin, in small letters."""

_ENTRIES = ["log", "entries"]
_ENTRY = [*_ENTRIES, None]
_FIELDS = {
    ("string", *_ENTRY, "request", "method"),
    ("string", *_ENTRY, "request", "url"),
    ("number", *_ENTRY, "response", "status"),
}
"""What is kept of an entry: the parser's word for its type, and its place."""

_DEPTH = len(_ENTRY) + 2
"""Of all these places."""

_DAMAGES = (ijson.JSONError, LongTokenError, ValueError)
"""What is raised for what is no JSON."""

_PACKED = (b"\x1f\x8b", b"PK\x03\x04")
"""How files of gzip and zip begin."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is read of an entry; `succeeded` is whether an answer was recorded that is no refusal."""

    method: str
    url: str
    succeeded: bool


class HarError(Exception):
    """A file that is no recording with calls of the Orders APIs. The text says what to do and quotes nothing."""


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """Calls that are alike: the latest stands for them, of those that succeeded if one did. `times` is how many."""

    method: str
    path: str
    query: str
    times: int
    succeeded: bool

    def to_json(self) -> dict[str, Any]:
        """As the control API takes it."""
        return {"method": self.method, "path": self.path, "query": self.query, "times": self.times}


@dataclass(slots=True)
class Recording:
    """What a file has: calls of the Orders APIs, and how many entries of other kinds.

    `others` are of other services and of other APIs of the platform, `unreadable` ones have no method or address that
    can be read, and `beyond` are of kinds for which there was no room.
    """

    kinds: dict[object, RecordedCall] = field(default_factory=dict)
    others: int = 0
    unreadable: int = 0
    beyond: int = 0

    @property
    def calls(self) -> list[RecordedCall]:
        """One call of each kind, in the order in which they came first."""
        return list(self.kinds.values())


def describe_left_out(recording: Recording) -> Iterator[str]:
    """A sentence for each kind of entry that is not among the calls."""
    if recording.others:
        yield f"{_count(recording.others)} of other services or of other APIs, left out."
    if recording.unreadable:
        yield f"{_count(recording.unreadable)} without a method and an address that can be read, left out."
    if recording.beyond:
        yield f"{_count(recording.beyond)} of further kinds than {MOST_KINDS}, left out."


def _count(entries: int) -> str:
    return f"{entries:,} {'entry' if entries == 1 else 'entries'}"


def read_har(name: str, our_host: str = "") -> Recording:
    """The recording in a file, or in standard input. `our_host` is that of a sandbox. Raises HarError."""
    try:
        if name == STANDARD_INPUT:
            return read_stream(sys.stdin.buffer, our_host)
        with Path(name).open("rb") as file:
            return read_stream(file, our_host)
    except HarError as wrong:
        raise HarError(f"{'Standard input' if name == STANDARD_INPUT else name} {wrong}") from None
    except (OSError, ValueError) as wrong:
        raise HarError(f"{name} cannot be read: {getattr(wrong, 'strerror', None) or wrong}.") from None


def read_stream(file: BinaryIO, our_host: str = "") -> Recording:
    """The recording in an open file. Raises HarError, whose text goes on from the file's name."""
    stream = WithoutLongTexts(file)
    recording = Recording()
    hosts = {*HOSTS["SP-API"], our_host}
    # numbers of C: with Python's own the parser goes on after one that is too long, and may crash
    events = ijson.basic_parse(stream, use_float=True)
    try:
        for request in _requests(events):
            _add(recording, request, hosts)
    except _DAMAGES as wrong:
        raise HarError(_say_damage(stream.begin, str(wrong))) from None
    if not any(each.path.startswith(ORDERS) for each in recording.calls):
        raise HarError(_say_lack(recording))
    return recording


def _say_damage(begin: bytes, told: str) -> str:
    """What is wrong with a file that is no JSON; what the parser tells quotes the file, and is not shown."""
    if not begin.removeprefix(BYTE_ORDER_MARK).strip():
        return "is empty. Record the calls of your client into it first."
    if begin.startswith(_PACKED):
        return "is packed. Unpack it first."
    if "premature EOF" in told[:40]:
        return "is cut off: the JSON in it does not end. Export it again."
    return "is damaged: it holds no JSON. Export it again."


def _say_lack(recording: Recording) -> str:
    entries = recording.others + recording.unreadable + sum(each.times for each in recording.calls)
    if not entries:
        return "has no entries. Record the calls of your client into it first."
    unreadable = f", and {recording.unreadable:,} cannot be read" if recording.unreadable else ""
    none = f"of its {_count(entries)} none is a call of the platform's Orders APIs"
    return f"has no call of Orders v0: {none}{unreadable}."


def _requests(events: Iterable[tuple[str, Any]]) -> Iterator[Request | None]:
    """The method and the address of each entry, None for one that has no request to be read. Raises HarError."""
    place: list[str | None] = []
    found: dict[str, Any] = {}
    has_entries = False
    for event, value in events:
        if event == "map_key":
            place[-1] = value
        elif event.startswith("start"):
            has_entries |= event == "start_array" and place == _ENTRIES
            _enter(place)
        elif event.startswith("end"):
            place.pop()
            if place == _ENTRY:
                yield _request(found)
                found = {}
        elif place == _ENTRY:
            yield None
        elif len(place) == _DEPTH and (event, *place) in _FIELDS:
            found[str(place[-1])] = value
    if not has_entries:
        raise HarError("is no HAR file: it has no list `log.entries`. Export the recording as HAR 1.2.")


def _enter(place: list[str | None]) -> None:
    place.append(None)
    if len(place) > DEEPEST:
        raise HarError("is no HAR file: it is nested too deep. Export it again.")


def _request(found: dict[str, Any]) -> Request | None:
    method, url, status = found.get("method", "").upper(), found.get("url", ""), found.get("status", 0)
    return Request(method, url, 0 < status < 400) if _METHOD.fullmatch(method) and url else None


def _add(recording: Recording, request: Request | None, hosts: set[str]) -> None:
    address = _split(request.url) if request else None
    if request is None or address is None:
        recording.unreadable += 1
        return
    host = plain_host(address.hostname)
    is_platform = address.scheme in ("http", "https") and (host in hosts or is_loopback(host))
    if is_platform and is_of_orders(address.path):
        _add_call(recording, request, address)
    else:
        recording.others += 1


def _split(url: str) -> SplitResult | None:
    """The parts of an address; None for what is none, or is longer than any."""
    try:
        address = urlsplit(url) if len(url) <= LONGEST_ADDRESS else None
    except ValueError:
        return None
    return address if address and len(address.path) <= LONGEST_PATH else None


def _add_call(recording: Recording, request: Request, address: SplitResult) -> None:
    parameters = _list_parameters(address.query)
    names = frozenset(name for name, _ in parameters)
    kind = (request.method, _OF_ONE_ORDER.sub(r"\1", address.path), names)
    before = recording.kinds.get(kind)
    if before is None and len(recording.kinds) == MOST_KINDS:
        recording.beyond += 1
        return
    times = before.times + 1 if before else 1
    if before and before.succeeded and not request.succeeded:
        recording.kinds[kind] = replace(before, times=times)
        return
    path, query = redact_path(address.path), urlencode(parameters)
    recording.kinds[kind] = RecordedCall(request.method, path, query, times, request.succeeded)


def _list_parameters(query: str) -> list[tuple[str, str]]:
    """The parameters of a query without credentials and signatures; values are shown of known parameters alone."""
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if not is_secret_name(name) and not name.lower().startswith(_SIGNED)]
    return [(redact_text(name), redact_text(value) if name in SHOWN else REDACTED) for name, value in kept]
