"""What a client calls appears on the page by itself with scripts, and by looking again without."""

import pytest
import requests
from playwright.sync_api import expect

from tests.console.browser.conftest import OpenPage, Seller


@pytest.mark.slow
@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without"])
def test_a_call_appears_and_is_explained(open_page: OpenPage, seller: Seller, script: bool) -> None:
    keys = seller.call("GET", f"sellers/{seller.seller_id}")["mws"]
    page = open_page(script=script)
    page.goto(seller.address("/requests"), wait_until="networkidle")
    expect(page.get_by_text("Your client has not called yet.")).to_be_visible()
    query = {"Action": "ListOrders", "Version": "2013-09-01", "AWSAccessKeyId": keys["access_key"]}
    requests.get(f"{seller.url}/Orders/2013-09-01", query, timeout=30)
    if not script:
        page.get_by_role("link", name="Look again").click()
    page.get_by_role("link", name="ListOrders").press("Enter")
    expect(page.get_by_role("heading", name="What would have been accepted")).to_be_visible()
