"""`requests`: the latest calls the seller's client made."""

import click

from marketplace_sandbox.cli.control_client import ControlClient, json_option, server_options
from marketplace_sandbox.cli.groups import example
from marketplace_sandbox.cli.tables import print_json, print_table


@example("requests", "requests --operation getOrders --json")
@click.command()
@click.option("--operation", help="Only calls of this operation, such as getOrders or ListOrders.")
@click.option("--refused", is_flag=True, help="Only calls that were refused.")
@click.option("--limit", type=click.IntRange(1), help="Only the latest so many. [default: all]")
@json_option
@server_options
def requests(operation: str | None, refused: bool, limit: int | None, as_json: bool, control: ControlClient) -> None:
    """List the latest calls of the seller's client.

    Oldest first, refused ones included.
    """
    found = [
        each
        for each in control.list_all("requests")
        if operation in (None, each["operation"]) and (not refused or each["status"] >= 400)
    ][-(limit or 0) :]
    if as_json:
        print_json(found)
        return
    rows = []
    for each in found:
        query = f"?{each['query']}" if each["query"] else ""
        call = f"{each['method']} {each['path']}{query}"
        rows.append((each["wall_at"], call, each["operation"], str(each["status"]), each["notes"]))
    print_table(("at", "call", "operation", "status", "notes"), rows, "No call of the client has arrived.")
