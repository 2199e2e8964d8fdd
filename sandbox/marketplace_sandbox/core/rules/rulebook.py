"""The rules as data, read off the rules: what every action comes to at every stage. Writes no text.

The command line and `GET /_sandbox/rules.json` show it; the page of the documents is made in `tools/pages`.
"""

from functools import cache
from typing import Any

from marketplace_sandbox.core.rules import table
from marketplace_sandbox.core.rules.stages import STAGES, TRIALS, Cell, matrix

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


@cache
def rules_json() -> Json:
    """The table of rules as it comes, as data of format 1. The same for every seller, so it is computed once."""
    return {
        "format": 1,
        "stages": [{"name": stage.name, "about": stage.about} for stage in STAGES.values()],
        "actions": list(TRIALS),
        "outcomes": [
            {"name": each.name, "verdict": str(each.verdict), "meaning": each.meaning}
            for each in table.OUTCOMES.values()
        ],
        "rows": [
            {
                "stage": cell.stage.name,
                "action": cell.trial.name,
                "outcome": cell.step.outcome.name,
                "source": cell.step.row.source,
            }
            for cell in matrix()
        ],
    }
