"""The list of equivalent mutants is of this code. `make mutants` itself takes most of an hour, and is run apart."""

import pytest

from tests.documents import ROOT
from tests.mutants.equivalent import LIST, Equivalent, equivalents

LISTED = list(equivalents())


@pytest.mark.parametrize("listed", LISTED, ids=lambda each: each.module)
def test_a_listed_line_is_still_there(listed: Equivalent) -> None:
    lines = (ROOT / "sandbox/marketplace_sandbox" / listed.module).read_text().splitlines()
    there = listed.before in (line.strip() for line in lines)
    assert there, f"{LIST.name} lists {listed.before!r}, which {listed.module} no longer has: take it out"
    assert len(listed.reason) > 20
