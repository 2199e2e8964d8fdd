"""`stop`: ends a server of this machine, and waits until it has ended."""

from pathlib import Path

import click

from marketplace_sandbox.cli import offers
from marketplace_sandbox.cli.control_client import DEFAULT_URL, check_url
from marketplace_sandbox.cli.groups import example
from marketplace_sandbox.cli.running import FolderError, RunningServer, find_servers
from marketplace_sandbox.cli.tables import say, show_progress
from marketplace_sandbox.cli.wait import read_ready_file
from marketplace_sandbox.core.text.quoting import write_count


@example("stop", "stop --ready-file ready", "stop --pid 4711", ends=None)
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
@click.option("--pid", type=click.IntRange(1), shell_complete=offers.processes, help="The server that is this process.")
@click.option(
    "--timeout",
    type=click.FloatRange(0, min_open=True),
    default=30,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait until it has ended.",
)
def stop(url: str, ready_file: Path | None, pid: int | None, timeout: float) -> None:
    """Stop a server of this machine, detached or not.

    Waits until it has ended, with all that it had accepted in its store. Only a process that runs a sandbox is
    stopped, whatever process ids say.
    """
    if ready_file and pid:
        raise click.UsageError("--ready-file and --pid both name a server; give one of the two.")
    server = _find(url, ready_file, pid)
    server.stop()
    with show_progress(f"Waiting until {server.url} has ended"):
        ended = server.wait_for_end(timeout)
    if not ended:
        raise click.ClickException(
            f"The server at {server.url}, process {server.pid}, goes on after {write_count(timeout, 'seconds')}."
        )
    say(f"The server at {server.url} has ended.")


def _find(url: str, ready_file: Path | None, pid: int | None) -> RunningServer:
    """The server that is meant. Raises a click error that tells of those there are."""
    try:
        servers = find_servers()
    except FolderError as wrong:
        raise click.ClickException(str(wrong)) from None
    if pid:
        meant, found = f"is process {pid}", [each for each in servers if each.pid == pid]
    else:
        address = read_ready_file(ready_file) if ready_file else check_url(url)
        if not address:
            raise click.ClickException(f"There is no file {ready_file}, so its server has ended or never got ready.")
        meant, found = f"serves {address}", [each for each in servers if each.answers_at(address)]
    if found:
        return found[0]
    others = ", ".join(each.url for each in servers)
    running = f"Those that run here: {others}." if servers else "None runs here."
    raise click.ClickException(f"No sandbox of this machine {meant}. {running}")
