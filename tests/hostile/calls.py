"""A call, the places in it where a value stands or could stand, and the same call with something else there."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

from marketplace_sandbox.api.http.openapi import Document, Operation
from tests.hostile.values import FIRST, Raw, any_text, any_value, as_json, bent

Path = tuple[str | int, ...]
ABSENT = object()


@dataclass(frozen=True)
class Request:
    """What is put on the wire."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Call:
    """One call of an operation that is as it should be. `form` says that the body is a form; `file` is one to be sent.

    A `path` has its parameters in braces, `body` is what JSON holds, `None` for none.
    """

    path: str
    method: str = "GET"
    in_path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    form: bool = False
    file: str = ""

    def request(self) -> Request:
        """The call as it is sent."""
        path = re.sub(r"\{([^}]*)\}", lambda found: quote(self.in_path[found[1]], "", errors="replace"), self.path)
        raw, kind = b"", ""
        if self.file:
            raw, kind = self.file.encode("utf-8", "surrogatepass"), "text/xml"
        elif self.form:
            raw, kind = _url_encoded(self.body).encode(), "application/x-www-form-urlencoded"
        elif self.body is not None:
            raw, kind = as_json(self.body), "application/json"
        # what ends a line never gets past a server's parser
        sent = {
            name: re.sub("[\r\n\0]", "", text).encode("latin-1", "replace").decode("latin-1")
            for name, text in self.headers.items()
        }
        headers = ({"content-type": kind} if kind else {}) | sent
        return Request(self.method, path, _url_encoded(self.query), headers, raw)

    def text_at(self, place: "Place") -> str:
        """What stands at a place that holds nothing but text."""
        if place.part == "file":
            return _pieces(self.file)[int(place.path[0])]
        return str(self.texts(place.part).get(str(place.path[0]), ""))

    def texts(self, part: str) -> dict[str, str]:
        """The texts of a part by their names."""
        return dict({"in_path": self.in_path, "query": self.query, "headers": self.headers}[part])

    def with_texts(self, part: str, texts: Mapping[str, str]) -> "Call":
        """The same call with other texts in a part."""
        if part == "in_path":
            return replace(self, in_path=texts)
        return replace(self, query=texts) if part == "query" else replace(self, headers=texts)


@dataclass(frozen=True)
class Place:
    """Where in a call: `part` is one of its fields, `path` the way to it in there."""

    part: str
    path: Path

    def __str__(self) -> str:
        return f"{self.part}{''.join(f'[{each}]' if isinstance(each, int) else f'.{each}' for each in self.path)}"

    @property
    def takes_text_alone(self) -> bool:
        """Whether nothing else can be written there."""
        return self.part != "body"


def places(call: Call, operation: Operation | None = None, document: Document | None = None) -> list[Place]:
    """Every place of a call: all parameters that a document declares, and every field and entry of the body."""
    found = [Place("in_path", (name,)) for name in call.in_path]
    # a numbered list of MWS is called by its first entry
    declared = (re.sub(r"\.N$", ".1", name) for name in (operation.query if operation else ()))
    found += [Place("query", (name,)) for name in dict.fromkeys((*call.query, *declared)) if name != "Action"]
    of_bodies = ("content-type", "content-encoding") if call.request().body else ()
    found += [Place("headers", (name,)) for name in (*call.headers, *of_bodies)]
    if call.file:
        found += [Place("file", (number,)) for number in range(len(_pieces(call.file)))]
    if call.body is not None:
        contents = _content(document, operation).values() if document and operation else ()
        schemas = [content.get("schema", {}) for content in contents]
        found += [Place("body", path) for path in _walk(call.body, schemas[0] if schemas else {}, document)]
    return found if not call.form else [each for each in found if each.path or each.part != "body"]


def changed(call: Call, place: Place, value: Any) -> Call:
    """The same call with another value at a place, or without one."""
    if place.part == "body":
        if call.form and value is not ABSENT and not isinstance(value, str):
            value = as_json(value).decode("utf-8", "replace")
        return replace(call, body=_put(call.body, place.path, value))
    if place.part == "file":
        pieces, index = _pieces(call.file), int(place.path[0])
        if index < len(pieces):  # there are fewer where another place was emptied
            pieces[index] = "" if value is ABSENT else _in_file(str(value))
        return replace(call, file="".join(pieces))
    texts = call.texts(place.part)
    texts.pop(str(place.path[0]), None)
    if value is not ABSENT:
        texts[str(place.path[0])] = str(value)
    elif place.part == "in_path":
        texts[str(place.path[0])] = "x"
    return call.with_texts(place.part, texts)


def first_of_all(found: list[Place]) -> list[tuple[Place, Any]]:
    """Nothing and the wrong kinds, in each of these places where they can be written."""
    values = (ABSENT, *FIRST)
    texts = [each for each in values if each is ABSENT or isinstance(each, str)]
    return [(place, value) for place in found for value in (texts if place.takes_text_alone else values)]


def hostile(call: Call, found: list[Place], random: Random) -> Iterator[tuple[Call, list[Place]]]:
    """The call with something else in one place, for ever: in each place nothing and the wrong kinds first, in any
    order, then anything anywhere, now and then in several places at once.
    """
    every = first_of_all(found)
    random.shuffle(every)
    yield from ((changed(call, place, value), [place]) for place, value in every)
    while found:
        some = random.sample(found, min(len(found), random.choice((1, 1, 1, 2, 4))))
        other = call
        for place in some:
            value: Any = any_value(random)
            if place.takes_text_alone:
                value = bent(call.text_at(place), random) if random.random() < 0.2 else any_text(random)
            other = changed(other, place, ABSENT if random.random() < 0.05 else value)
        yield other, some


def _content(document: Document, operation: Operation) -> Any:
    path = operation.path.removeprefix(document.base_path)
    described = document.tree["paths"][path][operation.method.lower()]
    return document.resolve(described.get("requestBody", {})).get("content", {})


def _walk(value: Any, schema: Any, document: Document | None, path: Path = ()) -> Iterator[Path]:
    yield path
    schema = document.resolve(schema) if document else {}
    for part in ("allOf", "anyOf", "oneOf"):
        for each in schema.get(part, ()):
            schema = {**(document.resolve(each) if document else {}), **schema}
    if isinstance(value, list):
        for index, each in enumerate(value[:2]):
            yield from _walk(each, schema.get("items", {}), document, (*path, index))
    elif isinstance(value, dict) or (value is None and path and schema.get("properties")):
        known = schema.get("properties", {})
        for name in dict.fromkeys((*(value or {}), *known, "stranger")):
            yield from _walk((value or {}).get(name), known.get(name, {}), document, (*path, name))


def _put(value: Any, path: Path, new: Any) -> Any:
    if not path:
        return None if new is ABSENT else Raw("null") if new is None else new
    step, rest = path[0], path[1:]
    if isinstance(value, Raw):
        return value
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        if not rest and new is ABSENT:
            return [*value[:step], *value[step + 1 :]]
        return [*value[:step], _put(value[step], rest, new), *value[step + 1 :]]
    if isinstance(value, dict | None):
        others = dict(value or {})
        if not rest and new is ABSENT:
            others.pop(str(step), None)
            return others
        return others | {str(step): _put(others.get(str(step)), rest, new)}
    return value  # what was put above it has taken the place away


def _pieces(file: str) -> list[str]:
    """A file as its names and the values between them, and its cells where it is a table."""
    return re.split(r"(?<=>)(?=[^<])|(?=<)|(?<=\t)|(?=\t)|(?=\n)", file)


def _in_file(text: str) -> str:
    return text if len(text) < 3 or text[0] in "<&]" else text.replace("<", "&lt;").replace("&", "&amp;")


def _url_encoded(texts: Mapping[str, Any]) -> str:
    return urlencode({name: str(each) for name, each in texts.items()}, errors="replace")
