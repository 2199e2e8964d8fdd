"""An advance that takes long, and many orders, in a real browser: a page says how far it is, and goes on by itself."""

import threading

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.console.browser.conftest import OpenPage, Seller
from tests.console.browser.test_every_page import RULES
from tests.delivery.receivers import Post, Reply, receiving


@pytest.mark.slow
@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without"])
def test_an_advance_shows_how_far_it_is_and_then_what_happened(
    open_page: OpenPage, seller: Seller, script: bool
) -> None:
    """The advance waits for a webhook that answers once the page of its progress was seen."""
    goes_on = threading.Event()

    def answer_late(_: Post) -> Reply:
        goes_on.wait(60)
        return Reply()

    with receiving(answer_late) as receiver:
        page = open_page(script=script)
        page.goto(seller.address("/orders/new"))
        page.get_by_role("button", name="Make 500 orders").click()
        expect(page.get_by_role("alert")).to_contain_text("500 orders were placed. They stand under Pending.")
        seller.call("POST", "webhooks", {"url": receiver.url})
        order = seller.place_order(hold=True, purchased_at="2026-03-02T15:45:00Z")
        page.get_by_label("Advance by").fill("20m")
        page.get_by_role("button", name="Advance", exact=True).click()
        expect(page.get_by_role("progressbar", name="The clock advances")).to_be_visible()
        passed = "900 of 1,200 seconds have passed: it is 2026-03-02 16:15:00 UTC"
        expect(page.get_by_role("main")).to_contain_text(passed)
        if script:
            found = Axe().run(page, options=RULES)
            assert found.violations_count == 0, found.generate_report()
        goes_on.set()
        expect(page.get_by_role("alert")).to_contain_text("It is 2026-03-02 16:20:00 UTC now.")
        expect(page.get_by_role("alert")).to_contain_text(f"an order leaves Pending: {order}")
        assert page.url.endswith("/seller/orders?tab=pending")
