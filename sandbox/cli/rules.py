"""`rules`: the table of rules, made from the rules, and why an order is as it is."""

import json
from collections.abc import Iterable
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from sandbox.cli.remote import Remote, remote_options
from sandbox.core import rulebook
from sandbox.core.policy import nearest
from sandbox.core.stages import STAGES, TRIALS, Cell


@click.command()
@click.option("--stage", default="", help="One stage of the matrix.")
@click.option("--action", default="", help="One action of the matrix; with --order, the action to explain.")
@click.option("--order", "order_id", default="", help="Explain an order of a running server instead.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@remote_options
def rules(stage: str, action: str, order_id: str, as_json: bool, remote: Remote) -> None:
    """Print the rules: the whole matrix, one stage, one action, or what they say of an order."""
    if order_id:
        query = {"action": action} if action else {}
        answer = remote.get(f"orders/{order_id}/explain", query)
        click.echo(json.dumps(answer, indent=2)) if as_json else _print_explanation(answer)
        return
    _check("stage", stage, STAGES)
    _check("action", action, [*TRIALS, *(trial.action for trial in TRIALS.values())])
    cells = rulebook.cells(stage, action)
    if as_json:
        click.echo(json.dumps([rulebook.cell_view(cell) for cell in cells], indent=2))
    elif stage or action:
        _print_cells(cells, by="action" if stage else "stage")
    else:
        _print_matrix(cells)


def _check(name: str, given: str, known: Iterable[str]) -> None:
    words = list(known)
    if given and given not in words:
        raise click.UsageError(f"There is no {name} {given!r}; did you mean {nearest(given, words)!r}?")


def _console() -> Console:
    """Wide enough for the tables wherever the output goes to a file or a pipe."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(width=160, highlight=False)


def _print_matrix(cells: list[Cell]) -> None:
    console = _console()
    found = {(cell.stage.name, cell.trial.name): cell for cell in cells}
    for actor in rulebook.ACTORS:
        trials = [trial for trial in TRIALS.values() if trial.actor == actor]
        for start in range(0, len(trials), 4):
            shown = trials[start : start + 4]
            table = Table("stage", *(trial.name for trial in shown), title=f"{actor}: what comes of it")
            for stage in STAGES:
                table.add_row(stage, *(found[stage, trial.name].step.outcome.name for trial in shown))
            console.print(table)


def _print_cells(cells: list[Cell], by: str) -> None:
    table = Table(by, "outcome", "afterwards", "error", "rule", "what follows")
    for cell in cells:
        outcome = cell.step.outcome
        name = cell.trial.name if by == "action" else f"{cell.stage.name}, {cell.trial.name}"
        follows = ", ".join(filter(None, (outcome.change, *outcome.mails, *cell.step.findings)))
        table.add_row(name, outcome.name, cell.next_stage, outcome.error, cell.step.row.source, follows)
    _console().print(table)


def _print_explanation(answer: dict[str, Any]) -> None:
    console = _console()
    console.print(f"Order {answer['order_id']} is {answer['status']} ({answer['about']}). It is {answer['now']}.")
    table = Table("at", "action", "outcome", "rule", "meaning", title="What happened")
    for line in answer["history"]:
        table.add_row(line["at"], line["action"], line["outcome"], line["rule"], line["meaning"])
    console.print(table)
    console.print(f"Allowed now: {', '.join(answer['allowed']) or 'nothing'}.")
    for change in answer["changes"]:
        console.print(f"At {change['at']}: {change['what']}.")
    if "action" in answer:
        _print_tried(console, answer["action"])


def _print_tried(console: Console, tried: dict[str, Any]) -> None:
    error = f" ({tried['error']})" if tried["error"] else ""
    console.print(f"{tried['action']}: {tried['outcome']}{error}, by rule {tried['rule']}. {tried['meaning']}")
    for gate in tried["gates"]:
        mark = "decides" if gate["decides"] else "does not apply"
        console.print(f"  {', '.join(gate['when']) or 'otherwise'} → {gate['outcome']} (rule {gate['rule']}): {mark}")
    earlier = tried["a_second_earlier"] or "the order did not exist"
    console.print(f"A second earlier: {earlier}. A second later: {tried['a_second_later']}.")
