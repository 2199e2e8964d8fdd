"""A raw request and its parameters, wherever and however a client sent them. Knows no action."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from marketplace_sandbox.api.http.exchange import Sender
from marketplace_sandbox.api.mws.contract import quote_value
from marketplace_sandbox.api.shared.xml import MwsError, invalid

PARAMETER_BYTES = 256 * 1024
"""The most bytes of parameters, in the query string or in a form body, that are read."""

PARAMETER_COUNT = 1000
"""The most parameters of one call."""


@dataclass(frozen=True, slots=True)
class RawRequest:
    """A request as it came. `path` is without the query; `host` is the Host header.

    The names in `headers` are in lower case.
    `request_id` may be given by whoever received it; without one the dispatcher makes its own. `watch` is what a lane
    is to be told of it.
    """

    method: str
    path: str
    query: bytes
    body: bytes = b""
    host: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    request_id: str = ""
    watch: Any = None


@dataclass(frozen=True, slots=True)
class RawResponse:
    """An answer as it goes out, and what the request log should know of the call.

    `error` is the code of a refusal; `notes` say what was tolerated and which host line was signed. `sender` sends the
    answer, where a fault was injected into it, and `unanswered` says that nothing will be sent. `Date` is left to the
    HTTP server.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    action: str
    seller_id: str
    error: str | None
    notes: tuple[str, ...]
    sender: Sender | None = None
    unanswered: bool = False


@dataclass(frozen=True, slots=True)
class RequestParameters:
    """The parameters of a request: `pairs` as they were signed, `values` the first of each name; `payload` is what
    of the body is no form.
    """

    pairs: Sequence[tuple[str, str]] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    payload: bytes = b""

    @property
    def action(self) -> str:
        """What is asked, empty when it was not said."""
        return self.values.get("Action", "")

    def refuse_contradictions(self) -> None:
        """Raises MwsError for a parameter that was sent twice with different values."""
        for name, value in self.pairs:
            if self.values[name] != value:
                raise invalid(f"Parameter {quote_value(name)} was sent twice with different values.")


def read(request: RawRequest) -> RequestParameters:
    """The parameters of the query when Action is among them, or of the form in the body.

    The content type is not asked: clients send feeds as forms and forms as anything. Raises
    MwsError for parameters that cannot be read, but not for a missing Action.
    """
    pairs = _pairs(request.query)
    if any(name == "Action" for name, _ in pairs):
        return RequestParameters(pairs, _first_of_each(pairs), request.body)
    pairs += _pairs(request.body)
    return RequestParameters(pairs, _first_of_each(pairs))


def recognises(request: RawRequest) -> bool:
    """Whether a request is an MWS call at all: Action and AWSAccessKeyId in its query or form.

    One whose parameters cannot be read is one as well, as far as they can be told: it is refused in MWS's own words.
    """
    try:
        values = read(request).values
    except MwsError:
        sent = request.query[:PARAMETER_BYTES] + b"&" + request.body[:PARAMETER_BYTES]
        return {b"Action", b"AWSAccessKeyId"} <= {each.partition(b"=")[0] for each in sent.split(b"&")}
    return bool(values.get("Action") and values.get("AWSAccessKeyId"))


def _pairs(raw: bytes) -> list[tuple[str, str]]:
    if len(raw) > PARAMETER_BYTES:
        raise invalid(f"The parameters are longer than {PARAMETER_BYTES} bytes.")
    if raw.count(b"&") >= PARAMETER_COUNT:
        raise invalid(f"There are more than {PARAMETER_COUNT} parameters.")
    try:
        return parse_qsl(raw.decode("utf-8"), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        raise invalid("The parameters are not percent-encoded UTF-8.") from None


def _first_of_each(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    sent: dict[str, str] = {}
    for name, value in pairs:
        sent.setdefault(name, value)
    return sent
