"""The figures of a run as a table on the terminal, with those of an earlier run beside them."""

from typing import Any

from rich.console import Console
from rich.table import Table

from tests.bench.figures import write_number

WORDS = {True: "reached", False: "MISSED", None: ""}


def show(run: dict[str, Any], earlier: dict[str, Any] | None = None) -> None:
    """Print the table; the load took so much of a core, and a second of processor time so many answers."""
    quick = ", a quick look" if run["quick"] else ""
    table = Table(title=f"medians, each server on one core, the load on the other{quick}", title_justify="left")
    for name in ("what", "figure", "goal", "", "load took", "a second worked"):
        table.add_column(name, justify="right" if name in ("figure", "load took", "a second worked") else "left")
    if earlier:
        table.add_column(f"before ({earlier['commit']})", justify="right")
        table.add_column("now : before", justify="right")
    before = {each["what"]: each["value"] for each in (earlier or {"figures": []})["figures"]}
    last = ""
    for each in run["figures"]:
        if last and each["benchmark"] != last:
            table.add_section()
        last = each["benchmark"]
        style = "bold" if each["goal"] else None
        table.add_row(*cells(each), *(_beside(each, before) if earlier else ()), style=style)
    console = Console(width=160)
    console.print(table)
    for note in run["notes"]:
        console.print(note, highlight=False)


def cells(figure: dict[str, Any]) -> list[str]:
    """One figure in words."""
    generator = figure["generator"]
    return [
        figure["what"],
        f"{write_number(figure['value'])} {figure['unit']}".strip(),
        figure["goal"],
        WORDS[figure["reached"]],
        "" if generator is None else f"{generator:.0%}",
        "" if figure["per_second_worked"] is None else write_number(figure["per_second_worked"]),
    ]


def _beside(figure: dict[str, Any], before: dict[str, float]) -> list[str]:
    earlier = before.get(figure["what"])
    if not earlier:
        return ["", ""]
    return [write_number(earlier), f"{figure['value'] / earlier:.2f}"]
