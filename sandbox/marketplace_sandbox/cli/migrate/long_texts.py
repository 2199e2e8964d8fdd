"""JSON without its long texts, as a stream: answers that a recording holds need not pass through memory.

A text of more than `LONGEST` bytes becomes an empty one; everything else stays as it is, damage included. Knows of
JSON no more than where a text ends, and looks at a piece of the file with whole searches, not byte by byte.
"""

import re
from typing import BinaryIO

PIECE = 64 * 1024
"""Bytes that are read at a time."""

LONGEST = 64 * 1024
"""Bytes of a text that is kept; a page token has 16,384."""

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""What files of Windows may begin with; it is no JSON."""

_INSIDE = rb'[^"\\]*+(?:\\.[^"\\]*+)*+'
_TEXT = re.compile(_INSIDE, re.DOTALL)
_WHOLE = re.compile(rb'[^"]*+(?:"' + _INSIDE + rb'"[^"]*+)*+', re.DOTALL)
"""What stands outside of texts, and texts that end."""

_LONG_TOKEN = re.compile(rb"[^\s\[\]{},:]{1000}")
"""What is longer than any number, and than what else stands outside of texts."""


class LongTokenError(Exception):
    """Something outside of a text that is longer than anything JSON has there."""


class WithoutLongTexts:
    """A binary file to be read from once. Holds a piece of it and the beginning of one text, and no more."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.begin = b""
        """The first bytes of the file, by which other kinds of files are told."""
        self._in_text = False
        self._held = b""
        self._held_count = 0
        self._backslash = b""

    def read(self, size: int = -1) -> bytes:
        """The next bytes, empty at the end. Raises LongTokenError, and whatever the file raises."""
        if size == 0:
            return b""
        while piece := self._file.read(PIECE):
            if not self.begin:
                self.begin = piece[:4]
                piece = piece.removeprefix(BYTE_ORDER_MARK)
            if shortened := self._shorten(self._backslash + piece):
                return shortened
        return b""

    def _shorten(self, piece: bytes) -> bytes:
        piece, self._backslash = _split_backslash(piece)
        if not self._in_text:
            return self._pass_on(piece)
        end = _end(_TEXT, piece)
        self._hold(piece[:end])
        if end == len(piece):
            return b""
        text, self._held, self._held_count = self._held, b"", 0
        self._in_text = False
        return text + b'"' + self._pass_on(piece[end + 1 :])

    def _hold(self, text: bytes) -> None:
        """Keeps more of a text, or nothing of it any more once it is too long."""
        self._held_count += len(text)
        self._held = self._held + text if self._held_count <= LONGEST else b""

    def _pass_on(self, piece: bytes) -> bytes:
        """What begins outside of a text, without the part of a text that goes on after it, which is held."""
        if b'"' not in piece and _LONG_TOKEN.search(piece):
            raise LongTokenError
        end = _end(_WHOLE, piece)
        if end == len(piece):
            return piece
        self._in_text = True
        self._hold(piece[end + 1 :])
        return piece[: end + 1]


def _split_backslash(piece: bytes) -> tuple[bytes, bytes]:
    """A piece, and the backslash at its end whose escape goes on in the next one."""
    count = len(piece) - len(piece.rstrip(b"\\"))
    return (piece[:-1], piece[-1:]) if count % 2 else (piece, b"")


def _end(pattern: re.Pattern[bytes], piece: bytes) -> int:
    """Where a pattern that matches anything ends."""
    found = pattern.match(piece)
    return found.end() if found else 0
