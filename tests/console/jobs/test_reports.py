"""Order Reports: the columns, asking for a report, what it waits for, its preview, and its file."""

from datetime import timedelta
from typing import Any

import pytest

from marketplace_sandbox.console.jobs.reports import COLUMN_SETTING, LABELS, MOST_ROWS
from marketplace_sandbox.core.commands.reports import ScheduleReport
from marketplace_sandbox.core.commands.worlds import ConfigurePolicy
from marketplace_sandbox.core.reports.values import REPORT_TYPES, SPAPI_TYPES
from tests.console.browsing import Shown
from tests.console.conftest import Shop

PAGE = "/seller/reports"
UNSHIPPED = "GET_FLAT_FILE_ACTIONABLE_ORDER_DATA_SHIPPING"
NEW = "GET_FLAT_FILE_ORDER_REPORT_DATA_SHIPPING"
COLUMNS = ("is-buyer-requested-cancellation", "buyer-requested-cancel-reason")


def made(shop: Shop, **form: Any) -> Shown:
    """The page of a report that was asked for by the form, once it is made."""
    asked = shop.get(PAGE).press("Request report", **form)
    assert asked.status == 200, asked.main
    return asked.press("Advance until done").follow("Preview " + latest(shop))


def latest(shop: Shop) -> str:
    return shop.world.state.reports.latest_first()[0].report_id


def preview(shown: Shown) -> list[dict[str, str]]:
    (table,) = shown.tree.cssselect("[aria-label=Preview] table")
    heading = [each.text_content() for each in table.cssselect("th")]
    return [
        dict(zip(heading, (each.text_content() for each in row), strict=True)) for row in table.cssselect("tbody tr")
    ]


def test_a_report_is_asked_for_waited_for_looked_at_and_downloaded(shop: Shop) -> None:
    order = shop.place_order(items=[{"sku": "MUG", "title": "Mug <b>blue</b>"}])
    asked = shop.get(PAGE).press("Request report")
    assert f"Report {latest(shop)} was asked for. It will be made by 2026-03-02 16:" in asked.main
    row = asked.row(latest(shop))
    assert "In queue" in row.text_content()
    assert "Its turn at" in row.text_content()
    assert "Next deadline: a report is begun" in asked.text
    assert asked.names(row)[1:] == [f"Advance until done: {latest(shop)}", f"Cancel {latest(shop)}"]
    ready = asked.press("Advance until done", row)
    shown = ready.follow(f"Preview {latest(shop)}")
    (told,) = preview(shown)
    assert (told["order-id"], told["product-name"]) == (order.order_id, "Mug <b>blue</b>")
    assert shown.follow(order.order_id).status == 200
    answer = shop.browser.send("GET", f"{PAGE}/{latest(shop)}/file")
    assert answer.headers["content-disposition"] == f'attachment; filename="report-{latest(shop)}.txt"'
    assert answer.headers["content-type"] == "text/plain; charset=Cp1252"
    lines = answer.raw.decode("cp1252").split("\r\n")
    assert lines[0].split("\t") == list(told)
    assert lines[1].split("\t") == list(told.values())


def test_the_columns_are_added_by_the_switch_and_stand_in_the_file(shop: Shop) -> None:
    """R50: the toggle Buyer Requested Cancel; off, both columns are absent; on, true or false in every row."""
    asked, other = shop.asked_for(), shop.place_order()
    before = made(shop, report_type=UNSHIPPED)
    assert not set(COLUMNS) & set(preview(before)[0])
    assert "Buyers ask" not in before.main
    shown = shop.get(PAGE)
    assert "hidden" in shown.tree.cssselect("#columns")[0].attrib
    opened = shown.press("Add or remove order report columns")
    assert "hidden" not in opened.tree.cssselect("#columns")[0].attrib
    (switch,) = opened.tree.cssselect("[role=switch]")
    assert (switch.label.text_content(), switch.checked) == ("Buyer Requested Cancel", False)
    saved = opened.press("Save changes", buyer_requested_cancel="1")
    assert "Saved. Reports made from now on have the columns" in saved.main
    assert saved.tree.cssselect("[role=switch]")[0].checked
    assert shop.world.policy.is_on(COLUMN_SETTING)
    after = made(shop, report_type=UNSHIPPED)
    told = {row["order-id"]: tuple(row[each] for each in COLUMNS) for row in preview(after)}
    assert told == {asked.order_id: ("true", "Found cheaper somewhere else"), other.order_id: ("false", "")}
    assert "Buyers ask for the cancellation in 1 of them." in after.main
    assert not set(COLUMNS) & set(preview(shop.get(before.path))[0])


def test_the_switch_saves_by_itself_and_answers_a_fragment(shop: Shop) -> None:
    shown = shop.get(f"{PAGE}?columns=1")
    token = shown.tree.cssselect("[name=csrf_token]")[0].get("value")
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "origin": shop.browser.origin,
        "hx-request": "true",
        "hx-target": "columns-saved",
    }
    body = f"csrf_token={token}&shown=0&buyer_requested_cancel=1".encode()
    answer = shop.browser.send("POST", f"{PAGE}/columns", body, headers)
    assert (answer.status, shop.world.policy.is_on(COLUMN_SETTING)) == (200, True)
    assert "<h1" not in answer.raw.decode()
    assert 'name="shown" value="1"' in answer.raw.decode()
    version = shop.world.version
    again = shop.browser.send("POST", f"{PAGE}/columns", body, headers)
    assert (again.status, shop.world.version) == (200, version)
    stale = shop.browser.send("POST", f"{PAGE}/columns", f"csrf_token={token}&shown=0".encode(), headers)
    assert (stale.status, shop.world.policy.is_on(COLUMN_SETTING)) == (409, True)
    assert "COLUMNS_CHANGED" in stale.raw.decode()


def test_a_switch_that_was_turned_meanwhile_is_left_as_it_is(shop: Shop) -> None:
    shown = shop.get(f"{PAGE}?columns=1")
    shop.world.execute(ConfigurePolicy({COLUMN_SETTING: True}))
    version = shop.world.version
    told = shown.press("Save changes")
    assert "Somebody has added the columns since this page was shown" in told.main
    assert "COLUMNS_CHANGED" in told.main
    assert shop.world.version == version
    assert told.tree.cssselect("[role=switch]")[0].checked


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ({"start": "2026-03-01", "end": "2026-03-03"}, "To lies in the future"),
        ({"start": "2026-03-02", "end": "2026-03-01"}, "To must not be earlier than 2026-03-02T00:00:00Z"),
        ({"start": "yesterday", "end": "2026-03-01"}, "From is a day such as 2026-03-02; 'yesterday' is none."),
        ({"start": "", "end": "2026-03-01"}, "From is missing"),
    ],
)
def test_what_is_wrong_with_the_dates_is_told_beside_the_form(shop: Shop, days: dict[str, str], told: str) -> None:
    refused = shop.get(PAGE).press("Request report", report_type=NEW, **days)
    assert refused.status == 400
    assert told in refused.alerts[0]
    assert "InvalidInput" in refused.alerts[0]
    assert not shop.world.state.reports.all
    kept = refused.tree.cssselect("[name=start]")[0].get("value")
    assert kept == days["start"]


def test_a_range_ends_with_the_day_or_with_now(shop: Shop) -> None:
    order = shop.place_order(purchased_at="2026-03-01T23:59:00Z")
    shown = made(shop, report_type=NEW, start="2026-03-01", end="2026-03-01")
    assert [row["order-id"] for row in preview(shown)] == [order.order_id]
    report = shop.world.state.reports.find(latest(shop))
    assert (report.start.hour, report.end.hour, report.end.day) == (0, 23, 1)
    shop.get(PAGE).press("Request report", report_type=NEW, start="2026-03-02", end="2026-03-02")
    assert shop.world.state.reports.find(latest(shop)).end <= shop.world.now()


def test_a_report_in_the_queue_is_canceled_once(shop: Shop) -> None:
    asked = shop.get(PAGE).press("Request report")
    done = asked.press("Cancel", asked.row(latest(shop)))
    assert f"Report {latest(shop)} was canceled." in done.main
    assert "There is no file." in shop.get(f"{PAGE}/{latest(shop)}").main
    version = shop.world.version
    late = asked.press("Cancel", asked.row(latest(shop)))
    assert late.status == 409
    assert "only one that is IN_QUEUE can be canceled" in late.main
    assert shop.world.version == version


def test_a_report_without_orders_says_so(shop: Shop) -> None:
    asked = shop.get(PAGE).press("Request report")
    asked.press("Advance until done")
    assert "There is nothing to tell: no order is in it." in shop.get(f"{PAGE}/{latest(shop)}").main
    assert shop.get(f"{PAGE}/{latest(shop)}/file").status == 404


def test_a_report_of_too_many_days_shows_its_one_sentence(shop: Shop) -> None:
    asked = shop.get(PAGE).press("Request report", report_type=NEW, start="2025-01-01", end="2026-03-01")
    shown = asked.press("Advance until done").follow(f"Preview {latest(shop)}")
    assert "Date range exceeded." in shown.tree.cssselect("pre")[0].text_content()


@pytest.mark.parametrize(
    ("report_type", "ending", "told"),
    [
        ("GET_XML_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL", "xml", "<AmazonOrderID>"),
        ("GET_V2_SELLER_PERFORMANCE_REPORT", "json", "performanceMetrics"),
    ],
)
def test_a_report_that_is_no_table_is_shown_as_text(shop: Shop, report_type: str, ending: str, told: str) -> None:
    shop.place_order()
    shown = made(shop, report_type=report_type)
    assert told in shown.tree.cssselect("pre")[0].text_content()
    answer = shop.browser.send("GET", f"{PAGE}/{latest(shop)}/file")
    assert f"report-{latest(shop)}.{ending}" in answer.headers["content-disposition"]


def test_columns_in_which_nothing_stands_are_left_out(shop: Shop) -> None:
    order = shop.place_order()
    shown = made(shop, report_type=UNSHIPPED)
    (row,) = preview(shown.follow("Only columns with something in them"))
    assert row["order-id"] == order.order_id
    assert all(row.values())
    assert row == {name: cell for name, cell in preview(shown)[0].items() if cell}


def test_many_rows_are_counted_and_the_first_shown(shop: Shop) -> None:
    shop.world.place_orders({"hold": False, "count": MOST_ROWS + 1})
    shown = made(shop, report_type=UNSHIPPED)
    assert f"{MOST_ROWS + 1} rows, of which the first {MOST_ROWS} are shown" in shown.main
    assert len(preview(shown)) == MOST_ROWS


def test_a_file_that_is_kept_no_longer_is_told_to_be_gone(open_shop: Any) -> None:
    shop = open_shop(report_retention="P1D")
    shop.place_order()
    shown = made(shop, report_type=UNSHIPPED)
    shop.world.advance(timedelta(days=2))
    assert "The file is kept no longer." in shop.get(shown.path).main
    assert shop.get(f"{shown.path}/file").status == 404


def test_what_a_schedule_makes_is_listed(shop: Shop) -> None:
    shop.place_order()
    shop.world.execute(ScheduleReport(UNSHIPPED, ("ATVPDKIKX0DER",), "PT1H"))
    assert "every PT1H" in shop.get(PAGE).main


def test_reports_are_turned_page_by_page_the_latest_first(shop: Shop) -> None:
    for _ in range(11):
        shown = shop.get(PAGE).press("Request report")
    assert len(shown.tree.cssselect("main tbody tr")) == 10
    assert len(shown.follow("Next").tree.cssselect("main tbody tr")) == 1


def test_another_marketplace_of_the_sellers_is_asked_for_alone(shop: Shop) -> None:
    refused = shop.browser.post(PAGE, [("csrf_token", token(shop)), ("marketplace_id", "A1VC38T7YXB528")])
    assert refused.status == 400
    assert "Marketplace is one of ATVPDKIKX0DER." in refused.main


def token(shop: Shop) -> str:
    return str(shop.get(PAGE).tree.cssselect("[name=csrf_token]")[0].get("value"))


def test_a_type_there_is_not_is_refused_with_the_nearest(shop: Shop) -> None:
    refused = shop.browser.post(PAGE, [("csrf_token", token(shop)), ("report_type", UNSHIPPED[:-1])])
    assert refused.status == 400
    assert UNSHIPPED in refused.alerts[0]


def test_a_report_there_is_not_is_told(shop: Shop) -> None:
    assert shop.get(f"{PAGE}/50001000000").status == 404


def test_every_type_that_is_made_on_request_has_a_name_that_sellers_know() -> None:
    assert set(LABELS) == {each for each in SPAPI_TYPES if REPORT_TYPES[each].requestable}
