"""How a process's connections to Amazon's hosts are made to a local server, and how all others to Amazon are refused.

Names are resolved to the server and TLS is left away, for the hosts that the sandbox stands in for; for every other
host of Amazon's domains, and for AWS beyond what was named, an error is raised before a name is looked up. What does
not come by the functions that are replaced here is refused by an audit hook, which sees every lookup of Python's.
"""

import asyncio
import contextlib
import functools
import http.client
import importlib
import importlib.util
import os
import re
import socket
import ssl
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from marketplace_sandbox.amazon.hosts import HOSTS, is_of_aws, is_of_platform, is_platform_host, lies_in, plain_host
from marketplace_sandbox.core.text.quoting import quote, suggestion

DEFAULT_URL = "http://127.0.0.1:8585"
EVERY_HOST = tuple(host for hosts in HOSTS.values() for host in hosts)

Address = Callable[[], str]


class PlatformHostError(RuntimeError):
    """A program is on its way to a host of Amazon, by a way or to a host that is not redirected; nothing was sent."""


class AsyncClientError(PlatformHostError):
    """An asyncio client is on its way to an Amazon host, and its TLS could not be left away."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"An asyncio client calls {host}, and the redirect cannot leave its TLS away. Make it with a base URL "
            'instead, as marketplace.client_kwargs("python-amazon-sp-api-async") has it.'
        )


class Redirect:
    """Where calls to Amazon go instead, and which hosts of AWS are the program's own to reach.

    `address` answers the server's URL when a call is made. Raises ValueError for what is no host of AWS.
    """

    def __init__(self, address: Address, aws_hosts: Iterable[str]) -> None:
        self.address = address
        self.aws_hosts = [plain_host(each) for each in aws_hosts if each.strip()]
        for each in self.aws_hosts:
            if not is_of_aws(each) or is_of_platform(each):
                raise ValueError(
                    f"SANDBOX_AWS_HOSTS names hosts of AWS, like sqs.eu-central-1.amazonaws.com; {quote(each)} is none."
                )

    def takes(self, host: object) -> bool:
        """Whether calls to a host go to the server. Raises PlatformHostError for one that must not be reached."""
        if is_platform_host(host):
            return True
        name = plain_host(host)
        if is_of_platform(host):
            raise PlatformHostError(
                f"{name} is Amazon's, and the sandbox does not stand in for it: nothing was sent"
                f"{suggestion(name, EVERY_HOST)}"
            )
        if is_of_aws(host) and not lies_in(host, self.aws_hosts):
            raise PlatformHostError(
                f"{name} is AWS itself: nothing was sent. Name a local endpoint, as AWS_ENDPOINT_URL_SQS does for "
                f"queues, or say that it is for the program's own account: SANDBOX_AWS_HOSTS={name}."
            )
        return False

    def target(self) -> tuple[str, int]:
        """Host and port of the server. Raises ValueError."""
        return target(self.address())

    def refuse_detour(self, host: object, way: str) -> None:
        """Nothing, for a host that is not Amazon's. Raises PlatformHostError for any that is."""
        if self.takes(host):
            raise PlatformHostError(f"A call to {plain_host(host)} {way}, and not to the sandbox: nothing was sent.")


class PlainSocket(socket.socket):
    """A socket without TLS that answers what is asked of one with it, and connects to the server alone."""

    redirect: Redirect

    def connect(self, address: Any) -> None:  # noqa: ARG002  wherever it was meant to go
        """Connects to the server, also where a name was resolved by other means."""
        super().connect(self.redirect.target())

    def connect_ex(self, address: Any) -> int:  # noqa: ARG002  wherever it was meant to go
        """The same, answering the number of what went wrong."""
        return super().connect_ex(self.redirect.target())

    def do_handshake(self, block: bool = False) -> None:
        """Nothing is agreed upon."""

    def getpeercert(self, binary_form: bool = False) -> Any:
        """No certificate."""
        return b"" if binary_form else {}

    def selected_alpn_protocol(self) -> None:
        """No protocol was agreed upon, so HTTP/1.1 it is."""

    def version(self) -> None:
        """No TLS."""

    def cipher(self) -> None:
        """No cipher."""

    def unwrap(self) -> socket.socket:
        """Nothing is wrapped."""
        return self


def target(url: str) -> tuple[str, int]:
    """Host and port of a server. Raises ValueError."""
    at = urlsplit(url)
    if at.scheme != "http" or not at.hostname:
        raise ValueError(f"The sandbox is at an address such as {DEFAULT_URL}; {url!r} is none.")
    return at.hostname, at.port or 80


@contextlib.contextmanager
def sockets_redirected(redirect: Redirect) -> Iterator[None]:
    """While the block runs, every connection of the process to Amazon is the server's, or is refused."""
    with contextlib.ExitStack() as patches:
        patches.enter_context(_watch(redirect))
        for owner, name, wrapper in _wrappers(redirect):
            patches.enter_context(_replace(owner, name, wrapper(getattr(owner, name))))
        for name in ("NO_PROXY", "no_proxy"):
            patches.enter_context(_exempt_from_proxy(name))
        yield


Wrapper = Callable[[Any], Any]


def _wrappers(redirect: Redirect) -> Iterator[tuple[Any, str, Wrapper]]:
    """What stands before which function of which owner."""
    yield socket, "getaddrinfo", lambda original: _resolve_to(original, redirect)
    for name in ("connect", "connect_ex"):
        yield socket.socket, name, lambda original: _connect_to(original, redirect)
    for name in {"sendto", "sendmsg"} & {*dir(socket.socket)}:  # Windows has the first alone
        yield socket.socket, name, lambda original: _send_by_tcp_alone(original, redirect)
    for context in _contexts():
        yield context, "wrap_socket", lambda original: _leave_plain(original, redirect)
        yield context, "wrap_bio", lambda original: _refuse_tls(original, redirect)
    for loop in _loops():
        for name in ("getaddrinfo", "create_connection", "sock_connect", "create_datagram_endpoint"):
            yield loop, name, lambda original: _stop_clients(original, redirect)
    yield http.client.HTTPConnection, "set_tunnel", lambda original: _refuse_tunnels(original, redirect)
    yield http.client.HTTPConnection, "putrequest", lambda original: _refuse_proxies(original, redirect)


def _contexts() -> list[Any]:
    """Every class that wraps sockets: the standard library's, and the one that stands before it where installed."""
    if importlib.util.find_spec("truststore") is None:
        return [ssl.SSLContext]
    return [ssl.SSLContext, importlib.import_module("truststore").SSLContext]


def _loops() -> list[Any]:
    """Every class of event loops, as clients find them: the standard library's, and uvloop's where it is installed."""
    if importlib.util.find_spec("uvloop") is None:
        return [asyncio.BaseEventLoop]
    return [asyncio.BaseEventLoop, importlib.import_module("uvloop").Loop]


def _resolve_to(original: Any, redirect: Redirect) -> Any:
    def getaddrinfo(host: Any, port: Any, *arguments: Any, **more: Any) -> Any:
        if not redirect.takes(host):
            return original(host, port, *arguments, **more)
        return original(*redirect.target(), *arguments, **more)

    return getaddrinfo


def _connect_to(original: Any, redirect: Redirect) -> Any:
    def connect(self: Any, address: Any) -> Any:
        return original(self, redirect.target() if redirect.takes(_host_of(address)) else address)

    return connect


def _send_by_tcp_alone(original: Any, redirect: Redirect) -> Any:
    def send(self: Any, content: Any, *arguments: Any) -> Any:
        redirect.refuse_detour(_host_of(arguments[-1]) if arguments else None, "goes by UDP")
        return original(self, content, *arguments)

    return send


def _leave_plain(original: Any, redirect: Redirect) -> Any:
    def wrap_socket(self: Any, sock: socket.socket, *arguments: Any, **more: Any) -> Any:
        # it comes by its name, or as the fourth after the socket
        host = more.get("server_hostname", arguments[3] if len(arguments) > 3 else None)
        if not redirect.takes(host):
            return original(self, sock, *arguments, **more)
        if not _leads_to(sock, redirect.target()):
            redirect.refuse_detour(host, "has been connected elsewhere, by a proxy or to an address of its own")
        timeout = sock.gettimeout()
        plain = PlainSocket(sock.family, sock.type, sock.proto, sock.detach())
        plain.settimeout(timeout)
        plain.redirect = redirect
        return plain

    return wrap_socket


def _leads_to(sock: socket.socket, server: tuple[str, int]) -> bool:
    """Whether a socket is connected to a server, or not yet to anything."""
    try:
        peer = sock.getpeername()[:2]
    except OSError:
        return True
    return peer in {found[4][:2] for found in socket.getaddrinfo(*server, type=socket.SOCK_STREAM)}


def _refuse_tls(original: Any, redirect: Redirect) -> Any:
    def wrap_bio(self: Any, incoming: Any, outgoing: Any, *arguments: Any, **more: Any) -> Any:
        host = more.get("server_hostname", arguments[1] if len(arguments) > 1 else None)
        if redirect.takes(host):
            raise AsyncClientError(plain_host(host))
        return original(self, incoming, outgoing, *arguments, **more)

    return wrap_bio


def _stop_clients(original: Any, redirect: Redirect) -> Any:
    async def call(self: Any, *arguments: Any, **more: Any) -> Any:
        for given in (*arguments, *more.values()):
            if redirect.takes(_host_of(given)):
                raise AsyncClientError(plain_host(_host_of(given)))
        return await original(self, *arguments, **more)

    return call


def _refuse_tunnels(original: Any, redirect: Redirect) -> Any:
    def set_tunnel(self: Any, host: str, *arguments: Any, **more: Any) -> None:
        redirect.refuse_detour(host, f"goes to a proxy, {self.host}")
        original(self, host, *arguments, **more)

    return set_tunnel


def _refuse_proxies(original: Any, redirect: Redirect) -> Any:
    def putrequest(self: Any, method: str, url: str, *arguments: Any, **more: Any) -> None:
        if re.match(r"[a-z]+://", url, re.IGNORECASE):
            redirect.refuse_detour(urlsplit(url).hostname, f"goes to a proxy, {self.host}")
        original(self, method, url, *arguments, **more)

    return putrequest


def _host_of(given: object) -> object:
    """The host of a socket's address, or what may be a host itself."""
    return given[0] if isinstance(given, tuple) and given else given


_watching: list[Redirect] = []
"""The redirects in force, the innermost last."""

_LOOKUPS: Mapping[str, int] = {
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
    "socket.gethostbyaddr": 0,
    "socket.getnameinfo": 0,
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
}
"""Which argument of an audit event of Python's sockets has the host."""


@contextlib.contextmanager
def _watch(redirect: Redirect) -> Iterator[None]:
    """Refuses what comes by a function that is not replaced, or by one that was taken hold of before."""
    _install_audit()
    _watching.append(redirect)
    try:
        yield
    finally:
        _watching.remove(redirect)


@functools.cache
def _install_audit() -> None:
    """Once in a process: Python has no way to take a hook out."""
    sys.addaudithook(_audit)


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if _watching and event in _LOOKUPS:
        _watching[-1].refuse_detour(_host_of(arguments[_LOOKUPS[event]]), "is made by a way that cannot be redirected")


@contextlib.contextmanager
def _replace(owner: Any, name: str, replacement: Any) -> Iterator[None]:
    original = getattr(owner, name)
    own = name in vars(owner)
    setattr(owner, name, replacement)
    try:
        yield
    finally:
        setattr(owner, name, original) if own else delattr(owner, name)


@contextlib.contextmanager
def _exempt_from_proxy(name: str) -> Iterator[None]:
    """A proxy of the environment would carry the calls to Amazon after all."""
    before = os.environ.get(name)
    os.environ[name] = ",".join(filter(None, (before, *EVERY_HOST, "127.0.0.1", "localhost")))
    try:
        yield
    finally:
        os.environ.pop(name) if before is None else os.environ.update({name: before})
