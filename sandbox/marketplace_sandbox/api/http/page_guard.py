"""What tells a web page's call from a program's: the name it was sent to, and where a browser says it comes from.

Any page that the user opens can send requests to this machine: without being able to read the answers or, under a name
of its own that it has made point here, as if it were a page of ours. So the name has to be known, and a call whose
browser says that it comes from elsewhere is turned away. A program sends neither Origin nor Sec-Fetch-Site.
Knows no path.
"""

import ipaddress
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

OWN_SITES = ("same-origin", "none")
"""What a browser says of our own pages, and of what its user has typed. `same-site` is another port of this machine."""

RESERVED_DOMAINS = ("internal", "local", "localhost", "test", "home.arpa")
"""Nobody can have a name beneath these in the public DNS: RFC 6761, 6762 and 8375, and ICANN's reservation of 2024."""

CUT = len("https://")
"""As many characters python-amazon-sp-api takes off a base URL for its Host, also where that begins with http://."""

LONGEST_QUOTED = 100

_PORT = re.compile(r":\d{1,5}\Z")

TakesHost = Callable[[str], bool]
"""Whether calls may be sent to a Host, which is given as it came."""


@dataclass(frozen=True)
class PageGuard:
    """Says what is wrong with a call by its Host, Origin and Sec-Fetch-Site.

    Hosts of this machine are taken, that of `public`, the base URL clients reach the server by, and what `takes_host`
    takes, which `further` names. A call without a Host is refused where `host_needed`; browsers always send one.
    """

    public: str = ""
    takes_host: TakesHost = lambda _: False
    further: tuple[str, ...] = ()
    host_needed: bool = False

    def problem(self, hosts: Sequence[str], origins: Sequence[str], sites: Sequence[str]) -> str:
        """Why a call with these headers may not go on, in a sentence; empty where it may."""
        host = hosts[0] if len(hosts) == 1 else ""
        if (self.host_needed or any(hosts)) and not self._takes(host):
            *most, last = filter(None, ("a loopback Host", _host_of(self.public), *self.further))
            taken = f"{', '.join(most)} or {last}" if most else last
            got = _quote(", ".join(hosts))
            return f"This path takes {taken} only, got {got}; SANDBOX_PUBLIC_URL names another that clients may use."
        for origin in origins:
            if not self._is_own(origin, host):
                return f"This path takes no calls from pages elsewhere, got the Origin {_quote(origin)}."
        for site in sites:
            if site.lower() not in OWN_SITES:
                return f"This path takes no calls from pages elsewhere, got Sec-Fetch-Site {_quote(site)}."
        return ""

    def _takes(self, host: str) -> bool:
        name = _name(host)
        return means_this_machine(name) or (bool(name) and name == _host_of(self.public)) or self.takes_host(host)

    def _is_own(self, origin: str, host: str) -> bool:
        """Whether an Origin is the server itself, under the name it was called by or its public one."""
        parts = urlsplit(self.public)
        public = f"{parts.scheme}://{parts.netloc}".lower()
        return origin.lower() in (f"http://{host}".lower(), f"https://{host}".lower(), public)


def is_loopback(host: str) -> bool:
    """Whether a host without its port is this machine: 127.0.0.0/8, ::1 (with or without brackets), localhost."""
    if host.lower() == "localhost":
        return True
    address = _address(host)
    return address is not None and address.is_loopback


@lru_cache(maxsize=64)
def means_this_machine(name: str) -> bool:
    """Whether whoever sent a call to a name meant this machine: also `localhost.` and what lies beneath localhost.

    RFC 6761 (6.3) has resolvers and browsers answer those themselves, so nobody can have one that points elsewhere. Not
    all resolvers do, so an address to listen on goes by `is_loopback`.
    """
    plain = name.lower().removesuffix(".")
    if plain.endswith(".localhost"):
        return True
    return is_loopback(plain) and (name.startswith("[") or ":" not in name)


def is_address(host: str) -> bool:
    """Whether a Host is an address, which no page can make point here."""
    return _address(_name(host)) is not None


def is_cut_base_url(host: str, public: str) -> bool:
    """Whether a Host is what python-amazon-sp-api makes of a base URL of ours that begins with http://.

    It takes as much away as https:// is long: `27.0.0.1:8585`, `ocalhost:8585`. What is left of a public name might be
    somebody else's (of `http://myshop.com`, `yshop.com`), so there it has to be a name that nobody can have.

    >>> is_cut_base_url("27.0.0.1:8585", ""), is_cut_base_url("andbox:8585", "http://sandbox:8585")
    (True, True)
    >>> is_cut_base_url("yshop.com", "http://myshop.com"), is_cut_base_url("7.0.0.1", "")
    (False, False)
    """
    name = _name(host.partition("/")[0])
    if name == "ocalhost" or means_this_machine(f"[{name}") or (name.startswith("27.") and is_loopback(f"1{name}")):
        return True
    cut = public[CUT:].partition("/")[0].lower() if public.startswith("http://") else ""
    return bool(cut) and host.partition("/")[0].lower() == cut and not _may_be_somebodys(_name(cut))


def _may_be_somebodys(name: str) -> bool:
    reserved = any(name.endswith(f".{domain}") for domain in RESERVED_DOMAINS)
    return "." in name and not reserved and _address(name) is None


def _name(host: str) -> str:
    """A Host without its port, in small letters."""
    return _PORT.sub("", host).lower()


def _host_of(url: str) -> str:
    """The host of a base URL as a Host header has it, in small letters and without its port."""
    host = urlsplit(url).hostname or ""
    return f"[{host}]" if ":" in host else host


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    try:
        return ipaddress.ip_address(bare)
    except ValueError:
        return None


def _quote(text: str) -> str:
    return repr(text[:LONGEST_QUOTED]) if text else "none"
