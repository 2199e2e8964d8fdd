"""Stories on the pages: step by step with the narration above the page to look at, back again, and played whole."""

from marketplace_sandbox._resources import fixtures_dir
from marketplace_sandbox.scenario.library import read_demos, read_named, scenario_names
from tests.console.browsing import Shown
from tests.console.conftest import Shop

PAGE = "/scenarios"
STORY = "buyer-in-a-hurry"


def told(shown: Shown) -> str:
    """What is told above the page; nothing where no story is."""
    panels = shown.tree.cssselect("[aria-label=Story]")
    return " ".join(panels[0].text_content().split()) if panels else ""


def test_all_scenarios_are_listed_and_the_stories_first(shop: Shop) -> None:
    shown = shop.get(PAGE)
    for name, scenario in read_demos(fixtures_dir()):
        assert scenario.title in shown.main
        assert f"Step by step: {name}" in shown.names()
    for name in scenario_names(fixtures_dir()):
        assert {f"Play: {name}", f"Edit: {name}"} <= set(shown.names())


def test_a_story_is_told_to_its_end_each_step_beside_its_page_and_back(shop: Shop) -> None:
    scenario = read_named(fixtures_dir(), STORY)
    shown = shop.get(PAGE).press(f"Step by step: {STORY}")
    assert scenario.about in told(shown)
    assert "Back" not in shown.names()
    steps = [each for each in scenario.script if each.title]
    for number, step in enumerate(steps, 1):
        shown = shown.press("Next step")
        assert shown.path == step.page or not step.page
        assert f"Step {number} of " in told(shown)
        assert all(each in told(shown) for each in (step.title, step.about, step.look))
        assert "Not as the script says" not in told(shown)
    seller_id = shown.tree.cssselect("#seller-switch option[selected]")[0].text_content()
    world = shop.server.sellers.get(seller_id)
    while "Next step" in shown.names():
        shown = shown.press("Next step")
    assert "This is the end of it." in told(shown)
    ended = {each.order_id: each.status for each in world.orders.values()}
    sellers = len(list(shop.server.sellers))
    position = len(steps)
    for _ in range(2):
        shown = shown.press("Back")
    assert len(list(shop.server.sellers)) > sellers
    for _ in range(2):
        shown = shown.press("Next step")
    again = shop.server.sellers.get(seller_id)
    assert {each.order_id: each.status for each in again.orders.values()} == ended
    assert f"Step {position} of " in told(shown) or "This is the end of it." in told(shown)
    done = shown.press("End the story")
    assert not told(done)
    assert len(list(shop.server.sellers)) == sellers


def test_a_story_that_has_gone_on_is_left_where_it_is(shop: Shop) -> None:
    begun = shop.get(PAGE).press(f"Step by step: {STORY}")
    after = begun.press("Next step")
    stale = begun.press("Next step")
    assert stale.status == 409
    assert "STORY_MOVED" in stale.alerts[0]
    assert "Step 1 of" in told(shop.get("/"))
    after.press("End the story")
    gone = after.press("Next step")
    assert gone.status == 404
    assert "No story is told" in gone.alerts[0]


def test_no_other_seller_is_told_of_it(shop: Shop) -> None:
    begun = shop.get(PAGE).press(f"Step by step: {STORY}")
    assert told(shop.get("/"))
    assert not told(shop.get(f"/?seller={shop.world.seller_id}"))
    begun.press("End the story")


def test_a_scenario_is_played_whole_in_a_seller_of_its_own(shop: Shop) -> None:
    done = shop.get(PAGE).press("Play: thirty-minutes")
    assert "All came as it expects" in done.alerts[0]
    assert shop.world.order_count == 0


def test_a_name_that_there_is_not_is_refused_with_the_nearest(shop: Shop) -> None:
    token = shop.get(PAGE).tree.cssselect("input[name=csrf_token]")[0].value
    for path in ("play", "tell"):
        refused = shop.browser.post(f"{PAGE}/{path}", {"csrf_token": token, "name": "thirty-minuts"})
        assert refused.status in (400, 404)
        assert "thirty-minutes" in refused.alerts[0]
