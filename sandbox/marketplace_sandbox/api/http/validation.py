"""Turns what arrived into a `Call`: parameters split, converted and checked, the body parsed and checked.

Connexion decides which operation a request is for and calls these in its validators' places. Knows
nothing of what operations do.
"""

import asyncio
import json
import math
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl

from starlette.types import Receive, Scope

from marketplace_sandbox.api.http.errors import invalid_input, not_built
from marketplace_sandbox.api.http.exchange import EXCHANGE, Api, Call, Exchange, read_body
from marketplace_sandbox.api.http.openapi import Document, Operation
from marketplace_sandbox.api.http.operation_methods import Method, find_methods
from marketplace_sandbox.api.http.validation_errors import as_json, hint

ROUTING = "connexion_routing"
LARGE = 64 * 1024
WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,18}")
LONG_NUMBER = re.compile(rb"[0-9]{4300}")
"""More digits than Python turns into a number, which takes ever longer the more there are."""


MOST_VALUES = 100_000
"""Values a request body may hold, all levels together."""


@dataclass(frozen=True, eq=False)
class Validator:
    """The checks of one document, for Connexion's `validator_map`.

    Operations that the API has no method for are refused with 501 before anything is checked, whoever calls; then
    whoever calls is let in or refused by the API's `admission`, before anything is checked.
    """

    document: Document
    api: Api
    deepest: int
    operations: Mapping[str, Operation] = field(init=False)
    methods: Mapping[str, Method] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "operations", self.document.operations)
        object.__setattr__(self, "methods", find_methods(self.document, self.api.operations))

    def validator_map(self) -> dict[str, Any]:
        """What Connexion looks its validators up in."""
        return {
            "parameter": lambda *_, **__: self,
            "body": _EveryMediaType(lambda *, required, **_: _Body(self, required)),
        }

    def validate(self, scope: Scope) -> None:
        """What Connexion asks of a parameter validator. Leaves the API and the `Call` in the exchange."""
        operation = self.operations[scope["extensions"][ROUTING]["operation_id"]]
        perform = self.methods.get(operation.operation_id)
        if perform is None:
            raise not_built(operation.operation_id)
        exchange: Exchange = scope[EXCHANGE]
        if operation.bodies and (kind := exchange.headers.get("content-type")):
            _lower_media_type(scope, kind)
        exchange.inline = self.api.inline and operation.method == "GET"
        exchange.operation, exchange.refusal_media = operation.operation_id, operation.refusal_media
        path: dict[str, str] = {}
        query: dict[str, Any] = {}
        call = Call(
            operation_id=operation.operation_id,
            method=exchange.method,
            url_path=exchange.url_path,
            path=path,
            query=query,
            body=None,
            headers=exchange.headers,
            request_id=exchange.request_id,
            extensions=operation.extensions,
        )
        for station in self.api.admission:
            station(exchange, call)
        path.update(read_path(operation, scope["path_params"]))
        query.update(read_query(operation, exchange.query_string))
        exchange.call = call
        exchange.stations, exchange.perform = self.api.stations, perform


class _EveryMediaType(dict[str, Callable[..., "_Body"]]):
    """Answers Connexion's look-up by media type with one maker; Connexion has checked the type."""

    def __init__(self, make: Callable[..., "_Body"]) -> None:
        self.make = make

    def __missing__(self, media: str) -> Callable[..., "_Body"]:
        return self.make


@dataclass(frozen=True)
class _Body:
    """What Connexion makes for each body it has checked the media type of."""

    validator: Validator
    required: bool

    async def wrap_receive(self, receive: Receive, *, scope: Scope) -> tuple[Receive, Scope]:
        exchange: Exchange = scope[EXCHANGE]
        exchange.body = await read_body(exchange)
        if exchange.body and exchange.call:
            value = await self._value(exchange.body, exchange.call)
            exchange.call = replace(exchange.call, body=value)
        elif self.required:
            raise invalid_input("The request body is required.")
        return receive, scope

    async def _value(self, raw: bytes, call: Call) -> Any:
        media = call.headers.get("content-type", "application/json").partition(";")[0].strip()
        if not media.lower().endswith("json"):
            return raw
        if len(raw) < LARGE:
            return self._check_json(raw, call.operation_id)
        return await asyncio.to_thread(self._check_json, raw, call.operation_id)

    def _check_json(self, raw: bytes, operation_id: str) -> Any:
        value = parse_json(raw, self.validator.deepest)
        for check in self.validator.operations[operation_id].bodies.values():
            if mistake := check.mistake(value, "The request body"):
                raise invalid_input(mistake.text, mistake.place)
        return value


def parse_json(raw: bytes, deepest: int) -> Any:
    """JSON that is nested at most `deepest` levels and is text throughout; ApiError 400 otherwise."""
    try:
        value = json.loads(raw, parse_constant=_refuse_constant)
        if b"\\u" in raw:
            json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair is not text
    except RecursionError:
        raise _too_deep(deepest) from None
    except json.JSONDecodeError as problem:
        where = f"line {problem.lineno}, column {problem.colno}"
        raise invalid_input(f"The request body is not valid JSON at {where}.") from None
    except ValueError:
        if LONG_NUMBER.search(raw):
            raise invalid_input("The request body has a number of thousands of digits.") from None
        raise invalid_input("The request body is not valid JSON in UTF-8.") from None
    if _deeper(value, deepest):
        raise _too_deep(deepest)
    if raw.count(b",") > MOST_VALUES and _values(value) > MOST_VALUES:
        raise invalid_input(f"The request body has more than {MOST_VALUES} values.")
    return value


def _values(value: Any) -> int:
    """How many values there are inside, all levels together. Checking each against a document takes its time."""
    if isinstance(value, dict):
        value = list(value.values())
    return sum(map(_values, value)) if isinstance(value, list) else 1


def _refuse_constant(name: str) -> None:
    raise invalid_input(f"The request body has {name}, which is no number of JSON.")


def _too_deep(deepest: int) -> Exception:
    return invalid_input(f"The request body is nested more than {deepest} levels deep.")


def _deeper(value: Any, deepest: int) -> bool:
    level = [value]
    for _ in range(deepest + 1):
        containers = [one for one in level if isinstance(one, dict | list)]
        if not containers:
            return False
        level = [inner for one in containers for inner in (one.values() if isinstance(one, dict) else one)]
    return True


def _lower_media_type(scope: Scope, kind: str) -> None:
    """Connexion would let the body of `Application/JSON` pass unread."""
    media, mark, rest = kind.partition(";")
    if media != media.lower():
        text = f"{media.lower()}{mark}{rest}".encode("latin-1")
        others = [header for header in scope["headers"] if header[0] != b"content-type"]
        scope["headers"] = [*others, (b"content-type", text)]


def read_path(operation: Operation, values: Mapping[str, str]) -> dict[str, str]:
    """The parameters of a path, checked. Raises ApiError 400."""
    # Connexion's router takes no dash in a name
    path = {name: values[name.replace("-", "_")] for name in operation.path_parameters}
    if path and (mistake := operation.path_check.mistake(path, "The path")):
        raise invalid_input(mistake.text, mistake.place)
    return path


def read_query(operation: Operation, query_string: str) -> dict[str, Any]:
    """The declared parameters, converted and checked. One that is sent empty counts as not sent. Raises ApiError 400.

    Undeclared ones are left alone, as on the platform, and of one that is sent several times the last counts; beneath
    `/_sandbox`, which is ours, both are refused, sent empty, too.
    """
    if not query_string and operation.takes_no_query:
        return {}
    sent = parse_qsl(query_string, keep_blank_values=True)
    if operation.path.startswith("/_sandbox/"):
        _require_declared_once(operation, [name for name, _ in sent])
    texts: dict[str, list[str]] = {}
    for name, text in sent:
        if text and name in operation.query:
            texts.setdefault(name, []).append(text)
    query = {name: _convert(operation.query[name], sent) for name, sent in texts.items()}
    if mistake := operation.query_check.mistake(query, "The query", indices=False):
        raise invalid_input(mistake.text, mistake.place)
    for name, schema in operation.query.items():
        if "default" in schema:
            query.setdefault(name, schema["default"])
    return query


def _require_declared_once(operation: Operation, names: list[str]) -> None:
    """Raises ApiError 400 for a parameter that is not declared, and for one sent again that is no list."""
    for name, times in Counter(names).items():
        if name not in operation.query:
            meant = hint(name, list(operation.query)) if operation.query else " This call takes none."
            raise invalid_input(f"The query has no parameter {as_json(name)}.{meant}", name[:100])
        if times > 1 and operation.query[name].get("type") != "array":
            raise invalid_input(f"The query has the parameter {as_json(name)} {times} times; once is enough.", name)


def _convert(schema: Mapping[str, Any], texts: list[str]) -> Any:
    if schema.get("type") != "array":
        return _convert_one(schema, texts[-1])
    items = schema.get("items", {})
    return [_convert_one(items, part) for text in texts for part in text.split(",") if part]


def _convert_one(schema: Mapping[str, Any], text: str) -> Any:
    """The value a text stands for; a text that stands for none stays, for the check to refuse."""
    return _CONVERSIONS.get(schema.get("type", ""), str)(text)


def _integer(text: str) -> int | str:
    return int(text) if WHOLE_NUMBER.fullmatch(text) else text


def _number(text: str) -> float | str:
    try:
        number = float(text)
    except ValueError:
        return text
    return number if math.isfinite(number) else text


def _boolean(text: str) -> bool | str:
    return {"true": True, "false": False}.get(text.lower(), text)


_CONVERSIONS: Mapping[str, Callable[[str], Any]] = {
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
}
