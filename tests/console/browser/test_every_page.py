"""Every page as it looks: for everybody (axe, A and AA), in every width and theme, without sideways scrolling.

`make test` takes each page in one look, another for the next page; `make soak` takes all.
"""

from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.console.all_pages import PAGES, paths
from tests.console.browser.conftest import OpenPage, Seller
from tests.console.chromium import THEMES, WIDTHS, Theme
from tests.depth import depth

LOOKS = list(product(WIDTHS, THEMES))
CASES = [
    pytest.param(name, *LOOKS[look % len(LOOKS)], id=f"{name}-{look % len(LOOKS)}", marks=pytest.mark.slow)
    for number, name in enumerate(PAGES)
    for look in range(number, number + depth(1, len(LOOKS)))
]
RULES = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.mark.parametrize(("name", "width", "theme"), CASES)
def test_a_page_is_for_everybody(open_page: OpenPage, demo: Seller, name: str, width: int, theme: Theme) -> None:
    path = paths(demo.call("GET", "orders")["orders"])[name]
    page = open_page(width=width, theme=theme)
    answer = page.goto(demo.address(path))
    assert answer is not None
    assert answer.status == (404 if name == "no-such-page" else 200)
    page.evaluate("() => document.querySelectorAll('details:not(.menu)').forEach((each) => { each.open = true; })")
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    wide = page.evaluate("() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide[0] <= wide[1], f"{path} is {wide[0]} pixels wide in a window of {wide[1]}"
    assert page.evaluate("() => matchMedia('(prefers-color-scheme: dark)').matches") is (theme == "dark")
