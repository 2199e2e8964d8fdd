"""`wait`: until a server is ready."""

import time
from pathlib import Path

import click

from marketplace_sandbox.cli import offers
from marketplace_sandbox.cli.control_client import DEFAULT_URL, REQUEST_ID, check_url
from marketplace_sandbox.cli.doctor.server import SECONDS, refusal_of, request
from marketplace_sandbox.cli.groups import example
from marketplace_sandbox.cli.tables import say, show_progress
from marketplace_sandbox.core.text.quoting import write_count

PAUSE_SECONDS = 0.1
"""Between two looks."""


@example("wait", "wait --timeout 60")
@click.command()
@click.option(
    "--url",
    default=DEFAULT_URL,
    show_default=True,
    envvar="SANDBOX_URL",
    show_envvar=True,
    shell_complete=offers.addresses,
    help="The server.",
)
@click.option(
    "--ready-file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    envvar="SANDBOX_READY_FILE",
    show_envvar=True,
    help="The file that serve writes when it is ready; the server is the one it names.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(0),
    default=30,
    show_default=True,
    metavar="SECONDS",
    help="How long at the most.",
)
def wait(url: str, ready_file: Path | None, timeout: float) -> None:
    """Wait until a server is ready.

    Ends with 0 once it is, and with 1 when the time is over, saying what is there instead.
    """
    ends = time.monotonic() + timeout
    found = ""
    with show_progress(f"Waiting for {ready_file or url}"):
        while True:
            at = read_ready_file(ready_file) if ready_file else check_url(url)
            found = _find_fault(at, max(0.1, ends - time.monotonic())) if at else f"There is no file {ready_file}."
            left = ends - time.monotonic()
            if not found or left <= 0:
                break
            time.sleep(min(PAUSE_SECONDS, left))
    if found:
        raise click.ClickException(f"No sandbox was ready within {write_count(timeout, 'seconds')}. {found}")
    say(f"A sandbox is ready at {at}.")


def read_ready_file(file: Path) -> str:
    """The address that a ready file names, or nothing while there is none."""
    try:
        url = file.read_text("utf-8").strip()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError):
        raise click.ClickException(f"{file} cannot be read; is it the file of serve --ready-file?") from None
    return check_url(url, str(file))


def _find_fault(url: str, seconds: float) -> str:
    """What is not as it should be at an address, or nothing where a sandbox is ready."""
    try:
        answer = request("GET", f"{url}/health", min(seconds, SECONDS))
    except OSError:  # requests' own errors are
        return f"Nothing answers at {url}."
    if REQUEST_ID not in answer.headers:
        return f"What answers at {url} is not a sandbox."
    if answer.status_code == 200:
        return ""
    try:
        why = str(answer.json()["why"])
    except (ValueError, KeyError, TypeError):
        why = refusal_of(answer) or f"it answers {answer.status_code}."
    return f"The sandbox at {url} is not ready: {why}"
