"""A journal as a file, from which the same world is built again anywhere: how its entries are written and read.

What is written is whole, but for what signs posts to webhooks and for credentials in their addresses: nothing that
happens in a world depends on them, and nobody is told anything from a file.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from marketplace_sandbox.core.commands.notifications import Subscribe
from marketplace_sandbox.core.instants import format_instant
from marketplace_sandbox.core.journal import FORMAT, Entry
from marketplace_sandbox.core.quoting import quote
from marketplace_sandbox.core.reading import FieldError, Fields, JsonObject, instant, json_object, text, whole
from marketplace_sandbox.core.redaction import REDACTED, redact_text
from marketplace_sandbox.core.rules.version import RULES

Json = dict[str, Any]
_FIELDS = ("version", "at", "format", "kind", "body", "result_before", "rules")
_CUT = re.compile(r"… \([0-9]+ characters\)\Z")
"""How a long file ends where a journal is only shown."""


def write_entry(entry: Entry) -> Json:
    """An entry as a line of a file has it."""
    return {
        "version": entry.version,
        "at": format_instant(entry.at),
        "format": entry.format,
        "kind": entry.kind,
        "body": _without_secrets(entry),
        "result_before": entry.result_before,
        "rules": entry.rules,
    }


def _without_secrets(entry: Entry) -> JsonObject:
    if entry.kind != Subscribe.kind:
        return entry.body
    safe = {"secret": REDACTED, "url": redact_text(str(entry.body.get("url", "")))}
    return {name: safe.get(name, each) if each else each for name, each in entry.body.items()}


def read_entries(file: str) -> list[Entry]:
    """The entries of a file: an object a line, or a list of them, or an answer of the control API. Raises FieldError.

    A journal that is only shown says neither what had come of its entries nor by which rules; it will do where nothing
    of it is cut.
    """
    entries = [_read_entry(each, f"entry {number}") for number, each in enumerate(_read_values(file), 1)]
    if not entries:
        raise FieldError("", "The file has no entry; a journal begins with how its world was opened.")
    for number, entry in enumerate(entries, 1):
        if entry.version != number:
            raise FieldError(
                "", f"Entry {number} of the file has the version {entry.version}; one is missing before it."
            )
    return entries


def _read_values(file: str) -> list[Any]:
    try:
        value = json.loads(file)
    except (ValueError, RecursionError):
        return [_read_line(line, number) for number, line in enumerate(file.splitlines(), 1) if line.strip()]
    if isinstance(value, Mapping):
        value = value.get("journal", [value])
    if not isinstance(value, list):
        raise FieldError("", f"The file is a journal, an entry a line; {quote(value)} is none.")
    return value


def _read_line(line: str, number: int) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        raise FieldError(f"line {number}", f"Line {number} of the file is no entry of a journal in JSON.") from None


def _read_entry(value: Any, path: str) -> Entry:
    fields = Fields(value, path, known=_FIELDS)
    body = fields.need("body", json_object)
    entry = Entry(
        fields.need("version", whole(1)),
        fields.need("at", instant),
        fields.need("kind", text(least=1)),
        body,
        fields.get("format", whole(1, FORMAT), FORMAT),
        fields.get("result_before", text(), ""),
        fields.get("rules", whole(1), RULES),
    )
    content = body.get("content")
    if isinstance(content, str) and _CUT.search(content):
        raise FieldError(path, f"The file in {path} is cut; `journal --whole` writes journals with nothing cut.")
    return entry
