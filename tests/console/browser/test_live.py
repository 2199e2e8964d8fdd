"""A page that is open follows what happens elsewhere, unless somebody is at it."""

import pytest
from playwright.sync_api import Page, expect

from tests.console.browser.conftest import Seller


@pytest.mark.slow
def test_a_list_follows_what_others_do_and_leaves_whoever_is_at_it_alone(page: Page, seller: Seller) -> None:
    page.goto(seller.address("/seller/orders"), wait_until="networkidle")
    expect(page.locator("main tbody tr")).to_have_count(0)
    seller.place_order()
    expect(page.locator("main tbody tr")).to_have_count(1)
    expect(page.get_by_role("timer", name="Marketplace time")).to_have_text("2026-03-02 16:00:00 UTC")
    seller.advance("2h")
    expect(page.get_by_role("timer", name="Marketplace time")).to_have_text("2026-03-02 18:00:00 UTC")
    page.locator("summary", has_text="Why not more?").click()
    seller.place_order()
    expect(page.locator("#order-list")).to_have_attribute("data-stale", "")
    expect(page.locator("main tbody tr")).to_have_count(1)
    page.locator("summary", has_text="Why not more?").click()
    page.locator("#list-search").focus()
    expect(page.locator("main tbody tr")).to_have_count(2)
