"""The bytes of a file as text, in the encodings that feeds come in. Knows no format."""

import re

from marketplace_sandbox.api.formats.feeds.reading import FatalFileError
from marketplace_sandbox.core.text.quoting import quote, suggestion

_CODECS = {
    "utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "ascii", "ascii": "ascii", "utf-16": "utf-16",
    "utf-16le": "utf-16-le", "utf-16be": "utf-16-be", "iso-8859-1": "latin-1", "latin-1": "latin-1",
    "windows-1252": "cp1252", "cp1252": "cp1252", "shift_jis": "cp932", "shift-jis": "cp932", "windows-31j": "cp932",
    "cp932": "cp932",
}  # fmt: skip
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def decode(content: bytes, media_type: str) -> str:
    """A file as text, by its byte order mark, or by the charset it came with. Raises FatalFileError."""
    parameter = re.search(r";\s*charset\s*=\s*\"?([^\s\";]+)", media_type, re.IGNORECASE)
    charset = parameter[1].lower() if parameter else ""
    if charset and charset not in _CODECS:
        raise FatalFileError(f"There is no charset {quote(charset)}{suggestion(charset, _CODECS)}")
    for mark, codec in _MARKS:
        if content.startswith(mark):
            return _decode_as(content[len(mark) :], codec)
    if charset:
        return _decode_as(content, _CODECS[charset])
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_as(content, "cp1252")


def _decode_as(content: bytes, codec: str) -> str:
    try:
        text = content.decode(codec)
    except UnicodeDecodeError as error:
        raise FatalFileError(
            f"The file is not encoded in {codec}: the byte at {error.start} does not belong there."
        ) from None
    if "\0" in text:
        raise FatalFileError(f"The file has a NUL character at {text.index(chr(0))}; it is no text in {codec}.")
    return text
