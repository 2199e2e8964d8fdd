"""Sends what a program says to Amazon's hosts to a local server instead, for code that nobody can touch.

A context manager (`redirected`), a pytest plugin (`-p marketplace_sandbox.testing.redirect`) and a runner of programs
(`python -m marketplace_sandbox.testing.redirect PROGRAM`). Names are resolved to the server and TLS is left away, for
Amazon's hosts only. Covers clients that use sockets themselves; asyncio's TLS stays, so async clients take a base URL.
"""

import argparse
import asyncio
import contextlib
import importlib
import importlib.util
import os
import re
import runpy
import socket
import ssl
import sys
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

DEFAULT_URL = "http://127.0.0.1:8585"
HOSTS = re.compile(
    r"(?:sandbox\.)?sellingpartnerapi-(?:na|eu|fe)\.amazon\.com"
    r"|api\.amazon\.(?:com|co\.uk|co\.jp|de|fr|it|es|ca|in|com\.au)"
    r"|mws(?:-eu)?\.amazonservices\.(?:com|ca|de|es|fr|in|it|jp|co\.uk|com\.mx|com\.au|com\.br|com\.cn)",
    re.IGNORECASE,
)
"""The hosts of SP-API, Login with Amazon and MWS."""
BESIDE_PROXIES = "amazon.com,amazon.co.uk,amazon.co.jp,amazonservices.com,127.0.0.1,localhost"

Address = Callable[[], str]


class AsyncClientError(RuntimeError):
    """An asyncio client is on its way to an Amazon host, and its TLS could not be left away."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"An asyncio client calls {host}, and the redirect cannot leave its TLS away. Make it with a base URL "
            'instead, as marketplace.client_kwargs("python-amazon-sp-api-async") has it.'
        )


class PlainSocket(socket.socket):
    """A socket without TLS that answers what is asked of one with it."""

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


def is_amazons(host: object) -> bool:
    """Whether a host name is one of Amazon's that are redirected."""
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    return isinstance(name, str) and HOSTS.fullmatch(name.rstrip(".")) is not None


@contextlib.contextmanager
def redirected(url: str | Address = DEFAULT_URL) -> Iterator[None]:
    """While the block runs, calls to Amazon's hosts reach the server at `url`, or at what it answers then.

    Raises ValueError for what is no http address.
    """
    if isinstance(url, str):
        _target(url)
    address = url if callable(url) else lambda: url
    with contextlib.ExitStack() as patches:
        patches.enter_context(_replace(socket, "getaddrinfo", _resolve_to(socket.getaddrinfo, address)))
        for loop in _loops():
            patches.enter_context(_replace(loop, "getaddrinfo", _refuse_lookups(loop.getaddrinfo)))
            patches.enter_context(_replace(loop, "create_connection", _refuse_connections(loop.create_connection)))
        for context in _contexts():
            patches.enter_context(_replace(context, "wrap_socket", _leave_plain(context.wrap_socket)))
        for name in ("NO_PROXY", "no_proxy"):
            patches.enter_context(_exempt_from_proxy(name))
        yield


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


def _resolve_to(original: Any, address: Address) -> Any:
    def getaddrinfo(host: Any, port: Any, *arguments: Any, **more: Any) -> Any:
        if not is_amazons(host):
            return original(host, port, *arguments, **more)
        return original(*_target(address()), *arguments, **more)

    return getaddrinfo


def _target(url: str) -> tuple[str, int]:
    """Host and port of a server. Raises ValueError."""
    at = urlsplit(url)
    if at.scheme != "http" or not at.hostname:
        raise ValueError(f"The sandbox is at an address such as {DEFAULT_URL}; {url!r} is none.")
    return at.hostname, at.port or 80


def _leave_plain(original: Any) -> Any:
    def wrap_socket(self: Any, sock: socket.socket, *arguments: Any, **more: Any) -> Any:
        if not is_amazons(more.get("server_hostname")):
            return original(self, sock, *arguments, **more)
        timeout = sock.gettimeout()
        plain = PlainSocket(sock.family, sock.type, sock.proto, sock.detach())
        plain.settimeout(timeout)
        return plain

    return wrap_socket


def _refuse_lookups(original: Any) -> Any:
    async def getaddrinfo(self: Any, host: Any, port: Any, **more: Any) -> Any:
        if is_amazons(host):
            raise AsyncClientError(str(host))
        return await original(self, host, port, **more)

    return getaddrinfo


def _refuse_connections(original: Any) -> Any:
    async def create_connection(self: Any, protocol: Any, host: Any = None, *arguments: Any, **more: Any) -> Any:
        if is_amazons(host):
            raise AsyncClientError(str(host))
        return await original(self, protocol, host, *arguments, **more)

    return create_connection


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
    os.environ[name] = ",".join(filter(None, (before, BESIDE_PROXIES)))
    try:
        yield
    finally:
        os.environ.pop(name) if before is None else os.environ.update({name: before})


# As a pytest plugin

_session = contextlib.ExitStack()


def pytest_configure(config: Any) -> None:
    """Redirects for the whole session: to SANDBOX_URL, else to the plugin's own server, which then starts."""

    def address() -> str:
        from marketplace_sandbox.testing.plugin import server_of  # noqa: PLC0415  a program that is run needs no pytest

        return os.environ.get("SANDBOX_URL") or server_of(config).url

    _session.enter_context(redirected(address))


def pytest_unconfigure(config: Any) -> None:  # noqa: ARG001  pytest calls it so
    """Ends the redirect with the session."""
    _session.close()


# As a runner of programs


def main(arguments: list[str] | None = None) -> None:
    """Run a Python program, or a module with -m, redirected."""
    parser = argparse.ArgumentParser(
        prog="python -m marketplace_sandbox.testing.redirect",
        description="Run a Python program whose calls to Amazon's hosts reach a local marketplace sandbox.",
    )
    parser.add_argument("--url", default=os.environ.get("SANDBOX_URL", DEFAULT_URL), help="the server (%(default)s)")
    parser.add_argument("-m", dest="module", action="store_true", help="PROGRAM is a module's name")
    parser.add_argument("program", metavar="PROGRAM")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, metavar="...")
    options = parser.parse_args(arguments)
    if not options.module and not os.path.isfile(options.program):  # noqa: PTH113  the path is taken as it is written
        parser.error(f"there is no file {options.program}; a module is run with -m")
    if options.module and importlib.util.find_spec(options.program.partition(".")[0]) is None:
        parser.error(f"there is no module {options.program}")
    try:
        _target(options.url)
    except ValueError as wrong:
        parser.error(str(wrong))
    sys.argv = [options.program, *options.arguments]
    with redirected(options.url.rstrip("/")):
        if options.module:
            sys.path.insert(0, "")
            runpy.run_module(options.program, run_name="__main__", alter_sys=True)
        else:
            sys.path.insert(0, os.path.dirname(os.path.abspath(options.program)))  # noqa: PTH100, PTH120  as Python does
            runpy.run_path(options.program, run_name="__main__")


if __name__ == "__main__":
    main()
