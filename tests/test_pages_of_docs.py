"""The documents as a whole: every page is in the index and leads on, and what lists what there is names all of it."""

import re

import pytest

from marketplace_sandbox.core.reports.values import MWS_TYPES, REPORT_TYPES, SPAPI_TYPES
from tests.documents import ROOT

DOCS = ROOT / "docs"
PAGES = sorted(path.name for path in DOCS.glob("*.md") if path.name != "README.md")
INDEX = (DOCS / "README.md").read_text()


def test_every_page_is_in_the_index_once() -> None:
    assert {name: INDEX.count(f"]({name})") for name in PAGES if name != "quick-start.md"} == dict.fromkeys(
        (name for name in PAGES if name != "quick-start.md"), 1
    )
    assert "](quick-start.md)" in INDEX


def test_every_page_says_which_server_its_examples_talk_to() -> None:
    """The comment that the tests start it by is not seen by readers."""
    pages = {name: (DOCS / name).read_text() for name in PAGES if name != "command-line.md"}  # lists commands, no story
    for name, text in pages.items():
        options = re.findall("<!-- server: ?(.*?) ?-->", text)
        said = [line.split() for line in re.findall(r"marketplace-sandbox (serve[^`\n]*)", text)]
        wanted = [set(each.replace("--store memory", "").split()) | {"serve"} for each in options]
        assert all(any(words <= set(line) for line in said) for words in wanted), name


def test_every_page_has_a_next_step() -> None:
    assert [name for name in PAGES if "\nNext: " not in (DOCS / name).read_text()[-400:]] == []


@pytest.mark.parametrize("page", ["docs/feeds-and-reports.md", "openapi/reports-2021-06-30.yaml"])
def test_the_reports_listed_are_those_there_are(page: str) -> None:
    """The page has those of MWS alone by the names they have there."""
    of_mws = {MWS_TYPES[name] for name in REPORT_TYPES if name not in SPAPI_TYPES}
    listed = set(re.findall(r"\b_?GET_[A-Z0-9_]+", (ROOT / page).read_text()))
    wrong = sorted(listed ^ {*SPAPI_TYPES, *(of_mws if page.endswith(".md") else ())})
    assert not wrong, (
        f"{page} and REPORT_TYPES in core/reports/values.py differ at {', '.join(wrong)}: mend the one that is wrong"
    )
