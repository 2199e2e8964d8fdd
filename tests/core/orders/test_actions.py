"""Reading actions and their arguments: what is taken, and what a mistake is told."""

from decimal import Decimal
from typing import Any

import pytest

from marketplace_sandbox.core.orders.actions import ARGUMENTS, REASON_TEXT_LIMIT, Amount, Pick, read_action
from marketplace_sandbox.core.rules.table import TABLE, TIMERS
from marketplace_sandbox.core.text.reading import FieldError


def test_items_are_picked_by_id_sku_or_with_a_quantity() -> None:
    command = read_action("seller-confirm-shipment", {"items": ["A", {"sku": "B", "quantity": 2}, {"id": "7"}]})
    assert command.items == (Pick("A"), Pick("B", 2), Pick("7"))


def test_amounts_are_exact() -> None:
    command = read_action(
        "seller-refund", {"amounts": [{"sku": "A", "amount": "0.10"}, {"id": "7", "component": "tax", "amount": 1}]}
    )
    assert command.amounts == (Amount("A", "price", Decimal("0.10")), Amount("7", "tax", Decimal(1)))


def test_null_is_as_good_as_nothing() -> None:
    assert read_action("buyer-cancel", {"reason": None}) == read_action("buyer-cancel", {})


def test_a_buyers_words_are_kept_to_the_letter() -> None:
    words = 'tab\t newline\n quote" <tag> 🙂 ' + "x" * 400
    assert read_action("buyer-cancel", {"reason_text": words}).reason_text == words


@pytest.mark.parametrize(
    ("action", "arguments", "field", "words"),
    [
        ("buyer-cancle", {}, "action", "buyer-cancel"),
        ("auto-cancel", {}, "action", "did you mean"),
        ("payment-failed", {"why": 1}, "why", "payment-failed; there is none"),
        ("seller-cancel", {"reson": "x"}, "reson", "reason"),
        ("seller-message", {}, "kind", "kind is required by seller-message"),
        ("seller-message", {"kind": "instruction"}, "kind", "instructions"),
        ("buyer-message", {"text": 1}, "text", "is text"),
        ("buyer-message", {"text": "x" * 4001}, "text", "at most 4000"),
        ("buyer-cancel", {"reason_text": "x" * (REASON_TEXT_LIMIT + 1)}, "reason_text", "at most 500"),
        ("buyer-cancel", {"items": []}, "items", "at least one"),
        ("buyer-cancel", {"items": "A"}, "items", "list"),
        ("buyer-cancel", {"items": [5]}, "items[0]", "order item id"),
        ("buyer-cancel", {"items": [{"sku": "A", "id": "1"}]}, "items[0]", "exactly one"),
        ("buyer-cancel", {"items": [{"quantity": 1}]}, "items[0]", "exactly one"),
        ("buyer-cancel", {"items": [{"skuu": "A"}]}, "items[0].skuu", "sku"),
        ("buyer-cancel", {"items": [{"sku": "A", "quantity": 0}]}, "items[0].quantity", "from 1"),
        ("buyer-cancel", {"items": [{"sku": "A", "quantity": True}]}, "items[0].quantity", "from 1"),
        ("seller-refund", {"amounts": []}, "amounts", "at least one"),
        ("seller-refund", {"amounts": [{"sku": "A"}]}, "amounts[0].amount", "20.00"),
        ("seller-refund", {"amounts": [{"sku": "A", "amount": "much"}]}, "amounts[0].amount", "20.00"),
        ("seller-refund", {"amounts": [{"sku": "A", "amount": True}]}, "amounts[0].amount", "20.00"),
        ("seller-refund", {"amounts": [{"sku": "A", "amount": 1e12}]}, "amounts[0].amount", "20.00"),
        (
            "seller-refund",
            {"amounts": [{"sku": "A", "component": "gift", "amount": 1}]},
            "amounts[0].component",
            "shipping",
        ),
    ],
)
def test_a_mistake_names_its_field(action: str, arguments: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(FieldError) as wrong:
        read_action(action, arguments)
    assert wrong.value.field_path == field
    assert words in str(wrong.value)


def test_every_action_and_timer_has_its_rules() -> None:
    actions = {name.partition(":")[0] for name in TABLE}
    assert actions == set(ARGUMENTS) | set(TIMERS)


def test_every_rule_table_ends_with_a_row_that_always_fits() -> None:
    assert all(rows[-1].when.conditions == () for rows in TABLE.values())


@pytest.mark.parametrize("text", ["bell\x07", "\x00", "\x1b[31m", "\ufffe", "\ud800"])
def test_what_xml_cannot_hold_is_refused(text: str) -> None:
    with pytest.raises(FieldError, match=rf"reason_text has U\+{ord(text.strip('bel')[0]):04X} at ") as refused:
        read_action("buyer-request-cancellation", {"reason_text": text})
    assert refused.value.field_path == "reason_text"
    assert (
        read_action("buyer-request-cancellation", {"reason_text": "tab\tand\r\nlines 🙂"}).reason_text
        == "tab\tand\r\nlines 🙂"
    )
