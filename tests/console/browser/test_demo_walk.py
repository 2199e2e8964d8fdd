"""A demo in a real browser: told from home by keyboard alone, with the page of each step, back, and to its end."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.console.browser.conftest import OpenPage, Seller
from tests.console.browser.test_every_page import RULES
from tests.console.chromium import Theme


def is_for_everybody(page: Page) -> None:
    """By axe, with what is folded open, and without sideways scrolling."""
    page.evaluate("() => document.querySelectorAll('.demo-bar details').forEach((each) => { each.open = true; })")
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    wide = page.evaluate("() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide[0] <= wide[1]


@pytest.mark.slow
@pytest.mark.parametrize(("script", "width", "theme"), [(True, 360, "dark"), (False, 1280, "light")])
def test_a_demo_is_told_by_keyboard_alone(
    open_page: OpenPage, seller: Seller, script: bool, width: int, theme: Theme
) -> None:
    """Enter on Next goes on, as the focus is there; Back and End the demo are a Tab or more away."""
    page = open_page(script=script, width=width, theme=theme)
    page.goto(seller.address("/"))
    page.get_by_role("button", name="Moving from v0 to 2026-01-01").press("Enter")
    bar = page.get_by_role("region", name="Demo: Moving from v0 to 2026-01-01")
    expect(bar).to_contain_text("Step 1 of 7")
    expect(page).to_have_url(f"{seller.url}/seller/orders/902-0000001-0000001")
    expect(bar.get_by_role("button", name="Next", exact=True)).to_be_focused()
    if script:
        is_for_everybody(page)
    page.keyboard.press("Enter")
    expect(bar).to_contain_text("Step 2 of 7")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(bar).to_contain_text("Step 1 of 7")
    for step in range(2, 8):
        page.keyboard.press("Space")
        expect(bar).to_contain_text(f"Step {step} of 7")
    expect(page).to_have_url(f"{seller.url}/seller/orders?tab=sent")
    expect(bar).to_contain_text("The end. Passed:")
    bar.get_by_role("button", name="End the demo").press("Enter")
    expect(bar).to_have_count(0)
    expect(page.get_by_role("alert")).to_contain_text("The demo has ended.")
