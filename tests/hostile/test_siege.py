"""Whatever stands in the place of a value: refused in the dialect's shape with nothing changed, or kept for good."""

from pathlib import Path

import pytest

from tests.hostile.operations import DOCUMENTS
from tests.hostile.siege import besiege

CALLS = 12
"""Of each operation; `make soak` makes 500 and more, of which `tests/soak.py` tells."""


@pytest.mark.slow
@pytest.mark.parametrize("name", [*(each.stem for each in DOCUMENTS), "links"])
def test_hostile_calls_break_nothing(name: str, tmp_path: Path) -> None:
    done = besiege(CALLS, tmp_path, f"{name}.")
    assert done.operations
    assert not done.faults, "\n".join(done.faults)
