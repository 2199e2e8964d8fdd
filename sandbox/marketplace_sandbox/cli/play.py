"""`play`: scenarios, in process or on a running server, as a timeline or as JSON."""

from typing import TYPE_CHECKING, Any

import click

from marketplace_sandbox._resources import fixtures_dir
from marketplace_sandbox.cli.bounds import bound_option
from marketplace_sandbox.cli.control_client import ControlClient, json_option, token_options
from marketplace_sandbox.cli.groups import example
from marketplace_sandbox.cli.scenario import complete_scenario
from marketplace_sandbox.cli.tables import console, print_json, say, show_progress
from marketplace_sandbox.core.bounds import Totals

if TYPE_CHECKING:
    from marketplace_sandbox.scenario.scenario import Scenario

CANNOT_PLAY = 2


@example("play auto-cancel thirty-minutes", "play auto-cancel --json")
@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", shell_complete=complete_scenario)
@json_option
@click.option("--url", default="", help="Play on a running server instead, each in a seller of its own.")
@click.option("--seller", default="", help="The seller the call is made for; with --url.")
@token_options
@bound_option(Totals.__dataclass_fields__["scenario_orders"])
def play(files: tuple[str, ...], as_json: bool, url: str, seller: str, token: str, scenario_orders: int) -> None:
    """Play scenarios and print what happens.

    FILE is a scenario file, or the name of a scenario that comes with the project. Ends with 1 when an expectation is
    not met, and with 2 when a scenario cannot be played; a wrong file is found before any is played.
    """
    scenarios = [_read(each) for each in files]
    control = ControlClient(url.rstrip("/"), seller, token) if url else None
    receipts = [_play(each, control, scenario_orders) for each in scenarios]
    if as_json:
        print_json(receipts)
    else:
        from marketplace_sandbox.scenario import report  # noqa: PLC0415  rich takes a while to import

        for receipt in receipts:
            report.print_receipt(receipt, console())
    for scenario, receipt in zip(scenarios, receipts, strict=True):
        for failure in receipt["failures"]:
            line = scenario.line(failure["where"])
            say(f"{scenario.name}:{line}: {failure['message']}" if line else failure["message"], err=True)
    if not all(receipt["passed"] for receipt in receipts):
        raise SystemExit(1)


def _read(text: str) -> "Scenario":
    from marketplace_sandbox.scenario import library  # noqa: PLC0415  reading scenarios takes a while to import
    from marketplace_sandbox.scenario.scenario import ScenarioError  # noqa: PLC0415  the same

    try:
        return library.find(fixtures_dir(), text)
    except ScenarioError as wrong:
        say(f"Error: {wrong}", err=True)
        raise SystemExit(CANNOT_PLAY) from None


def _play(scenario: "Scenario", control: ControlClient | None, most_orders: int) -> dict[str, Any]:
    """The receipt of a scenario, played in this process where there is no server."""
    if control is None:
        from marketplace_sandbox.core.sellers import Sellers  # noqa: PLC0415  a server needs none of these
        from marketplace_sandbox.scenario import report  # noqa: PLC0415  the same
        from marketplace_sandbox.scenario.player import play as play_here  # noqa: PLC0415
        from marketplace_sandbox.store.memory import MemoryStore  # noqa: PLC0415

        with show_progress(f"Playing {scenario.name}"):
            sellers = Sellers(MemoryStore(), totals=Totals(scenario_orders=most_orders))
            return report.build_receipt(play_here(scenario, sellers))
    from marketplace_sandbox.scenario import writing  # noqa: PLC0415  the same

    try:
        receipt: dict[str, Any] = control.post("scenarios", writing.to_json(scenario))
    except click.ClickException as problem:
        # 1 is for expectations; what could not be played at all is another matter
        problem.show()
        raise SystemExit(CANNOT_PLAY) from problem
    return {**receipt, "name": scenario.name}
