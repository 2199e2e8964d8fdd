"""`requests`: the latest calls the seller's client made."""

from typing import Any

import click

from marketplace_sandbox.cli import offers
from marketplace_sandbox.cli.control_client import ControlClient, json_option, server_options
from marketplace_sandbox.cli.following import follow_list, follow_option, latest, latest_option, print_followed
from marketplace_sandbox.cli.groups import example
from marketplace_sandbox.cli.tables import print_json, print_table

Call = dict[str, Any]


@example("requests", "requests --operation getOrders --json", "requests --bodies")
@click.command()
@click.option(
    "--operation",
    shell_complete=offers.operations,
    help="Only calls of this operation, such as getOrders or ListOrders.",
)
@click.option("--refused", is_flag=True, help="Only calls that were refused.")
@click.option("--bodies", is_flag=True, help="With what was sent and answered, up to 2,000 bytes of each.")
@follow_option
@latest_option
@json_option
@server_options
def requests(
    operation: str | None,
    refused: bool,
    bodies: bool,
    follow: bool,
    limit: int | None,
    as_json: bool,
    control: ControlClient,
) -> None:
    """List the latest calls of the seller's client.

    Oldest first, refused ones included.
    """

    def is_wanted(call: Call) -> bool:
        return operation in (None, call["operation"]) and (not refused or call["status"] >= 400)

    query = {"bodies": "true"} if bodies else {}
    if follow:
        print_followed(filter(is_wanted, follow_list(control, "requests", query)), _line, as_json, limit)
        return
    found = latest(filter(is_wanted, control.list_all("requests", query)), limit)
    if as_json:
        print_json(found)
        return
    columns = ("at", "call", "operation", "status", "notes", *(("sent", "answered") if bodies else ()))
    print_table(columns, map(_cells, found), "No call of the client has arrived.")


def _cells(call: Call) -> tuple[Any, ...]:
    query = f"?{call['query']}" if call["query"] else ""
    said = (call["body"], call["answer"]) if "body" in call else ()
    return (
        call["wall_at"],
        f"{call['method']} {call['path']}{query}",
        call["operation"],
        str(call["status"]),
        call["notes"],
        *said,
    )


def _line(call: Call) -> tuple[Any, ...]:
    """What a followed call is told in: bodies stand beneath it, whatever lines they have."""
    said = zip((">", "<"), (call.get("body"), call.get("answer")), strict=True)
    return *_cells(call)[:5], *(f"\n  {sign} {text}" for sign, text in said if text)
