"""Every cell where single items may be canceled: 27 stages by the 27 actions of the decision table and 4 more.

Reached by real commands and compared with a golden of its own. Source: PARTIAL-CANCELLATION.
`python -m tests.core.rules.test_partial_matrix` writes it anew.
"""

import csv
from pathlib import Path

import pytest

from marketplace_sandbox.core.rules.stages import PARTIAL_TRIALS, STAGES, TRIALS, Trial, partial_matrix
from tests.core.rules import test_decision_table as plain

GOLDEN = Path(__file__).with_name("partial_cancellation.csv")
ALL_TRIALS: dict[str, Trial] = TRIALS | PARTIAL_TRIALS
CELLS = [(stage, trial) for stage in STAGES for trial in ALL_TRIALS]
ON = {"partial_cancellation": True}


def golden() -> dict[tuple[str, str], dict[str, str]]:
    with GOLDEN.open(newline="") as lines:
        return {(row["stage"], row["action"]): row for row in csv.DictReader(lines)}


@pytest.mark.parametrize("stage", STAGES)
def test_every_cell_is_as_the_golden_says(stage: str) -> None:
    expected = golden()
    for name, trial in ALL_TRIALS.items():
        assert plain.as_row(stage, name, plain.play(STAGES[stage], trial, **ON)) == expected[stage, name]


def test_the_golden_has_every_cell_once() -> None:
    assert list(golden()) == CELLS
    assert len(CELLS) == 837


def test_only_the_actions_on_single_items_come_to_something_else_than_without_the_setting() -> None:
    off, on = plain.golden(), golden()
    others = {cell for cell, row in off.items() if row != on[cell]}
    directly = {("held", "request-items"), ("released-early", "request-items"), ("parcel-left-early", "request-items")}
    whose = ("released-early", "unshipped", "message-only", "requested", "requested-in-part", "withdrawn")
    assert others == directly | {(stage, "feed-cancel-items") for stage in whose}


def test_without_the_setting_no_single_item_is_canceled_at_any_stage() -> None:
    for stage in STAGES.values():
        for trial in PARTIAL_TRIALS.values():
            played = plain.play(stage, trial)
            assert not played.outcome.name.startswith("items_canceled"), (stage.name, trial.name)


def test_the_printed_matrix_is_what_the_world_does() -> None:
    expected = golden()
    for cell in partial_matrix():
        row = expected[cell.stage.name, cell.trial.name]
        assert (cell.step.outcome.name, cell.next_stage) == (row["outcome"], row["next_stage"])


def write_golden() -> None:
    with GOLDEN.open("w", newline="") as lines:
        cells = [(stage, trial, plain.play(STAGES[stage], ALL_TRIALS[trial], **ON)) for stage, trial in CELLS]
        rows = [plain.as_row(*cell) for cell in cells]
        writer = csv.DictWriter(lines, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    write_golden()
