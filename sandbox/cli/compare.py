"""`compare`: one order in every dialect, side by side."""

from typing import Any

import click

from sandbox.cli.groups import example
from sandbox.cli.remote import Remote, json_option, path, remote_options
from sandbox.cli.tables import console, print_json, show_table


@example("compare 902-0000003-0000003", "compare 902-0000003-0000003 --paths", "compare 902-0000003-0000003 --json")
@click.command()
@click.argument("order_id")
@click.option("--paths", is_flag=True, help="Print where each dialect says it, too.")
@json_option
@remote_options
def compare(order_id: str, paths: bool, as_json: bool, remote: Remote) -> None:
    """Show an order in every dialect, side by side.

    In MWS, Orders v0, Orders 2026-01-01 and its latest notification, with what differs marked.
    """
    answer = remote.get(path("orders", order_id, "compare"))
    if as_json:
        print_json(answer)
        return
    dialects = [each for each in answer["dialects"] if each["present"]]
    columns = ("fact", *(each["name"] for each in dialects), "differs in")
    rows = [_row(fact, dialects, paths=paths) for fact in answer["facts"]]
    show_table(columns, rows, "There is nothing to compare.")
    for note in dict.fromkeys(fact["note"] for fact in answer["facts"] if fact["note"] and fact["differs"]):
        console().print(f"- {note}", markup=False)


def _row(fact: dict[str, Any], dialects: list[dict[str, Any]], *, paths: bool) -> list[str]:
    item = f" ({fact['order_item_id']})" if fact["order_item_id"] else ""
    cells = [_cell(fact["dialects"][each["id"]], paths=paths) for each in dialects]
    return [fact["fact"] + item, *cells, ", ".join(fact["differs"])]


def _cell(cell: dict[str, Any] | None, *, paths: bool) -> str:
    """As it stands on the wire: a text in quotes, so that it is told from a number or a truth."""
    if cell is None:
        return "(not said)"
    value = "(absent)" if cell["type"] is None else _written(cell)
    return f"{value}\n{cell['path']}" if paths else value


def _written(cell: dict[str, Any]) -> str:
    if cell["type"] == "string":
        return f'"{cell["value"]}"'
    if cell["type"] == "boolean":
        return "true" if cell["value"] else "false"
    return "{…}" if cell["type"] == "object" else str(cell["value"])
