"""The page of the rules: the matrix, what it is narrowed to, what an order meets, and what there is not."""

import pytest

from marketplace_sandbox.core.rules.rulebook import rules_json
from marketplace_sandbox.core.rules.stages import STAGES, TRIALS
from tests.console.browsing import Shown
from tests.console.conftest import Shop

PAGE = "/rules"
MATRIX = len(STAGES) * len(TRIALS)


def outcomes(shown: Shown) -> list[str]:
    return [" ".join(each.text_content().split()) for each in shown.tree.cssselect("td[data-label=Outcome]")]


def test_the_matrix_has_every_stage_and_action_with_outcome_and_rule(shop: Shop) -> None:
    """The same as rules.json has, cell by cell."""
    shown = shop.get(PAGE)
    cells = {}
    for each in shown.tree.cssselect("table.matrix td"):
        cells[each.cssselect("a")[0].get("href")] = each.text_content().split()
    assert len(cells) == MATRIX
    for row in rules_json()["rows"]:
        words = cells[f"/rules?stage={row['stage']}&action={row['action']}"]
        name = row["outcome"].replace("_", " ").split()
        assert words[1 : 1 + len(name)] == name, row
        assert words[-len(row["source"].split()) :] == row["source"].split(), row


def test_a_cell_says_all_that_follows_and_what_its_rule_rests_on(shop: Shop) -> None:
    """R26: canceling at the buyer's request, for the reason Buyer Canceled, does not count."""
    shown = shop.get(f"{PAGE}?stage=requested&action=page-cancel-for-buyer")
    row = " ".join(shown.row("page-cancel-for-buyer").text_content().split())
    assert "✓" in row
    assert "goes through" in row
    assert "The order is at canceled then" in row
    assert "Notification: ORDER_CHANGE, OrderStatusChange" in row
    assert "Counts in the Cancellation Rate" not in row
    counted = " ".join(shop.get(f"{PAGE}?stage=unshipped&action=page-cancel").row("page-cancel").text_content().split())
    assert "Counts in the Cancellation Rate" in counted


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("stage=requested", len(TRIALS)),
        ("action=page-confirm", len(STAGES)),
        ("action=seller-cancel", 7 * len(STAGES)),
        ("stage=requested&action=seller-cancel", 7),
        ("stage=requested&actor=buyer", 5),
    ],
)
def test_it_is_narrowed_by_stage_and_action(shop: Shop, query: str, count: int) -> None:
    shown = shop.get(f"{PAGE}?{query}")
    assert len(outcomes(shown)) == count
    assert f"{count} of {MATRIX} cells" in shown.main


def test_the_filters_are_a_form_and_keep_what_was_chosen(shop: Shop) -> None:
    shown = shop.get(PAGE).press("Show", stage="shipped", action="page-refund")
    assert len(outcomes(shown)) == 1
    chosen = [shown.tree.get_element_by_id(each).value for each in ("stage", "action")]
    assert chosen == ["shipped", "page-refund"]
    assert len(shown.follow("The whole matrix").tree.cssselect("table.matrix td")) == MATRIX


def test_the_matrix_is_cut_to_who_acts(shop: Shop) -> None:
    shown = shop.get(PAGE).follow("Carrier")
    assert len(shown.tree.cssselect("table.matrix td")) == len(STAGES)


def test_a_rule_says_what_it_rests_on_and_what_it_decides(shop: Shop) -> None:
    shown = shop.get(f"{PAGE}?stage=held&action=buyer-cancel").follow("All that rests on R2")
    assert shown.tree.cssselect("h2")[0].text_content() == "R2"
    assert "Settings that rest on it: buyer_cancel_window" in shown.main
    decided = [row for row in rules_json()["rows"] if "R2" in row["source"].split()]
    assert len(outcomes(shown)) == len(decided)


def test_from_an_orders_page_it_is_one_click_to_its_row(shop: Shop) -> None:
    order = shop.asked_for()
    shown = shop.get(f"/seller/orders/{order.order_id}").follow("What the rules say here")
    assert "at requested: Unshipped, request open on all items" in shown.main
    assert len(outcomes(shown)) == len(TRIALS)


def test_an_order_is_told_with_the_guards_that_an_action_meets(shop: Shop) -> None:
    order = shop.place_order()
    shown = shop.get(f"{PAGE}?order={order.order_id}&action=page-refund")
    assert "It is at the stage released-early" in shown.main
    assert "✗ shipment not confirmed: A refund needs a confirmed shipment. SHIPMENT_NOT_CONFIRMED" in shown.main
    gates = [" ".join(each.text_content().split()) for each in shown.tree.cssselect("td[data-label=Holds]")]
    assert (gates[-1], set(gates[:-1])) == ("yes: it decides", {"no"})
    allowed = shown.follow("seller-cancel")
    assert "seller-cancel now" in allowed.main
    assert "The order with its timeline" in allowed.names()


@pytest.mark.parametrize(
    ("query", "nearest"),
    [("stage=requestd", "requested"), ("action=page-cancle", "page-cancel"), ("rule=R999", ""), ("stage=<b>", "")],
)
def test_what_there_is_not_is_told_with_the_nearest_and_the_matrix_beneath(
    shop: Shop, query: str, nearest: str
) -> None:
    shown = shop.get(f"{PAGE}?{query}")
    assert shown.status == 400
    assert nearest in shown.alerts[0]
    assert len(shown.tree.cssselect("table.matrix td")) == MATRIX


def test_an_order_there_is_not_is_told(shop: Shop) -> None:
    assert shop.get(f"{PAGE}?order=902-0000001-0000001").status == 404


def test_an_action_without_a_column_is_told_at_an_order(shop: Shop) -> None:
    order = shop.place_order(payment="unverified")
    assert "The matrix has no column for warehouse-ships." in shop.get(f"{PAGE}?action=warehouse-ships").main
    assert "warehouse-ships now" in shop.get(f"{PAGE}?action=warehouse-ships&order={order.order_id}").main
