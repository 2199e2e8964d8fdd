"""Order Reports in a real browser: the switch of the columns, and the columns in the file."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.console.browser.conftest import OpenPage, Seller
from tests.console.browser.test_every_page import RULES

COLUMN = "is-buyer-requested-cancellation"


@pytest.mark.slow
@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without"])
def test_the_column_is_switched_on_and_stands_in_the_file(open_page: OpenPage, seller: Seller, script: bool) -> None:
    """R49, R50: Order Reports, Add or remove order report columns, Buyer Requested Cancel, Save changes."""
    order = seller.place_order()
    seller.advance("31m")
    seller.act(order, "buyer-request-cancellation", reason="cheaper")
    page = open_page(script=script)
    page.goto(seller.address("/"))
    page.get_by_role("link", name="Order Reports").first.click()
    page.get_by_role("button", name="Add or remove order report columns").click()
    page.get_by_role("switch", name="Buyer Requested Cancel").check()
    if not script:
        page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("Saved. Reports made from now on have the columns")).to_be_visible()
    assert seller.call("GET", "settings")["order_report_cancellation_columns"] is True

    page.get_by_label("Report", exact=True).select_option(label="Unshipped Orders")
    page.get_by_role("button", name="Request report").click()
    expect(page.get_by_role("alert")).to_contain_text("was asked for")
    page.get_by_role("button", name="Advance until done").click()
    page.get_by_role("link", name="Preview").click()
    page.get_by_role("link", name="Only columns with something in them").click()
    heading = page.get_by_role("columnheader").all_text_contents()
    cells = page.get_by_role("region", name="Preview").locator("tbody td").all_text_contents()
    assert dict(zip(heading, cells, strict=True))[COLUMN] == "true"
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    lines = download.value.path().read_text(encoding="cp1252").splitlines()
    row = dict(zip(lines[0].split("\t"), lines[1].split("\t"), strict=True))
    assert (row["order-id"], row[COLUMN]) == (order, "true")
    if script:
        found = Axe().run(page, options=RULES)
        assert found.violations_count == 0, found.generate_report()
