"""`compare`: one order in every dialect, side by side."""

from collections.abc import Iterator
from typing import Any

import click

from marketplace_sandbox.cli import offers
from marketplace_sandbox.cli.control_client import ControlClient, json_option, path, server_options
from marketplace_sandbox.cli.groups import example
from marketplace_sandbox.cli.params import as_of_option
from marketplace_sandbox.cli.tables import console, print_json, print_table, write_value

NOTHING = "There is nothing to compare."
Fact = dict[str, Any]


@example("compare 902-0000003-0000003", "compare 902-0000003-0000003 --paths", "compare 902-0000003-0000003 --json")
@click.command()
@click.argument("order_id", shell_complete=offers.orders)
@click.option("--paths", is_flag=True, help="Print where each dialect says it, line by line.")
@as_of_option
@json_option
@server_options
def compare(order_id: str, paths: bool, as_of: str | None, as_json: bool, control: ControlClient) -> None:
    """Show an order in every dialect, side by side.

    In MWS, Orders v0, Orders 2026-01-01 and its latest notification, with what differs marked.
    """
    answer = control.get(path("orders", order_id, "compare"), {"asOf": as_of} if as_of else {})
    if as_json:
        print_json(answer)
        return
    dialects = [each for each in answer["dialects"] if each["present"]]
    if paths:
        print_table(("fact", "dialect", "path", "value"), _list_paths(answer["facts"], dialects), NOTHING)
    else:
        columns = ("fact", *(each["name"] for each in dialects), "differs in")
        rows = []
        for fact in answer["facts"]:
            cells = [write_cell(fact["dialects"][each["id"]]) for each in dialects]
            rows.append([_name(fact), *cells, ", ".join(fact["differs"])])
        print_table(columns, rows, NOTHING)
    for note in dict.fromkeys(fact["note"] for fact in answer["facts"] if fact["note"] and fact["differs"]):
        console().print(f"- {note}", markup=False)


def _list_paths(facts: list[Fact], dialects: list[Fact]) -> Iterator[tuple[str, ...]]:
    for fact in facts:
        cells = [(each["name"], fact["dialects"][each["id"]]) for each in dialects]
        for number, (dialect, cell) in enumerate((name, cell) for name, cell in cells if cell):
            yield ("" if number else _name(fact), dialect, cell["path"], write_cell(cell))


def _name(fact: Fact) -> str:
    return str(fact["fact"]) + (f" ({fact['order_item_id']})" if fact["order_item_id"] else "")


def write_cell(cell: Fact | None) -> str:
    """As it stands on the wire: a text in quotes, so that it is told from a number or a truth."""
    if cell is None:
        return "(not said)"
    if cell["type"] is None:
        return "(absent)"
    if cell["type"] == "string":
        return f'"{cell["value"]}"'
    if cell["type"] == "boolean":
        return "true" if cell["value"] else "false"
    return write_value(cell["value"]) if cell["type"] in {"object", "array"} else str(cell["value"])
