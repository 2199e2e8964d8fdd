"""How arguments are read: instants, spans, one of several words, pairs and items.

What the control API knows too is read by the readers of the core, so that a mistake is told in the same sentence
whether it was made here, in a scenario or in a call; it begins with the option's name.
"""

import json
import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, TypeVar

import click

from marketplace_sandbox.cli import offers
from marketplace_sandbox.core.past.moment import read_when
from marketplace_sandbox.core.text import reading
from marketplace_sandbox.core.text.instants import format_instant, parse_instant
from marketplace_sandbox.core.text.quoting import quote
from marketplace_sandbox.core.text.reading import FieldError, Reader

WHOLE = re.compile("[0-9]{1,18}")
"""A whole number as it is typed; what is longer goes on as the text it is, for a reader of the core to refuse."""

MOST_LISTED = 6
"""Up to so many words are listed in help."""

T = TypeVar("T")
Context = click.Context | None
Parameter = click.Parameter | None


def read(reader: Reader[T], value: Any, param: Parameter, ctx: Context) -> T:
    """What a reader of the core makes of an argument. Raises a usage error that names the option."""
    try:
        return reader(value, _name(param))
    except FieldError as wrong:
        raise click.UsageError(str(wrong), ctx) from None


def _name(param: Parameter) -> str:
    if param is None:
        return "This"
    return max(param.opts, key=len) if isinstance(param, click.Option) else param.human_readable_name.upper()


class Instant(click.ParamType):  # type: ignore[type-arg]  # generic only in the stubs
    """An instant such as 2026-03-02T16:00:00Z."""

    name = "time"

    def convert(self, value: str | datetime, param: Parameter, ctx: Context) -> datetime:
        return value if isinstance(value, datetime) else read(reading.instant, value, param, ctx)


class InstantText(Instant):
    """The same, handed on as the text the control API takes. A day is its first instant; without a zone it is UTC."""

    def convert(self, value: str | datetime, param: Parameter, ctx: Context) -> Any:
        if isinstance(value, str):
            with suppress(ValueError):
                return format_instant(parse_instant(value.strip().replace(" ", "T"), naive_is_utc=True))
        return format_instant(super().convert(value, param, ctx))


class Moment(InstantText):
    """A version of a world such as 12, or an instant, as the text the control API takes."""

    name = "moment"

    def convert(self, value: Any, param: Parameter, ctx: Context) -> Any:
        if WHOLE.fullmatch(value):
            return value
        with suppress(ValueError):
            return format_instant(parse_instant(value.strip().replace(" ", "T"), naive_is_utc=True))
        return read(read_when, value, param, ctx)


as_of_option = click.option(
    "--as-of",
    "as_of",
    type=Moment(),
    shell_complete=offers.versions,
    help="As it stood at an instant or a version. [default: now]",
)


def on_day(words: str, now: datetime) -> str:
    """`today` or `tomorrow`, perhaps with an hour of UTC as in `tomorrow 09:30`, as a date; other words as they are."""
    day, _, hour = words.strip().partition(" ")
    days = {"today": 0, "tomorrow": 1}.get(day.lower())
    if days is None:
        return words
    return " ".join(filter(None, ((now + timedelta(days=days)).date().isoformat(), hour.strip())))


class Span(click.ParamType):  # type: ignore[type-arg]  # the same
    """A span such as 31m, 1.5h, 1w, 31 minutes or PT31M, handed on as it is written."""

    name = "span"

    def convert(self, value: str, param: Parameter, ctx: Context) -> str:
        read(reading.span(example="31m, 1.5h, 1w, 31 minutes or PT31M"), value, param, ctx)
        return value


class Port(click.IntRange):
    """A port of this machine; 0 stands for a free one."""

    name = "port"

    def __init__(self) -> None:
        super().__init__(0, 65_535)

    def convert(self, value: Any, param: Parameter, ctx: Context) -> Any:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"{quote(value)} is not a port, a whole number from 0 to 65535.", param, ctx)


class OneOf(click.Choice):  # type: ignore[type-arg]  # the same
    """One of several words."""

    def __init__(self, words: Iterable[str]) -> None:
        super().__init__([str(each) for each in words])

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str | None:
        """The words, where they fit into a line of help."""
        return super().get_metavar(param, ctx) if len(self.choices) <= MOST_LISTED else None

    def convert(self, value: Any, param: Parameter, ctx: Context) -> str:
        return read(reading.choice(self.choices, of=_name(param)), value, param, ctx)


class Pair(click.ParamType):  # type: ignore[type-arg]  # the same
    """KEY=VALUE, as a pair of texts."""

    name = "key=value"

    def convert(self, value: str | tuple[str, str], param: Parameter, ctx: Context) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value
        key, equals, text = value.partition("=")
        if not key or not equals:
            self.fail(f"{value!r} is not a pair such as key=value.", param, ctx)
        return key, text


class Item(click.ParamType):  # type: ignore[type-arg]  # the same
    """SKU or SKU:QUANTITY, or a JSON object. An order item id may stand for the SKU of an item that there is."""

    name = "item"

    def convert(self, value: Any, param: Parameter, ctx: Context) -> Any:
        if not isinstance(value, str):
            return value
        if value.startswith("{"):
            return read_json_object(value, param, ctx)
        ref, colon, quantity = value.rpartition(":")
        if not colon:
            return value
        if not ref or not re.fullmatch("[0-9]+", quantity):
            self.fail(
                f"{value!r} is not an item such as MUG-BLUE or MUG-BLUE:2: {quantity!r} is no whole number. "
                f"A SKU that has a colon is written as JSON: {json.dumps({'sku': value})}",
                param,
                ctx,
            )
        return {"sku": ref, "quantity": int(quantity)} if WHOLE.fullmatch(quantity) else value


class Amount(click.ParamType):  # type: ignore[type-arg]  # the same
    """SKU=AMOUNT or SKU:COMPONENT=AMOUNT, or a JSON object. An order item id may stand for the SKU."""

    name = "amount"

    def convert(self, value: Any, param: Parameter, ctx: Context) -> Any:
        if not isinstance(value, str):
            return value
        if value.startswith("{"):
            return read_json_object(value, param, ctx)
        ref, equals, amount = value.rpartition("=")
        if not equals or not ref:
            self.fail(f"{value!r} is not an amount such as MUG-BLUE=5.00 or MUG-BLUE:shipping=2.00.", param, ctx)
        sku, colon, component = ref.rpartition(":")
        return {"sku": sku, "component": component, "amount": amount} if colon else {"sku": ref, "amount": amount}


def read_json_object(text: str, param: Parameter = None, ctx: Context = None) -> dict[str, Any]:
    """A JSON object as it is. A text that is none is a usage error."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise click.BadParameter(f"{text!r} is not a JSON object.", ctx, param)
    return value


def read_json_or_text(text: str) -> Any:
    """Text as the JSON it looks like: a number, true, false, null, a list or an object; else the text itself."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
