"""The rules as a page of the documents: the numbers, the matrix, the guards of every action, the life of an order.

Made from the rules and the policy, never written by hand.
"""

from collections.abc import Iterator

from marketplace_sandbox.core.marketplaces import MARKETPLACES
from marketplace_sandbox.core.policy import POLICY, Entry
from marketplace_sandbox.core.rules import table
from marketplace_sandbox.core.rules.outcomes import Outcome
from marketplace_sandbox.core.rules.rulebook import ACTORS
from marketplace_sandbox.core.rules.stages import (
    PARTIAL_TRIALS,
    STAGES,
    TRIALS,
    Cell,
    Trial,
    matrix,
    partial_matrix,
    reach,
)
from marketplace_sandbox.core.text.span_words import in_words

NUMBERS = (
    "buyer_cancel_window",
    "fba_cancel_window",
    "hold_period",
    "payment_limit",
    "handling_days",
    "auto_cancel_after",
    *table.WARNINGS,
    "seller_cancel_window",
    "fba_answer_delay",
    "message_reply",
    "refund_hold",
    "rate_window_days",
    "rate_target_per_mille",
)
"""The numbers of the policy that the rules and the Cancellation Rate use."""

_HEAD = """# Rules

<!-- Written by `make docs`; what it says is edited in `core/rules/table.py` and beside it. -->

{stages} stages by {actions} actions. A cell names the outcome; what follows an arrow is the stage
afterwards, where it changes. A source is a code that [sources](sources.md) explains.
"""


def markdown() -> str:
    """The whole page."""
    head = _HEAD.format(stages=len(STAGES), actions=len(TRIALS))
    parts = (*_numbers(), *_life(), *_matrix(), *_partial_matrix(), *_guards(), *_outcomes())
    return "\n".join((head, *parts, "Next: [sources](sources.md), what each code stands for.")) + "\n"


def _numbers() -> Iterator[str]:
    yield "## The numbers"
    yield ""
    yield "Each is a [setting](settings.md) of that name."
    yield ""
    yield "| number | as it comes | what it is | source |"
    yield "|---|---|---|---|"
    for entry in map(POLICY.__getitem__, NUMBERS):
        elsewhere = "".join(
            f"; {value_in_words(entry, value)} in {MARKETPLACES[marketplace_id].country}"
            for marketplace_id, value in entry.marketplaces.items()
        )
        default = value_in_words(entry, entry.default)
        yield f"| {entry.key} | {default}{elsewhere} | {entry.meaning} | {links(entry.source)} |"
    yield ""


def value_in_words(entry: Entry, value: object) -> str:
    """A value as people say it."""
    return in_words(entry.read(entry.show(value))) if entry.kind == "span" else str(value)


def links(source: str) -> str:
    """Codes of sources as links to what explains them."""
    return ", ".join(f"[{code}](sources.md#{code.lower()})" for code in source.split())


def _life() -> Iterator[str]:
    yield "## The life of an order"
    yield ""
    yield "```mermaid"
    yield "stateDiagram-v2"
    edges: dict[tuple[str, str], dict[str, None]] = {}
    at_first = {stage.name: str(reach(stage)[0].status) for stage in STAGES.values()}
    for cell in matrix():
        before, after = at_first[cell.stage.name], str(cell.step.order.status)
        if before != after:
            edges.setdefault((before, after), {})[cell.trial.action] = None
    yield from (f"    {before} --> {after}: {', '.join(actions)}" for (before, after), actions in edges.items())
    yield "```"
    yield ""


def _matrix() -> Iterator[str]:
    found = {(cell.stage.name, cell.trial.name): cell for cell in matrix()}
    for actor in ACTORS:
        whose = {"amazon": "Amazon's actions", "time": "time"}.get(actor, f"the {actor}'s actions")
        yield f"## What comes of {whose}"
        yield ""
        trials = [trial for trial in TRIALS.values() if trial.actor == actor]
        for start in range(0, len(trials), 5):
            yield from _columns(trials[start : start + 5], found)


def _partial_matrix() -> Iterator[str]:
    found = {(cell.stage.name, cell.trial.name): cell for cell in partial_matrix()}
    yield "## What comes of canceling single items, where that is on"
    yield ""
    yield "With the setting `partial_cancellation`. Everything else is as in the tables above."
    yield ""
    trials = list(PARTIAL_TRIALS.values())
    for start in range(0, len(trials), 3):
        yield from _columns(trials[start : start + 3], found)


def _columns(trials: list[Trial], found: dict[tuple[str, str], Cell]) -> Iterator[str]:
    yield "| stage | " + " | ".join(f"{trial.name}: {trial.about}" for trial in trials) + " |"
    yield "|---" * (len(trials) + 1) + "|"
    for stage in STAGES.values():
        cells = [found[stage.name, trial.name] for trial in trials]
        moves = ("" if cell.next_stage == stage.name else f" → {cell.next_stage}" for cell in cells)
        row = " | ".join(f"{cell.step.outcome.name}{move}" for cell, move in zip(cells, moves, strict=True))
        yield f"| **{stage.name}**: {stage.about} | {row} |"
    yield ""


def _guards() -> Iterator[str]:
    yield "## The guards of every action"
    yield ""
    yield "The first row whose guards all hold decides."
    yield ""
    for action, rows in table.TABLE.items():
        yield f"### {action}"
        yield ""
        yield "| guards | outcome | source |"
        yield "|---|---|---|"
        for row in rows:
            guards = ", ".join(row.when.words) or "otherwise"
            yield f"| {guards} | {row.then.name} | {links(row.source)} |"
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
