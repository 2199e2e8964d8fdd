"""The documents as a site: every page is in its navigation, and no link of one leads out of it."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from tests.console.all_pages import PAGES
from tests.documents import ROOT
from tools.docs_site import SHOWN, copy_together, other_hosts, pages

FOLDER = ".docs-site/"


def names(nav: Any) -> Iterator[str]:
    """The pages of a navigation, in its order."""
    if isinstance(nav, str):
        yield nav
    for each in nav.values() if isinstance(nav, dict) else nav if isinstance(nav, list) else ():
        yield from names(each)


def test_every_page_is_in_the_navigation_once() -> None:
    project = tomllib.loads((ROOT / "zensical.toml").read_text())["project"]
    listed = list(names(project["nav"]))
    assert sorted(listed) == sorted(pages()), "zensical.toml: put each page of docs/ into `nav` once"
    assert listed[0] == "index.md"
    assert project["docs_dir"].startswith(FOLDER)
    assert project["site_dir"].startswith(FOLDER)


def test_every_link_leads_to_something_in_the_site(tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for name in SHOWN:
        for theme in ("light", "dark"):
            (pictures / f"{name}-{theme}-1280.png").touch()
    site = tmp_path / "site"
    copy_together(site, pictures)
    lost = []
    for page in site.glob("*.md"):
        text = re.sub(r"^( *)```.*?^\1```$", "", page.read_text(), flags=re.DOTALL | re.MULTILINE)
        for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`\n]*`", "", text)):
            path = unquote(target.partition("#")[0])
            if path and not re.match(r"[a-z]+:", path) and not (site / path).exists():
                lost.append(f"{page.name}: {target}")
    assert lost == []
    assert "account-health-dark-1280.png" in (site / "screenshots.md").read_text()


def test_the_pages_that_are_shown_are_pictured() -> None:
    assert SHOWN.keys() - PAGES.keys() == set(), "tools/docs_site.py shows a page that tests/console/all_pages.py lacks"


def test_without_pictures_the_page_says_how_they_are_taken(tmp_path: Path) -> None:
    assert "make screenshots" in pages(tmp_path)["screenshots.md"]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ('<a href="https://example.com/">there</a>', []),
        ('<script src="assets/a.js"></script>', []),
        ('<script src="https://unpkg.com/a"></script>', ["https://unpkg.com/a"]),
        ('<link rel="stylesheet" href="//fonts.example.com/a">', ["//fonts.example.com/a"]),
        ("<style>@import 'https://example.com/a.css'</style>", ["https://example.com/a.css"]),
    ],
)
def test_what_is_asked_of_other_hosts_is_found(tmp_path: Path, text: str, asked: list[str]) -> None:
    (tmp_path / "index.html").write_text(text)
    assert other_hosts(tmp_path) == asked
