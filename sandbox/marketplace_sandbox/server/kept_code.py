"""What `@dataclass` has compiled before, kept beside the modules: compiling it takes a sixth of a server's start.

`dataclasses` writes the methods of a class as text and has `exec` compile it, at every start again, where Python keeps
what it compiles of our modules. Here that is kept, too, by its text, in the same folder and under the same settings:
a text that is not there is compiled as ever. The classes are the same.
"""

import dataclasses
import marshal
import os
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path
from types import CodeType
from typing import Any

FILE = Path(cache_from_source(str(Path(__file__).with_suffix(".dataclasses.py"))))
CHECKSUM_BYTES = 4


class KeptCode:
    """Compiled code by its text, read from a file when it is first needed and written there when more has come."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._kept: dict[str, CodeType] | None = None
        self._used: dict[str, CodeType] = {}

    @property
    def used(self) -> set[str]:
        """The texts that were asked for."""
        return set(self._used)

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Dataclasses that are made while the block runs take their code from here."""
        if self._kept is None:
            self._kept = read(self._file)
        vars(dataclasses)["exec"] = self._execute  # found before the builtin of that name
        try:
            yield
        finally:
            vars(dataclasses).pop("exec", None)

    def keep(self) -> None:
        """Write down what was used, if something was missing. What nobody used this time goes."""
        if sys.dont_write_bytecode or self.used <= (self._kept or {}).keys():
            return
        with suppress(OSError):  # a folder that may not be written
            _write(self._file, self._used)

    def _execute(self, text: str, *scopes: Any) -> None:
        code = (self._kept or {}).get(text)
        if code is None:
            code = compile(text, "<string>", "exec", dont_inherit=True)
        self._used[text] = code
        exec(code, *scopes)  # noqa: S102  what dataclasses does


def read(file: Path) -> dict[str, CodeType]:
    """What a file keeps: nothing where it is damaged, or another Python's."""
    with suppress(Exception):  # whatever is wrong with it, there is the text
        content = file.read_bytes()
        head, body = content[: len(_head(b""))], content[len(_head(b"")) :]
        if head == _head(body):
            # as trusted as the code that Python keeps there
            kept: dict[str, CodeType] = marshal.loads(body)  # noqa: S302
            return kept if all(isinstance(each, CodeType) for each in kept.values()) else {}
    return {}


def _head(body: bytes) -> bytes:
    """What the code is for, as Python says it, and a checksum: damaged code would end the interpreter."""
    return MAGIC_NUMBER + zlib.crc32(body).to_bytes(CHECKSUM_BYTES)


def _write(file: Path, code: dict[str, CodeType]) -> None:
    """Whole or not at all: others may read meanwhile. Nothing that lies there is written through, as links would be."""
    body = marshal.dumps(code)
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f"{file.name}.{os.getpid()}")
    beside.unlink(missing_ok=True)  # of one that was killed
    try:
        with beside.open("xb") as opened:
            opened.write(_head(body) + body)
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)


KEPT_CODE = KeptCode(FILE)
"""That of this installation."""
