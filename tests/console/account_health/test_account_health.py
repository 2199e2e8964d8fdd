"""Account Health: the rate now and over time, the eight causes, the orders behind a bar, and the chart."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from marketplace_sandbox import console
from marketplace_sandbox.console.account_health.chart import COLOURS, COLOURS_ON_DARK
from marketplace_sandbox.core.text.instants import format_instant
from marketplace_sandbox.core.views.causes import CAUSES
from tests.console.conftest import START, Shop

PAGE = "/seller/account-health"


def canceled(shop: Shop, reason: str, **form: object) -> str:
    order = shop.place_order(**form)
    shop.world.act(order.order_id, "seller-cancel", {"reason": reason})
    return order.order_id


def causes(shop: Shop, path: str = PAGE) -> dict[str, int]:
    """The eight rows of the table of causes: how many orders stand in each."""
    (table,) = [each for each in shop.get(path).tree.cssselect("table") if "Cause" in each.text_content()]
    rows = [[" ".join(cell.text_content().split()) for cell in row] for row in table.cssselect("tbody tr")]
    return {row[-1]: int(row[-2]) for row in rows}


def test_without_orders_it_says_so(shop: Shop) -> None:
    shown = shop.get(PAGE)
    assert "no orders" in shown.main
    assert set(causes(shop).values()) == {0}
    assert "No order was canceled for this in these days." in shown.main


def test_each_cancellation_stands_under_its_cause(shop: Shop) -> None:
    asked = shop.asked_for()
    shop.world.act(asked.order_id, "seller-cancel", {"reason": "buyer_canceled"})
    for reason in ("buyer_canceled", "no_inventory", "pricing_error", "address_undeliverable", "general_adjustment"):
        canceled(shop, reason)
    for action, form in (("fraud-detected", {}), ("payment-failed", {"payment": "unverified", "hold": True})):
        order = shop.place_order(**form)
        shop.world.act(order.order_id, action, {})
    shop.world.act(shop.place_order().order_id, "buyer-cancel", {})
    assert causes(shop) == {"R39": 1, "R40": 1, "R41": 2, "R42": 1, "R43": 1, "R44": 0, "R45": 1, "R46": 1}
    shown = shop.get(PAGE)
    rate = shop.world.policy.value("rate_target_per_mille") / 10
    assert "5 of 6 orders canceled that count" in shown.main
    assert f"Target: under {rate:.2f} %" in shown.main
    assert "At risk" in shown.main


def test_what_amazon_cancels_for_lateness_is_found_by_its_day(shop: Shop) -> None:
    order = shop.place_order(handling_days=1)
    shop.world.advance(timedelta(days=20))
    late = shop.world.order(order.order_id).cancellation
    assert late is not None
    assert causes(shop)["R44"] == 0
    day = f"{late.at:%Y-%m-%d}"
    shown = shop.get(f"{PAGE}?day={day}&cause=R44")
    assert causes(shop, shown.path)["R44"] == 1
    assert order.order_id in shown.main
    assert format_instant(late.at)[:10] in shown.main
    assert order.order_id not in shop.get(f"{PAGE}?day={day}&cause=R41").main


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("days=31", "days is one of 14, 30, 90"),
        ("day=2026-02-30", "day is one of 2026-02-01 to 2026-03-02"),
        ("marketplace_id=A1VC38T7YXB528", "ATVPDKIKX0DER"),
    ],
)
def test_what_is_wrong_in_an_address_is_told(shop: Shop, query: str, told: str) -> None:
    shown = shop.get(f"{PAGE}?{query}")
    assert shown.status == 400
    assert told in shown.text


@pytest.mark.parametrize("theme", ["", "dark"])
def test_the_chart_is_a_picture_with_a_line_at_the_target(shop: Shop, theme: str) -> None:
    canceled(shop, "no_inventory", purchased_at=format_instant(START - timedelta(days=1)))
    answer = shop.browser.send("GET", f"{PAGE}/chart.svg?theme={theme}")
    assert answer.headers["content-type"] == "image/svg+xml; charset=utf-8"
    assert "script-src" not in answer.headers["content-security-policy"]
    text = answer.raw.decode()
    assert "2.50 %" in text
    assert "<script" not in text
    # of all layers of all days one is not flat: that of the cause, now
    assert set(re.findall(r'<desc class="value">([^<]+)</desc>', text)) == {"0.00 %", "100.00 %"}
    assert text.count("100.00 %</desc>") == 1


def test_each_cause_that_counts_has_its_colour_in_the_page_as_in_the_picture() -> None:
    sheet = (Path(console.__file__).parent / "static/console.css").read_text()
    for colours, before in ((COLOURS, r"^\.|\} \."), (COLOURS_ON_DARK, r"dark\] \.")):
        assert list(colours) == [each.source for each in CAUSES.values() if each.counts]
        for source, colour in colours.items():
            assert re.search(rf"(?:{before})key-{source} {{ --key: {colour}; }}", sheet, re.MULTILINE), source
