"""Which addresses may be posted to: loopback, and hosts that the operator has named. Posts nothing.

A name is resolved once and every address it has is checked; whoever posts connects to these addresses and resolves
nothing again, so a name cannot come to mean something else in between.
"""

import re
import socket
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from marketplace_sandbox.amazon.hosts import is_of_platform

DEFAULT_PORTS = {"http": 80, "https": 443}
LAST_PORT = 65_535

Resolve = Callable[[str, int], Sequence[str]]
"""The addresses of a host, the one to try first in front. Raises OSError where there are none."""

_UNCLEAN = re.compile(r"[^\x21-\x7e]|\\")
# What may stand between // and the next slash: an address in brackets or a name, and a port.
_AUTHORITY = re.compile(r"(?:\[(?P<ip>[0-9A-Fa-f:.]+)\]|(?P<name>[A-Za-z0-9._-]+))(?P<colon>:(?P<port>.*))?")
_NAME = re.compile(
    r"(?=.{1,253}\Z)(?:_?[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)*_?[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?"
)
_PORT = re.compile(r"[1-9][0-9]{0,4}")
# What some resolvers take for an address: 127.1, 0177.0.0.1, 0x7f000001, 2130706433.
_LOOKS_NUMERIC = re.compile(r"(0x[0-9a-f]*|[0-9]+)(\.(0x[0-9a-f]*|[0-9]+))*\.?")


class TargetError(ValueError):
    """An address that nothing is posted to; the text says why and what would do."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address that may be posted to. `host` is for the Host header and TLS, `addresses` are where to connect."""

    url: str
    scheme: str
    host: str
    port: int
    addresses: tuple[str, ...]

    @property
    def authority(self) -> str:
        """The Host header: the host, with the port where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


def resolve_host(host: str, port: int) -> Sequence[str]:
    """The addresses the machine has for a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def check_target(url: str, allowed_hosts: Collection[str] = (), resolve: Resolve = resolve_host) -> Target:
    """Where a URL leads, if it may be posted to. Raises TargetError.

    `allowed_hosts` are names or addresses that may lie anywhere, but not in the platform's domains, which are not even
    looked up; all other hosts must have loopback addresses only.
    """
    scheme, host, port = read_url(url)
    if is_of_platform(host):
        raise TargetError(f"{host} is Amazon's, and nothing is sent there.")
    if _parse_address(host) is not None:
        addresses: tuple[str, ...] = (host,)
    else:
        try:
            addresses = tuple(resolve(host, port))
        except (OSError, UnicodeError):
            addresses = ()
        if not addresses:
            raise TargetError(f"The host {host} has no address on this machine.")
    if host not in {each.strip().strip("[]").rstrip(".").lower() for each in allowed_hosts}:
        for address in addresses:
            if not _is_loopback(address):
                found = host if host == address else f"{host}, which has the address {address},"
                raise TargetError(
                    f"Webhooks stay on this machine; {found} is elsewhere. SANDBOX_WEBHOOK_HOSTS can allow it."
                )
    return Target(url, scheme, host, port, addresses)


def read_url(url: str, what: str = "webhook address") -> tuple[str, str, int]:
    """Scheme, host and port of a URL that is beyond doubt: what some libraries read otherwise is refused.

    Raises TargetError, which calls the URL `what`.
    """
    if _UNCLEAN.search(url):
        raise TargetError(f"A {what} has no blanks, backslashes, control or non-ASCII characters; encode them.")
    try:
        parts = urlsplit(url)
    except ValueError:
        raise TargetError(f"The {what} cannot be read; write it like http://127.0.0.1:9000/path.") from None
    if parts.scheme not in DEFAULT_PORTS:
        raise TargetError(f"A {what} begins with http:// or https://, like http://127.0.0.1:9000/path.")
    if "@" in parts.netloc:
        raise TargetError(f"A {what} names no user and no password.")
    if "#" in url:
        raise TargetError(f"A {what} has no fragment: what stands behind # is sent to nobody.")
    found = _AUTHORITY.fullmatch(parts.netloc)
    if found is None:
        raise TargetError(f"A {what} names a host, like http://127.0.0.1:9000/path.")
    if found["colon"] and not (_PORT.fullmatch(found["port"]) and int(found["port"]) <= LAST_PORT):
        raise TargetError(f"The port of a {what} is a number from 1 to 65535.")
    return parts.scheme, _read_host(found, what), int(found["port"] or DEFAULT_PORTS[parts.scheme])


def _read_host(found: re.Match[str], what: str) -> str:
    """The host of an authority, in small letters, without brackets and a dot at its end."""
    if found["ip"]:
        if not isinstance(_parse_address(found["ip"]), IPv6Address):
            raise TargetError(f"The {what} cannot be read; only an IPv6 address stands in brackets.")
        return found["ip"].lower()
    host = found["name"].removesuffix(".").lower()
    if _LOOKS_NUMERIC.fullmatch(host) and _parse_address(host) is None:
        raise TargetError(f"{host} is not a plain address; write four decimal numbers, like 127.0.0.1.")
    if not _NAME.fullmatch(host):
        raise TargetError(f"A {what} names a host, like http://127.0.0.1:9000/path.")
    return host


def _is_loopback(address: str) -> bool:
    ip = _parse_address(address)
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return ip is not None and ip.is_loopback


def _parse_address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None
