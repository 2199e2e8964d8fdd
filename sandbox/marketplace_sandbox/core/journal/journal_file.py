"""A journal as a file, from which the same world is built again anywhere: how its entries are written and read.

What is written is whole, but for what signs posts to webhooks and for credentials in their addresses: nothing that
happens in a world depends on them, and nobody is told anything from a file.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marketplace_sandbox.core.commands.notifications import Subscribe
from marketplace_sandbox.core.commands.worlds import Reach
from marketplace_sandbox.core.journal.journal import FORMAT, Entry
from marketplace_sandbox.core.journal.opening import OPENED
from marketplace_sandbox.core.past.origin import Origin, Origins
from marketplace_sandbox.core.rules.version import RULES
from marketplace_sandbox.core.text.instants import format_instant
from marketplace_sandbox.core.text.quoting import quote
from marketplace_sandbox.core.text.reading import (
    FieldError,
    Fields,
    JsonObject,
    instant,
    json_object,
    list_of,
    text,
    whole,
)
from marketplace_sandbox.core.text.redaction import REDACTED, redact_text

Json = dict[str, Any]
_FIELDS = ("version", "at", "format", "kind", "body", "result_before", "rules", "origins")
_TIMED = (OPENED, Reach.kind)
"""The kinds of entries that say what the real clock showed."""

_CUT = re.compile(r"… \([0-9]+ characters\)\Z")
"""How a long file ends where a journal is only shown."""


@dataclass(frozen=True, slots=True)
class JournalFile:
    """What a file has: the entries of a journal, and where it was branched."""

    entries: list[Entry]
    origins: Origins = ()

    @property
    def seller_id(self) -> str:
        """Whose world it tells of, in the end."""
        return self.origins[-1][1].seller_id if self.origins else str(self.entries[0].body.get("seller_id"))

    @property
    def wall(self) -> float:
        """What the real clock showed when the journal last saw it, in epoch seconds; 0 where it says nothing of it."""
        # the latest first where several are of one version: what a branch says comes after its entry
        walls: list[Any] = [(version, origin.anchor.real_base) for version, origin in reversed(self.origins)]
        walls += [(entry.version, entry.body.get("wall")) for entry in self.entries if entry.kind in _TIMED]
        known = [(version, wall) for version, wall in walls if isinstance(wall, int | float)]
        return float(max(known, key=lambda each: each[0])[1]) if known else 0.0


def write_entry(entry: Entry, origins: Origins = ()) -> Json:
    """An entry as a line of a file has it, with how the world goes on where its journal was branched after it."""
    after = [origin.write() for version, origin in origins if version == entry.version]
    return {
        "version": entry.version,
        "at": format_instant(entry.at),
        "format": entry.format,
        "kind": entry.kind,
        "body": _without_secrets(entry),
        "result_before": entry.result_before,
        "rules": entry.rules,
        **({"origins": after} if after else {}),
    }


def _without_secrets(entry: Entry) -> JsonObject:
    if entry.kind != Subscribe.kind:
        return entry.body
    safe = {"secret": REDACTED, "url": redact_text(str(entry.body.get("url", "")))}
    return {name: safe.get(name, each) if each else each for name, each in entry.body.items()}


def read_file(file: str) -> JournalFile:
    """What a file has: an object a line, or a list of them, or an answer of the control API. Raises FieldError.

    A journal that is only shown says neither what had come of its entries nor by which rules; it will do where nothing
    of it is cut.
    """
    values = [(f"entry {number}", value) for number, value in enumerate(_read_values(file), 1)]
    entries = [_read_entry(value, path) for path, value in values]
    if not entries:
        raise FieldError("", "The file has no entry; a journal begins with how its world was opened.")
    for number, entry in enumerate(entries, 1):
        if entry.version != number:
            raise FieldError(
                "", f"Entry {number} of the file has the version {entry.version}; one is missing before it."
            )
    origins = ((number, each) for number, (path, value) in enumerate(values, 1) for each in _read_origins(value, path))
    return JournalFile(entries, tuple(origins))


def _read_origins(value: JsonObject, path: str) -> list[Origin]:
    """How the world goes on after an entry; it says that where its journal was branched there."""
    return Fields(value, path, known=_FIELDS).get("origins", list_of(lambda each, _: Origin.read(each)), [])


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
