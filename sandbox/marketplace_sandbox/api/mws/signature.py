"""Signature Version 2: what a client signed, under which host line, and when. Pure, no clock.

Over plain HTTP the clients disagree about the host line of the signed text, so a signature is
held against every line a client is known to write, and the answer says which one it was.
"""

import base64
import hmac
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from urllib.parse import quote

from marketplace_sandbox.amazon.hosts import MWS_HOSTS

Pairs = Sequence[tuple[str, str]]

METHODS = {"HmacSHA256": "sha256", "HmacSHA1": "sha1"}
"""The hash of each accepted `SignatureMethod`."""

WINDOW = timedelta(minutes=15)
"""How far a Timestamp may lie from the wall clock, either way; taken over from a sister service
of MWS.
"""

_PLAIN = re.compile(r"[A-Za-z0-9_.~-]*", re.ASCII)
_TIMESTAMP = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.(\d{1,12}))?(Z|[+-]\d{2}:?\d{2})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Variant:
    """The host line and path under which a signature was found right."""

    host: str
    path: str


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """What a signature covers: the verb, the authority and path of the request, and all its
    parameters.

    `authority` is the Host header (`127.0.0.1:8585`); `hosts` are further authorities the client
    may have meant, at first Amazon's, for clients whose requests are redirected here.
    """

    verb: str
    authority: str
    path: str
    parameters: Pairs
    hosts: Sequence[str] = MWS_HOSTS


def encode(text: str) -> str:
    """Percent-encoded UTF-8, hex in upper case; only `A-Z a-z 0-9 - _ . ~` are left alone."""
    return text if _PLAIN.fullmatch(text) else quote(text, safe="-_.~")


def canonical_query(parameters: Iterable[tuple[str, str]]) -> str:
    """Every parameter but Signature, encoded and joined, in byte order of the names."""
    pairs = sorted([each for each in parameters if each[0] != "Signature"])
    return "&".join([f"{encode(name)}={encode(value)}" for name, value in pairs])


def string_to_sign(verb: str, host: str, path: str, parameters: Pairs) -> str:
    """The four lines that are signed."""
    return _four_lines(verb, host, path, canonical_query(parameters))


def sign(secret: str, text: str, method: str = "HmacSHA256") -> str:
    """The base64 signature of a text. Raises KeyError for a method that is not in METHODS."""
    digest = hmac.digest(secret.encode(), text.encode(), METHODS[method])
    return base64.b64encode(digest).decode("ascii")


def matching_variant(
    signed: SignedRequest, secret: str, signature: str, method: str = "HmacSHA256", likely: Variant | None = None
) -> Variant | None:
    """The known way of writing host and path that gives this signature, or None. No two of them sign the same text.

    `likely` is one that is tried first: of a request with the same authority, path and hosts. Raises KeyError for a
    method that is not in METHODS.
    """
    query = canonical_query(signed.parameters)
    sent = signature.encode("utf-8", "surrogatepass")
    for variant in chain(() if likely is None else (likely,), variants(signed)):
        text = _four_lines(signed.verb, variant.host, variant.path, query)
        if hmac.compare_digest(sign(secret, text, method).encode(), sent):
            return variant
    return None


def variants(signed: SignedRequest) -> Iterator[Variant]:
    """Every host line and path worth trying, the likeliest first, none twice."""
    paths = dict.fromkeys((signed.path or "/", "/"))
    tried: set[str] = set()
    for host in _host_lines((signed.authority, *signed.hosts)):
        if host not in tried:  # nearly always the first is right, so none is made before it is wanted
            tried.add(host)
            yield from (Variant(host, path) for path in paths)


def parse_timestamp(text: str) -> datetime:
    """The aware UTC instant of a Timestamp in any form clients send; without a zone it is UTC.
    ValueError otherwise.
    """
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        raise ValueError("not a timestamp")
    day, time, fraction, zone = match.groups()
    micros = (fraction or "0").ljust(6, "0")[:6]
    offset = "+00:00" if zone in (None, "Z") else zone
    try:
        return datetime.fromisoformat(f"{day}T{time}.{micros}{offset}").astimezone(UTC)
    except OverflowError as beyond:
        raise ValueError("beyond the calendar") from beyond


def drift(timestamp: datetime, wall: datetime) -> timedelta | None:
    """How far a timestamp lies ahead of the wall clock (negative: behind), or None while the
    window allows it.
    """
    ahead = timestamp - wall
    return None if abs(ahead) <= WINDOW else ahead


def _four_lines(verb: str, host: str, path: str, query: str) -> str:
    return "\n".join((verb.upper(), host.lower(), path or "/", query))


def _host_lines(authorities: Iterable[str]) -> Iterator[str]:
    """Some clients sign the port, some do not, and two leave the scheme on because they only
    strip `https://`.
    """
    for authority in authorities:
        lowered = authority.lower()
        yield from (f"http://{lowered}", lowered, without_port(lowered), f"https://{lowered}")


def without_port(authority: str) -> str:
    """The host of an authority, IPv6 brackets kept."""
    host, colon, port = authority.rpartition(":")
    return host if colon and port.isdigit() else authority
