"""The hosts of the platform, read from `hosts.json`: which the sandbox stands in for, and which are never reached.

A host may be given as a program has it: with capitals, a port, a full stop at its end, or letters beyond ASCII that a
resolver makes ASCII. Looks no name up.

Source: the tables of endpoints in the published clients, and Amazon's own lists of endpoints and marketplaces; Login
with Amazon and MWS have a host in the domain of each store front besides, which costs nothing where there is none.
"""

import json
import re
import unicodedata
from collections.abc import Collection, Iterable
from pathlib import Path

TABLE = Path(__file__).with_name("hosts.json")
"""The table, for programs that read it themselves."""

_table = json.loads(TABLE.read_text(encoding="utf-8"))

HOSTS: dict[str, tuple[str, ...]] = {service: tuple(hosts) for service, hosts in _table["hosts"].items()}
"""The hosts that the sandbox stands in for, by service: `SP-API`, `Login with Amazon` and `MWS`."""

MWS_HOSTS = HOSTS["MWS"]

AWS_DOMAINS: tuple[str, ...] = tuple(_table["aws"])
"""What the hosts of AWS end with, in every partition."""

PLATFORM_DOMAINS: tuple[str, ...] = tuple(_table["domains"])
"""What the hosts of the platform end with; `??` is a country of two letters."""

_KNOWN = frozenset(host for hosts in HOSTS.values() for host in hosts)


def plain_host(authority: object) -> str:
    """The host of an authority in ASCII and small letters, without port, brackets and full stops at its end.

    >>> plain_host("API.Amazon.com.:443"), plain_host("ａｐｉ.amazon.com"), plain_host("[::1]:80"), plain_host(None)
    ('api.amazon.com', 'api.amazon.com', '::1', '')
    """
    text = bytes(authority).decode("ascii", "replace") if isinstance(authority, bytes | bytearray) else authority
    if not isinstance(text, str):
        return ""
    host, colon, port = text.strip().rpartition(":")
    name = host if colon and port.isdigit() and (":" not in host or host.endswith("]")) else text.strip()
    return _ascii(name.strip("[]")).lower().rstrip(".")


def is_platform_host(authority: object) -> bool:
    """Whether a host is one of those that the sandbox stands in for."""
    return plain_host(authority) in _KNOWN


def is_of_platform(authority: object) -> bool:
    """Whether a host lies in a domain of the platform, one of `HOSTS` or any other."""
    return _PLATFORM.fullmatch(plain_host(authority)) is not None


def is_of_aws(authority: object) -> bool:
    """Whether a host lies in a domain of AWS."""
    return lies_in(authority, AWS_DOMAINS)


def lies_in(authority: object, domains: Collection[str]) -> bool:
    """Whether a host is one of some domains, in plain writing, or lies beneath one."""
    host = plain_host(authority)
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


def _ascii(name: str) -> str:
    """As a resolver has a name whose letters are not all ASCII."""
    if name.isascii():
        return name
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        return unicodedata.normalize("NFKC", name)


def _pattern(domains: Iterable[str]) -> re.Pattern[str]:
    ends = "|".join(re.escape(domain).replace(r"\?\?", "[a-z]{2}") for domain in domains)
    return re.compile(rf"(?:.+\.)?(?:{ends})", re.DOTALL)


_PLATFORM = _pattern(PLATFORM_DOMAINS)
