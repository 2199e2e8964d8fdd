"""Holds XML answers against the document of their section: names, parents, repetitions and texts."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from marketplace_sandbox.api.http.openapi import Document

Schema = dict[str, Any]


@dataclass(frozen=True)
class Documented:
    """The answers of one section."""

    document: Document

    def problems(self, root: etree._Element) -> list[str]:
        """How an answer departs from the document."""
        name = etree.QName(root).localname
        return list(self._complaints(root, self.document.tree["components"]["schemas"][name], name))

    def _complaints(self, node: etree._Element, said: Schema, where: str) -> Iterator[str]:
        schema = self.document.resolve(said)
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
            if inner.get("type") == "array":
                inner = inner["items"]
            elif names.count(name) > 1:
                yield f"{where} repeats {name}"
            yield from self._complaints(child, inner, f"{where}/{name}")

    def _wrong_text(self, text: str, schema: Mapping[str, Any], where: str) -> Iterator[str]:
        patterns = {"boolean": "true|false", "integer": "[0-9]+"}
        wanted = schema.get("pattern") or patterns.get(schema["type"], ".*")
        if not re.fullmatch(wanted, text, re.DOTALL) or text not in schema.get("enum", [text]):
            yield f"{where} is {text!r}"
