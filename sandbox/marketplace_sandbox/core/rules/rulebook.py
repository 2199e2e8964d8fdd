"""The rules as text, made from the rules: the matrix, the gates of an action, the life of an order as a diagram.

Writes Markdown and JSON-able values; the command line and the documentation show them.
"""

from collections.abc import Iterator
from typing import Any

from marketplace_sandbox.core.rules import table
from marketplace_sandbox.core.rules.outcomes import Outcome
from marketplace_sandbox.core.rules.stages import STAGES, TRIALS, Cell, Trial, matrix, reach

Json = dict[str, Any]
ACTORS = ("buyer", "seller", "amazon", "carrier", "time")


def cell_view(cell: Cell) -> Json:
    """One cell of the matrix as JSON."""
    outcome = cell.step.outcome
    return {
        "stage": cell.stage.name,
        "action": cell.trial.name,
        "outcome": outcome.name,
        "verdict": str(outcome.verdict),
        "error": outcome.error or None,
        "http": outcome.http,
        "next_stage": cell.next_stage,
        "notification": outcome.change or None,
        "mail": list(outcome.mails),
        "lint": list(cell.step.lints),
        "counts_in_rate": outcome.counts,
        "rule": cell.step.row.source,
        "meaning": outcome.meaning,
        "codes": {
            "stage": cell.stage.code,
            "action": cell.trial.code,
            "outcome": outcome.code,
        },
    }


def cells(stage: str = "", action: str = "") -> list[Cell]:
    """The cells of one stage, one action of the table or of the control API, or all."""
    return [c for c in matrix() if stage in ("", c.stage.name) and action in ("", c.trial.name, c.trial.action)]


def markdown() -> str:
    """The whole rulebook as one Markdown page."""
    return "\n".join((*_head(), *_life(), *_matrix(), *_gates(), *_outcomes(), *_onward())) + "\n"


def _head() -> Iterator[str]:
    yield "# Rules"
    yield ""
    yield "<!-- Written by `make docs`; what it says is edited in `core/rules/table.py` and beside it. -->"
    yield ""
    yield f"{len(STAGES)} stages by {len(TRIALS)} actions. A cell names the outcome; what follows an arrow is the stage"
    yield "afterwards, where it changes. The sources are the numbers of the rules and open points of the material the"
    yield "marketplace is made from; `-` marks checks of input."
    yield ""


def _life() -> Iterator[str]:
    yield "## The life of an order"
    yield ""
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield from (f"    {before} --> {after}: {', '.join(actions)}" for (before, after), actions in _edges().items())
    yield "```"
    yield ""


def _edges() -> dict[tuple[str, str], list[str]]:
    """Changes of status and the actions that make them, as the matrix has them."""
    edges: dict[tuple[str, str], list[str]] = {}
    for cell in matrix():
        before, after = str(reach(cell.stage)[0].status), str(cell.step.order.status)
        if before != after:
            actions = edges.setdefault((before, after), [])
            actions.extend([cell.trial.action] if cell.trial.action not in actions else [])
    return edges


def _matrix() -> Iterator[str]:
    for actor in ACTORS:
        tried = [trial for trial in TRIALS.values() if trial.actor == actor]
        yield f"## What comes of the {actor}'s actions" if actor != "time" else "## What comes of time"
        yield ""
        for several in _split(tried, 5):
            yield from _table(several)


def _split(trials: list[Trial], size: int) -> Iterator[list[Trial]]:
    return (trials[start : start + size] for start in range(0, len(trials), size))


def _table(trials: list[Trial]) -> Iterator[str]:
    yield "| stage | " + " | ".join(f"{t.name}: {t.about}" for t in trials) + " |"
    yield "|---" * (len(trials) + 1) + "|"
    found = {(cell.stage.name, cell.trial.name): cell for cell in matrix()}
    for stage in STAGES.values():
        row = (_cell(found[stage.name, trial.name]) for trial in trials)
        yield f"| **{stage.name}**: {stage.about} | " + " | ".join(row) + " |"
    yield ""


def _cell(cell: Cell) -> str:
    moved = cell.next_stage != cell.stage.name
    return f"{cell.step.outcome.name} → {cell.next_stage}" if moved else cell.step.outcome.name


def _gates() -> Iterator[str]:
    yield "## The gates of every action"
    yield ""
    yield "The first row whose conditions all hold decides."
    yield ""
    for action, rows in table.TABLE.items():
        yield f"### {action}"
        yield ""
        yield "| conditions | outcome | rule |"
        yield "|---|---|---|"
        for row in rows:
            conditions = ", ".join(row.when.words) or "otherwise"
            yield f"| {conditions} | {row.then.name} | {row.source} |"
        yield ""


def _outcomes() -> Iterator[str]:
    yield "## What follows from an outcome"
    yield ""
    yield "| outcome | meaning | error | ORDER_CHANGE | mail | lint | counts in the rate |"
    yield "|---|---|---|---|---|---|---|"
    yield from map(_outcome, table.OUTCOMES.values())
    yield ""


def _outcome(outcome: Outcome) -> str:
    error = f"{outcome.error} ({outcome.http})" if outcome.error else ""
    counts = "yes" if outcome.counts else ""
    mails, lints = ", ".join(outcome.mails), ", ".join(outcome.lints)
    return f"| {outcome.name} | {outcome.meaning} | {error} | {outcome.change} | {mails} | {lints} | {counts} |"


def _onward() -> Iterator[str]:
    yield "Next: [settings](settings.md), every number of the policy with its source."
