"""A story told on the pages in a real browser, with scripts and without, by keyboard; its client reads by HTTP."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from marketplace_sandbox._resources import fixtures_dir
from marketplace_sandbox.scenario.library import read_named
from tests.console.browser.conftest import OpenPage, Seller
from tests.console.browser.test_every_page import RULES

STORY = "moving-to-the-new-api"


@pytest.mark.slow
@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without"])
def test_a_story_opens_the_page_to_look_at(open_page: OpenPage, seller: Seller, script: bool) -> None:
    steps = [each for each in read_named(fixtures_dir(), STORY).script if each.title]
    page = open_page(script=script)
    page.goto(seller.address("/scenarios"))
    page.get_by_role("button", name=f"Step by step: {STORY}").press("Enter")
    story = page.get_by_role("region", name="Story")
    for step in steps[: 4 if script else 2]:
        story.get_by_role("button", name="Next step").press("Enter")
        expect(story).to_contain_text(step.title)
        expect(story).to_contain_text(step.look)
        expect(story).not_to_contain_text("Not as the script says")
        for call, status in step.reads.items():
            expect(story).to_contain_text(f"The client reads {call}: {status}.")
        if step.page:
            expect(page).to_have_url(f"{seller.url}{step.page}")
    if script:
        found = Axe().run(page, options=RULES)
        assert found.violations_count == 0, found.generate_report()
    story.get_by_role("button", name="Back").press("Enter")
    expect(story).to_contain_text(steps[2 if script else 0].title)
    story.get_by_role("button", name="End the story").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("The story has ended.")
    expect(story).to_have_count(0)
