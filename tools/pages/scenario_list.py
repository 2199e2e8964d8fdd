"""The page about scenarios with the list of those that come with the project. Made from fixtures/."""

from pathlib import Path

from marketplace_sandbox._resources import fixtures_dir
from marketplace_sandbox.scenario import library

PAGE = Path(__file__).parents[2] / "docs/scenarios.md"

BEGIN = "<!-- scenarios: written by make docs from fixtures/ -->"
END = "<!-- end of scenarios -->"


def scenarios() -> str:
    """The whole page, with the list between its marks as it should be. Raises ValueError without the marks."""
    text = PAGE.read_text()
    before, begin, rest = text.partition(f"{BEGIN}\n")
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(
            f"docs/scenarios.md has lost the lines {BEGIN} and {END}; put them round its list of scenarios."
        )
    return f"{before}{begin}{_table()}{end}{after}"


def _table() -> str:
    names = library.scenario_names(fixtures_dir())
    rows = [f"| `{each}` | {library.read_named(fixtures_dir(), each).about} |" for each in names]
    return "\n".join(["| name | what it shows |", "|---|---|", *rows]) + "\n"
