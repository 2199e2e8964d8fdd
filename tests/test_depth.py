"""How deep tests go: what `make test` does at least, and of a soak the share that is wanted."""

import re

import pytest

from tests.depth import depth
from tests.documents import ROOT


@pytest.mark.parametrize(
    ("soak", "rounds"), [(None, 10), ("", 10), ("1", 1000), ("0.5", 500), ("0.002", 10), ("2", 2000)]
)
def test_a_share_of_the_soak_and_never_less_than_without(
    soak: str | None, rounds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOAK", raising=False)
    if soak is not None:
        monkeypatch.setenv("SOAK", soak)
    assert depth(test=10, soak=1000) == rounds


def test_make_soak_finds_every_test_that_asks_how_deep() -> None:
    (pattern,) = re.findall(r"grep -rl --include='test_\*\.py' '([^']+)' tests", (ROOT / "Makefile").read_text())
    for path in (ROOT / "tests").rglob("test_*.py"):
        text = path.read_text()
        asks = re.search(r"\bdepth\((test=)?\d", text) is not None
        assert not asks or re.search(pattern, text, re.MULTILINE), f"{path.name} is not run by make soak"
