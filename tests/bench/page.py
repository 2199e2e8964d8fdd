"""Writes what was measured into docs/performance.md, between marks that stand there. Measures nothing."""

from typing import Any

from tests.bench.table import cells
from tests.documents import ROOT

PAGE = ROOT / "docs" / "performance.md"


def write_table(run: dict[str, Any]) -> None:
    """The table of a run, with when and on what it was measured."""
    lines = [
        f"Measured in one run on {run['at']}: {run['machine']}, Python {run['python']}, commit {run['commit']}.",
        "",
        "| what | figure | goal | | load took, of a core | answers in a second worked |",
        "|---|--:|---|---|--:|--:|",
        *("| " + " | ".join(cells(each)) + " |" for each in run["figures"]),
    ]
    write_between("table", "\n".join([*lines, *(f"\n{note}" for note in run["notes"])]))


def write_between(mark: str, text: str) -> None:
    """Put a text in the place of what stands between two marks of a name."""
    page = PAGE.read_text()
    begin, end = f"<!-- {mark}: written by make bench-page -->", f"<!-- end of {mark} -->"
    before, _, rest = page.partition(begin)
    _, found, after = rest.partition(end)
    assert found, f"docs/performance.md has no marks {begin} and {end}"
    PAGE.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}")
