"""`compare`: one order in every dialect, side by side."""

from collections.abc import Iterator
from typing import Any

import click

from marketplace_sandbox.cli.groups import example
from marketplace_sandbox.cli.remote import Remote, json_option, path, remote_options
from marketplace_sandbox.cli.tables import console, print_json, show_table

NOTHING = "There is nothing to compare."
Fact = dict[str, Any]


@example("compare 902-0000003-0000003", "compare 902-0000003-0000003 --paths", "compare 902-0000003-0000003 --json")
@click.command()
@click.argument("order_id")
@click.option("--paths", is_flag=True, help="Print where each dialect says it, line by line.")
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
    if paths:
        show_table(("fact", "dialect", "path", "value"), _places(answer["facts"], dialects), NOTHING)
    else:
        columns = ("fact", *(each["name"] for each in dialects), "differs in")
        show_table(columns, [_row(fact, dialects) for fact in answer["facts"]], NOTHING)
    for note in dict.fromkeys(fact["note"] for fact in answer["facts"] if fact["note"] and fact["differs"]):
        console().print(f"- {note}", markup=False)


def _row(fact: Fact, dialects: list[Fact]) -> list[str]:
    cells = [_cell(fact["dialects"][each["id"]]) for each in dialects]
    return [_name(fact), *cells, ", ".join(fact["differs"])]


def _places(facts: list[Fact], dialects: list[Fact]) -> Iterator[tuple[str, ...]]:
    for fact in facts:
        said = [(each["name"], fact["dialects"][each["id"]]) for each in dialects]
        for number, (dialect, cell) in enumerate((name, cell) for name, cell in said if cell):
            yield ("" if number else _name(fact), dialect, cell["path"], _cell(cell))


def _name(fact: Fact) -> str:
    return str(fact["fact"]) + (f" ({fact['order_item_id']})" if fact["order_item_id"] else "")


def _cell(cell: Fact | None) -> str:
    """As it stands on the wire: a text in quotes, so that it is told from a number or a truth."""
    if cell is None:
        return "(not said)"
    return "(absent)" if cell["type"] is None else _written(cell)


def _written(cell: Fact) -> str:
    if cell["type"] == "string":
        return f'"{cell["value"]}"'
    if cell["type"] == "boolean":
        return "true" if cell["value"] else "false"
    return "{…}" if cell["type"] == "object" else str(cell["value"])
