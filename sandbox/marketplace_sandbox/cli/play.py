"""`play`: scenarios, in process or on a running server, as a timeline or as JSON."""

from typing import TYPE_CHECKING, Any

import click

from marketplace_sandbox._resources import fixtures_dir
from marketplace_sandbox.cli.groups import example
from marketplace_sandbox.cli.remote import Remote, json_option
from marketplace_sandbox.cli.scenario import complete_scenario
from marketplace_sandbox.cli.tables import console, patience, print_json

if TYPE_CHECKING:
    from marketplace_sandbox.scenario.scenario import Scenario

CANNOT_PLAY = 2


@example("play auto-cancel thirty-minutes", "play auto-cancel --json")
@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", shell_complete=complete_scenario)
@json_option
@click.option("--url", default="", help="Play on a running server instead, each in a seller of its own.")
@click.option("--seller", default="", help="The seller the call is made for; with --url.")
@click.option("--token", default="", envvar="SANDBOX_ADMIN_TOKEN", help="The admin token, off loopback.")
def play(files: tuple[str, ...], as_json: bool, url: str, seller: str, token: str) -> None:
    """Play scenarios and print what happens.

    FILE is a scenario file, or the name of a scenario that comes with the project. Ends with 1 when an expectation is
    not met, and with 2 when a scenario cannot be played; a wrong file is found before any is played.
    """
    documents = [_read(each) for each in files]
    remote = Remote(url.rstrip("/"), seller, token) if url else None
    receipts = [_play(each, remote) for each in documents]
    if as_json:
        print_json(receipts)
    else:
        _print(receipts)
    for document, receipt in zip(documents, receipts, strict=True):
        _complain(document, receipt)
    if not all(receipt["passed"] for receipt in receipts):
        raise SystemExit(1)


def _read(text: str) -> "Scenario":
    from marketplace_sandbox.scenario import library  # noqa: PLC0415  reading scenarios takes a while to import
    from marketplace_sandbox.scenario.scenario import ScenarioError  # noqa: PLC0415  the same

    try:
        return library.find(fixtures_dir(), text)
    except ScenarioError as wrong:
        click.echo(f"Error: {wrong}", err=True)
        raise SystemExit(CANNOT_PLAY) from None


def _play(document: "Scenario", remote: Remote | None) -> dict[str, Any]:
    if remote is not None:
        return {**_post(document, remote), "name": document.name}
    from marketplace_sandbox.core.sellers import Sellers  # noqa: PLC0415  a server needs none of these
    from marketplace_sandbox.scenario import report  # noqa: PLC0415  the same
    from marketplace_sandbox.scenario.player import play as play_here  # noqa: PLC0415
    from marketplace_sandbox.store.memory import MemoryStore  # noqa: PLC0415

    with patience(f"Playing {document.name}"):
        return report.build_receipt(play_here(document, Sellers(MemoryStore())))


def _post(document: "Scenario", remote: Remote) -> dict[str, Any]:
    from marketplace_sandbox.scenario import writing  # noqa: PLC0415  the same

    try:
        receipt: dict[str, Any] = remote.post("scenarios", writing.to_json(document))
    except click.ClickException as problem:
        # 1 is for expectations; what could not be played at all is another matter
        problem.show()
        raise SystemExit(CANNOT_PLAY) from problem
    return receipt


def _print(receipts: list[dict[str, Any]]) -> None:
    from marketplace_sandbox.scenario import report  # noqa: PLC0415  the same

    for receipt in receipts:
        report.print_receipt(receipt, console())


def _complain(document: "Scenario", receipt: dict[str, Any]) -> None:
    for failure in receipt["failures"]:
        line = document.line(failure["where"])
        place = f"{document.name}:{line}: " if line else ""
        click.echo(f"{place}{failure['message']}", err=True)
