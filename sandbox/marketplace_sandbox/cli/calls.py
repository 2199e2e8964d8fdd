"""`requests`: the latest calls the seller's client made."""

from typing import Any

import click

from marketplace_sandbox.cli.groups import example
from marketplace_sandbox.cli.remote import Remote, json_option, remote_options
from marketplace_sandbox.cli.tables import print_json, show_table


@example("requests", "requests --operation getOrders --json")
@click.command()
@click.option("--operation", help="Only calls of this operation, such as getOrders or ListOrders.")
@click.option("--refused", is_flag=True, help="Only calls that were refused.")
@click.option("--limit", type=click.IntRange(1), help="Only the latest so many. [default: all]")
@json_option
@remote_options
def requests(operation: str | None, refused: bool, limit: int | None, as_json: bool, remote: Remote) -> None:
    """List the latest calls of the seller's client.

    Oldest first, refused ones included.
    """
    found = [each for each in remote.every("requests") if _wanted(each, operation, refused)][-(limit or 0) :]
    if as_json:
        print_json(found)
        return
    rows = ((each["wall_at"], _call(each), each["operation"], str(each["status"]), each["notes"]) for each in found)
    show_table(("at", "call", "operation", "status", "notes"), rows, "No call of the client has arrived.")


def _wanted(call: dict[str, Any], operation: str | None, refused: bool) -> bool:
    return operation in (None, call["operation"]) and (not refused or call["status"] >= 400)


def _call(call: dict[str, Any]) -> str:
    query = f"?{call['query']}" if call["query"] else ""
    return f"{call['method']} {call['path']}{query}"
