"""A shipped order's refund in a real browser: with scripts and without, and by the keyboard alone."""

import pytest
from playwright.sync_api import Page, expect

from tests.console.browser.conftest import OpenPage, Seller, tab_to


def submit(page: Page) -> None:
    page.get_by_role("main").get_by_role("button", name="Submit", exact=True).click()


def states(seller: Seller, order: str) -> list[str]:
    return [each["state"] for each in seller.order(order)["refunds"]]


def kinds_of_mail(seller: Seller, order: str) -> list[str]:
    return [each["kind"] for each in seller.call("GET", f"mail?order_id={order}&to=buyer")["mail"]]


@pytest.mark.slow
@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without"])
def test_an_order_is_confirmed_and_refunded(open_page: OpenPage, seller: Seller, script: bool) -> None:
    """R35 to R37, REFUNDS: refused before the confirmation, pending for two hours, taken back, then paid and mailed."""
    order = seller.place_order(items=[{"sku": "MUG", "title": "Mug", "price": 20}])
    page = open_page(script=script)
    page.goto(seller.address("/seller/orders"))
    row = page.get_by_role("row").filter(has_text=order)
    expect(row.get_by_role("link", name="Refund order")).to_have_count(0)
    row.get_by_role("link", name="Confirm shipment").click()
    page.get_by_label("Carrier", exact=True).select_option(label="UPS")
    page.get_by_label("Tracking number").fill("1Z999AA10123456784")
    submit(page)
    expect(page.get_by_role("alert")).to_contain_text("All items are confirmed")
    assert seller.order(order)["status"] == "Shipped"

    page.get_by_role("tab", name="Sent").click()
    row = page.get_by_role("row").filter(has_text=order)
    expect(row.get_by_role("link", name="Cancel order")).to_have_count(0)
    row.get_by_role("link", name="Refund order").click()
    page.get_by_label("Reason for the refund").select_option(label="Buyer return (product return)")
    submit(page)
    expect(page.get_by_role("alert")).to_contain_text("refunded once the refund is released")
    assert states(seller, order) == ["pending"]

    page.get_by_role("row").filter(has_text=order).get_by_role("link", name="902-").click()
    page.get_by_role("link", name=f"{order}-R1").click()
    page.get_by_role("button", name="Cancel refund").click()
    expect(page.get_by_role("alert")).to_contain_text("taken back")
    assert states(seller, order) == ["canceled"]

    page.get_by_role("link", name="Partial refund").click()
    page.get_by_label("Reason for the refund").select_option(label="Late delivery due to carrier (claim)")
    page.get_by_label("Price to refund: Mug").fill("7.50")
    submit(page)
    expect(page.get_by_role("alert")).to_contain_text("The chosen amounts are refunded")
    page.get_by_label("Advance by").fill("2h")
    page.get_by_role("button", name="Advance", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("a refund is paid out")
    assert states(seller, order) == ["canceled", "released"]
    assert kinds_of_mail(seller, order).count("refund_released") == 1
    assert seller.rate() == (0, 1)


@pytest.mark.slow
def test_a_refund_goes_by_the_keyboard_alone(page: Page, seller: Seller) -> None:
    order = seller.place_order()
    seller.act(order, "seller-confirm-shipment")
    page.goto(seller.address("/seller/orders?tab=sent"))
    tab_to(page, "Refund order")
    page.keyboard.press("Enter")
    page.wait_for_url("**/refund?**")
    tab_to(page, "Reason for the refund")
    page.keyboard.type("Late")
    tab_to(page, "Submit")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("refunded once the refund is released")
    (refund,) = seller.order(order)["refunds"]
    assert refund["state"] == "pending"
