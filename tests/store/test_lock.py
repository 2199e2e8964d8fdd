"""One server per file: the second is refused by whatever path it comes, and whoever is killed holds nothing."""

import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from marketplace_sandbox.core.journal.journal import DamagedStoreError, JournalStore, StoreError, StoreInUseError
from marketplace_sandbox.store import open_store
from tests.store.entries import entry
from tests.store.holders import HOLD, hold, seize

TRY = """
import sys
from marketplace_sandbox.core.journal.journal import StoreInUseError
from marketplace_sandbox.store import open_store
print("open", flush=True)
input()
try:
    store = open_store(sys.argv[1])
except StoreInUseError:
    print("refused", flush=True)
else:
    print("opened", flush=True)
    input()
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/worlds.db"


def test_a_second_opener_in_the_same_process_is_refused_and_does_no_harm(url: str, tmp_path: Path) -> None:
    store = open_store(url)
    store.append("A", entry(1))
    listed = sorted(tmp_path.iterdir())
    with pytest.raises(StoreInUseError, match=r"worlds\.db is in use by another server"):
        open_store(url)
    assert sorted(tmp_path.iterdir()) == listed
    store.append("A", entry(2))
    with hold(TRY, url) as other:  # what the first holds is not lost by it
        assert answer(other) == "refused"
    store.close()
    open_store(url).close()


def answer(process: "subprocess.Popen[str]") -> str:
    assert process.stdin
    assert process.stdout
    process.stdin.write("\n")
    process.stdin.flush()
    return process.stdout.readline().strip()


@pytest.mark.parametrize("link", ["symbolic", "hard", "hard, elsewhere"])
def test_another_path_to_the_same_file_is_refused(url: str, tmp_path: Path, link: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    other = tmp_path / ("elsewhere/link.db" if "elsewhere" in link else "link.db")
    with hold(HOLD, url) as holder:
        if link == "symbolic":
            other.symlink_to(tmp_path / "worlds.db")
        else:
            other.hardlink_to(tmp_path / "worlds.db")
        listed = sorted(tmp_path.rglob("*"))
        with pytest.raises(StoreInUseError):
            open_store(f"sqlite:///{other}")
        assert sorted(tmp_path.rglob("*")) == listed
        holder.kill()


def test_nothing_beside_the_file_can_be_removed_that_lets_another_server_in(url: str, tmp_path: Path) -> None:
    with hold(HOLD, url) as holder:
        assert not (tmp_path / "worlds.db-lock").exists()
        (tmp_path / "worlds.db-shm").unlink()
        (tmp_path / "worlds.db-wal").unlink()
        with pytest.raises(StoreInUseError):
            open_store(url)
        holder.kill()


def test_a_second_process_is_refused_until_the_first_is_killed(url: str, tmp_path: Path) -> None:
    with hold(HOLD, url) as holder:
        with pytest.raises(StoreInUseError, match="Stop that one"):
            open_store(url)
        holder.kill()
    store = open_store(url)
    store.append("A", entry(1))
    store.close()
    assert [each.name for each in tmp_path.iterdir()] == ["worlds.db"]


def test_many_openers_at_once_get_one_store(url: str) -> None:
    abreast = threading.Barrier(8)
    opened: list[JournalStore] = []
    refused: list[StoreInUseError] = []

    def try_it() -> None:
        abreast.wait(timeout=60)
        try:
            opened.append(open_store(url))
        except StoreInUseError as held:
            refused.append(held)

    threads = [threading.Thread(target=try_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert (len(opened), len(refused)) == (1, 7)
    opened[0].close()


def test_two_processes_at_once_never_both_get_it(url: str) -> None:
    open_store(url).close()
    for _ in range(3):
        with hold(TRY, url) as one, hold(TRY, url) as other:
            with ThreadPoolExecutor() as pool:
                answers = list(pool.map(answer, (one, other)))
            assert sorted(answers) in (["opened", "refused"], ["refused", "refused"])
            one.kill()
            other.kill()


def test_a_file_that_another_program_has_seized_is_not_waited_for(url: str, tmp_path: Path) -> None:
    open_store(url).close()
    with (
        seize(tmp_path / "worlds.db"),
        pytest.raises(StoreError, match=r"worlds\.db is in use .* another program\. Stop"),
    ):
        open_store(url)
    store = open_store(url)
    store.append("A", entry(1))
    store.close()


def test_a_refusal_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "worlds.db").write_text("a diary")
    with pytest.raises(DamagedStoreError):
        open_store(f"sqlite:///{tmp_path}/worlds.db")
    assert [each.name for each in tmp_path.iterdir()] == ["worlds.db"]
    (tmp_path / "worlds.db").unlink()
    open_store(f"sqlite:///{tmp_path}/worlds.db").close()
