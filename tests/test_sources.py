"""Every source that anything cites is explained in docs/sources.md, and nothing stands there that nobody cites."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from marketplace_sandbox._resources import fixtures_dir
from marketplace_sandbox.api.shared.status_table import DIALECT_SHOWS, OURS, STATUS_SHOWS
from marketplace_sandbox.core.policy import POLICY
from marketplace_sandbox.core.rules import rulebook
from marketplace_sandbox.core.rules.table import TABLE
from tests.documents import ROOT

PAGE = ROOT / "docs/sources.md"
CODE = re.compile(r"\b(?:[RKV][0-9]{1,2}|[A-Z]{2,}(?:-[A-Z0-9]+)+)\b")
CORE = ROOT / "sandbox/marketplace_sandbox/core"


def entries() -> dict[str, str]:
    """The text beneath each heading, by its code."""
    parts = re.split(r"^### (.*)$", PAGE.read_text(), flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def citations() -> Iterator[tuple[str, str]]:
    """Every code that is cited, and where."""
    for action, rows in TABLE.items():
        yield from ((row.source, f"a row of {action} in core/rules/table.py") for row in rows)
    for entry in POLICY.values():
        yield from ((code, f"the setting {entry.key} in core/policy.py") for code in entry.source.split())
    for path in fixtures_dir().glob("*.yaml"):
        head = yaml.safe_load(path.read_text())
        yield from ((code, f"fixtures/{path.name}") for code in (*head["rules"], *CODE.findall(head["source"])))
    for cells in (*STATUS_SHOWS.values(), *DIALECT_SHOWS.values()):
        yield from ((each.source, "api/shared/status_table.py") for each in cells.values() if each.source != OURS)
    for path in CORE.parent.rglob("*.py"):
        found = re.findall(r"\b([A-Z][A-Z0-9-]+)\s+in docs/sources\.md", path.read_text())
        yield from ((code, path.relative_to(CORE.parent).as_posix()) for code in found)
    for path in (*(CORE / "rules").glob("*.py"), CORE / "views/metrics.py", CORE / "orders/order.py"):
        yield from ((code, path.name) for code in re.findall(r"\b[RK][0-9]{1,2}\b", path.read_text()))


CITED = sorted(set(citations()))


@pytest.mark.parametrize(("code", "where"), CITED)
def test_a_code_that_is_cited_is_explained(code: str, where: str) -> None:
    assert code in entries(), f"{where} cites {code}, which docs/sources.md does not explain: add `### {code}` there"


@pytest.mark.parametrize("code", entries())
def test_what_is_explained_is_cited(code: str) -> None:
    assert code in {each for each, _ in CITED}, f"nothing cites {code}: take it out of docs/sources.md, or cite it"


@pytest.mark.parametrize("code", entries())
def test_an_entry_says_what_where_and_how_sure(code: str) -> None:
    text = entries()[code]
    what, where, sure = re.match(
        r"\n\n(.*?)\n\nPublished:\s(.*?)\.\sSure:\s(stated|observed|ours)\.\n", text, re.DOTALL
    ).groups()  # type: ignore[union-attr]  # (an entry without one of them fails here)
    assert what.endswith(".")
    assert where
    assert (sure == "ours") or "nowhere" not in where


def test_every_setting_says_when_and_how_sure() -> None:
    assert {entry.confidence for entry in POLICY.values()} == {"stated", "observed", "ours"}
    assert all(re.match(r"20[0-9]{2}", entry.dated) and entry.source for entry in POLICY.values())


def test_the_rules_as_data_cite_the_same_codes() -> None:
    sources = {row["source"] for row in rulebook.rules_json()["rows"]}
    assert sources <= entries().keys()
    assert "-" not in sources


def test_a_page_that_is_cited_exists() -> None:
    assert Path(PAGE).exists()
    assert len(entries()) > 80
