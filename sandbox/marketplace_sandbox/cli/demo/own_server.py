"""A server of a command's own, in memory, for what is shown and on no server that is named."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import click

READY = "Listening on "
START_SECONDS = 60


@contextmanager
def own_server() -> Iterator[str]:
    """The address of a server of the command's own, which ends with the block.

    Ctrl-C is heard by the command alone, which then has a server to tidy up on. However the command ends, the server
    does, too: it watches the pipe from it.
    """
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "marketplace_sandbox.cli.demo.watched_server"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    killer = threading.Timer(START_SECONDS, process.kill)
    killer.start()
    try:
        assert process.stdout is not None  # noqa: S101  (a pipe was asked for)
        line = process.stdout.readline().strip()
        killer.cancel()
        if not line.startswith(READY):
            raise click.ClickException("The server to play on did not get ready; marketplace-sandbox serve says why.")
        yield line.removeprefix(READY)
    finally:
        killer.cancel()
        process.terminate()
        process.wait()
        if process.stdin:
            process.stdin.close()
        if process.stdout:
            process.stdout.close()
