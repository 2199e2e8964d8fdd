"""Your Account, Your Orders, on both sides of the thirty minutes, in a real browser with scripts and without."""

import pytest
from playwright.sync_api import expect

from tests.console.browser.conftest import OpenPage, Seller


@pytest.mark.slow
@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without"])
def test_a_buyer_cancels_and_later_asks(open_page: OpenPage, seller: Seller, script: bool) -> None:
    """R2, R3, R11: inside the window the order is canceled at once, after it the seller is asked."""
    early, late = seller.place_order(hold=True), seller.place_order(hold=True)
    page = open_page(script=script)
    page.goto(seller.address("/"))
    page.get_by_role("link", name="Your Orders").first.click()
    row = page.get_by_role("row").filter(has_text=early)
    expect(row.get_by_text("Request Cancellation")).to_have_count(0)
    row.get_by_role("link", name="Cancel items").click()
    page.get_by_label("Reason").first.select_option(label="Order created by mistake")
    page.get_by_role("main").get_by_role("button", name="Submit", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text(early)
    assert seller.order(early)["cancellation"]["by"] == "BUYER"

    page.get_by_label("Advance by").fill("31m")
    page.get_by_role("button", name="Advance", exact=True).click()
    row = page.get_by_role("row").filter(has_text=late)
    expect(row.get_by_text("Cancel items")).to_have_count(0)
    row.get_by_role("link", name="Request Cancellation").click()
    page.get_by_label("Reason").first.select_option(label="Found cheaper somewhere else")
    page.get_by_role("main").get_by_role("button", name="Submit", exact=True).click()
    expect(page.get_by_role("row").filter(has_text=late)).to_contain_text("Cancellation requested")
    asked = seller.order(late)
    assert (asked["status"], asked["request"]["state"]) == ("Unshipped", "open")
    assert asked["items"][0]["cancel_reason"] == "Found cheaper somewhere else"
