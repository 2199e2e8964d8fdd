"""Scenarios as text: the world saved as one, and one edited and checked with the line of the mistake."""

import pytest

from marketplace_sandbox._resources import fixtures_dir
from marketplace_sandbox.scenario.scenario import read_yaml
from tests.console.conftest import Shop

PAGE = "/scenarios/edit"
TEXT = "about: One.\norders:\n  - id: 902-0000001-0000001\n    buyer: {name: <b>Hal</b>}\n"


def test_one_to_begin_with_is_right_and_is_played(shop: Shop) -> None:
    shown = shop.get(PAGE)
    assert "Nothing is wrong with it: 1 order, 2 steps." in shown.press("Check").alerts[0]
    assert "All came as it expects" in shown.press("Play").alerts[0]


def test_one_that_is_there_is_edited(shop: Shop) -> None:
    shown = shop.get(f"{PAGE}?name=thirty-minutes")
    text = shown.tree.get_element_by_id("text").value
    assert text == (fixtures_dir() / "thirty-minutes.yaml").read_text()
    assert "thirty-minutes" in shop.get(f"{PAGE}?name=thirty-minuts").alerts[0]
    assert shop.get(f"{PAGE}?name=../demo").status == 404


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        (f"{TEXT}script:\n  - {{at: +1h, seller-cancl: 902-0000001-0000001}}\n", 6, "seller-cancel"),
        (f"{TEXT}settings: {{listing_lagg: PT1M}}\n", 5, "listing_lag"),
        (f"{TEXT}until: [\n", 5, "This is not YAML"),
        (f"{TEXT}source: <script>alert(1)</script>\nuntil: soon\n", 6, "soon"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_nothing_is_played(shop: Shop, text: str, line: int, told: str) -> None:
    sellers = len(list(shop.server.sellers))
    for button in ("Check", "Play", "Step by step"):
        refused = shop.get(PAGE).press(button, text=text)
        assert refused.status == 400
        assert f"Line {line}:" in refused.alerts[0]
        assert told in refused.alerts[0]
        assert refused.tree.get_element_by_id("text").value == text
        marked = refused.tree.cssselect("mark")
        assert [each.text_content().split(None, 1)[1] for each in marked] == [text.splitlines()[line - 1].strip()]
    assert len(list(shop.server.sellers)) == sellers


def test_what_was_not_met_is_told(shop: Shop) -> None:
    text = f"{TEXT}until: +1h\nexpect:\n  orders: {{902-0000001-0000001: {{status: Canceled}}}}\n"
    assert "Not as it expects: " in shop.get(PAGE).press("Play", text=text).alerts[0]


def test_one_is_told_step_by_step_without_titles(shop: Shop) -> None:
    shown = shop.get(PAGE).press("Step by step")
    bar = shown.tree.cssselect(".demo-bar")[0]
    assert "The buyer places an order." in bar.text_content()
    shown.press("End the demo", bar)


def test_the_world_is_saved_as_a_scenario_that_can_be_played(shop: Shop) -> None:
    order = shop.asked_for(buyer={"name": "</textarea><script>"})
    shown = shop.get("/scenarios")
    answer = shop.browser.send("GET", "/scenarios/export.yaml")
    assert answer.headers["content-disposition"] == 'attachment; filename="scenario.yaml"'
    assert read_yaml(answer.raw).orders[0]["id"] == order.order_id
    edited = shown.follow("Edit it as a scenario")
    assert edited.tree.get_element_by_id("text").value == answer.raw.decode()
    assert "All came as it expects" in edited.press("Play").alerts[0]
