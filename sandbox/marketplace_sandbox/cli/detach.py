"""`serve --detach`: the server in the background, as a process of its own that outlives the terminal it came from."""

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import click

from marketplace_sandbox.cli.running import FOLDER_VARIABLE, FolderError, folder
from marketplace_sandbox.cli.tables import say

START_SECONDS = 120.0
"""How long is waited until it is ready; a store of a million entries takes a while to open."""

READY = "Listening on "
ERROR = "Error: "
LAST_LINES = 20


def detach(arguments: Sequence[str], port: int, log_file: Path | None) -> None:
    """Starts `serve` with these arguments, waits until it is ready, and prints its one line.

    Raises a click error that says in the server's own words why it did not get ready.
    """
    if os.environ.get(FOLDER_VARIABLE) == "":
        raise click.ClickException(f"{FOLDER_VARIABLE} is empty, so nobody would find the server to stop it.")
    try:
        log_path = log_file or folder() / f"{port or uuid4().hex}.log"
        log = os.open(
            log_path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600
        )  # it names the default seller's credentials
    except FolderError as wrong:
        raise click.ClickException(str(wrong)) from None
    except OSError as wrong:
        raise click.ClickException(f"{log_path} cannot be written: {wrong.strerror}.") from None
    with open(log, "ab") as errors:  # noqa: PTH123  (a descriptor has no path)
        already = errors.seek(0, os.SEEK_END)
        process = subprocess.Popen(  # noqa: S603  (ourselves, with the arguments we were given)
            [sys.executable, "-P", "-m", "marketplace_sandbox", "serve", *arguments, "--no-detach"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            # of its own: neither Ctrl-C nor the end of the terminal reaches it
            start_new_session=True,
            creationflags=getattr(subprocess, "DETACHED_PROCESS", 0)
            | getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
    line = _first_line(process)
    if not line.startswith(READY):
        process.wait()
        raise click.ClickException(_last_words(log_path, already))
    say(line)
    url = line.removeprefix(READY)
    say(f"Process {process.pid} logs to {log_path}. End it with: marketplace-sandbox stop --url {url}", err=True)
    process.returncode = 0  # it goes on; without this Python warns that nobody waits for it


def _first_line(process: "subprocess.Popen[bytes]") -> str:
    """What it prints when it is ready, or nothing when it ends before; one that does neither is ended."""
    assert process.stdout is not None  # noqa: S101  (a pipe was asked for)
    killer = threading.Timer(START_SECONDS, process.kill)
    killer.start()
    try:
        with process.stdout as output:
            return output.readline().decode("utf-8", "replace").strip()
    except BaseException:
        process.kill()
        process.wait()
        raise
    finally:
        killer.cancel()


def _last_words(log: Path, already: int) -> str:
    """Why a server did not get ready: its own error, else the end of what it has logged beyond so many bytes."""
    with log.open("rb") as file:
        file.seek(already)
        lines = file.read().decode("utf-8", "replace").splitlines()
    errors = [each.removeprefix(ERROR) for each in lines if each.startswith(ERROR)]
    return errors[-1] if errors else "\n".join(["The server did not get ready.", *lines[-LAST_LINES:]])
