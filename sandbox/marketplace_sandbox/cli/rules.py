"""`rules`: the table of rules, made from the rules, and why an order is as it is."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from marketplace_sandbox.api.shared.sources import sources
from marketplace_sandbox.cli import offers
from marketplace_sandbox.cli.columns import divide
from marketplace_sandbox.cli.control_client import ControlClient, json_option, path, server_options
from marketplace_sandbox.cli.groups import example
from marketplace_sandbox.cli.params import Context, OneOf, Parameter, as_of_option, read
from marketplace_sandbox.cli.tables import columns_to_fill, print_json, print_table, say, write_value
from marketplace_sandbox.cli.tables import console as terminal
from marketplace_sandbox.core.orders.actions import ARGUMENTS
from marketplace_sandbox.core.policy import POLICY
from marketplace_sandbox.core.rules import rulebook
from marketplace_sandbox.core.rules.stages import STAGES, TRIALS, Cell, Trial
from marketplace_sandbox.core.text.quoting import suggestion
from marketplace_sandbox.core.text.reading import choice

if TYPE_CHECKING:
    from rich.console import Console

MOST_ABREAST = 4
"""So many actions of the matrix stand abreast, where a terminal has room for as many."""

COLUMNS = dict.fromkeys([*TRIALS, *(trial.action for trial in TRIALS.values())])
"""What the matrix has columns of: every trial, and the actions they try."""

ACTIONS = dict.fromkeys([*COLUMNS, *ARGUMENTS])

ORIGINS = {"control": "by hand", "page": "on the seller's page", "feed": "by feed", "api": "by API", "time": "by time"}
"""How the columns of one action differ, beside their arguments."""


class RuleCode(click.ParamType):  # type: ignore[type-arg]  # generic only in the stubs
    """A code of docs/sources.md, in whatever case."""

    name = "code"

    def convert(self, value: str, param: Parameter, ctx: Context) -> str:
        return read(choice(sources(), of="rule", suggest=suggestion), value.upper(), param, ctx)


@example(
    "rules --stage requested",
    "rules --action seller-cancel",
    "rules --rule R3",
    "rules --order 902-0000001-0000001 --action seller-cancel",
)
@click.command()
@click.option("--stage", type=OneOf(STAGES), help="One stage of the matrix.")
@click.option(
    "--action",
    type=OneOf(ACTIONS),
    help="One action of the matrix; with --order, the action to explain.",
)
@click.option(
    "--rule",
    "code",
    type=RuleCode(),
    shell_complete=offers.rules,
    help="What a rule rests on, by the code that stands beside it, such as R3.",
)
@click.option(
    "--order",
    "order_id",
    default="",
    shell_complete=offers.orders,
    help="Explain an order of a running server instead.",
)
@as_of_option
@json_option
@server_options
def rules(
    stage: str | None,
    action: str | None,
    code: str | None,
    order_id: str,
    as_of: str | None,
    as_json: bool,
    control: ControlClient,
) -> None:
    """Print the rules, or what they say of an order.

    The whole matrix, one stage, one action; what a rule rests on; or why an order is as it is, and what an action
    would meet.
    """
    if code is not None:
        _print_source(code, as_json)
        return
    if order_id:
        query = {"action": action, "asOf": as_of}
        answer = control.get(path("orders", order_id, "explain"), {name: each for name, each in query.items() if each})
        print_json(answer) if as_json else _print_explanation(answer)
        return
    if as_of:
        raise click.UsageError("--as-of goes with --order: the rules are the same at any time.")
    if action and action not in COLUMNS:
        wrong = f"The matrix has no column for {action}; what it meets at an order is told with --order."
        raise click.BadParameter(wrong, param_hint="--action")
    cells = rulebook.cells(stage or "", action or "")
    if as_json:
        print_json([rulebook.cell_view(cell) for cell in cells])
    elif stage:
        _print_cells(cells, by="action")
    elif action and len({cell.trial.name for cell in cells}) > 1:
        _print_columns(action, cells)
    elif action:
        _print_cells(cells, by="stage")
    else:
        _print_matrix(cells)


def _print_source(code: str, as_json: bool) -> None:
    """What the source of a code says, and the cells of the matrix and the settings that rest on it."""
    known = sources()
    cells = [cell for cell in rulebook.cells() if code in cell.step.row.source.split()]
    settings = [each.key for each in POLICY.values() if code in each.source.split()]
    if as_json:
        decided = [rulebook.cell_view(each) for each in cells]
        print_json({"rule": code, "says": known[code], "settings": settings, "cells": decided})
        return
    say(known[code])
    if settings:
        say(f"Settings that rest on it: {', '.join(settings)}.")
    if cells:
        say("What it decides:")
        _print_cells(cells, by="stage and action")


def _print_matrix(cells: list[Cell]) -> None:
    for actor in rulebook.ACTORS:
        trials = [trial for trial in TRIALS.values() if trial.actor == actor]
        _print_abreast(trials, cells, f"{actor}: what comes of it")


def _print_columns(action: str, cells: list[Cell]) -> None:
    """An action that the matrix tries in several ways, each a column with a name of its own."""
    trials = [trial for trial in TRIALS.values() if trial.action == action]
    ways = (
        (trial.name, trial.about, ORIGINS[trial.origin], ", ".join(f"{k}: {v}" for k, v in _plain(trial.arguments)))
        for trial in trials
    )
    say(f"The matrix tries {action} in {len(trials)} ways; --action with the name of one shows all that follows.")
    print_table(("column", "what is done", "how", "with"), ways, "")
    _print_abreast(trials, cells, f"{action}: what comes of it")


def _plain(arguments: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from ((name, write_value(each)) for name, each in arguments.items())


def _print_abreast(trials: Sequence[Trial], cells: list[Cell], title: str) -> None:
    width = columns_to_fill()
    found = {(cell.stage.name, cell.trial.name): cell.step.outcome.name for cell in cells}
    left = list(trials)
    while left:
        abreast = min(MOST_ABREAST, len(left))
        while True:
            shown = left[:abreast]
            columns = ("stage", *(trial.name for trial in shown))
            rows = [[stage, *(found[stage, trial.name] for trial in shown)] for stage in STAGES]
            if abreast == 1 or divide(list(zip(columns, *rows, strict=True)), width):
                break
            abreast -= 1
        print_table(columns, rows, "", title)
        del left[:abreast]


def _print_cells(cells: list[Cell], by: str) -> None:
    rows = []
    for cell in cells:
        outcome = cell.step.outcome
        name = {"action": cell.trial.name, "stage": cell.stage.name}.get(by, f"{cell.stage.name}, {cell.trial.name}")
        follows = ", ".join(filter(None, (outcome.change, *outcome.mails, *cell.step.lints)))
        rows.append((name, outcome.name, cell.next_stage, outcome.error, cell.step.row.source, follows))
    print_table((by, "outcome", "afterwards", "error", "rule", "what follows"), rows, "There is no such cell.")


def _print_explanation(answer: dict[str, Any]) -> None:
    console = terminal()
    stage = f"stage {answer['stage']}"
    if answer["about"] != answer["status"]:
        stage += f": {answer['about']}"
    console.print(f"Order {answer['order_id']} is {answer['status']} ({stage}). It is {answer['now']}.")
    names = ("at", "action", "outcome", "rule", "meaning")
    print_table(names, ([line[name] for name in names] for line in answer["history"]), "", "What happened")
    console.print(f"Allowed now: {', '.join(answer['allowed']) or 'nothing'}.")
    for change in answer["changes"]:
        console.print(f"At {change['at']}: {change['what']}.")
    if "action" in answer:
        _print_trial(console, answer["action"])


def _print_trial(console: "Console", trial: dict[str, Any]) -> None:
    error = f" ({trial['error']})" if trial["error"] else ""
    console.print(f"{trial['action']}: {trial['outcome']}{error}, by rule {trial['rule']}. {trial['meaning']}")
    for row in trial["gates"]:
        mark = "decides" if row["decides"] else "does not apply"
        console.print(f"  {', '.join(row['when']) or 'otherwise'} → {row['outcome']} (rule {row['rule']}): {mark}")
    earlier = trial["a_second_earlier"] or "the order did not exist"
    console.print(f"A second earlier: {earlier}. A second later: {trial['a_second_later']}.")
