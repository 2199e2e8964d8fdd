"""Beyond loopback, in a real browser: the token is asked for, and its cookie is sent along from then on."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.console.browser.conftest import OpenPage
from tests.console.browser.test_every_page import RULES
from tests.serving import serving

TOKEN = "a-token-for-tests"


@pytest.mark.slow
def test_the_token_is_asked_for_once(open_page: OpenPage) -> None:
    with serving("--host", "0.0.0.0", env={"SANDBOX_ADMIN_TOKEN": TOKEN}) as server:  # noqa: S104  the point
        url = f"http://127.0.0.1:{server.url.rpartition(':')[2]}"
        page = open_page(width=360, theme="dark", server=url)
        page.goto(f"{url}/seller/orders?tab=sent")
        assert Axe().run(page, options=RULES).violations_count == 0
        page.get_by_label("Token").fill("another")
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("alert")).to_contain_text("not the server's SANDBOX_ADMIN_TOKEN")
        page.get_by_label("Token").fill(TOKEN)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Manage Orders")
        assert page.url.endswith("/seller/orders?tab=sent")
        page.get_by_label("Advance by").fill("1h")
        page.get_by_role("button", name="Advance", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("It is")
        page.get_by_role("button", name="Log out").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Log in")
