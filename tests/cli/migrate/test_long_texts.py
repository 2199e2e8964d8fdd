"""JSON passes through as it is, but for long texts, wherever the pieces of the file end."""

import io
import json
from typing import Any
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace_sandbox.cli.migrate import long_texts
from marketplace_sandbox.cli.migrate.long_texts import LongTokenError, WithoutLongTexts

LONGEST = 40
TEXTS = st.text(alphabet='a"\\\n/é🙂', max_size=60)
TREES = st.recursive(
    TEXTS | st.integers() | st.none() | st.booleans(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def shorten(data: bytes, piece: int = long_texts.PIECE) -> bytes:
    with mock.patch.object(long_texts, "PIECE", piece):
        stream = WithoutLongTexts(io.BytesIO(data))
        return b"".join(iter(lambda: stream.read(piece), b""))


@given(tree=TREES, piece=st.integers(1, 50), ascii_only=st.booleans())
def test_whole_texts_are_kept_or_emptied(tree: Any, piece: int, *, ascii_only: bool) -> None:
    """A text that lies within one piece is kept whatever its length: it is in memory already."""
    written = json.dumps(tree, ensure_ascii=ascii_only)
    with mock.patch.object(long_texts, "LONGEST", LONGEST):
        shortened = json.loads(shorten(written.encode(), piece))
    assert matches(shortened, tree, lambda text: len(json.dumps(text, ensure_ascii=ascii_only).encode()) - 2, piece)


def matches(shortened: Any, tree: Any, length: Any, piece: int) -> bool:
    if isinstance(tree, str):
        kept = shortened == tree
        return kept if length(tree) <= LONGEST else shortened == "" or (kept and length(tree) < piece)
    if isinstance(tree, list):
        pairs = zip(shortened, tree, strict=True)
        return all(matches(one, other, length, piece) for one, other in pairs)
    if isinstance(tree, dict):
        long = [name for name in tree if length(name) > LONGEST]
        return bool(long) or all(matches(shortened[name], inner, length, piece) for name, inner in tree.items())
    return bool(shortened == tree)


@pytest.mark.parametrize("data", [b"", b"[", b'{"a', b'["\\', b"no JSON", b"\\", b'["a"]]', b'{"a": 1, }'])
@pytest.mark.parametrize("piece", [1, 2, 64])
def test_damage_stays_damage(data: bytes, piece: int) -> None:
    shortened = shorten(data, piece)
    assert data.startswith(shortened)
    with pytest.raises(json.JSONDecodeError):
        json.loads(shortened)


def test_a_byte_order_mark_goes() -> None:
    assert shorten(b"\xef\xbb\xbf[]") == b"[]"


def test_a_number_without_end_is_refused() -> None:
    with pytest.raises(LongTokenError):
        shorten(b"[" + b"9" * 3 * long_texts.PIECE)
