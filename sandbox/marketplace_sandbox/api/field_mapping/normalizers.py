"""How each dialect writes a kind of value, brought into one form: what two dialects mean the same by is equal.

A normalizer takes what stands at a path, and answers None where nothing stands there or where it says that there is
nothing. Knows no path.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from marketplace_sandbox.api.spapi.orders_2026.words import CHANNEL_WORDS, PAYMENT_WORDS, STATUS_WORDS, in_words
from marketplace_sandbox.core.marketplaces import NON_AMAZON
from marketplace_sandbox.core.orders.order import Channel, Status

Normalizer = Callable[[Any], Any]


def as_it_is(value: Any) -> Any:
    """As it is; an empty text is nothing."""
    return None if value == "" else value


def join_texts(value: Any) -> str | None:
    """The texts of a list, which MWS writes as an element for each."""
    return ", ".join(value) if isinstance(value, list) else value


def store_or_elsewhere(value: Any) -> str | None:
    """Whether Amazon's store sold it, of a store front's name."""
    return None if value is None else "NON_AMAZON" if value == NON_AMAZON else "AMAZON"


def number(value: Any) -> int | None:
    """A count, also where it comes as text."""
    return None if value is None else int(value)


def amount(value: Any) -> Decimal | None:
    """A sum of money, whatever zeros it ends with; an empty cell of a table is none."""
    return None if value in (None, "") else Decimal(value).normalize()


def charge(value: Any) -> Decimal | None:
    """A sum of money where there is one: of nothing some write a sum of nought, and others say nothing."""
    return amount(value) or None


def taken_off(value: Any) -> Decimal | None:
    """A discount of Orders 2026-01-01, which writes it as less than nothing."""
    sum_ = charge(value)
    return -sum_ if sum_ else None


def first_of(value: Any) -> Any:
    """The first entry of a list that has one for each of several, all alike."""
    return as_it_is(value[0]) if value else None


def sum_of(value: Any) -> Decimal | None:
    """Several sums added up, or one that stands alone."""
    sums = [value] if isinstance(value, str) else value
    return sum(map(Decimal, sums), Decimal(0)).normalize() if sums else None


def listed(value: Any) -> str | None:
    """The texts of a list, which a table writes with commas between, and MWS as an element for each."""
    texts = value.split(",") if isinstance(value, str) else value
    return ", ".join(texts) or None if texts else None


def is_preorder(value: Any) -> bool:
    """Whether an order's type is that of pre-orders, for which Orders 2026-01-01 has a program."""
    return bool(value == "Preorder")


def instant(value: Any) -> str | None:
    """A date, to the second: some dialects cut the rest off. An empty cell of a table is none."""
    if value in (None, ""):
        return None
    return datetime.fromisoformat(value).astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def truth(value: Any) -> bool:
    """Whether something is so: a boolean, the text `true`, or an object that is there."""
    return value is not None and value is not False and value != "false"


def status(value: Any) -> str | None:
    """A status by the word of Orders 2026-01-01, which has the fewest."""
    return None if value is None else STATUS_WORDS[Status(value)]


def channel(value: Any) -> str | None:
    """Who ships, by the word of Orders 2026-01-01."""
    return None if value is None else CHANNEL_WORDS[Channel(value)]


def payment_method(value: Any) -> str | None:
    """How an order is paid by v0, of the methods of its payments: two have a word there, all others share one."""
    if not value:
        return None
    words = {word: method for method, word in PAYMENT_WORDS.items()}
    return words.get(value[0], "Other")


def upper_words(value: Any) -> str | None:
    """A word of v0 as Orders 2026-01-01 writes it, in capitals."""
    return None if value in (None, "") else in_words(value)
