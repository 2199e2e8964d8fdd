"""Demos on the pages: told step by step in a bar on every page, back as well, each browser its own."""

from collections.abc import Callable, Iterator

import pytest

from marketplace_sandbox._resources import fixtures_dir
from marketplace_sandbox.console.demos.running import RunningDemos
from marketplace_sandbox.console.demos.views import RUNNING
from marketplace_sandbox.core.world.sellers import DEFAULT_SELLER
from marketplace_sandbox.scenario.library import read_demos
from marketplace_sandbox.server.composition import Options, Server, compose
from tests.console.browsing import Browser, Shown

DEMOS = dict(read_demos(fixtures_dir()))
HURRY = "buyer-in-a-hurry"
WEEKEND = "weekend-without-consumer"
every_demo = pytest.mark.parametrize("name", DEMOS)


@pytest.fixture
def browser(pages_server: Server) -> Iterator[Browser]:
    """A browser at the shared server; what it was told has ended afterwards, with its consumer."""
    yield Browser(pages_server)
    running(pages_server).close()


def running(server: Server) -> RunningDemos:
    found: RunningDemos = server.console.app().extensions[RUNNING]
    return found


def start(browser: Browser, name: str) -> Shown:
    """A demo at its first step, from home."""
    return browser.get("/").press(DEMOS[name].title)


def bar(shown: Shown) -> str:
    """The text of the bar, "" where there is none."""
    found = shown.tree.cssselect(".demo-bar")
    return " ".join(found[0].text_content().split()) if found else ""


def press(shown: Shown, name: str) -> Shown:
    """What comes of a button of the bar."""
    return shown.press(name, shown.tree.cssselect(".demo-bar")[0])


def buttons(shown: Shown) -> list[str]:
    return shown.names(shown.tree.cssselect(".demo-bar")[0])


def chosen(shown: Shown) -> str:
    """The seller whose pages are shown."""
    (option,) = shown.tree.cssselect("#seller-switch option[selected]")
    return str(option.text_content())


def sellers(server: Server) -> set[str]:
    return {each.seller_id for each in server.sellers}


def test_home_offers_the_demos_with_a_sentence_each(browser: Browser) -> None:
    home = browser.get("/")
    for each in DEMOS.values():
        assert each.title in home.names()
        assert each.about in home.main
    assert not bar(home)


@every_demo
def test_a_demo_is_told_to_its_end_with_the_page_of_each_step_open(browser: Browser, name: str) -> None:
    """Each step as the scenario has it, on the page that it names; the reads are those of the seller's client."""
    steps = [each for each in DEMOS[name].script if each.title]
    shown = start(browser, name)
    for number, step in enumerate(steps, 1):
        told = bar(shown)
        assert shown.status == 200
        assert shown.path == step.page
        for text in (f"Step {number} of {len(steps)}", step.title, step.about, step.look):
            assert text in told
        for call, status in step.reads.items():
            assert f"GET {call} → {status}" in told
        assert "Otherwise" not in told
        if number < len(steps):
            assert buttons(shown) == ["Next", "Back", "Open the page", "End the demo"]
            shown = press(shown, "Next")
    assert "The end. Passed:" in bar(shown)
    assert buttons(shown) == ["Back", "Open the page", "End the demo"]


@every_demo
def test_a_step_back_from_every_step_leads_to_the_same_end(browser: Browser, name: str) -> None:
    """From each step one back and on again; what was left behind is deleted with the end, the demo's seller stays."""
    before = sellers(browser.server)
    shown = start(browser, name)
    seller_id = chosen(shown)
    while "Next" in buttons(shown):
        here, told = shown.path, told_of(shown)
        shown = press(shown, "Back")
        assert told_of(shown) != told
        shown = press(shown, "Next")
        assert (shown.path, told_of(shown)) == (here, told)
        shown = press(shown, "Next")
    assert "The end. Passed:" in bar(shown)
    assert len(sellers(browser.server) - before) > 1
    ended = press(shown, "End the demo")
    assert ended.path == "/"
    assert not bar(ended)
    assert f"Its seller {seller_id} stays." in ended.alerts[0]
    assert sellers(browser.server) - before == {seller_id}


def told_of(shown: Shown) -> str:
    """The step that the bar is at, with its narration; what came of it has ids that differ after a rewind."""
    return bar(shown).partition("What came of it")[0]


def test_the_consumer_is_subscribed_again_after_going_back_to_the_beginning(browser: Browser) -> None:
    shown = press(start(browser, WEEKEND), "Next")
    assert bar(shown).count("delivered, attempts: 1") == 2
    shown = press(press(shown, "Back"), "Back")
    assert "Before the first of 10 steps" in bar(shown)
    assert buttons(shown) == ["Next", "Open the page", "End the demo"]
    shown = press(press(shown, "Next"), "Next")
    assert bar(shown).count("delivered, attempts: 1") == 2


def test_the_bar_stands_on_every_page_and_leads_back_to_its_own(browser: Browser) -> None:
    told = bar(start(browser, HURRY))
    for path in ("/", "/seller/mail", "/notifications", "/seller/nothing"):
        assert bar(browser.get(path)) == told
    other = browser.get(f"/?seller={DEFAULT_SELLER}")
    assert "another is chosen" in bar(other)
    back = other.follow("Open the page")
    assert back.path.startswith("/seller/orders?tab=pending&seller=")
    assert bar(back) == told


def test_the_button_is_at_hand_where_the_demo_has_just_moved(browser: Browser) -> None:
    """So that Enter and space go on, as in a terminal; on any other page the focus is the page's."""
    shown = start(browser, HURRY)
    assert [each.text_content() for each in shown.tree.cssselect("[autofocus]")] == ["Next"]
    assert not browser.get("/").tree.cssselect("[autofocus]")


def test_two_browsers_are_told_each_their_own(browser: Browser) -> None:
    other = Browser(browser.server)
    one, two = press(start(browser, HURRY), "Next"), start(other, HURRY)
    assert chosen(one) != chosen(two)
    assert "Step 2 of 7" in bar(browser.get("/"))
    assert "Step 1 of 7" in bar(other.get("/"))
    press(one, "End the demo")
    assert not bar(browser.get("/"))
    assert "Step 2 of 7" in bar(press(two, "Next"))


def test_whoever_chooses_the_seller_of_a_demo_is_told_it_as_well(browser: Browser) -> None:
    shown = start(browser, HURRY)
    assert "Step 1 of 7" in bar(Browser(browser.server).get(f"/?seller={chosen(shown)}"))


def test_a_page_that_is_behind_does_not_move_the_demo(browser: Browser) -> None:
    """As a button that is pressed twice."""
    first = start(browser, HURRY)
    press(first, "Next")
    again = press(first, "Next")
    assert again.status == 409
    assert "DEMO_MOVED" in again.main
    assert "Step 2 of 7" in bar(again)


def test_a_step_on_its_way_is_not_taken_twice(browser: Browser) -> None:
    shown = start(browser, HURRY)
    demo = running(browser.server).find(chosen(shown))
    assert demo is not None
    with demo.lock:
        assert "DEMO_BUSY" in press(shown, "Next").main
    assert "Step 2 of 7" in bar(press(shown, "Next"))


@pytest.mark.parametrize("button", ["Next", "Back"])
def test_a_seller_who_was_deleted_under_way_is_told(browser: Browser, button: str) -> None:
    shown = start(browser, HURRY)
    seller_id = chosen(shown)
    browser.server.sellers.remove(seller_id)
    refused = press(shown, button)
    assert refused.status == 409
    assert "DEMO_LOST" in refused.main
    assert f"Its seller {seller_id} has been deleted" in refused.main
    home = browser.get("/")
    assert f"Its seller {seller_id} has been deleted" in bar(home)
    assert buttons(home) == ["End the demo"]
    ended = press(home, "End the demo")
    assert not bar(ended)
    assert ended.alerts == ["The demo has ended."]


def rewind(browser: Browser) -> None:
    browser.get("/").press("Rewind", when="1")


def reset(browser: Browser) -> None:
    browser.server.sellers.reset(chosen(browser.get("/")))


@pytest.mark.parametrize("disturb", [rewind, reset])
def test_a_world_that_begins_again_under_way_is_told(browser: Browser, disturb: Callable[[Browser], None]) -> None:
    shown = press(start(browser, HURRY), "Next")
    disturb(browser)
    for button in ("Next", "Back"):
        refused = press(shown, button)
        assert refused.status == 409
        assert "DEMO_LOST" in refused.main
    assert "has begun again or was rewound" in bar(browser.get("/"))
    assert not bar(press(browser.get("/"), "End the demo"))


def test_what_others_do_under_way_is_undone_by_going_back(browser: Browser) -> None:
    shown = press(press(start(browser, HURRY), "Next"), "Next")
    browser.server.sellers.get(chosen(shown)).act("902-0000002-0000002", "seller-cancel", {"reason": "no_inventory"})
    shown = press(browser.get("/"), "Next")
    shown = press(shown, "Next")
    assert "Otherwise than the story says:" in bar(shown)
    for _ in range(3):
        shown = press(shown, "Back")
    for _ in range(3):
        shown = press(shown, "Next")
    assert "Otherwise" not in bar(shown)


def test_another_demo_in_the_same_browser_ends_the_first(browser: Browser) -> None:
    shown = press(press(start(browser, HURRY), "Next"), "Back")
    first = chosen(shown)
    assert "Step 1 of" in bar(start(browser, "shipped-too-early"))
    assert running(browser.server).find(first) is None
    stale = press(shown, "Next")
    assert stale.status == 404
    assert "DEMO_ENDED" in stale.main


def test_any_scenario_is_told_and_a_name_that_is_none_is_refused(browser: Browser) -> None:
    """Without narration each step opens the page of its order."""
    shown = browser.get("/scenarios").press("Step by step: thirty-minutes")
    token = shown.tree.xpath("//input[@name='csrf_token']/@value")[0]
    assert shown.path.startswith("/seller/orders/")
    while "Next" in buttons(shown):
        shown = press(shown, "Next")
        assert shown.status == 200
    assert "The end. Passed:" in bar(shown)
    refused = browser.post("/console/demos/thirty-minute", {"csrf_token": token})
    assert refused.status == 404
    assert "thirty-minutes" in refused.main
    assert browser.post("/console/demos/thirty-minutes", {}).status == 403


def test_so_many_run_at_most_and_the_one_looked_at_longest_ago_ends(pages_server: Server) -> None:
    app = pages_server.console.app()
    before, app.extensions[RUNNING] = app.extensions[RUNNING], RunningDemos(most=2)
    try:
        one, two, three = (Browser(pages_server) for _ in range(3))
        start(one, HURRY)
        start(two, HURRY)
        assert bar(one.get("/"))
        start(three, HURRY)
        assert [bool(bar(each.get("/"))) for each in (one, two, three)] == [True, False, True]
    finally:
        running(pages_server).close()
        app.extensions[RUNNING] = before


def test_the_end_of_the_server_ends_its_demos() -> None:
    """What going back has left behind is not kept in a store."""
    server = compose(Options())
    browser = Browser(server)
    before = sellers(server)
    seller_id = chosen(press(press(start(browser, HURRY), "Next"), "Back"))
    assert len(sellers(server) - before) == 2
    server.close()
    assert sellers(server) - before == {seller_id}
