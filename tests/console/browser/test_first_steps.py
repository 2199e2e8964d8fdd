"""A new user's first minutes: from home to a canceled order, by what the page says and nothing else."""

import pytest
from playwright.sync_api import Page, expect

from tests.console.browser.conftest import OpenPage, Seller


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 1280])
def test_the_steps_of_home_lead_to_a_canceled_order(open_page: OpenPage, seller: Seller, width: int) -> None:
    page: Page = open_page(width=width)
    page.goto(seller.address("/"))
    page.get_by_role("button", name="Place a first order").click()
    (order,) = [each["order_id"] for each in seller.call("GET", "orders")["orders"]]
    expect(page.get_by_role("row").filter(has_text=order)).to_contain_text("Pending")
    page.get_by_label("Advance by").fill("31m")
    page.get_by_role("button", name="Advance", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("It is 2026-03-02 16:31:00 UTC now.")
    page.get_by_role("link", name="Your Orders").first.click()
    page.get_by_role("row").filter(has_text=order).get_by_role("link", name="Request Cancellation").click()
    main = page.get_by_role("main")
    for box in main.get_by_role("checkbox").all():
        box.check()
    main.get_by_role("button", name="Submit", exact=True).click()
    assert seller.order(order)["request"]["state"] == "open"
    page.get_by_role("link", name="Manage Orders").first.click()
    expect(page.get_by_role("status").filter(has_text="Cancellation Rate")).to_be_visible()
    page.get_by_role("row").filter(has_text=order).get_by_role("link", name="Cancel order").click()
    main.get_by_role("button", name="Submit", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("does not count in the rate")
    assert seller.order(order)["status"] == "Canceled"
