"""Which store a URL means, and what is said of URLs that mean none."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from marketplace_sandbox.core.journal.journal import StoreError
from marketplace_sandbox.store import open_store
from tests.store.entries import entries, entry


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///worlds.db", "worlds.db"),
        ("sqlite:///new/folder/worlds.db", "new/folder/worlds.db"),
        ("sqlite:///with space #and% sign.db", "with space #and% sign.db"),
    ],
)
def test_three_slashes_are_relative(url: str, path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for version in (1, 2):
        store = open_store(url)
        store.append("A", entry(version))
        store.close()
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == [tmp_path / path]


def test_four_slashes_are_absolute(tmp_path: Path) -> None:
    open_store(f"sqlite:///{tmp_path}/worlds.db").close()
    assert (tmp_path / "worlds.db").is_file()


def test_a_store_keeps_what_it_was_given(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/worlds.db"
    store = open_store(url)
    store.replace("A", entries(3))
    store.secret("key", lambda: "first")
    store.close()
    store = open_store(url)
    assert store.worlds() == ["A"]
    assert list(store.read("A")) == entries(3)
    assert store.secret("key", lambda: "second") == "first"
    store.close()


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    open_store(f"sqlite:///{tmp_path}/worlds.db").close()
    assert (tmp_path / "worlds.db").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://me:word@127.0.0.1/worlds", "PostgreSQL store is not built yet"),
        ("postgresql+psycopg://me:word@127.0.0.1/worlds", "PostgreSQL store is not built yet"),
        ("mysql://me:word@127.0.0.1/worlds", "no store 'mysql'"),
        ("worlds.db", "no store 'worlds.db'"),
        ("", "no store ''"),
        ("memory://", "no store 'memory'"),
        ("sqlite:", "no store 'sqlite:'"),
        ("sqlite://", "names no file"),
        ("sqlite:///", "names no file"),
        ("sqlite:///folder/", "names no file"),
        ("sqlite://worlds.db", "names no file"),
        ("sqlite:///:memory:", "Use memory"),
        ("sqlite:///worlds.db?mode=ro", "has options"),
    ],
)
def test_other_urls_are_refused(url: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreError) as refused:
        open_store(url)
    assert said in str(refused.value)
    assert "me:word" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["mysql://127.0.0.1/worlds", "sqlite://worlds.db"])
def test_a_refusal_names_the_stores(url: str) -> None:
    with pytest.raises(StoreError, match=r"memory, or sqlite:///relative/path\.db"):
        open_store(url)


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is not a file"):
        open_store(f"sqlite:///{tmp_path}")


def test_a_file_cannot_be_a_folder(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(StoreError, match=r"Not a directory|File exists"):
        open_store(f"sqlite:///{tmp_path}/notes.txt/worlds.db")


def test_a_file_that_may_not_be_written_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_store(f"sqlite:///{tmp_path}/worlds.db").close()
    # asked this way because root may write everything
    monkeypatch.setattr(os, "access", lambda _path, mode: mode & os.W_OK == 0)
    with pytest.raises(StoreError, match="may not be written"):
        open_store(f"sqlite:///{tmp_path}/worlds.db")
    assert [each.name for each in tmp_path.iterdir()] == ["worlds.db"]


def test_memory_does_not_load_sqlalchemy() -> None:
    program = (
        "import sys; from marketplace_sandbox.store import open_store; "
        "open_store('memory'); print('sqlalchemy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
