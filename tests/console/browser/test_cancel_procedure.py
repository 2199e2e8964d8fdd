"""Cancel order at a buyer's request, in a real browser: with scripts, without, and by the keyboard alone."""

import pytest
from playwright.sync_api import Page, expect

from tests.console.browser.conftest import OpenPage, Seller, tab_to


def asked_for(seller: Seller) -> tuple[str, str]:
    """An order nobody wants anything of, and one whose buyer has asked for its cancellation."""
    other, order = seller.place_order(), seller.place_order()
    seller.advance("31m")
    seller.act(order, "buyer-request-cancellation", reason="cheaper")
    return other, order


def rows(page: Page) -> list[str]:
    return [(each.get_attribute("id") or "").removeprefix("order-") for each in page.locator("main tbody tr").all()]


@pytest.mark.slow
@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without"])
def test_a_buyers_request_is_found_and_answered(open_page: OpenPage, seller: Seller, script: bool) -> None:
    """R23 to R26: Manage Orders, Unshipped tab, Show filters, Buyer-Requested Cancel, banner, Cancel order, Submit."""
    other, order = asked_for(seller)
    page = open_page(script=script)
    page.goto(seller.address("/"))
    page.get_by_role("link", name="Manage Orders").first.click()
    page.get_by_role("tab", name="Unshipped").click()
    expect(page.locator("main tbody tr")).to_have_count(2)
    page.get_by_role("button", name="Show filters").click()
    box = page.get_by_role("group", name="Pending Action").get_by_role("checkbox", name="Buyer-Requested Cancel")
    box.check()
    if not script:
        page.get_by_role("button", name="Apply filters").click()
    expect(page.locator("main tbody tr")).to_have_count(1)
    assert "buyer_requested_cancel=1" in page.url
    assert rows(page) == [order]
    expect(page.get_by_role("status").filter(has_text="Cancellation Rate")).to_contain_text("does not count")
    page.get_by_role("row").filter(has_text=order).get_by_role("link", name="Cancel order").click()
    page.get_by_label("Cancellation reason").select_option(label="Buyer Canceled")
    page.get_by_role("main").get_by_role("button", name="Submit", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text(f"Order {order} was canceled. It does not count in the rate.")
    assert "buyer_requested_cancel=1" in page.url
    assert rows(page) == []
    ended = seller.order(order)
    assert (ended["status"], ended["cancellation"]["counts_in_rate"]) == ("Canceled", False)
    mail = seller.call("GET", f"mail?order_id={order}&to=buyer")["mail"]
    assert any("cancel" in each["subject"].lower() for each in mail)
    assert seller.rate() == (0, 2)
    assert seller.order(other)["status"] == "Unshipped"


@pytest.mark.slow
def test_the_filter_is_taken_back_and_the_browser_goes_back(page: Page, seller: Seller) -> None:
    other, order = asked_for(seller)
    page.goto(seller.address("/seller/orders"))
    page.get_by_role("button", name="Show filters").click()
    box = page.get_by_role("checkbox", name="Buyer-Requested Cancel")
    box.check()
    expect(page.locator("main tbody tr")).to_have_count(1)
    box.uncheck()
    expect(page.locator("main tbody tr")).to_have_count(2)
    assert "buyer_requested_cancel" not in page.url
    page.go_back()
    expect(page.locator("main tbody tr")).to_have_count(1)
    assert sorted([other, order]) != rows(page)


@pytest.mark.slow
def test_all_of_it_goes_by_the_keyboard_alone(page: Page, seller: Seller) -> None:
    _, order = asked_for(seller)
    page.goto(seller.address("/seller/orders"))

    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the content")
    page.keyboard.press("Enter")
    tab_to(page, "Show filters")
    page.keyboard.press("Enter")
    tab_to(page, "Buyer-Requested Cancel")
    page.keyboard.press("Space")
    expect(page.locator("main tbody tr")).to_have_count(1)
    tab_to(page, "Cancel order")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cancel?**")
    tab_to(page, "Cancellation reason")
    page.keyboard.type("Buyer")
    tab_to(page, "Submit")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text(f"Order {order} was canceled.")
    assert seller.order(order)["status"] == "Canceled"
