"""The code of dataclasses that is kept between starts: the same classes, and nothing that can break a start."""

import dataclasses
import marshal
import os
import pickle
import sys
from pathlib import Path
from typing import Any

import pytest

from marketplace_sandbox.cli import serve
from marketplace_sandbox.server import kept_code
from marketplace_sandbox.server.kept_code import KEPT_CODE, KeptCode


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return tmp_path / "__pycache__" / "kept.pyc"


def make() -> Any:
    """A class with everything that dataclasses write."""

    @dataclasses.dataclass(frozen=True, slots=True, order=True)
    class Price:
        amount: int
        currency: str = "USD"
        notes: list[str] = dataclasses.field(default_factory=list, compare=False)

    return Price


def methods(made: Any) -> dict[str, bytes]:
    return {name: each.__code__.co_code for name, each in vars(made).items() if hasattr(each, "__code__")}


def made_by(kept: KeptCode) -> Any:
    with kept.in_use():
        made = make()
    kept.keep()
    return made


def refuse_to_compile(*_: object, **__: object) -> None:
    raise AssertionError("compiled again")


def test_classes_are_the_same(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain, first = make(), made_by(KeptCode(file))
    monkeypatch.setattr(kept_code, "compile", refuse_to_compile, raising=False)
    again = made_by(KeptCode(file))
    assert methods(plain) == methods(first) == methods(again)
    assert {"__init__", "__repr__", "__eq__", "__lt__", "__hash__", "__setattr__"} <= methods(plain).keys()
    assert repr(again(5)) == repr(plain(5))
    assert (again(5), hash(again(5))) == (again(5, notes=["x"]), hash(again(5)))
    assert again(5) < again(6)
    assert again(5).notes is not again(5).notes
    with pytest.raises(dataclasses.FrozenInstanceError):
        again(5).amount = 6


def test_what_is_made_outside_is_left_alone(file: Path) -> None:
    made_by(KeptCode(file))
    assert "exec" not in vars(dataclasses)


def test_a_file_that_is_damaged_or_foreign_is_made_anew(file: Path) -> None:
    made_by(KeptCode(file))
    good = file.read_bytes()
    wrong = [bytes([*good[:at], good[at] ^ 1, *good[at + 1 :]]) for at in (0, 5, 8, len(good) // 2, len(good) - 1)]
    kinds: list[Any] = [[1], None, {"text": "pass"}, {1: []}]
    others = [marshal.dumps(each) for each in kinds]
    for each in (*wrong, b"", good[:20], pickle.dumps({}), *(kept_code._head(each) + each for each in others)):
        file.write_bytes(each)
        assert methods(made_by(KeptCode(file))) == methods(make())
        assert file.read_bytes() == good


def test_it_is_written_when_something_was_missing_and_holds_what_was_used(file: Path) -> None:
    made_by(KeptCode(file))
    written = file.stat().st_mtime_ns
    made_by(KeptCode(file))
    assert file.stat().st_mtime_ns == written
    other = KeptCode(file)
    with other.in_use():
        dataclasses.make_dataclass("Other", ["a"])
    other.keep()
    assert file.stat().st_mtime_ns != written
    assert set(kept_code.read(file)) == other.used


def test_where_nothing_may_be_written_nothing_is(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.parent.touch()  # a folder of that name cannot be made
    assert methods(made_by(KeptCode(file))) == methods(make())
    file.parent.unlink()
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    made_by(KeptCode(file))
    assert not file.exists()


def test_nothing_is_left_beside_it_and_no_link_is_written_through(file: Path, tmp_path: Path) -> None:
    mine, beside = tmp_path / "mine", file.with_name(f"{file.name}.{os.getpid()}")
    mine.write_text("mine")
    file.parent.mkdir()
    for each in (beside, file):
        each.symlink_to(mine)
    made_by(KeptCode(file))
    assert mine.read_text() == "mine"
    assert kept_code.read(file)
    file.unlink()
    file.mkdir()  # what cannot be replaced
    made_by(KeptCode(file))
    assert list(file.parent.iterdir()) == [file]


def test_it_lies_where_python_keeps_its_own_and_serve_uses_it() -> None:
    assert kept_code.FILE.parent.name == "__pycache__" or sys.pycache_prefix
    assert sys.implementation.cache_tag in kept_code.FILE.name
    assert vars(serve)["KEPT_CODE"] is KEPT_CODE
