"""`serve`: the server, until it is stopped."""

import contextlib
import gc
import os
import signal
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from marketplace_sandbox.cli import offers
from marketplace_sandbox.cli.detach import detach as detach_server
from marketplace_sandbox.cli.environment import misspelt_variables
from marketplace_sandbox.cli.groups import example
from marketplace_sandbox.cli.params import Instant, OneOf, Port
from marketplace_sandbox.cli.running import list_while_running
from marketplace_sandbox.cli.secrets import FEWEST_HIDDEN, check_token, read_secret
from marketplace_sandbox.cli.tables import say, show_progress
from marketplace_sandbox.core.data.progress import watching
from marketplace_sandbox.server.kept_code import KEPT_CODE

with KEPT_CODE.in_use():
    from marketplace_sandbox.cli.bounds import bound_options, read_bounds
    from marketplace_sandbox.core.journal.journal import StoreError

if TYPE_CHECKING:
    from marketplace_sandbox.server.composition import Options

SQS_VARIABLE = "AWS_ENDPOINT_URL_SQS"
"""What AWS's own libraries know a queue service by."""

TOKEN_VARIABLE = "SANDBOX_ADMIN_TOKEN"  # noqa: S105  (a variable's name)

LOG_LEVELS = ("debug", "info", "warning", "error", "critical")
LOG_FORMATS = ("text", "json")


def _option(*names: str, **more: Any) -> Callable[[Any], Any]:
    """An option that its environment variable sets, too: `--log-level` and SANDBOX_LOG_LEVEL."""
    name = names[0].partition("/")[0].removeprefix("--").upper().replace("-", "_")
    return click.option(*names, **{"envvar": f"SANDBOX_{name}", "show_envvar": True, **more})


ARGUMENTS = "marketplace_sandbox.arguments"
"""Where a context has what was typed."""


class _Serve(click.Command):
    """The command, which remembers what was typed: --detach hands it on."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Reads the arguments."""
        ctx.meta[ARGUMENTS] = tuple(args)
        return super().parse_args(ctx, args)


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
@click.command(cls=_Serve)
@_option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@_option("--port", type=Port(), default=8585, show_default=True, help="Port; 0 picks a free one.")
@_option(
    "--store",
    default="sqlite:///marketplace-sandbox.db",
    show_default=True,
    shell_complete=offers.stores,
    help="Where worlds are kept: memory or sqlite:///FILE.",
)
@_option(
    "--store-file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A file that says it, for a URL with a password.",
)
@_option(
    "--accept-new-rules",
    is_flag=True,
    help="Have worlds that other rules made as the rules are now, where that makes a difference.",
)
@_option("--start", type=Instant(), help="The instant new worlds begin at; alone it freezes their clocks.")
@_option("--rate", type=click.FloatRange(0, 1_000_000), help="Virtual seconds in a real one. [default: 1]")
@_option("--frozen", is_flag=True, help="The same as --rate 0.")
@_option("--seed", type=int, default=0, show_default=True, help="What every identifier is made from.")
@_option(
    "--auth",
    type=OneOf(("open", "strict")),
    help="open takes unknown credentials for the default seller's. [default: open on loopback, strict elsewhere]",
)
@_option(
    "--scenario",
    "scenarios",
    multiple=True,
    shell_complete=offers.scenarios,
    help="A file or a named scenario; the first is the default seller's.",
)
@_option("--public-url", callback=_check_base_url, help="The base URL clients reach the server by.")
@_option(
    "--admin-token-file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=f"A file with the bearer token of the control API, which {TOKEN_VARIABLE} may hold itself.",
)
@_option(
    "--ready-file",
    callback=_check_folder,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Written when the server is ready, with its address; removed when it ends.",
)
@_option("--sqs", is_flag=True, help="Serve SQS queues for notifications too, in memory.")
@_option("--sqs-port", type=Port(), help="Port for --sqs. [default: a free one]")
@_option(
    "--sqs-endpoint",
    metavar="URL",
    envvar=SQS_VARIABLE,
    help="A queue service that runs already, for notifications to SQS; never AWS.",
)
@_option(
    "--idle-minutes",
    type=click.FloatRange(0, 525_600),
    default=30,
    show_default=True,
    help="After how long a seller's idle world leaves memory until it is wanted again; 0 for never.",
)
@_option("--log-level", type=OneOf(LOG_LEVELS), default="warning", show_default=True, help="The least that is logged.")
@_option("--log-format", type=OneOf(LOG_FORMATS), default="text", show_default=True, help="json: an object a line.")
@_option("--lane/--no-lane", default=True, help="Whether repeated reads are answered with the bytes of before.")
@_option("--access-log", is_flag=True, help="Log each request with its answer's status and duration.")
@_option("--detach/--no-detach", help="Go on in the background once it is ready; stop ends it.")
@_option(
    "--log-file",
    callback=_check_folder,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="What --detach adds its log to. [default: one among those of the servers that run]",
)
@bound_options
@click.pass_context
def serve(
    ctx: click.Context,
    /,
    host: str,
    port: int,
    store: str,
    store_file: Path | None,
    accept_new_rules: bool,
    start: datetime | None,
    rate: float | None,
    frozen: bool,
    seed: int,
    auth: str | None,
    scenarios: tuple[str, ...],
    public_url: str | None,
    admin_token_file: Path | None,
    ready_file: Path | None,
    sqs: bool,
    sqs_port: int | None,
    sqs_endpoint: str | None,
    idle_minutes: float,
    log_level: str,
    log_format: str,
    lane: bool,
    access_log: bool,
    detach: bool,
    log_file: Path | None,
    **more: float,
) -> None:
    """Serve the marketplace.

    Prints one line on standard output when it is ready; everything else goes to standard error.
    """
    for sentence in misspelt_variables(each.envvar for each in ctx.command.params if isinstance(each, click.Option)):
        say(sentence, err=True)
    warnings.filterwarnings("ignore", message="Using `httpx` with `starlette.testclient` is deprecated")
    if frozen and rate:
        raise click.UsageError("--frozen is --rate 0; give one of the two.")
    if sqs_port is not None and not sqs:
        raise click.UsageError("--sqs-port is the port of --sqs; give both.")
    # The variable may be there for consumers started in the same shell; only the option contradicts.
    if sqs and ctx.get_parameter_source("sqs_endpoint") is COMMAND_LINE:
        raise click.UsageError("--sqs is a queue service of the sandbox's own, --sqs-endpoint another; give one.")
    # The process in the background has the option, too, and --no-detach.
    if log_file and not detach and ctx.get_parameter_source("detach") is not COMMAND_LINE:
        raise click.UsageError("--log-file is where --detach logs to; otherwise send standard error to a file.")
    if detach:
        detach_server(ctx.meta[ARGUMENTS], port, log_file)
        return
    if frozen:
        rate = 0.0
    if rate is None:
        rate = 1.0 if start is None else 0.0  # a start alone freezes
    if store_file and _means_file(ctx, "store", ctx.get_parameter_source("store")):
        store = read_secret(store_file, "--store-file")
    token = _admin_token(ctx, admin_token_file)
    with KEPT_CODE.in_use():
        from marketplace_sandbox.server import logs  # noqa: PLC0415  imports take a while
        from marketplace_sandbox.server.composition import Options  # noqa: PLC0415  the same

    bounds, totals = read_bounds(more)
    options = Options(
        host=host,
        url=public_url or "",
        store=store,
        start=start,
        rate=rate,
        seed=seed,
        auth=auth,
        scenarios=scenarios,
        admin_token=token or None,
        webhook_hosts=tuple(filter(None, os.environ.get("SANDBOX_WEBHOOK_HOSTS", "").split(","))),
        sqs_endpoint=sqs_endpoint or "",
        sqs_port=(sqs_port or 0) if sqs else None,
        bounds=bounds,
        totals=totals,
        accept_new_rules=accept_new_rules,
        lane=lane,
        idle_minutes=idle_minutes,
    )
    hidden = _hidden(token, store)
    with (
        logs.logging_to(sys.stderr, log_level, log_format, access=access_log, secrets=hidden),
        logs.log_failure(but=click.ClickException),
        _without_collections(),
    ):
        _serve(options, port, ready_file, log_format)


@contextlib.contextmanager
def _without_collections() -> Iterator[None]:
    """Nothing is looked for that nobody needs any more until the server has started: nearly all that is made by then
    stays, and looking takes a tenth of the start.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _serve(options: "Options", port: int, ready_file: Path | None, log_format: str) -> None:
    """Serves until a signal says stop; the URL that clients reach the server by is made from its address if need be."""
    from marketplace_sandbox.server import logs  # noqa: PLC0415  imports take a while
    from marketplace_sandbox.server.composition import ScenarioError, StartupError, compose  # noqa: PLC0415
    from marketplace_sandbox.server.listening import PortTakenError, address, listen, run  # noqa: PLC0415
    from marketplace_sandbox.server.startup import answer_while_starting  # noqa: PLC0415

    if ready_file:
        ready_file.unlink(missing_ok=True)  # one that a killed server has left names nobody
    try:
        with contextlib.ExitStack() as unless_ready:
            bound = unless_ready.enter_context(listen(options.host, port))
            with answer_while_starting(bound), _showing_start(address(bound)):
                server = compose(replace(options, url=(options.url or address(bound)).rstrip("/")))
            unless_ready.pop_all()
    except ScenarioError as problem:
        raise click.UsageError(str(problem)) from problem
    except (PortTakenError, StartupError, StoreError) as problem:
        raise click.ClickException(str(problem)) from problem
    KEPT_CODE.keep()
    logs.welcome(server.welcome(), log_format)
    # What stands now will stand: without this a full collection stops the process for 100 ms with 10,000 orders. As
    # nothing has been collected since the start, there is little of what nobody needs to go first.
    gc.freeze()
    gc.enable()
    server.start()
    # Once it has shut down, the HTTP server raises the signal again: this way what is below is done all the same.
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):  # not every system has all
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _end)
    with list_while_running(address(bound)):
        try:
            run(server.app, bound, lambda: _announce(address(bound), ready_file), server.stop, server.options.bounds)
        finally:
            server.close()
            _tell_terminal(f"Ended. {_say_where(options.store)}")
            if ready_file:
                ready_file.unlink(missing_ok=True)


COMMAND_LINE = click.core.ParameterSource.COMMANDLINE


def _means_file(ctx: click.Context, name: str, given: Any) -> bool:
    """Whether the file that says a thing is meant, and not what was `given` itself, by its source.

    The command line goes before the environment. Raises a usage error where both were given in the same way.
    """
    if given is ctx.get_parameter_source(f"{name}_file"):
        option = f"--{name.replace('_', '-')}-file"
        raise click.UsageError(f"What {option} says is given itself, too; give one of the two.")
    return given is not COMMAND_LINE


def _admin_token(ctx: click.Context, file: Path | None) -> str:
    """The token of the control API, or nothing."""
    token = os.environ.get(TOKEN_VARIABLE, "")
    given = click.core.ParameterSource.ENVIRONMENT if token else None
    if file and _means_file(ctx, "admin_token", given):
        return check_token(read_secret(file, "--admin-token-file"), "--admin-token-file")
    return check_token(token, TOKEN_VARIABLE)


def _hidden(token: str, store: str) -> list[str]:
    """What no log may have, even where it looks like any word."""
    try:
        password = urlsplit(store).password or ""
    except ValueError:
        password = store
    return [each for each in (token, password) if len(each) >= FEWEST_HIDDEN]


@contextlib.contextmanager
def _showing_start(url: str) -> Iterator[None]:
    """Shows on a terminal what takes the start so long, and that whoever asks is told to come again."""
    until_ready = f"{url} listens, and answers 503 until it is ready"

    def tell() -> str:
        told = progress.tell()
        return f"{told}\n{until_ready}" if told else ""

    with watching() as progress, show_progress(f"Starting; {until_ready}", tell):
        yield


def _end(_signal: int, _frame: object) -> None:
    raise SystemExit(0)


def _announce(url: str, ready_file: Path | None) -> None:
    """The file is there whole or not at all: whoever waits for it may read it at once."""
    if ready_file:
        beside = ready_file.with_name(f".{ready_file.name}.{os.getpid()}")
        beside.write_text(f"{url}\n", encoding="utf-8")
        beside.replace(ready_file)
    click.echo(f"Listening on {url}")
    _tell_terminal("Ctrl-C ends it.")


def _tell_terminal(text: str) -> None:
    """Says something to whoever has started the server by hand; logs have no room for it."""
    if sys.stderr.isatty():
        say(text, err=True)


def _say_where(store: str) -> str:
    """Where the worlds lie, once the server has ended."""
    if store == "memory":
        return "The worlds were in memory and are gone."
    kind, _, file = store.partition(":///")
    where = file if kind == "sqlite" else "their store"
    return f"The worlds lie in {where}, and stand there at the next start."
