"""One sentence for each kind of mistake: it names the field, quotes the value, and says what would do."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from marketplace_sandbox.core.text.reading import (
    LARGEST_WHOLE,
    LONGEST_PATH,
    FieldError,
    Fields,
    amount,
    choice,
    future_instant,
    instant,
    join,
    list_of,
    number,
    object_of,
    optional,
    past_instant,
    printable_text,
    span,
    switch,
    text,
    whole,
)

NOW = datetime(2026, 3, 2, 16, tzinfo=UTC)
PERSON = object_of({"name": text(most=5), "age": whole(most=150)}, of="a person")


@pytest.mark.parametrize(
    ("reader", "value", "read"),
    [
        (text(), "", ""),
        (text(most=3, least=3), "abc", "abc"),
        (printable_text(), "tab\t\n🙂", "tab\t\n🙂"),
        (switch, False, False),
        (whole(), 0, 0),
        (whole(1, 3), 3, 3),
        (whole(), LARGEST_WHOLE, LARGEST_WHOLE),
        (number(0, 5), 5, 5.0),
        (amount, 0.1, Decimal("0.1")),
        (amount, "20.00", Decimal("20.00")),
        (amount, "0e2", Decimal(0)),
        (amount, "999999999.99", Decimal("999999999.99")),
        (instant, "2026-03-02T17:00:00+01:00", NOW),
        (past_instant(NOW), "2026-03-02T16:00:00Z", NOW),
        (future_instant(NOW), "2026-03-02T16:00:01Z", NOW + timedelta(seconds=1)),
        (span(), "PT31M", timedelta(minutes=31)),
        (span(timedelta(days=7)), "7d", timedelta(days=7)),
        (choice(["MFN", "AFN"]), "AFN", "AFN"),
        (list_of(whole(), least=1, most=2), [1, 2], [1, 2]),
        (optional(switch), None, None),
        (optional(switch), True, True),
        (PERSON, {"age": 3}, {"age": 3}),
    ],
)
def test_what_is_right_is_read(reader: Callable[[Any, str], Any], value: Any, read: Any) -> None:
    assert reader(value, "a.b") == read


@pytest.mark.parametrize(
    ("reader", "value", "path", "message"),
    [
        (text(), 5, "a.b", "a.b is text; 5 is not."),
        (text(least=1), "", "a.b", "a.b is text of at least one character; '' is not."),
        (text(most=2), "abc", "a.b", "a.b has at most 2 characters; this one has 3."),
        (printable_text(), "a\x1b", "a.b", "a.b has U+001B at 1, a character that XML cannot hold; leave it out."),
        (printable_text(), None, "a.b", "a.b is text; null is not."),
        (switch, 1, "a.b", "a.b is true or false; 1 is neither."),
        (whole(), True, "a.b", "a.b is a whole number from 0; true is not."),
        (whole(), 1.0, "a.b", "a.b is a whole number from 0; 1.0 is not."),
        (whole(1, 5), 6, "a.b", "a.b is a whole number from 1 to 5; 6 is not."),
        (whole(), 2**53, "a.b", f"a.b is at most {LARGEST_WHOLE}; {2**53} is more."),
        (number(0, 5), float("nan"), "a.b", "a.b is a number from 0 to 5; NaN is not."),
        (number(0, 5, "a rate"), "low", "a.b", "a.b is a rate; 'low' is not."),
        (amount, "much", "a.b", "a.b is an amount such as 20.00; 'much' is not."),
        (amount, True, "a.b", "a.b is an amount such as 20.00; true is not."),
        (amount, float("inf"), "a.b", "a.b is an amount such as 20.00; Infinity is not."),
        (amount, "1e1000000000", "a.b", "a.b is an amount such as 20.00; '1e1000000000' is not."),
        (amount, "-1e1000000000", "a.b", "a.b is an amount such as 20.00; '-1e1000000000' is not."),
        (amount, "1e-1000000000", "a.b", "a.b is an amount such as 20.00; '1e-1000000000' is not."),
        (amount, "0e1000000000", "a.b", "a.b is an amount such as 20.00; '0e1000000000' is not."),
        (amount, "sNaN", "a.b", "a.b is an amount such as 20.00; 'sNaN' is not."),
        (amount, 10**9, "a.b", "a.b is an amount such as 20.00; 1000000000 is not."),
        (instant, "2026-03-02T16:00:00", "a.b", "a.b is an instant such as 2026-03-02T16:00:00Z; '2026-03-02T16"),
        (instant, 5, "a.b", "a.b is an instant such as 2026-03-02T16:00:00Z; 5 is not."),
        (instant, "9999-01-01T00:00:00Z", "a.b", "a.b is an instant from 1970-01-01T00:00:00Z to before 9000-01-01T"),
        (
            past_instant(NOW),
            "2026-03-02T16:00:01Z",
            "a.b",
            "a.b lies in the future; the world's now is 2026-03-02T16:00:00Z.",
        ),
        (
            future_instant(NOW),
            "2026-03-02T16:00:00Z",
            "a.b",
            "a.b lies in the past; the world's now is 2026-03-02T16:00:00Z.",
        ),
        (span(), "an hour", "a.b", "a.b is a span such as PT31M, 31m or 1.5h; 'an hour' is not."),
        (span(), None, "a.b", "a.b is a span such as PT31M, 31m or 1.5h; null is not."),
        (span(timedelta(days=7)), "P8D", "a.b", "a.b is at most P7D; 'P8D' is more."),
        (choice(["MFN", "AFN"]), "MFM", "a.b", "There is no b 'MFM'; did you mean 'MFN'?"),
        (choice(["MFN", "AFN"], "channel"), None, "a.b", "There is no channel null; there are 'MFN' and 'AFN'."),
        (
            list_of(choice(["Prime"], "program")),
            ["Primed"],
            "a.b[0]",
            "There is no program 'Primed' in a.b; did you",
        ),
        (choice(["a"], suggest=lambda word, known: f"; {word} {list(known)}"), [], "a.b", "There is no b []; [] ['a']"),
        (list_of(whole()), {"a": 1}, "a.b", 'a.b is a list; {"a": 1} is not.'),
        (list_of(whole(), of="numbers"), None, "a.b", "a.b is a list of numbers; null is not."),
        (list_of(whole(), least=1), [], "a.b", "a.b has at least one entry; this one has 0."),
        (list_of(whole(), most=1), [1, 2], "a.b", "a.b has at most one entry; this one has 2."),
        (list_of(whole(), least=1, most=2), [], "a.b", "a.b has 1 to 2 entries; this one has 0."),
        (list_of(whole()), [1, "x"], "a.b[1]", "a.b[1] is a whole number from 0; 'x' is not."),
        (PERSON, [], "a.b", "a.b is an object with the fields name, age; [] is not."),
        (PERSON, {"aeg": 1}, "a.b.aeg", "There is no field 'a.b.aeg' of a person; did you mean 'age'?"),
        (PERSON, {"name": "Margaret"}, "a.b.name", "a.b.name has at most 5 characters; this one has 8."),
    ],
)
def test_a_mistake_is_told_in_one_sentence(
    reader: Callable[[Any, str], Any], value: Any, path: str, message: str
) -> None:
    with pytest.raises(FieldError) as wrong:
        reader(value, "a.b")
    assert wrong.value.field_path == path
    assert str(wrong.value).startswith(message)


def test_the_fields_of_an_object_are_needed_or_have_defaults() -> None:
    fields = Fields({"name": "Ann", "age": None}, "people[0]", known=("name", "age", "size"), of="a person")
    assert fields.need("name", text()) == "Ann"
    assert fields.get("age", optional(whole()), 1) is None
    assert fields.get("size", whole(), 7) == 7
    assert ("age" in fields, "size" in fields) == (True, False)
    with pytest.raises(FieldError, match=r"people\[0\]\.size is required by a person; XL will do\.") as wrong:
        fields.need("size", whole(), "; XL will do.")
    assert wrong.value.field_path == "people[0].size"


def test_what_is_no_object_at_the_top_is_called_by_its_name() -> None:
    with pytest.raises(FieldError, match="a person is an object with the fields name, age; 3 is not") as wrong:
        PERSON(3, "")
    assert wrong.value.field_path == ""


def test_a_path_is_bounded_however_long_the_key_is() -> None:
    with pytest.raises(FieldError) as wrong:
        PERSON({"x" * 100_000: 1}, "")
    assert len(wrong.value.field_path) == LONGEST_PATH
    assert len(str(wrong.value)) < 300


def test_a_mistake_is_renamed_by_a_dialect_and_found_in_a_larger_input() -> None:
    wrong = FieldError("items[0].sku", "items[0].sku is text; 5 is not.")
    assert str(wrong.with_names({"items": "Items"})) == "Items[0].sku is text; 5 is not."
    assert wrong.with_names({"items": "Items"}).field_path == "Items[0].sku"
    unknown = FieldError("feed_type", "There is no feed_type 'feed_type'; did you mean 'x'?")
    assert str(unknown.with_names({"feed_type": "FeedType"})) == "There is no FeedType 'feed_type'; did you mean 'x'?"
    assert str(wrong.with_names({})) == str(wrong)
    assert wrong.within("orders[2]").field_path == "orders[2].items[0].sku"
    assert str(FieldError("", "Nothing is right.").with_names({"a": "b"})) == "Nothing is right."


def test_paths_are_written_as_people_write_them() -> None:
    assert (join("", "items"), join("items", 0), join("items[0]", "sku")) == ("items", "items[0]", "items[0].sku")


def test_an_amount_of_more_digits_than_python_writes_is_refused() -> None:
    with pytest.raises(FieldError, match=r"price is an amount such as 20\.00; that is not"):
        amount(16**5000, "price")


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("sku is text; 5 is not.", "items[1].sku is text; 5 is not."),
        ("There is no field 'sku'; there is 'id'.", "There is no field 'items[1].sku'; there is 'id'."),
        ("A sku is text; 'sku of mine' is not.", "A sku is text; 'sku of mine' is not."),
        ("skus are texts.", "skus are texts."),
    ],
)
def test_a_mistake_in_something_larger_is_named_with_its_place(said: str, named: str) -> None:
    wrong = FieldError("sku", said).within("items[1]")
    assert (wrong.field_path, str(wrong)) == ("items[1].sku", named)
