"""`faults`: what goes wrong next. Which kinds there are, and what each needs, the server knows."""

from typing import Any

import click

from marketplace_sandbox.cli import offers
from marketplace_sandbox.cli.control_client import ControlClient, json_option, limit_option, path, server_options
from marketplace_sandbox.cli.groups import Listing, example
from marketplace_sandbox.cli.params import Pair, read_json_or_text
from marketplace_sandbox.cli.tables import print_json, print_table, say

COMMON = ("id", "kind", "times", "met", "left", "account")
"""What every fault has, and the table shows by itself."""


@click.group(cls=Listing)
def faults() -> None:
    """Faults: what goes wrong on purpose.

    In calls and deliveries alike.
    """


@example("faults list")
@faults.command("list")
@limit_option
@json_option
@server_options
def list_faults(limit: int | None, as_json: bool, control: ControlClient) -> None:
    """List faults, and how often each was met."""
    found = control.list_all("faults", limit=limit)
    if as_json:
        print_json(found)
        return
    rows = []
    for rule in found:
        fields = {name: each for name, each in rule.items() if name not in COMMON and each not in (None, 0)}
        rows.append((rule["id"], rule["kind"], fields, rule["account"]))
    print_table(("fault", "kind", "what", "account"), rows, "Nothing will go wrong.")


@example(
    "faults add status status=503 operation=getOrders times=2",
    "faults add duplicate copies=2 times=null",
    "faults add delay by=10m order_id=902-0000002-0000002",
)
@faults.command()
@click.argument("kind", shell_complete=offers.fault_kinds)
@click.argument("pairs", type=Pair(), nargs=-1, metavar="[KEY=VALUE]...", shell_complete=offers.pairs_of_faults)
@json_option
@server_options
def add(kind: str, pairs: tuple[tuple[str, str], ...], as_json: bool, control: ControlClient) -> None:
    """Add a fault of KIND, with its fields as NAME=VALUE pairs.

    Values may be JSON; times=null means always. Where a kind or a key is wrong, the answer names those there are.
    """
    added: dict[str, Any] = control.post(
        "faults", {"kind": kind, **{key: read_json_or_text(text) for key, text in pairs}}
    )
    print_json(added) if as_json else say(f"Added {added.get('id', kind)}, {kind}.")


@example("faults remove fault-1")
@faults.command()
@click.argument("ids", nargs=-1, required=True, metavar="FAULT_ID...", shell_complete=offers.faults)
@json_option
@server_options
def remove(ids: tuple[str, ...], as_json: bool, control: ControlClient) -> None:
    """Remove single faults."""
    for each in ids:
        control.delete(path("faults", each))
        if not as_json:
            say(f"Fault {each} is gone.")
    if as_json:
        print_json({"deleted": list(ids)})


@example("faults clear")
@faults.command()
@json_option
@server_options
def clear(as_json: bool, control: ControlClient) -> None:
    """Remove all faults."""
    ids = [each["id"] for each in control.list_all("faults")]
    control.delete("faults")
    print_json({"deleted": ids}) if as_json else say("Nothing will go wrong any more.")
