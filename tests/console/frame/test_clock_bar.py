"""The clock bar: what it shows, and the ways forward."""

from datetime import timedelta

import pytest

from tests.console.conftest import START, Shop


def timer(shop: Shop) -> str:
    (element,) = shop.get("/seller/orders").tree.cssselect("[role=timer]")
    assert element.get("aria-label") == "Marketplace time"
    return " ".join(element.text_content().split())


@pytest.mark.parametrize("span", ["PT31M", "31m", "31 minutes"])
def test_an_advance_goes_on_by_a_span_and_tells_what_fell_due(shop: Shop, span: str) -> None:
    order = shop.place_order(hold=True)
    shown = shop.get("/seller/orders").press("Advance", by=span)
    assert shop.world.now() == START + timedelta(minutes=31)
    assert timer(shop) == "2026-03-02 16:31:00 UTC"
    (told,) = shown.alerts
    assert told.startswith("It is 2026-03-02 16:31:00 UTC now.")
    assert f"2026-03-02 16:30:00 UTC an order leaves Pending: {order.order_id}" in told
    assert shown.path == "/seller/orders"


def test_a_wrong_span_is_told_and_nothing_happens(shop: Shop) -> None:
    shown = shop.get("/seller/orders").press("Advance", by="soon")
    assert shown.status == 400
    assert "PT31M, 31m or 1.5h" in shown.alerts[0]
    assert "InvalidInput" in shown.alerts[0]
    assert shop.world.now() == START


def test_the_next_deadline_says_what_it_is_and_is_reached(shop: Shop) -> None:
    order = shop.place_order(hold=True)
    shown = shop.get("/seller/orders")
    name = next(each for each in shown.names(shown.tree.cssselect(".clock-bar")[0]) if each.startswith("Next"))
    assert name == f"Next deadline: an order leaves Pending ({order.order_id}), in 30 min"
    shown.press("Next deadline")
    assert shop.world.now() == START + timedelta(minutes=30)


def test_without_a_deadline_there_is_nothing_to_press(shop: Shop) -> None:
    (button,) = [
        each for each in shop.get("/").tree.cssselect("button") if each.text_content().startswith("Next deadline")
    ]
    assert button.get("disabled") is not None


@pytest.mark.parametrize("text", ["2026-03-09T00:00:00Z", "2026-03-09", "2026-03-09 00:00:00 UTC", " 2026-03-09 00:00"])
def test_an_advance_goes_to_an_instant(shop: Shop, text: str) -> None:
    shop.get("/").press("Go there", to=text)
    assert timer(shop) == "2026-03-09 00:00:00 UTC"


def test_the_past_is_refused_with_its_code(shop: Shop) -> None:
    shown = shop.get("/").press("Go there", to="2020-01-01T00:00:00Z")
    assert shown.status == 409
    assert "Code: TIME_GOES_FORWARD" in shown.alerts[0]
    assert shop.world.now() == START


def test_the_clock_runs_and_stands(shop: Shop) -> None:
    shown = shop.get("/").press("Set speed", rate="60")
    assert shop.world.rate == 60
    assert "running, 60 times as fast" in shown.text
    assert "standing" in shown.press("Have it stand").text
    assert shop.world.rate == 0
    assert "got 'quick'" in shop.get("/").press("Set speed", rate="quick").alerts[0]


def test_back_leads_to_no_other_site(shop: Shop) -> None:
    for back in ("//evil.example/", "https://evil.example/", "/\\evil.example", ""):
        assert shop.get("/").press("Advance", by="1m", back=back).path == "/"


def test_deadlines_are_told_in_words() -> None:
    """Every timer there is has its sentence: what time alone does is what people press the button for."""
    from marketplace_sandbox.console.frame.words import DEADLINES
    from marketplace_sandbox.core.feeds import feeds
    from marketplace_sandbox.core.reports import reports
    from marketplace_sandbox.core.rules.table import TIMERS

    jobs = {f"{each}-{step}" for each in (feeds.TIMER, reports.TIMER) for step in ("start", "finish")}
    others = {feeds.HELD_TIMER, reports.SCHEDULE_TIMER, "cancel-order", "delivery-retry"}
    assert set(DEADLINES) == {*TIMERS, *jobs, *others}
