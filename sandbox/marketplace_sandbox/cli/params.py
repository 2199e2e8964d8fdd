"""How arguments are read: instants, spans, words of a list, pairs and items. Every refusal says what would do."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import click

from marketplace_sandbox.core.instants import format_instant, parse_instant, parse_span
from marketplace_sandbox.core.quoting import nearest

SHOWN = 6
"""Up to so many words are listed in help and errors."""

Context = click.Context | None
Parameter = click.Parameter | None


class Instant(click.ParamType):  # type: ignore[type-arg]  # generic only in the stubs
    """An instant such as 2026-03-02T16:00:00Z."""

    name = "time"

    def convert(self, value: str | datetime, param: Parameter, ctx: Context) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            return parse_instant(value)
        except ValueError:
            self.fail(f"{value!r} is not an instant such as 2026-03-02T16:00:00Z.", param, ctx)


class InstantText(Instant):
    """The same, handed on as the text the control API takes."""

    def convert(self, value: str | datetime, param: Parameter, ctx: Context) -> Any:
        return format_instant(super().convert(value, param, ctx))


class Span(click.ParamType):  # type: ignore[type-arg]  # the same
    """A span such as 31m, 2h30m, 7d or PT31M."""

    name = "span"

    def convert(self, value: str | timedelta, param: Parameter, ctx: Context) -> str:
        try:
            return value if isinstance(value, str) and parse_span(value) is not None else str(value)
        except ValueError:
            self.fail(f"{value!r} is not a span such as 31m, 2h30m, 7d or PT31M.", param, ctx)


class Word(click.Choice):  # type: ignore[type-arg]  # the same
    """One word of a list."""

    def __init__(self, words: Iterable[str]) -> None:
        super().__init__([str(each) for each in words])

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str | None:
        """The words, where they fit into a line of help."""
        return super().get_metavar(param, ctx) if len(self.choices) <= SHOWN else None

    def get_invalid_choice_message(self, value: Any, ctx: Context) -> str:  # noqa: ARG002  click calls it so
        known = [str(each) for each in self.choices]
        near = f"did you mean {nearest(str(value), known)!r}?"
        listed = f" It is one of {', '.join(known)}." if len(known) <= SHOWN else ""
        return f"{value!r} is not known; {near}{listed}"


class Pair(click.ParamType):  # type: ignore[type-arg]  # the same
    """KEY=VALUE, as a pair of texts."""

    name = "key=value"

    def convert(self, value: str | tuple[str, str], param: Parameter, ctx: Context) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value
        key, equals, said = value.partition("=")
        if not key or not equals:
            self.fail(f"{value!r} is not a pair such as key=value.", param, ctx)
        return key, said


class Item(click.ParamType):  # type: ignore[type-arg]  # the same
    """SKU or SKU:QUANTITY, or a JSON object."""

    name = "item"

    def convert(self, value: Any, param: Parameter, ctx: Context) -> Any:
        if not isinstance(value, str):
            return value
        if value.startswith("{"):
            return json_object(value, param, ctx)
        ref, colon, quantity = value.rpartition(":")
        if not colon or not quantity.isdecimal():
            return value
        return {"sku": ref, "quantity": int(quantity)}


class Amount(click.ParamType):  # type: ignore[type-arg]  # the same
    """SKU=AMOUNT or SKU:COMPONENT=AMOUNT, or a JSON object."""

    name = "amount"

    def convert(self, value: Any, param: Parameter, ctx: Context) -> Any:
        if not isinstance(value, str):
            return value
        if value.startswith("{"):
            return json_object(value, param, ctx)
        ref, equals, amount = value.rpartition("=")
        if not equals or not ref:
            self.fail(f"{value!r} is not an amount such as MUG-BLUE=5.00 or MUG-BLUE:shipping=2.00.", param, ctx)
        sku, colon, component = ref.rpartition(":")
        return {"sku": sku, "component": component, "amount": amount} if colon else {"sku": ref, "amount": amount}


def json_object(text: str, param: Parameter = None, ctx: Context = None) -> dict[str, Any]:
    """A JSON object as it is. A text that is none is a usage error."""
    try:
        read = json.loads(text)
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise click.BadParameter(f"{text!r} is not a JSON object.", ctx, param)
    return read


def plain_value(text: str) -> Any:
    """Text as the JSON it looks like: a number, true, false, null, a list or an object; else the text itself."""
    try:
        return json.loads(text)
    except ValueError:
        return text
