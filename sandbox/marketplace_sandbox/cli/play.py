"""`play`: scenarios, in process or on a running server, as a timeline or as JSON."""

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import click

from marketplace_sandbox._resources import fixtures_dir
from marketplace_sandbox.cli import offers
from marketplace_sandbox.cli.bounds import scenario_bounds
from marketplace_sandbox.cli.control_client import ControlClient, json_option, token_options
from marketplace_sandbox.cli.groups import example
from marketplace_sandbox.cli.tables import console, print_json, say, show_progress
from marketplace_sandbox.core.data.progress import watching
from marketplace_sandbox.core.world.bounds import Totals

if TYPE_CHECKING:
    from marketplace_sandbox.scenario.scenario import Scenario

CANNOT_PLAY = 2


@example("play auto-cancel thirty-minutes", "play auto-cancel --json", "play buyer-official-request --pace 0")
@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", shell_complete=offers.scenarios)
@json_option
@click.option("--step", is_flag=True, help="Show step after step, on and back by a key.")
@click.option("--pace", type=click.FloatRange(0, 3600), metavar="SECONDS", help="The same, each after so many seconds.")
@click.option(
    "--url",
    default="",
    shell_complete=offers.addresses,
    help="Play on a running server instead, each in a seller of its own.",
)
@click.option("--seller", default="", help="The id of that seller, who must not be there yet. [default: a made one]")
@token_options
@scenario_bounds
def play(
    files: tuple[str, ...],
    as_json: bool,
    step: bool,
    pace: float | None,
    url: str,
    seller: str,
    token: str,
    **bounds: int,
) -> None:
    """Play scenarios and print what happens.

    FILE is a scenario file, or the name of a scenario that comes with the project. Ends with 1 when an expectation is
    not met, and with 2 when a scenario cannot be played; a wrong file is found before any is played.
    """
    _check_options(files, seller, as_json=as_json, step=step, pace=pace)
    totals = Totals(**bounds)
    scenarios = [find_scenario(each, totals) for each in files]
    if step or pace is not None:
        _play_in_steps(scenarios, ControlClient(url.rstrip("/"), seller, token), pace, totals)
        return
    control = ControlClient(url.rstrip("/"), seller, token) if url else None
    receipts = [_play(each, control, seller, totals) for each in scenarios]
    if as_json:
        print_json(receipts)
    else:
        from marketplace_sandbox.scenario import report  # noqa: PLC0415  rich takes a while to import

        for receipt in receipts:
            report.print_receipt(receipt, console())
            if control:
                say(f"It stands in seller {receipt['seller_id']} of {control.url}.")
    for scenario, receipt in zip(scenarios, receipts, strict=True):
        for failure in receipt["failures"]:
            line = scenario.line(failure["where"])
            say(f"{scenario.name}:{line}: {failure['message']}" if line else failure["message"], err=True)
    if not all(receipt["passed"] for receipt in receipts):
        raise SystemExit(1)


def _check_options(files: tuple[str, ...], seller: str, *, as_json: bool, step: bool, pace: float | None) -> None:
    if seller and len(files) > 1:
        raise click.UsageError("--seller is the seller of one scenario; play one at a time.")
    if step and pace is not None:
        raise click.UsageError("--step waits for a key and --pace for seconds; give one.")
    if as_json and (step or pace is not None):
        raise click.UsageError("--step and --pace are for people, --json is not; give one.")


def find_scenario(text: str, totals: Totals) -> "Scenario":
    """The scenario of a file or name; the program ends with 2 where there is none that can be read."""
    from marketplace_sandbox.scenario import library  # noqa: PLC0415  reading scenarios takes a while to import
    from marketplace_sandbox.scenario.scenario import ScenarioError  # noqa: PLC0415  the same

    try:
        with watching() as progress, show_progress(f"Reading {text}", progress.tell):
            return library.find(fixtures_dir(), text, totals)
    except ScenarioError as wrong:
        say(f"Error: {wrong}", err=True)
        raise SystemExit(CANNOT_PLAY) from None


def _play_in_steps(scenarios: "list[Scenario]", control: ControlClient, pace: float | None, totals: Totals) -> None:
    """Show scenarios step by step, on a server of the command's own where none was named, and judge them as always."""
    from marketplace_sandbox.cli.demo import report_end  # noqa: PLC0415  a scenario that is played at once needs no show
    from marketplace_sandbox.cli.demo.keys import ask_nobody  # noqa: PLC0415  the same
    from marketplace_sandbox.cli.demo.own_server import own_server  # noqa: PLC0415  the same
    from marketplace_sandbox.cli.demo.show import open_show  # noqa: PLC0415  the same

    failed = False
    with nullcontext(control.url) if control.url else own_server() as url:
        for scenario in scenarios:
            with open_show(scenario, url, control.seller, control.token) as show:
                if pace is not None:
                    show.ask = ask_nobody(pace)
                ended = show.show()
                failed |= report_end(show, ended=ended, stays=bool(control.url), totals=totals)
    if failed:
        raise SystemExit(1)


def _play(scenario: "Scenario", control: ControlClient | None, seller_id: str, totals: Totals) -> dict[str, Any]:
    """The receipt of a scenario, played in this process where there is no server."""
    if control is None:
        return play_here(scenario, totals, seller_id)
    from marketplace_sandbox.scenario import writing  # noqa: PLC0415  the same

    try:
        call = f"scenarios?{urlencode({'seller_id': seller_id})}" if seller_id else "scenarios"
        receipt: dict[str, Any] = control.post(call, writing.to_json(scenario))
    except click.ClickException as problem:
        # 1 is for expectations; what could not be played at all is another matter
        problem.show()
        raise SystemExit(CANNOT_PLAY) from problem
    return {**receipt, "name": scenario.name}


def play_here(scenario: "Scenario", totals: Totals, seller_id: str = "") -> dict[str, Any]:
    """The receipt of a scenario that is played in this process, which needs no server."""
    from marketplace_sandbox.core.world.sellers import Sellers  # noqa: PLC0415  a server needs none of these
    from marketplace_sandbox.scenario import player  # noqa: PLC0415  the same
    from marketplace_sandbox.scenario.receipt import build_receipt  # noqa: PLC0415  the same
    from marketplace_sandbox.store.memory import MemoryStore  # noqa: PLC0415  the same

    with watching() as progress, show_progress(f"Playing {scenario.name}", progress.tell):
        return build_receipt(player.play(scenario, Sellers(MemoryStore(), totals=totals), seller_id or None))
