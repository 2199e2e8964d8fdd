"""Scenarios on the pages: listed, and played whole; telling them step by step is tested with the demos."""

from marketplace_sandbox._resources import fixtures_dir
from marketplace_sandbox.scenario.library import read_demos, scenario_names
from tests.console.conftest import Shop

PAGE = "/scenarios"


def test_all_scenarios_are_listed_and_the_stories_first(shop: Shop) -> None:
    shown = shop.get(PAGE)
    for name, scenario in read_demos(fixtures_dir()):
        assert scenario.title in shown.main
        assert f"Step by step: {name}" in shown.names()
    for name in scenario_names(fixtures_dir()):
        assert {f"Play: {name}", f"Edit: {name}"} <= set(shown.names())


def test_a_scenario_is_played_whole_in_a_seller_of_its_own(shop: Shop) -> None:
    done = shop.get(PAGE).press("Play: thirty-minutes")
    assert "All came as it expects" in done.alerts[0]
    assert shop.world.order_count == 0


def test_a_name_that_there_is_not_is_refused_with_the_nearest(shop: Shop) -> None:
    token = shop.get(PAGE).tree.cssselect("input[name=csrf_token]")[0].value
    for path in (f"{PAGE}/play", "/console/demos/thirty-minuts"):
        refused = shop.browser.post(path, {"csrf_token": token, "name": "thirty-minuts"})
        assert refused.status in (400, 404)
        assert "thirty-minutes" in refused.alerts[0]
