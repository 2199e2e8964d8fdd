"""The actions of an MWS section and their parameters, from its OpenAPI document. Knows no seller.

The names are the wire's: `MarketplaceId.Id.N` in a document stands for `MarketplaceId.Id.1`,
`MarketplaceId.Id.2` and so on.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from marketplace_sandbox.api.http.openapi import Document, load
from marketplace_sandbox.api.shared.xml import MwsError, invalid
from marketplace_sandbox.core.text.instants import parse_instant
from marketplace_sandbox.core.text.quoting import nearest, suggestion, write_count

ParameterValue = str | int | datetime | tuple[str, ...]

LONGEST_QUOTED = 100
"""How many characters of a wrong value an error repeats."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. `kind` is string, integer, instant or list; a list's limits are on its
    elements but `max_items`. `member` is what it is to the services that say `Value null at` where it
    is missing, empty for all others.
    """

    name: str
    kind: str
    required: bool = False
    also: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    pattern: str = ""
    max_length: int = 10_000
    minimum: int = 0
    maximum: int = 1_000_000_000
    max_items: int = 1000
    member: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """One action. `open_to_all` means that nobody's credentials are looked at."""

    name: str
    parameters: tuple[Parameter, ...]
    open_to_all: bool


@dataclass(frozen=True, slots=True)
class Section:
    """One versioned API section: its name in messages, its namespace in answers, its path and its
    actions.
    """

    name: str
    version: str
    namespace: str
    path: str
    actions: Mapping[str, Action]


def load_section(file: Path) -> Section:
    """The section a document describes."""
    return read_section(load(file))


def read_section(document: Document) -> Section:
    """The section of a document whose path items are keyed `/Section/version#Action=Name`."""
    actions = {}
    path = ""
    for key, item in document.tree["paths"].items():
        path, _, action = key.partition("#Action=")
        described = item["get"]
        parameters = tuple(_read_parameter(document, each) for each in described["parameters"])
        actions[action] = Action(action, parameters, described.get("x-open-to-all", False))
    info = document.tree["info"]
    name, namespace = info["x-mws-section"], info["x-mws-namespace"]
    return Section(name, info["version"], namespace, path, actions)


def check(action: Action, sent: Mapping[str, str]) -> dict[str, ParameterValue]:
    """The action's parameters as values, by the document's names. Raises MwsError.

    Parameters the document does not know are left out; an empty value counts as not sent.
    """
    values_sent = {name: value for name, value in sent.items() if value}
    values = {each.name: _value(each, values_sent) for each in action.parameters}
    for parameter in action.parameters:
        if parameter.required and values[parameter.name] is None:
            raise _missing(parameter, action, values_sent)
    return {name: value for name, value in values.items() if value is not None}


def quote_value(value: str) -> str:
    """A value as an error message repeats it: in quotes and not too long."""
    return f"'{value}'" if len(value) <= LONGEST_QUOTED else f"'{value[:LONGEST_QUOTED]}…'"


def _read_parameter(document: Document, node: dict[str, Any]) -> Parameter:
    described = document.resolve(node)
    schema = document.resolve(described["schema"])
    each = document.resolve(schema.get("items", schema))
    kind = {"array": "list", "integer": "integer"}.get(schema["type"], "string")
    limits = {
        "pattern": each.get("pattern"),
        "max_length": each.get("maxLength"),
        "minimum": each.get("minimum"),
        "maximum": each.get("maximum"),
        "max_items": schema.get("maxItems"),
    }
    return Parameter(
        name=described["name"],
        kind="instant" if each.get("format") == "date-time" else kind,
        required=described.get("required", False),
        also=tuple(described.get("x-also", ())),
        choices=tuple(each.get("enum", ())),
        member=described.get("x-null-at", ""),
        **{limit: value for limit, value in limits.items() if value is not None},
    )


def _value(parameter: Parameter, values_sent: Mapping[str, str]) -> ParameterValue | None:
    if parameter.kind == "list":
        return _list(parameter, values_sent)
    for name in (parameter.name, *parameter.also):
        if name in values_sent:
            return _scalar(parameter, name, values_sent[name])
    return None


def _list(parameter: Parameter, values_sent: Mapping[str, str]) -> tuple[str, ...] | None:
    numbered = _find_numbered(parameter, values_sent)
    if not numbered:
        return None
    if len(numbered) > parameter.max_items:
        most = f"takes at most {write_count(parameter.max_items, 'values')}"
        raise invalid(f"{parameter.name} {most}; {len(numbered)} were sent.")
    for _, name, value in numbered:
        _check_text(parameter, name, value)
    return tuple(value for _, _, value in numbered)


def _find_numbered(parameter: Parameter, values_sent: Mapping[str, str]) -> list[tuple[int, str, str]]:
    """(number, name, value) of all elements, in the order of their numbers."""
    stems = {name.removesuffix("N") for name in (parameter.name, *parameter.also)}
    found = []
    for name, value in values_sent.items():
        stem, dot, number = name.rpartition(".")
        if stem + dot in stems and re.fullmatch(r"[0-9]{1,6}", number):
            found.append((int(number), name, value))
    return sorted(found)


def _scalar(parameter: Parameter, name: str, value: str) -> ParameterValue:
    if parameter.kind == "integer":
        return _integer(parameter, name, value)
    if parameter.kind == "instant":
        return _instant(name, value)
    _check_text(parameter, name, value)
    return value


def _integer(parameter: Parameter, name: str, value: str) -> int:
    number = int(value) if re.fullmatch(r"[0-9]{1,9}", value) else None
    if number is None or not parameter.minimum <= number <= parameter.maximum:
        bounds = f"a whole number from {parameter.minimum} to {parameter.maximum}"
        raise invalid(f"Invalid value {quote_value(value)} for parameter {name}; it is {bounds}.")
    return number


def _instant(name: str, value: str) -> datetime:
    try:
        return parse_instant(value, naive_is_utc=True)
    except ValueError:
        wrong = f"Invalid value {quote_value(value)} for parameter {name}; "
        hint = " A + has to be sent as %2B." if " " in value else ""
        right = "it is an ISO 8601 instant such as 2022-05-24T09:00:00Z."
        raise invalid(f"{wrong}{right}{hint}") from None


def _check_text(parameter: Parameter, name: str, value: str) -> None:
    if parameter.choices and value not in parameter.choices:
        raise invalid(f"Invalid value {quote_value(value)} for parameter {name}{suggestion(value, parameter.choices)}")
    if len(value) > parameter.max_length:
        raise invalid(f"The value of {name} is longer than {write_count(parameter.max_length, 'characters')}.")
    if parameter.pattern and not re.fullmatch(parameter.pattern, value, re.ASCII):
        # Some clients test their credentials by this very text.
        raise invalid(f"Invalid {parameter.name.partition('.')[0]}: {value[:LONGEST_QUOTED]}")


def _missing(parameter: Parameter, action: Action, values_sent: Mapping[str, str]) -> MwsError:
    if parameter.member:
        constraint = "failed to satisfy constraint: Member must not be null"
        return MwsError(
            400, "ValidationError", f"1 validation error detected: Value null at '{parameter.member}' {constraint}"
        )
    name = re.sub(r"\.N$", ".1", parameter.name)
    known = {spelling for each in action.parameters for spelling in (each.name, *each.also)}
    strangers = [each for each in values_sent if re.sub(r"\.[0-9]+$", ".N", each) not in known]
    near = nearest(name, [each[:LONGEST_QUOTED] for each in strangers])
    hint = f" Is {near}, which was sent, meant for it?" if near else ""
    return invalid(f"Missing required parameter {name}.{hint}")
