"""Sends what a program says to Amazon's hosts to a local server instead, for code that nobody can touch.

A context manager (`redirected`), a pytest plugin (`-p marketplace_sandbox.testing.redirect`) and a runner of programs
(`python -m marketplace_sandbox.testing.redirect PROGRAM`). Covers clients that use Python's sockets themselves;
asyncio's TLS stays, so async clients take a base URL. Nothing reaches Amazon: what cannot be redirected is refused.
"""

import argparse
import contextlib
import importlib.util
import os
import runpy
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from marketplace_sandbox.testing.socket_redirect import DEFAULT_URL, Address, Redirect, sockets_redirected, target


@contextlib.contextmanager
def redirected(url: str | Address = DEFAULT_URL, aws_hosts: Iterable[str] | None = None) -> Iterator[None]:
    """While the block runs, calls to Amazon's hosts reach the server at `url`, or at what it answers then.

    Hosts that the sandbox does not stand in for are refused, and so is AWS, but for `aws_hosts` and what is beneath
    them: the program's own account, as SANDBOX_AWS_HOSTS has it where none are given. Raises ValueError for what is no
    http address and for what is no host of AWS.
    """
    with sockets_redirected(_read(url, aws_hosts)):
        yield


def _read(url: str | Address, aws_hosts: Iterable[str] | None = None) -> Redirect:
    if isinstance(url, str):
        target(url)
    own = os.environ.get("SANDBOX_AWS_HOSTS", "").split(",") if aws_hosts is None else aws_hosts
    return Redirect(url if callable(url) else lambda: url, own)


# As a pytest plugin

_session = contextlib.ExitStack()


def pytest_configure(config: Any) -> None:
    """Redirects for the whole session: to SANDBOX_URL, else to the plugin's own server, which then starts."""
    import pytest  # noqa: PLC0415  a program that is run needs none

    from marketplace_sandbox.testing.plugin import server_of  # noqa: PLC0415  the same

    def address() -> str:
        return os.environ.get("SANDBOX_URL") or server_of(config).url

    try:
        _session.enter_context(redirected(address))
    except ValueError as wrong:
        raise pytest.UsageError(str(wrong)) from None


def pytest_unconfigure(config: Any) -> None:  # noqa: ARG001  pytest calls it so
    """Ends the redirect with the session."""
    _session.close()


# As a runner of programs


def main(arguments: list[str] | None = None) -> None:
    """Run a Python program, or a module with -m, redirected."""
    parser = argparse.ArgumentParser(
        prog="python -m marketplace_sandbox.testing.redirect",
        description="Run a Python program whose calls to Amazon's hosts reach a local marketplace sandbox. AWS is "
        "refused but for the hosts in SANDBOX_AWS_HOSTS, which are the program's own account.",
    )
    parser.add_argument(
        "--url", default=os.environ.get("SANDBOX_URL", DEFAULT_URL), help="the server (SANDBOX_URL; %(default)s)"
    )
    parser.add_argument("-m", dest="module", action="store_true", help="PROGRAM is a module's name")
    parser.add_argument("program", metavar="PROGRAM")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, metavar="...")
    options = parser.parse_args(arguments)
    if not options.module and not os.path.isfile(options.program):  # noqa: PTH113  the path is taken as it is written
        parser.error(f"there is no file {options.program}; a module is run with -m")
    if options.module and importlib.util.find_spec(options.program.partition(".")[0]) is None:
        parser.error(f"there is no module {options.program}")
    try:
        redirect = _read(options.url.rstrip("/"))
    except ValueError as wrong:
        parser.error(str(wrong))
    sys.argv = [options.program, *options.arguments]
    with sockets_redirected(redirect):
        if options.module:
            sys.path.insert(0, "")
            runpy.run_module(options.program, run_name="__main__", alter_sys=True)
        else:
            sys.path.insert(0, os.path.dirname(os.path.abspath(options.program)))  # noqa: PTH100, PTH120  as Python does
            runpy.run_path(options.program, run_name="__main__")


if __name__ == "__main__":
    main()
