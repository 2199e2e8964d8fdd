"""The words that editors complete are the core's: none is missing, none is more."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest
import yaml

from marketplace_sandbox._resources import openapi_dir
from marketplace_sandbox.core.orders.actions import ARGUMENTS, MESSAGE_KINDS
from marketplace_sandbox.core.orders.form import ADDRESS_FIELDS, BUYER_FIELDS, FIELDS, ITEM_FIELDS
from marketplace_sandbox.core.orders.reasons import BUYER_REASONS, REFUND_REASONS, SELLER_REASONS
from marketplace_sandbox.core.policy import POLICY
from marketplace_sandbox.testing import assertions, opening, words
from tests.testing.test_public_names import type_check


@pytest.mark.parametrize(
    ("literal", "known"),
    [
        (words.ActionName, ARGUMENTS),
        (words.SellerReason, SELLER_REASONS),
        (words.BuyerReason, BUYER_REASONS),
        (words.RefundReason, REFUND_REASONS),
        (words.CancellationReason, dict.fromkeys(assertions.REASONS)),
        (words.MessageKind, MESSAGE_KINDS),
        (words.Party, assertions.PARTIES),
        (words.Change, assertions.CHANGES),
        (get_type_hints(opening.Beginning)["limits"], POLICY["limits"].choices),
    ],
)
def test_words_are_the_cores(literal: Any, known: Mapping[str, Any] | Sequence[str]) -> None:
    assert list(get_args(literal)) == list(known)


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        (words.OrderForm, [each for each in FIELDS if each != "count"]),  # which place_orders takes by itself
        (words.ItemForm, ITEM_FIELDS),
        (words.BuyerForm, BUYER_FIELDS),
        (words.AddressForm, ADDRESS_FIELDS),
        (words.SettingsForm, POLICY),
    ],
)
def test_forms_have_the_cores_fields(form: type, fields: Sequence[str]) -> None:
    hints = get_type_hints(form)
    lacking, more = [each for each in fields if each not in hints], [each for each in hints if each not in fields]
    assert not lacking, f"{form.__name__} of testing/words.py lacks {', '.join(lacking)}: add it there"
    assert not more, f"{form.__name__} of testing/words.py has {', '.join(more)}, which there is not: take it out"


KINDS: Mapping[str, tuple[Any, ...]] = {
    "span": get_args(words.Span),
    "count": (int,),
    "switch": (bool,),
    "instant": get_args(words.Instant),
}


def test_settings_take_what_they_are() -> None:
    hints = get_type_hints(words.SettingsForm)
    for name, entry in ((name, POLICY[name]) for name in hints if name in POLICY):
        *taken, none = get_args(hints[name])
        assert none is type(None), name
        if entry.kind == "choice":
            assert get_args(taken[0]) == entry.choices, name
        else:
            assert tuple(taken) == KINDS[entry.kind], name


def choices_in(hints: Mapping[str, Any]) -> dict[str, list[str]]:
    """The words that each field of a form may be, those of lists included."""
    found = {}
    for name, hint in hints.items():
        inner = get_args(hint)[0] if get_origin(hint) is Sequence else hint
        if get_origin(inner) is Literal:
            found[name] = list(get_args(inner))
    return found


def enums_in(properties: Mapping[str, Any]) -> dict[str, list[str]]:
    """The same of a schema."""
    inner = {name: schema.get("items", schema) for name, schema in properties.items()}
    return {name: schema["enum"] for name, schema in inner.items() if "enum" in schema}


def test_fields_take_the_words_that_the_document_has() -> None:
    schemas = yaml.safe_load(Path(openapi_dir() / "control.yaml").read_text(encoding="utf-8"))["components"]["schemas"]
    order = schemas["OrderForm"]["properties"]
    for form, properties in (
        (words.OrderForm, order),
        (words.ItemForm, order["items"]["items"]["properties"]),
        (words.AddressForm, order["ship_to"]["properties"]),
    ):
        assert choices_in(get_type_hints(form)) == enums_in(properties)


IMPORTED = "from marketplace_sandbox.testing import Marketplace, SellerReason\n"
TYPED = """
def test_typed(marketplace: Marketplace) -> None:
    order = marketplace.place_order(items=[{"sku": "MUG", "price": "20.00"}], channel="MFN", hold=False)
    reason: SellerReason = "no_inventory"
    order.seller.cancels(reason)
    marketplace.settings(listing_lag="PT2M", partial_cancellation=True, hold_period=None)
    marketplace.assert_canceled(order, by="MERCHANT", reason="no_inventory")
"""
MISTAKES = [
    ('"no_inventory"\n', '"no_inventry"\n'),
    ('channel="MFN"', 'chanel="MFN"'),
    ('channel="MFN"', 'channel="MFM"'),
    ('"price": ', '"prise": '),
    ("listing_lag=", "listing_lga="),
    ('by="MERCHANT"', 'by="SELLER"'),
    ("seller.cancels(", "seller.cancel("),
]


@pytest.mark.slow
def test_a_type_checker_finds_each_word_that_there_is_not_and_takes_what_is_right(tmp_path: Path) -> None:
    """One run for all, for a type checker takes seconds to begin: each mistake in a function of its own."""
    assert all(TYPED.count(right) == 1 for right, _ in MISTAKES)
    functions = [TYPED, *(TYPED.replace(right, wrong) for right, wrong in MISTAKES)]
    named = [text.replace("test_typed", f"test_typed_{number}") for number, text in enumerate(functions)]
    said = type_check(tmp_path, IMPORTED + "".join(named))
    height = TYPED.count("\n")
    lines = {int(line) for line in re.findall(r"^[^:\n]+:(\d+): error", said, re.MULTILINE)}
    assert {(line - 2) // height for line in lines} == set(range(1, len(functions))), said
