"""`serve`: the server, until it is stopped."""

import contextlib
import logging
import os
import signal
import sys
import warnings
from datetime import datetime
from pathlib import Path

import click

from marketplace_sandbox.cli.groups import example
from marketplace_sandbox.cli.params import Instant, OneOf
from marketplace_sandbox.core.journal import StoreError

SQS_VARIABLE = "AWS_ENDPOINT_URL_SQS"
"""What AWS's own libraries know a queue service by."""


def _check_base_url(_context: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    """A URL that paths can be put behind."""
    if not value:
        return value
    from marketplace_sandbox.delivery.targets import TargetError, read_url  # noqa: PLC0415  help need not wait for it

    try:
        read_url(value, "base URL")
    except TargetError as wrong:
        raise click.BadParameter(f"{value!r} is no base URL such as http://127.0.0.1:8585. {wrong}") from None
    if "?" in value:
        raise click.BadParameter(f"{value!r} is no base URL such as http://127.0.0.1:8585: paths are put behind it.")
    return value


def _check_folder(_context: click.Context, _param: click.Parameter, value: Path | None) -> Path | None:
    """A file that can be made."""
    if value and not value.absolute().parent.is_dir():
        raise click.BadParameter(f"There is no folder {value.absolute().parent} to write {value.name} to.")
    return value


@example("serve --scenario demo", "serve --port 0 --store memory --start 2026-03-02T16:00:00Z", ends=None)
@click.command()
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    envvar="SANDBOX_HOST",
    show_envvar=True,
    help="Address to listen on.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=8585,
    show_default=True,
    envvar="SANDBOX_PORT",
    show_envvar=True,
    help="Port; 0 picks a free one.",
)
@click.option(
    "--store",
    default="sqlite:///marketplace-sandbox.db",
    show_default=True,
    envvar="SANDBOX_STORE",
    show_envvar=True,
    help="Where worlds are kept: memory or sqlite:///FILE.",
)
@click.option("--start", type=Instant(), help="The instant new worlds begin at; alone it freezes their clocks.")
@click.option("--rate", type=click.FloatRange(0, 1_000_000), help="Virtual seconds in a real one. [default: 1]")
@click.option("--frozen", is_flag=True, help="The same as --rate 0.")
@click.option("--seed", type=int, default=0, show_default=True, help="What every identifier is made from.")
@click.option(
    "--auth",
    type=OneOf(("open", "strict")),
    envvar="SANDBOX_AUTH",
    show_envvar=True,
    help="open takes unknown credentials for the default seller's. [default: open on loopback, strict elsewhere]",
)
@click.option(
    "--scenario", "scenarios", multiple=True, help="A file or a named scenario; the first is the default seller's."
)
@click.option(
    "--public-url",
    callback=_check_base_url,
    envvar="SANDBOX_PUBLIC_URL",
    show_envvar=True,
    help="The base URL clients reach the server by.",
)
@click.option(
    "--ready-file",
    callback=_check_folder,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Written when the server is ready, with its address; removed when it ends.",
)
@click.option("--sqs", is_flag=True, help="Serve SQS queues for notifications too, in memory.")
@click.option("--sqs-port", type=click.IntRange(0, 65_535), help="Port for --sqs. [default: a free one]")
@click.option(
    "--sqs-endpoint",
    metavar="URL",
    envvar=SQS_VARIABLE,
    show_envvar=True,
    help="A queue service that runs already, for notifications to SQS; never AWS.",
)
def serve(
    host: str,
    port: int,
    store: str,
    start: datetime | None,
    rate: float | None,
    frozen: bool,
    seed: int,
    auth: str | None,
    scenarios: tuple[str, ...],
    public_url: str | None,
    ready_file: Path | None,
    sqs: bool,
    sqs_port: int | None,
    sqs_endpoint: str | None,
) -> None:
    """Serve the marketplace.

    Prints one line on standard output when it is ready; everything else goes to standard error.
    """
    warnings.filterwarnings("ignore", message="Using `httpx` with `starlette.testclient` is deprecated")
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    if frozen and rate:
        raise click.UsageError("--frozen is --rate 0; give one of the two.")
    if sqs_port is not None and not sqs:
        raise click.UsageError("--sqs-port is the port of --sqs; give both.")
    # The variable may be there for consumers started in the same shell; only the option contradicts.
    source = click.get_current_context().get_parameter_source("sqs_endpoint")
    if sqs and source is click.core.ParameterSource.COMMANDLINE:
        raise click.UsageError("--sqs is a queue service of the sandbox's own, --sqs-endpoint another; give one.")
    if frozen:
        rate = 0.0
    if rate is None:
        rate = 1.0 if start is None else 0.0  # a start alone freezes
    from marketplace_sandbox.server.composition import Options, StartupError, compose  # noqa: PLC0415  imports take a while
    from marketplace_sandbox.server.listening import PortTakenError, address, listen, run  # noqa: PLC0415

    if ready_file:
        ready_file.unlink(missing_ok=True)  # one that a killed server has left names nobody
    try:
        with contextlib.ExitStack() as unless_ready:
            bound = unless_ready.enter_context(listen(host, port))
            server = compose(
                Options(
                    host=host,
                    url=(public_url or address(bound)).rstrip("/"),
                    store=store,
                    start=start,
                    rate=rate,
                    seed=seed,
                    auth=auth,
                    scenarios=scenarios,
                    admin_token=os.environ.get("SANDBOX_ADMIN_TOKEN") or None,
                    webhook_hosts=tuple(filter(None, os.environ.get("SANDBOX_WEBHOOK_HOSTS", "").split(","))),
                    sqs_endpoint=sqs_endpoint or "",
                    sqs_port=(sqs_port or 0) if sqs else None,
                )
            )
            unless_ready.pop_all()
    except (PortTakenError, StartupError, StoreError) as problem:
        raise click.ClickException(str(problem)) from problem
    for line in server.welcome():
        click.echo(line, err=True)
    server.start()
    # Once it has shut down, the HTTP server raises the signal again: this way what is below is done all the same.
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGHUP, _end)
    try:
        run(server.app, bound, lambda: _announce(address(bound), ready_file))
    finally:
        server.close()
        if ready_file:
            ready_file.unlink(missing_ok=True)


def _end(_signal: int, _frame: object) -> None:
    raise SystemExit(0)


def _announce(url: str, ready_file: Path | None) -> None:
    """The file is there whole or not at all: whoever waits for it may read it at once."""
    if ready_file:
        beside = ready_file.with_name(f".{ready_file.name}.{os.getpid()}")
        beside.write_text(f"{url}\n", encoding="utf-8")
        beside.replace(ready_file)
    click.echo(f"Listening on {url}")
