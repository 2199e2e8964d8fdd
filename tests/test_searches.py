"""What a reader of the README would search for is found by the first search, and the answer stands in one place."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from marketplace_sandbox.core.policy import POLICY
from marketplace_sandbox.core.text.span_words import from_words
from tests.documents import ROOT
from tools.pages import GENERATED

POLICY_FILE, TABLE_FILE = (f"sandbox/marketplace_sandbox/core/{name}.py" for name in ("policy", "rules/table"))
READ = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "Makefile", "docs", "openapi", "sandbox", "tools", "examples")

# what is searched for, and the beginning of each row that answers it, which is code and not a copy
SEARCHES = {
    "thirty minutes": (POLICY_FILE, ['_span("buyer_cancel_window",', '_span("hold_period",']),
    "seven days": (POLICY_FILE, ['_span("auto_cancel_after",']),
    "two minutes": (POLICY_FILE, ['_span("before_parameter_margin",']),
    "partial cancellation": (TABLE_FILE, ['"Partial cancellation is not supported: an order is canceled as a whole;']),
    "which reason counts": (TABLE_FILE, ["# The seller cancels. Which reason counts: Buyer Canceled keeps"]),
}


def searched(words: str) -> Iterator[tuple[str, str]]:
    """Every line of the project that has the words, capitals aside, by its file: `grep -rni`."""
    for top in READ:
        path = ROOT / top
        for each in [path] if path.is_file() else sorted(path.rglob("*")):
            if (
                each.is_file()
                and each.suffix in ("", ".md", ".py", ".yaml", ".toml")
                and "__pycache__" not in str(each)
            ):
                for line in each.read_text().splitlines():
                    if re.search(words, line, re.IGNORECASE):
                        yield each.relative_to(ROOT).as_posix(), line.strip()


@pytest.mark.parametrize("words", SEARCHES)
def test_the_first_search_finds_the_one_place_that_answers(words: str) -> None:
    place, rows = SEARCHES[words]
    found = list(searched(words))
    by_hand = [(path, line) for path, line in found if path not in GENERATED]
    assert {path for path, _ in by_hand} == {place}, "say it in one place; pages are made from there"
    assert len(by_hand) == len(rows)
    assert all(line.startswith(row) for (_, line), row in zip(by_hand, rows, strict=True))


@pytest.mark.parametrize(("words", "keys"), [("thirty minutes", 2), ("seven days", 1), ("two minutes", 1)])
def test_what_is_found_is_the_number_that_is_in_force(words: str, keys: int) -> None:
    rows = [re.match(r'_span\("(\w+)"', line) for path, line in searched(words) if path == POLICY_FILE]
    found = [row[1] for row in rows if row]
    assert [POLICY[key].default for key in found] == [from_words(words)] * keys


def test_the_answers_are_what_the_rules_do() -> None:
    """Beside these words stand the rows they are about."""
    text = (ROOT / TABLE_FILE).read_text()
    assert re.search(r'PARTIAL_CANCEL = refuse\([^)]*"Partial cancellation is not supported', text)
    assert re.search(r"Which reason counts:.*\n#.*\nCANCELED_ON_REQUEST = accept\(", text)
    assert Path(ROOT / TABLE_FILE).name == "table.py"
