"""Upload order related files in a real browser: a cancellation by file, and its processing report."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.console.browser.conftest import OpenPage, Seller
from tests.console.browser.test_every_page import RULES


@pytest.mark.slow
@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without"])
def test_an_order_is_canceled_by_a_file(open_page: OpenPage, seller: Seller, tmp_path: Path, script: bool) -> None:
    """The example of a cancellation file, with one line more, uploaded, and its processing report beside the lines."""
    order, shipped = seller.place_order(), seller.place_order()
    seller.act(shipped, "seller-confirm-shipment")
    page = open_page(script=script, width=1280 if script else 360, theme="dark" if script else "light")
    page.goto(seller.address("/"))
    page.get_by_role("link", name="Upload order related files").first.click()
    expect(page.get_by_role("main")).to_contain_text(f"Order {order} Unshipped As things stand it would be accepted")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the example").click()
    file = tmp_path / "cancellation.txt"
    file.write_text(download.value.path().read_text() + f"{shipped}\tNoInventory\t1\n")
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Upload cancellation file").click()
    expect(page.get_by_role("alert")).to_contain_text("The file was taken as upload")
    page.get_by_role("button", name="Advance until done").click()
    rows = page.get_by_role("row")
    expect(rows.filter(has_text=f"{order}\t")).to_contain_text("Accepted")
    expect(rows.filter(has_text=f"{shipped}\t")).to_contain_text("18021")
    assert seller.order(order)["status"] == "Canceled"
    assert seller.order(shipped)["status"] == "Shipped"
    found = Axe().run(page, options=RULES) if script else None
    assert not found or found.violations_count == 0, found and found.generate_report()
    wide = page.evaluate("() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide[0] <= wide[1]
