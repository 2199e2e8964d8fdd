"""Holds XML answers against the document of their section: names, parents, repetitions and texts."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from marketplace_sandbox.api.http.openapi import Document

Schema = dict[str, Any]
PATTERNS = {"boolean": "true|false", "integer": "[0-9]+"}
INSTANT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z"


@dataclass(frozen=True)
class Documented:
    """The answers of one section."""

    document: Document

    def problems(self, root: etree._Element) -> list[str]:
        """How an answer departs from the document."""
        name = etree.QName(root).localname
        schema = self.document.tree["components"]["schemas"].get(name)
        if schema is None:
            return [f"{name} is no answer of {self.document.title}"]
        return list(self._complaints(root, schema, name))

    def _complaints(self, node: etree._Element, said: Schema, where: str) -> Iterator[str]:
        schema = self.document.resolve(said)
        wrapper = schema.get("type") == "array"
        if wrapper:  # an element around the list, of which each child is an item
            item = self.document.resolve(schema["items"])
            schema = {"properties": {item["xml"]["name"]: item}}
        properties = schema.get("properties")
        if properties is None:
            yield from self._wrong_text(node.text or "", schema, where)
            return
        names = [etree.QName(child).localname for child in node]
        yield from (f"{where} lacks {name}" for name in schema.get("required", []) if name not in names)
        for child, name in zip(node, names, strict=True):
            if name not in properties:
                yield f"{where} has an undocumented {name}"
                continue
            inner = self.document.resolve(properties[name])
            if inner.get("type") == "array" and not inner.get("xml", {}).get("wrapped"):
                inner = inner["items"]
            elif names.count(name) > 1 and not wrapper:
                yield f"{where} repeats {name}"
                continue
            yield from self._complaints(child, inner, f"{where}/{name}")

    def _wrong_text(self, text: str, schema: Mapping[str, Any], where: str) -> Iterator[str]:
        for part in schema.get("allOf", [schema]):
            kind = self.document.resolve(part)
            pattern = kind.get("pattern") or PATTERNS.get(kind["type"], ".*")
            if kind.get("format") == "date-time":
                pattern = INSTANT
            if not re.fullmatch(pattern, text, re.DOTALL) or text not in kind.get("enum", [text]):
                yield f"{where} is {text!r}"
