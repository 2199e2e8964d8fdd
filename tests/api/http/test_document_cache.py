"""What was read of a document before: never another document, and never in the way."""

import os
import sys
from collections.abc import Iterator
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from marketplace_sandbox._resources import openapi_dir
from marketplace_sandbox.api.http import document_cache
from marketplace_sandbox.api.http.document_cache import load_tree

DOCUMENT = "name: first\nexample: 2026-03-02T16:00:00Z\nlist: [1, 2.5, true, null]\n"


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(sys, "pycache_prefix", None)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    path = tmp_path / "document.yaml"
    path.write_text(DOCUMENT)
    yield path
    path.chmod(0o600)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Each YAML file that was read."""
    reads: list[Path] = []
    read = document_cache._read

    def note(path: Path) -> document_cache.Tree:
        reads.append(path)
        return read(path)

    monkeypatch.setattr(document_cache, "_read", note)
    return reads


def kept(path: Path) -> Path:
    return Path(cache_from_source(f"{path}.py"))


def test_a_document_is_read_once_and_is_the_same_from_then_on(path: Path, reads: list[Path]) -> None:
    trees = [load_tree(path) for _ in range(3)]
    assert trees[0] == trees[1] == trees[2]
    assert trees[0]["list"] == [1, 2.5, True, None]
    assert reads == [path]
    assert [each.name for each in kept(path).parent.iterdir()] == [kept(path).name]


def test_another_document_is_read_anew(path: Path, reads: list[Path]) -> None:
    load_tree(path)
    path.write_text(DOCUMENT.replace("first", "another"))
    assert load_tree(path)["name"] == "another"
    found = path.stat()
    path.write_text(DOCUMENT.replace("first", "another").replace("another", "anotter"))
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns + 1))
    assert load_tree(path)["name"] == "anotter"
    assert len(reads) == 3


@pytest.mark.parametrize("content", [b"", b"junk", b"\x80\x05]\x94.", b"\x80\x05N."])
def test_what_cannot_be_read_is_passed_over(path: Path, reads: list[Path], content: bytes) -> None:
    load_tree(path)
    kept(path).write_bytes(content)
    assert load_tree(path)["name"] == "first"
    assert load_tree(path)["name"] == "first"
    assert len(reads) == 2


def test_nothing_is_kept_where_python_keeps_nothing(
    path: Path, reads: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert load_tree(path) == load_tree(path)
    assert len(reads) == 2
    assert not kept(path).parent.exists()


def test_where_nothing_can_be_kept_it_is_read_each_time(path: Path, reads: list[Path]) -> None:
    kept(path).parent.write_text("a file where the folder would be")
    assert load_tree(path) == load_tree(path)
    assert len(reads) == 2


@pytest.mark.parametrize("name", sorted(each.name for each in openapi_dir().glob("*.yaml")))
def test_our_documents_are_the_same_kept_as_read(name: str) -> None:
    assert load_tree(openapi_dir() / name) == document_cache._read(openapi_dir() / name)
