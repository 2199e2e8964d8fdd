"""The page of a migration: one file that needs nothing else, escaped, in a browser and on paper."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import lxml.html
import pytest

from marketplace_sandbox.cli.migrate.page import PageError, build_page, write_page
from tests.cli.migrate.test_command import call_api, poll
from tests.cli.terminal import Terminal

BROWSER = shutil.which("chromium")
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
HOSTILE = "<script>alert(1)</script><img src=http://evil.test/>\" onload='x' \x1b[31m\u202e"


def parse(text: str) -> Any:
    """The elements of a page."""
    return lxml.html.fromstring(text)


def a_call(**more: Any) -> dict[str, Any]:
    """A call as the control API tells of it."""
    return {
        "number": 1, "request_id": "r", "at": "2026-03-02T16:00:00Z", "user_agent": "a client", "times": 1,
        "method": "GET", "path": "/orders/v0/orders", "query": "", "operation": "getOrders", "verdict": "replaced",
        "why": None, "nearest": None, "replacements": [], "parameters": [], "fields": [], "disagreements": [],
        "disagreed": 0, "statuses": {"v0": 200, "latest": [200]}, "paging": None, "limits": None,
    } | more  # fmt: skip


def an_answer(*calls: dict[str, Any]) -> dict[str, Any]:
    """An answer of the control API."""
    disagreed = sum(each["disagreed"] for each in calls)
    return {"calls": list(calls), "checklist": [], "limits": None, "summary": {"disagreed": disagreed}, "next": None}


@pytest.fixture
def page(terminal: Terminal, tmp_path: Path) -> Path:
    """The page of a small poller."""
    order_id = terminal.json("order", "create", "--no-hold")["order_id"]
    call_api(terminal, *poll(order_id))
    file = tmp_path / "page.html"
    shown = terminal.run("migrate", "--from", "v0", "--html", str(file))
    assert "Agrees, 3 kinds" in shown
    assert "fulfillment.fulfillmentStatus" not in shown, "all of it is on the page"
    return file


def test_the_page_has_all_that_the_terminal_has(terminal: Terminal, page: Path) -> None:
    said = " ".join(parse(page.read_text()).text_content().split())
    for words in (
        "From Orders v0 to Orders 2026-01-01",
        terminal.seller,
        "OrderStatuses",
        "UNSHIPPED,PARTIALLY_SHIPPED",
        "fulfillment.fulfillmentStatus",
        '"Unshipped" becomes "UNSHIPPED"',
        "One L in Canceled",
        "Checklist",
    ):
        assert words in said


def test_the_page_needs_no_script_and_no_other_host(page: Path) -> None:
    text = page.read_text()
    tree = parse(text)
    assert tree.xpath("//script | //link | //img | //iframe | //form | //@src | //@onload | //@style") == []
    assert [each for each in tree.xpath("//@href") if not each.startswith("#")] == []
    assert re.findall(r"url\(|@import", text) == []
    (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert text.startswith("<!DOCTYPE html>")
    assert "@media print" in text


def test_whatever_was_recorded_is_text() -> None:
    value = {"order_id": HOSTILE, "order_item_id": HOSTILE, "v0": HOSTILE, "latest": [HOSTILE]}
    name = {"name": HOSTILE, "value": HOSTILE, "kind": HOSTILE, "to": HOSTILE, "to_value": HOSTILE, "note": HOSTILE}
    field = {"fact": HOSTILE, "v0": HOSTILE, "latest": HOSTILE, "kinds": [HOSTILE], "note": HOSTILE, "compared": 1}
    call = a_call(
        user_agent=HOSTILE, path=HOSTILE, query=HOSTILE, operation=HOSTILE, why=HOSTILE, nearest=HOSTILE, at=HOSTILE,
        replacements=[{"method": "GET", "path": HOSTILE, "query": HOSTILE, "operation": HOSTILE}],
        parameters=[name], fields=[field | {"values": [value]}], disagreements=[value | {"fact": HOSTILE}], disagreed=1,
    )  # fmt: skip
    text = build_page(an_answer(call), [HOSTILE])
    tree = parse(text)
    assert tree.xpath("//script | //img | //@onload | //@src") == []
    assert not {"\x1b", "\u202e"} & set(text)
    assert tree.text_content().count("alert(1)") > 15


def test_a_row_leads_to_what_is_known_of_its_call(page: Path) -> None:
    tree = parse(page.read_text())
    led = [(each.text_content(), each.get("href")) for each in tree.xpath("//table[@aria-label='Calls']//a")]
    assert led == [("1", "#call-1"), ("2", "#call-2"), ("3", "#call-3")]
    assert tree.xpath("//h2/@id")[-3:] == [address.removeprefix("#") for _, address in led]


def test_the_words_for_differences_are_explained_where_they_occur() -> None:
    field: dict[str, Any] = {"fact": "status", "v0": "A", "latest": "B", "note": None, "compared": 1, "values": []}
    tree = parse(build_page(an_answer(a_call(fields=[field | {"kinds": ["new", "renamed"]}])), []))
    first = tree.xpath("//h2[@id='calls']/following-sibling::dl")[0]
    assert [each.text for each in first.xpath("dt")] == ["renamed", "new"]
    assert tree.xpath("//table[@aria-label='Calls']//td")[-1].text_content() == "1 renamed, 1 new"


def test_a_long_list_of_replacements_is_cut_and_counted() -> None:
    replacement = {"method": "GET", "path": "/orders/2026-01-01/orders/x", "query": "", "operation": "getOrder"}
    text = build_page(an_answer(a_call(replacements=[replacement] * 50)), [])
    assert text.count("<dt>becomes</dt>") == 4
    assert "and 47 more that are alike" in text


def test_the_same_poll_is_shown_under_the_plans_of_either_generation() -> None:
    poll = {"calls": 42, "operations": [], "takes": "PT20S", "every": "PT1M59.761S", "bound_by": "getOrders"}
    latest = poll | {"every": "PT5M57.143S", "bound_by": "searchOrders"}
    answer = an_answer(a_call()) | {"limits": {"v0": poll, "latest": latest, "latest_by_lists": None}}
    rows = parse(build_page(answer, [])).xpath("//table[@aria-label='Limits']/tbody/tr")
    assert [[each.text_content() for each in row] for row in rows] == [
        ["Orders v0", "42", "20s", "2m", "getOrders"],
        ["Orders 2026-01-01, call by call", "42", "20s", "5m58s", "searchOrders"],
    ]


def test_a_page_goes_over_a_page_and_over_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    text = build_page(an_answer(), [])
    write_page(file, text, force=False)
    write_page(file, text + " ", force=False)
    assert file.read_text() == text + " "
    file.write_text("somebody's own")
    with pytest.raises(PageError, match="--force"):
        write_page(file, text, force=False)
    assert file.read_text() == "somebody's own"
    write_page(file, text, force=True)
    assert file.read_text() == text


def test_a_file_that_cannot_be_written_is_told(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "no" / "page.html"
    assert f"{file} cannot be written: No such file" in terminal.refused("migrate", "--from", "v0", "--html", str(file))
    terminal.refused("migrate", "--from", "v0", "--html", str(tmp_path), status=2)


def browse(page: Path, profile: Path, *arguments: str) -> str:
    assert BROWSER
    command = [BROWSER, *QUIET, f"--user-data-dir={profile}", *arguments, page.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, timeout=90, check=True).stdout


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="no chromium here; `make test-system` installs one")
def test_a_browser_shows_the_page(page: Path, tmp_path: Path) -> None:
    shown = browse(page, tmp_path / "profile", "--dump-dom").replace("<wbr>", "")
    tree = parse(shown)
    assert [each.text_content() for each in tree.xpath("//h2")] == [
        "Calls", "Checklist", "Limits", "1. getOrders: agrees", "2. getOrder: agrees",
        "3. getOrderItems: agrees",
    ]  # fmt: skip
    assert "fulfillment.fulfillmentStatus" in shown


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="no chromium here; `make test-system` installs one")
def test_a_browser_prints_the_page(page: Path, tmp_path: Path) -> None:
    printed = tmp_path / "page.pdf"
    browse(page, tmp_path / "profile", "--no-pdf-header-footer", f"--print-to-pdf={printed}")
    content = printed.read_bytes()
    assert content.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", content)) > 1
