"""What a message quotes is JSON's, bounded, and never Python's."""

from typing import Any

import pytest

from marketplace_sandbox.core.commands.worlds import ConfigurePolicy
from marketplace_sandbox.core.feeds.values import FEED_TYPES
from marketplace_sandbox.core.policy import SettingError
from marketplace_sandbox.core.text.quoting import LONGEST, quote, suggestion, write_count
from marketplace_sandbox.core.text.reading import FieldError
from tests.core.worlds import a_world, place


@pytest.mark.parametrize(
    ("value", "shown"),
    [("a", "'a'"), (None, "null"), (True, "true"), ({"a": [1, None]}, '{"a": [1, null]}'), (1.5, "1.5")],
)
def test_values_are_quoted_as_json(value: Any, shown: str) -> None:
    assert quote(value) == shown


@pytest.mark.parametrize(
    ("number", "what", "said"),
    [
        (1, "timers in the seller's world", "1 timer in the seller's world"),
        (2, "timers in the seller's world", "2 timers in the seller's world"),
        (1, "entries in the seller's journal", "1 entry in the seller's journal"),
        (1, "webhooks or subscriptions of the seller", "1 webhook or subscription of the seller"),
        (1, "messages of the seller and the buyers", "1 message of the seller and the buyers"),
        (1, "orders by one scenario", "1 order by one scenario"),
        (1, "former sellers", "1 former seller"),
        (1.0, "seconds", "1 second"),
        (0.05, "seconds", "0.05 seconds"),
        (0, "deliveries", "0 deliveries"),
    ],
)
def test_one_of_something_stands_in_the_singular(number: float, what: str, said: str) -> None:
    assert write_count(number, what) == said


@pytest.mark.parametrize(
    ("word", "known", "said"),
    [
        ("seler-cancel", ["buyer-cancel", "seller-cancel"], "; did you mean 'seller-cancel'?"),
        ("shipped", ["Unshipped", "Shipped"], "; did you mean 'Shipped'?"),
        (
            "POST_PRODUCT_DATA",
            FEED_TYPES,
            "; there are 'POST_ORDER_ACKNOWLEDGEMENT_DATA', 'POST_PAYMENT_ADJUSTMENT_DATA', ",
        ),
        ("x", ["drop", "delay"], "; there are 'drop' and 'delay'."),
        ("x", ["drop"], "; there is 'drop'."),
        ("word 14", [f"{number} of many" for number in range(20)], "."),
        (
            "timeout",
            [*(f"{number}_rate" for number in range(20)), "webhook_timeout"],
            "; did you mean 'webhook_timeout'?",
        ),
        ("GET_NONSENSE_DATA", ["GET_ORDER_DATA", "GET_RETURN_DATA"] * 10, "."),
        ("getOrdr", ["GetOrder", "getOrder", "GetOrders"], "; did you mean 'getOrder'?"),
        ("x", [], "; there is none at all."),
        ("", ["a", "b"], "; there are 'a' and 'b'."),
    ],
)
def test_a_refused_word_is_told_what_is_near_or_what_there_is(word: str, known: Any, said: str) -> None:
    assert suggestion(word, known).startswith(said)


def test_what_is_long_or_deep_is_cut() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert len(quote("x" * 10_000)) <= LONGEST + 2
    assert len(quote({"a": "x" * 10_000})) <= LONGEST
    assert quote(deep) == "that"


WRONG: tuple[tuple[str, Any], ...] = (
    ("buyer_cancel_window", True),
    ("buyer_cancel_window", None.__class__),
    ("buyer_withdrawal", {"a": None}),
    ("limits", False),
    ("handling_days", [None]),
)


@pytest.mark.parametrize(("key", "value"), WRONG)
def test_settings_are_refused_without_pythons_words(key: str, value: Any) -> None:
    with pytest.raises(SettingError) as refused:
        a_world().execute(ConfigurePolicy({key: value}))
    assert not {"True", "False", "None"} & set(str(refused.value).replace("]", " ").replace("[", " ").split())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("hold", "yes"),
        ("hold", [True]),
        ("channel", None),
        ("channel", {"a": None}),
        ("handling_days", True),
        ("handling_days", {"a": None}),
        ("marketplace", [None]),
        ("purchased_at", True),
        ("id", {"a": True}),
        ("items", [{"sku": None}]),
        ("items", [{"sku": "A", "price": [True]}]),
    ],
)
def test_orders_are_refused_without_pythons_words(field: str, value: Any) -> None:
    with pytest.raises(FieldError) as refused:
        place(a_world(), **{field: value})
    assert not any(word in str(refused.value) for word in ("True", "None", "{'"))
