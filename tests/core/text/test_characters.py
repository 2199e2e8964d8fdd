"""What terminals and logs must not be sent, by every kind of it."""

import json
import unicodedata

import pytest

from marketplace_sandbox.core.text.characters import escape_controls, escape_in_json

BIDIRECTIONAL = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
CONTROLS = [chr(code) for code in range(0x100) if unicodedata.category(chr(code)) == "Cc" and chr(code) not in "\t\n"]


@pytest.mark.parametrize("control", [*CONTROLS, *BIDIRECTIONAL, "\u2028", "\u2029", "\ud800"], ids=ascii)
def test_a_control_character_is_written_out(control: str) -> None:
    written = "\\x0d" if control == "\r" else ascii(control)[1:-1]
    assert escape_controls(f"a{control}b") == f"a{written}b"
    assert json.loads(escape_in_json(json.dumps(f"a{control}b", ensure_ascii=False))) == f"a{control}b"
    assert control not in escape_in_json(json.dumps(control, ensure_ascii=False))


@pytest.mark.parametrize("text", ["Où est-ce ?\n\tici", "日本語", "👩‍💻", "שלום"])
def test_all_else_stays(text: str) -> None:
    assert escape_controls(text) == text
    assert escape_in_json(text) == text
