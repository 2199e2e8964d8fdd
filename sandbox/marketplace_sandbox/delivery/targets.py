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

DEFAULT_PORTS = {"http": 80, "https": 443}

Resolve = Callable[[str, int], Sequence[str]]
"""The addresses of a host, the one to try first in front. Raises OSError where there are none."""

_UNCLEAN = re.compile(r"[^\x21-\x7e]|\\")
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

    `allowed_hosts` are names or addresses that may lie anywhere; all other hosts must have loopback addresses only.
    """
    scheme, host, port = _parse(url)
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


def _parse(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of a URL that is beyond doubt: what some libraries read otherwise is refused."""
    if _UNCLEAN.search(url):
        raise TargetError("A webhook address has no blanks, backslashes, control or non-ASCII characters; encode them.")
    try:
        parts = urlsplit(url)
    except ValueError:
        raise TargetError("The webhook address cannot be read; write it like http://127.0.0.1:9000/path.") from None
    if parts.scheme not in DEFAULT_PORTS:
        raise TargetError("A webhook address begins with http:// or https://, like http://127.0.0.1:9000/path.")
    if "@" in parts.netloc:
        raise TargetError("A webhook address names no user and no password; posts are signed instead.")
    host = (parts.hostname or "").rstrip(".")
    if not host or "%" in host:
        raise TargetError("A webhook address names a host, like http://127.0.0.1:9000/path.")
    if _LOOKS_NUMERIC.fullmatch(host) and _parse_address(host) is None:
        raise TargetError(f"{host} is not a plain address; write four decimal numbers, like 127.0.0.1.")
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise TargetError("The port of a webhook address is a number from 1 to 65535.")
    return parts.scheme, host, port or DEFAULT_PORTS[parts.scheme]


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
