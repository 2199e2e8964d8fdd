"""Reading what comes from outside: readers that check a value, and say what is wrong with it and what would do.

A reader takes a value and its path in the input, such as `items[0].quantity`, and answers the value as the core uses
it, or raises FieldError. There is one sentence for each kind of mistake, whoever reads; it names the field, quotes the
value and says what would do, and a word that is not known is answered with the nearest one that is.

    whole(least=1)(0, "items[0].quantity")
    FieldError: items[0].quantity is a whole number from 1; 0 is not.

Knows JSON's values, instants and spans; no order, no marketplace and no dialect.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from marketplace_sandbox.core.text.instants import (
    EARLIEST,
    LATEST,
    CalendarError,
    format_instant,
    format_span,
    parse_instant,
    parse_span,
)
from marketplace_sandbox.core.text.quoting import quote, suggestion

T = TypeVar("T")
D = TypeVar("D")
Reader = Callable[[Any, str], T]
Suggest = Callable[[str, Iterable[str]], str]
JsonObject = Mapping[str, Any]
"""A JSON object that is handed on as it was sent, for whoever reads it."""


LONGEST_PATH = 200
"""Characters of a path that an error keeps: a key may be as long as the body that has it."""

FIRST_FIELDS = 8
"""Fields that are named where there are many and none is near."""

LARGEST_WHOLE = 2**53 - 1
"""The largest whole number that every reader of JSON reads alike: RFC 8259, section 6."""

MOST_DECIMALS = 100
"""Digits behind the point of an amount, whatever it is of; a currency has fewer."""

_UNPRINTABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class FieldError(ValueError):
    """Input that cannot be read. `field_path` is where in the input; the text says what is wrong and what would do."""

    def __init__(self, field_path: str, message: str) -> None:
        super().__init__(message)
        self.field_path = field_path[:LONGEST_PATH]

    def with_names(self, names: Mapping[str, str]) -> "FieldError":
        """The same mistake in a dialect that calls its fields by other names."""
        head = re.split(r"[.\[]", self.field_path, maxsplit=1)[0]
        name = names.get(head, head)
        message = re.sub(rf"\b{re.escape(head)}\b", lambda _: name, str(self), count=1) if head else str(self)
        return FieldError(name + self.field_path[len(head) :], message)

    def within(self, path: str) -> "FieldError":
        """The same mistake in the larger input that has this one at a path, which the sentence names with it."""
        whole = join(path, self.field_path)
        # where it is named: at the beginning or in quotes; elsewhere it may be a word like any other
        part = re.escape(self.field_path)
        named = rf"^{part}(?=[ :])|(?<='){part}(?=')" if part else "^$"
        return FieldError(whole, re.sub(named, lambda _: whole, str(self), count=1))


def join(path: str, part: str | int) -> str:
    """The path of a part: a key of an object, or an index of a list.

    >>> join("items", 0), join("items[0]", "sku"), join("", "items")
    ("items[0]", "items[0].sku", "items")
    """
    if isinstance(part, int):
        return f"{path}[{part}]"
    return f"{path}.{part}" if path and part else path or part


# Single values


def text(most: int | None = None, least: int = 0) -> Reader[str]:
    """Text of so many characters."""

    def read(value: Any, path: str) -> str:
        if not isinstance(value, str):
            raise FieldError(path, f"{path} is text; {quote(value)} is not.")
        if most is not None and len(value) > most:
            raise FieldError(path, f"{path} has at most {most} characters; this one has {len(value)}.")
        if len(value) < least:
            raise FieldError(
                path, f"{path} is text of at least {_with_noun(least, 'character')}; {quote(value)} is not."
            )
        return value

    return read


def printable_text(most: int | None = None, least: int = 0) -> Reader[str]:
    """Text that every dialect can show alike: XML has no place for control characters."""
    any_text = text(most, least)

    def read(value: Any, path: str) -> str:
        found = _UNPRINTABLE.search(any_text(value, path))
        if found:
            where = f"U+{ord(found[0]):04X} at {found.start()}"
            raise FieldError(path, f"{path} has {where}, a character that XML cannot hold; leave it out.")
        return str(value)

    return read


def switch(value: Any, path: str) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise FieldError(path, f"{path} is true or false; {quote(value)} is neither.")
    return value


def whole(least: int = 0, most: int | None = None) -> Reader[int]:
    """A whole number within bounds, which belong to it."""

    def read(value: Any, path: str) -> int:
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        if not is_whole or value < least or (most is not None and value > most):
            bounds = f"from {least}" if most is None else f"from {least} to {most}"
            raise FieldError(path, f"{path} is a whole number {bounds}; {quote(value)} is not.")
        if value > LARGEST_WHOLE:
            raise FieldError(path, f"{path} is at most {LARGEST_WHOLE}; {quote(value)} is more.")
        return int(value)

    return read


def number(least: float, most: float, of: str = "") -> Reader[float]:
    """A number within bounds, which belong to it; `of` says it in words where bare bounds do not say all."""

    def read(value: Any, path: str) -> float:
        # what is no number compares false with both bounds, and so does NaN
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise FieldError(path, f"{path} is {of or f'a number from {least} to {most}'}; {quote(value)} is not.")
        return float(value)

    return read


def amount(value: Any, path: str) -> Decimal:
    """A finite amount of money, from a JSON number or decimal text."""
    try:
        read = Decimal("NaN") if isinstance(value, bool) else Decimal(str(value))
    except (InvalidOperation, ValueError):
        read = Decimal("NaN")
    # by its exponent, for there is no calculating with one of ten digits
    exponent = read.as_tuple().exponent
    if not isinstance(exponent, int) or not -MOST_DECIMALS <= exponent <= read.adjusted() < 9:
        raise FieldError(path, f"{path} is an amount such as 20.00; {quote(value)} is not.")
    return read


def instant(value: Any, path: str) -> datetime:
    """An aware instant from RFC 3339 text."""
    try:
        return parse_instant(value)
    except CalendarError:
        bounds = f"from {format_instant(EARLIEST)} to before {format_instant(LATEST)}"
        raise FieldError(path, f"{path} is an instant {bounds}; {quote(value)} is not.") from None
    except (TypeError, ValueError, AttributeError):
        raise FieldError(path, f"{path} is an instant such as 2026-03-02T16:00:00Z; {quote(value)} is not.") from None


def check_past(at: datetime, path: str, now: datetime) -> datetime:
    """Refuses an instant that is to come."""
    if at > now:
        raise FieldError(path, f"{path} lies in the future; the world's now is {format_instant(now)}.")
    return at


def past_instant(now: datetime) -> Reader[datetime]:
    """An instant that is not to come."""
    return lambda value, path: check_past(instant(value, path), path, now)


def future_instant(now: datetime) -> Reader[datetime]:
    """An instant that is yet to come."""

    def read(value: Any, path: str) -> datetime:
        at = instant(value, path)
        if at <= now:
            raise FieldError(path, f"{path} lies in the past; the world's now is {format_instant(now)}.")
        return at

    return read


def span(most: timedelta | None = None, example: str = "PT31M, 31m or 1.5h") -> Reader[timedelta]:
    """A span from ISO 8601 text or as people write it, such as 31m."""

    def read(value: Any, path: str) -> timedelta:
        try:
            found = parse_span(value)
        except (TypeError, ValueError):
            raise FieldError(path, f"{path} is a span such as {example}; {quote(value)} is not.") from None
        if most is not None and found > most:
            raise FieldError(path, f"{path} is at most {format_span(most)}; {quote(value)} is more.")
        return found

    return read


def choice(
    known: Iterable[str], of: str = "", suggest: Callable[[str, Iterable[str]], str] = suggestion
) -> Reader[str]:
    """One word of those known. `of` is what such a word is called where the field's name does not say it."""
    words = tuple(str(each) for each in known)

    def read(value: Any, path: str) -> str:
        if not isinstance(value, str) or value not in words:
            hint = suggest(value if isinstance(value, str) else quote(value), words)
            entries = path.rpartition("[")[0]
            where = f" in {entries}" if entries and path.endswith("]") else ""
            raise FieldError(path, f"There is no {of or path.rpartition('.')[2]} {quote(value)}{where}{hint}")
        return value

    return read


# Lists and objects


def list_of(entry: Reader[T], least: int = 0, most: int | None = None, of: str = "") -> Reader[list[T]]:
    """A list of so many entries, each read by `entry`; `of` says what they are."""

    def read(value: Any, path: str) -> list[T]:
        if not isinstance(value, list):
            raise FieldError(path, f"{path} is a list{f' of {of}' if of else ''}; {quote(value)} is not.")
        if not least <= len(value) <= (len(value) if most is None else most):
            raise FieldError(path, f"{path} has {_bounds(least, most)}; this one has {len(value)}.")
        return [entry(each, join(path, index)) for index, each in enumerate(value)]

    return read


def choices(
    known: Iterable[str], least: int = 0, of: str = "", suggest: Suggest = suggestion
) -> Reader[tuple[str, ...]]:
    """Some of the words that are known, each once, in the order in which they were named."""
    entries = list_of(choice(known, of, suggest), least)
    return lambda value, path: tuple(dict.fromkeys(entries(value, path)))


def texts(value: Any, path: str) -> tuple[str, ...]:
    """A list of texts."""
    return tuple(list_of(text())(value, path))


def json_object(value: Any, path: str) -> JsonObject:
    """Any object."""
    if not isinstance(value, Mapping):
        raise FieldError(path, f"{path} is an object; {quote(value)} is not.")
    return value


def optional(reader: Reader[T]) -> Reader[T | None]:
    """Such a value, or null."""
    return lambda value, path: None if value is None else reader(value, path)


class Fields:
    """An object of the input, every key of which is known. `of` is whose fields they are, such as `seller-cancel`.

    Raises FieldError for a value that is no object, and for a key that is not known.
    """

    def __init__(self, value: Any, path: str = "", *, known: Collection[str], of: str = "") -> None:
        if type(value) is not dict and not isinstance(value, Mapping):  # which takes longer to ask
            keys = f" with the fields {', '.join(known)}" if known else ""
            raise FieldError(path, f"{path or of or 'This'} is an object{keys}; {quote(value)} is not.")
        for key in value:
            if key not in known:
                raise unknown_field(join(path, str(key)), known, of)
        self.values: Mapping[str, Any] = value
        self.path = path
        self.of = of

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def need(self, key: str, reader: Reader[T], hint: str = "") -> T:
        """The value of a field that must be there. Raises FieldError, which `hint` completes where it is missing."""
        path = join(self.path, key)
        if key not in self.values:
            by = f" by {self.of}" if self.of else ""
            raise FieldError(path, f"{path} is required{by}{hint or '.'}")
        return reader(self.values[key], path)

    def get(self, key: str, reader: Reader[T], default: D) -> T | D:
        """The value of a field, or a default where it is not there. Raises FieldError."""
        return reader(self.values[key], join(self.path, key)) if key in self.values else default


def object_of(readers: Mapping[str, Reader[Any]], of: str = "") -> Reader[dict[str, Any]]:
    """An object with some of these fields, each read by its reader; answers those that are there."""

    def read(value: Any, path: str) -> dict[str, Any]:
        fields = Fields(value, path, known=readers, of=of)
        return {str(key): readers[key](each, join(path, key)) for key, each in fields.values.items()}

    return read


def unknown_field(path: str, known: Iterable[str], of: str = "") -> FieldError:
    """The refusal of a key that is not known, naming the one it is most like."""
    key, words = path.rpartition(".")[2], tuple(known)
    hint = suggestion(key, words)
    if hint == ".":  # nothing near, and many: the first are those that are asked for most
        hint = f"; there are {', '.join(map(quote, words[:FIRST_FIELDS]))}, and others."
    return FieldError(path, f"There is no field {quote(path)}{f' of {of}' if of else ''}{hint}")


def _bounds(least: int, most: int | None) -> str:
    if most is None:
        return f"at least {_with_noun(least, 'entry')}"
    return f"{least} to {most} entries" if least else f"at most {_with_noun(most, 'entry')}"


def _with_noun(count: int, noun: str) -> str:
    plural = "entries" if noun == "entry" else f"{noun}s"
    return f"one {noun}" if count == 1 else f"{count} {plural}"
