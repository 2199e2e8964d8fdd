"""Control characters made visible, so that what somebody else wrote can neither move a reader's cursor, colour or
rename his terminal, forge a line of a log, nor turn the order of letters round.
"""

import re

_MOVES_CURSOR = "\x00-\x08\x0b-\x1f\x7f-\x9f"
"""C0 without tab and line feed, DEL, and C1, whose \\x9b some terminals take for the beginning of a sequence."""

_TURNS_ROUND = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""The controls of the Unicode Bidirectional Algorithm (UAX #9)."""

_BREAKS_LINE = "\u2028\u2029"
_NO_CHARACTER = "\ud800-\udfff"
"""Halves of surrogate pairs, which no stream can be sent."""

_CONTROL = re.compile(f"[{_MOVES_CURSOR}{_TURNS_ROUND}{_BREAKS_LINE}{_NO_CHARACTER}]")


def escape_controls(text: str) -> str:
    r"""The text with its control characters written out; tabs and line feeds stay.

    >>> escape_controls("red: \x1b[31m, \u202etxt.exe")
    'red: \\x1b[31m, \\u202etxt.exe'
    """
    return _CONTROL.sub(lambda found: _write_out(found[0], short=True), text)


def escape_in_json(text: str) -> str:
    """JSON with the control characters in its strings written as JSON has them: it means the same as before."""
    return _CONTROL.sub(lambda found: _write_out(found[0], short=False), text)


def _write_out(control: str, *, short: bool) -> str:
    code = ord(control)
    return f"\\x{code:02x}" if short and code < 0x100 else f"\\u{code:04x}"
