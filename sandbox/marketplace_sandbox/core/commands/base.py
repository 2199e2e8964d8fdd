"""What all commands have in common: a word for the journal, and the way from a value to the journal's JSON and back."""

import base64
import zlib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self, TypeVar

from marketplace_sandbox.core.text.instants import format_instant, format_span
from marketplace_sandbox.core.text.reading import FieldError, Fields, JsonObject, Reader, text

C = TypeVar("C", bound="Command")
Readers = Mapping[str, Reader[Any]]


@dataclass(frozen=True, slots=True)
class Command:
    """Something that somebody wants of a world. `kind` is its word in the journal, where it was taken.

    `readers` says for every field how it is read from JSON. A field without a default is required, and one that has
    its default, or is null, is left out of the JSON, unless it is among those `always` written. Those `unchecked` are
    too large to be read once more before they are written: they are made here, and always can be read.
    """

    kind: ClassVar[str]
    readers: ClassVar[Readers] = {}
    always: ClassVar[tuple[str, ...]] = ()
    unchecked: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def read(cls, body: JsonObject) -> Self:
        """The command from its JSON. Raises FieldError."""
        arguments = Fields({name: value for name, value in body.items() if value is not None}, known=cls.readers)
        required = {each.name for each in fields(cls) if each.default is MISSING is each.default_factory}
        names = [name for name in cls.readers if name in arguments or name in required]
        return cls(**{name: arguments.need(name, cls.readers[name]) for name in names})

    def write(self) -> JsonObject:
        """The command as JSON, as `read` takes it."""
        return {
            each.name: write_value(value)
            for each in fields(self)
            if (value := getattr(self, each.name)) not in (each.default, {}) or each.name in self.always
        }

    def check(self) -> None:
        """Raise FieldError for a value that its own reader would refuse when the journal is read again.

        A field without a reader is kept as it was posted, and has been read for the plan.
        """
        for name, reader in self.readers.items():
            value = getattr(self, name)
            if value is not None and name not in self.unchecked:
                reader(write_value(value), name)


def write_value(value: Any) -> Any:
    """A value of a command as JSON: instants, spans and files as text, tuples as lists."""
    if hasattr(value, "write"):
        return value.write()
    if isinstance(value, tuple):
        return [write_value(each) for each in value]
    if isinstance(value, datetime):
        return format_instant(value)
    if isinstance(value, timedelta):
        return format_span(value)
    if isinstance(value, bytes):
        return base64.b85encode(zlib.compress(value)).decode("ascii")
    return value


def file_content(value: Any, path: str) -> bytes:
    """A file from its text in the journal: zlib, then base85. Raises FieldError."""
    try:
        return zlib.decompress(base64.b85decode(text()(value, path)))
    except (ValueError, zlib.error):
        raise FieldError(path, f"{path} is base85 of a file packed with zlib; this one is not.") from None
