"""Work that takes long, on its page: how far it is, what came of it, and its end on the way."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from tests.console.browsing import Shown
from tests.console.conftest import START, Shop
from tests.console.live.test_events import follow

SECONDS = 60


@pytest.fixture(autouse=True)
def impatient(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is done soon enough to be answered at once, but what is over by then."""
    monkeypatch.setattr(shop.server.console.works, "patience_seconds", 0)


@contextmanager
def held(shop: Shop) -> Iterator[None]:
    """Nothing can be done in the world meanwhile, by another thread than the test's."""
    taken, goes_on = threading.Event(), threading.Event()

    def hold() -> None:
        with shop.world._lock:
            taken.set()
            goes_on.wait(SECONDS)

    thread = threading.Thread(target=hold)
    thread.start()
    assert taken.wait(SECONDS)
    try:
        yield
    finally:
        goes_on.set()
        thread.join(SECONDS)


def work_of(shop: Shop, shown: Shown) -> Any:
    work = shop.server.console.works.find(shown.path.rpartition("/")[2])
    assert work is not None
    return work


def test_a_page_says_how_far_it_is_and_then_what_was_done(shop: Shop) -> None:
    form = shop.get("/orders/new")
    with held(shop):
        shown = form.press("Make 500 orders")
        assert shown.path.startswith("/console/work/")
        assert "Orders are placed" in shown.main
        assert [each.get("aria-label") for each in shown.tree.cssselect("progress")] == ["Orders are placed"]
        (turns,) = shown.tree.cssselect("noscript meta[http-equiv=refresh]")
        assert turns.get("content") == "1"
        assert "Stop it here" not in shown.names()
        assert shop.get(shown.path).path == shown.path
    work_of(shop, shown).end.result(SECONDS)
    assert shop.get(shown.path).alerts == ["500 orders were placed. They stand under Pending."]
    assert shop.world.order_count == 500
    again = shop.get(shown.path)
    assert (again.status, again.alerts, again.path) == (200, [], "/orders/new")


def test_what_is_refused_later_is_told_where_the_form_stood(shop: Shop) -> None:
    shop.place_order(id="902-0000009-0000009")
    form = shop.get("/seller/orders?tab=sent")
    with held(shop):
        shown = form.press("Go there", to="2020-01-01T00:00:00Z")
        assert shown.path.startswith("/console/work/")
    with pytest.raises(Exception, match="TIME_GOES_FORWARD"):
        work_of(shop, shown).end.result(SECONDS)
    told = shop.get(shown.path)
    assert told.path == "/seller/orders?tab=sent"
    assert "Code: TIME_GOES_FORWARD. Nothing was done." in told.alerts[0]


def test_an_advance_is_stopped_on_its_way_and_tells_how_far_it_came(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The advance waits at its first deadline, until the page has shown it and its button was pressed."""
    for _ in range(3):
        shop.place_order(hold=True)
        shop.world.advance(timedelta(minutes=1))
    reached, goes_on = threading.Event(), threading.Event()
    take_step = shop.world.take_step

    def wait_after_step(advance: Any) -> bool:
        went_on = take_step(advance)
        reached.set()
        assert goes_on.wait(SECONDS)
        return went_on

    monkeypatch.setattr(shop.world, "take_step", wait_after_step)
    form = shop.get("/seller/orders")
    shown = form.press("Advance", by="1h")
    assert reached.wait(SECONDS)
    going = shop.get(shown.path)
    assert "1,620 of 3,600 seconds have passed: it is 2026-03-02 16:30:00 UTC" in going.main
    assert "an advance runs" in shop.get("/seller/orders").text
    stopped = going.press("Stop it here")
    assert stopped.path in (shown.path, "/seller/orders")
    goes_on.set()
    work_of(shop, shown).end.result(SECONDS)
    told = stopped if stopped.alerts else shop.get(shown.path)
    assert told.alerts[0].startswith("It is 2026-03-02 16:30:00 UTC now. It was stopped on its way.")
    assert told.path == "/seller/orders"
    assert shop.world.now() == START + timedelta(minutes=30)
    assert shop.browser.post(
        f"{shown.path}/stop", {"csrf_token": form.tree.cssselect("[name=csrf_token]")[0].get("value")}
    ).path == ("/seller/orders")


def test_work_is_followed_to_its_end(shop: Shop) -> None:
    import asyncio

    streams = shop.server.console.streams
    form = shop.get("/orders/new")
    with held(shop):
        shown = form.press("Place the order", count="20000")
    streams._look_seconds = 0.001
    told = asyncio.run(follow(shop, streams, more=f"&work={shown.path.rpartition('/')[2]}"))
    assert told[-1] == {"done": 20_000, "of": 20_000, "text": "20,000 of 20,000 orders are placed", "over": True}
    assert [each["done"] for each in told] == sorted(each["done"] for each in told)


def test_work_that_nobody_knows_is_told_to_be_none(shop: Shop) -> None:
    for path in ("/console/work/nothing", "/console/work/..%2F"):
        assert shop.get(path).status == 404
    assert shop.browser.send("GET", "/console/events?work=nothing").status == 404
