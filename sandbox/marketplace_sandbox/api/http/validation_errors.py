"""Says in words what is wrong with an input: which field, what it got, what would be right.

Knows JSON Schema's kinds of failure. Knows nothing of documents or HTTP.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from marketplace_sandbox.core.text.quoting import FEW, nearest, write_count
from marketplace_sandbox.core.text.reading import join

AT_MOST = 5
LONGEST_VALUE = 80
KINDS = {
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}

Failure = jsonschema_rs.ValidationError


@dataclass(frozen=True)
class Mistake:
    """What is wrong with an input, in sentences, and the place of the first of it: empty for the input as a whole."""

    text: str
    place: str


@dataclass(frozen=True)
class CheckedInput:
    """What has failed: the schema as compiled, and what to call the input as a whole.

    Without `indices` a list's entries go by the list's name, as in a query.
    """

    schema: dict[str, Any]
    whole: str
    indices: bool = True

    def place(self, path: Sequence[str | int]) -> str:
        """`packageDetail.orderItems[0].quantity`, empty for the whole."""
        name = ""
        for step in path:
            if isinstance(step, int):
                name += f"[{step}]" if self.indices else ""
            else:
                name += f".{step}" if name else step
        return name

    def known_fields(self, schema_path: Sequence[str | int]) -> list[str]:
        """The fields an object may have, from the path of the keyword that refused one."""
        found: Any = self.schema
        for step in list(schema_path)[:-1]:
            found = found[step]
        return list(found.get("properties", ()))


def describe(failures: Iterable[Failure], checked: CheckedInput) -> Mistake:
    """The first failures, a sentence for each."""
    mistakes: list[Mistake] = []
    for failure in failures:
        mistakes += _mistakes(failure, checked)
        if len(mistakes) >= AT_MOST:
            break
    return Mistake(" ".join(dict.fromkeys(each.text for each in mistakes[:AT_MOST])), mistakes[0].place)


def as_json(value: object) -> str:
    """A value as JSON, cut when it is long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def _mistakes(failure: Failure, checked: CheckedInput) -> list[Mistake]:
    kind = failure.kind.as_dict()
    place = checked.place(failure.instance_path)
    field = place or checked.whole
    if failure.kind.name in {"anyOf", "oneOf"}:
        return _alternatives(failure, checked)
    if failure.kind.name == "additionalProperties":
        known = checked.known_fields(failure.schema_path)
        return [Mistake(_unknown(field, name, known), join(place, name[:LONGEST_VALUE])) for name in kind["unexpected"]]
    if failure.kind.name == "required":
        place = join(place, kind["property"])
    return [Mistake(_SENTENCES.get(failure.kind.name, _not_acceptable)(field, failure, kind), place)]


def _alternatives(failure: Failure, checked: CheckedInput) -> list[Mistake]:
    """What is wrong with the likeliest alternative: one of the right type, with the fewest failures."""
    forms: list[list[Failure]] = failure.kind.as_dict().get("context", [])
    wrong_type = [one[0] for one in forms if one and _of_wrong_type(one[0], failure)]
    alternatives = [one for one in forms if one and not _of_wrong_type(one[0], failure)]
    if alternatives:
        return [mistake for one in min(alternatives, key=len) for mistake in _mistakes(one, checked)]
    place = checked.place(failure.instance_path)
    field = place or checked.whole
    types = [name for one in wrong_type for name in one.kind.as_dict()["types"]]
    return [Mistake(_type(field, failure, {"types": types}) if types else _not_acceptable(field, failure), place)]


def _unknown(field: str, name: str, known: Sequence[str]) -> str:
    return f"{field} has no field {as_json(name)}.{hint(name, known)}"


def hint(word: str, known: Sequence[str]) -> str:
    """A sentence about a word that is not known: which was meant or, where none is near, those there are if few."""
    if near := nearest(word, known):
        return f" The nearest is {near}."
    if not 0 < len(known) <= FEW:
        return ""
    return f" There {'are' if len(known) > 1 else 'is'} {', '.join(known)}."


def _of_wrong_type(inner: Failure, outer: Failure) -> bool:
    return inner.kind.name == "type" and list(inner.instance_path) == list(outer.instance_path)


def _not_acceptable(field: str, failure: Failure, _: dict[str, Any] | None = None) -> str:
    return f"{field} is not acceptable, got {as_json(failure.instance)}."


def _required(field: str, failure: Failure, kind: dict[str, Any]) -> str:
    name = kind["property"]
    return f"{field}.{name} is required." if failure.instance_path else f"{name} is required."


def _type(field: str, failure: Failure, kind: dict[str, Any]) -> str:
    types = " or ".join(dict.fromkeys(KINDS[name] for name in kind["types"]))
    return f"{field} must be {types}, got {as_json(failure.instance)}."


def _enum(field: str, failure: Failure, kind: dict[str, Any]) -> str:
    choices = [str(choice) for choice in kind["options"] if choice not in (None, "")]
    got = failure.instance
    near = nearest(got, choices) if isinstance(got, str) and len(choices) > 1 else None
    meant = f" The nearest is {near}." if near else ""
    if len(choices) > FEW:
        return f"{field} does not know the value {as_json(got)}.{meant}"
    return f"{field} must be one of {', '.join(choices)}; got {as_json(got)}.{meant}"


def _bound(words: str) -> Callable[[str, Failure, dict[str, Any]], str]:
    def say(field: str, failure: Failure, kind: dict[str, Any]) -> str:
        limit = next(iter(kind.values()))
        return f"{field} must {words.format(limit)}, got {as_json(failure.instance)}."

    return say


def _count(bound: str, what: str) -> Callable[[str, Failure, dict[str, Any]], str]:
    def say(field: str, failure: Failure, kind: dict[str, Any]) -> str:
        limit = next(iter(kind.values()))
        got: Any = failure.instance
        return f"{field} must have {bound} {write_count(limit, what)}, got {len(got)}."

    return say


_SENTENCES: dict[str, Callable[[str, Failure, dict[str, Any]], str]] = {
    "required": _required,
    "type": _type,
    "enum": _enum,
    "minimum": _bound("be at least {}"),
    "maximum": _bound("be at most {}"),
    "exclusiveMinimum": _bound("be more than {}"),
    "exclusiveMaximum": _bound("be less than {}"),
    "multipleOf": _bound("be a multiple of {}"),
    "pattern": _bound("match {}"),
    "format": _bound("be a {}"),
    "minItems": _count("at least", "entries"),
    "maxItems": _count("at most", "entries"),
    "minLength": _count("at least", "characters"),
    "maxLength": _count("at most", "characters"),
    "minProperties": _count("at least", "fields"),
    "maxProperties": _count("at most", "fields"),
}
