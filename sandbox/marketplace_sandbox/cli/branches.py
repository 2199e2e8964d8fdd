"""`fork` and `rewind`: going on from a moment of a world's past, in a seller of its own or in the same one."""

from typing import Any

import click

from marketplace_sandbox.cli import offers
from marketplace_sandbox.cli.control_client import ControlClient, json_option, path, server_options
from marketplace_sandbox.cli.groups import example
from marketplace_sandbox.cli.params import InstantText
from marketplace_sandbox.cli.seller import DEFAULT_SELLER, print_credentials
from marketplace_sandbox.cli.tables import print_json, say


@example(
    "fork",
    "fork --version 12 --id ATRIAL",
    "seller create --id AMARCH --start 2026-03-02T16:00:00Z",
    "clock advance 31m --seller AMARCH",
    "fork --at 2026-03-02T16:30:00Z --seller AMARCH --deliver --json",
)
@click.command()
@click.option("--at", type=InstantText(), help="An instant of the world's past. [default: now]")
@click.option(
    "--version",
    type=click.IntRange(1),
    shell_complete=offers.versions,
    help="Instead, a version, as `journal` numbers its entries.",
)
@click.option("--id", "seller_id", help="1 to 40 letters and digits. [default: a made one]")
@click.option("--deliver", is_flag=True, help="Make deliveries under way here as well; otherwise they are held.")
@json_option
@server_options
def fork(
    at: str | None, version: int | None, seller_id: str | None, deliver: bool, as_json: bool, control: ControlClient
) -> None:
    """Go on from here, or from the past, as a new seller.

    Prints the new seller's credentials. The world that is forked stays as it is.
    """
    form = {"at": at, "version": version, "seller_id": seller_id, "deliver": deliver or None}
    parent = control.seller or DEFAULT_SELLER
    print_credentials(control.post(path("sellers", parent, "fork"), _given(form)), as_json)


@example("rewind --version 2 --seller AMARCH", "rewind --at 2026-03-02T16:30:00Z --seller AMARCH --json")
@click.command()
@click.option("--at", type=InstantText(), help="An instant of the world's past.")
@click.option(
    "--version",
    type=click.IntRange(1),
    shell_complete=offers.versions,
    help="Instead, a version, as `journal` numbers its entries.",
)
@json_option
@server_options
def rewind(at: str | None, version: int | None, as_json: bool, control: ControlClient) -> None:
    """Go back to a moment, and on from there.

    The world that is left stands under a seller id of its own, which is printed.
    """
    if (at is None) == (version is None):
        raise click.UsageError("Say where to: --at an instant, or --version.")
    answer = control.post("rewind", _given({"at": at, "version": version}))
    if as_json:
        print_json(answer)
    else:
        say(f"It is {answer['now']} again, at version {answer['version']}. What was left is {answer['kept']}.")


def _given(form: dict[str, Any]) -> dict[str, Any]:
    return {name: each for name, each in form.items() if each is not None}
