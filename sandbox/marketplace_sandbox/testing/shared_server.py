"""The one server that all marketplaces of a test process share: a process beside it, or a thread of it."""

import os
from typing import TYPE_CHECKING

import click

from marketplace_sandbox.testing.control import MarketplaceError
from marketplace_sandbox.testing.marketplace import START
from marketplace_sandbox.testing.server import Server

VARIABLE = "SANDBOX_IN_PROCESS"
"""Has the plugin, the decorator and the mixin serve in their own process."""

if TYPE_CHECKING:
    from marketplace_sandbox.testing.in_process import InProcessServer


def start_shared_server(*, in_process: bool = False) -> "Server | InProcessServer":
    """A server, in this process where that is asked for, by the caller or by the environment.

    Raises NotReadyError, and MarketplaceError where the environment has neither yes nor no.
    """
    if not (in_process or _is_wanted()):
        return Server("--start", START)
    from marketplace_sandbox.testing.in_process import InProcessServer  # noqa: PLC0415  imports the whole server

    return InProcessServer(start=START)


def _is_wanted() -> bool:
    try:
        return bool(click.BOOL(os.environ.get(VARIABLE) or "0"))
    except click.BadParameter as wrong:
        raise MarketplaceError(f"{VARIABLE}: {wrong.message}") from None
