"""What was appended outlives the process that appended it, however that ends."""

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from marketplace_sandbox.store import open_store
from tests.depth import depth
from tests.store.entries import entry
from tests.store.killed import status_when_killed

WRITE = """
import os, sys
from marketplace_sandbox.store import open_store
from tests.depth import depth
from tests.store.entries import entry
store = open_store(sys.argv[1])
version = len(list(store.read("A")))
os.write(1, b"open\\n")
while True:
    version += 1
    store.append("A", entry(version))
    os.write(1, b"%d\\n" % version)
"""
ROOT = Path(__file__).parents[2]


def appended_until_killed(url: str, lines: int) -> int:
    """The last version that a process said was appended before it was killed after so many lines."""
    with subprocess.Popen([sys.executable, "-c", WRITE, url], stdout=subprocess.PIPE, cwd=ROOT) as writer:
        assert writer.stdout is not None
        said = [writer.stdout.readline() for _ in range(1 + lines)]
        writer.kill()
        said += writer.stdout.readlines()
    assert said[0] == b"open\n"
    whole = [int(line) for line in said[1:] if line.endswith(b"\n")]
    assert len(whole) >= lines
    return whole[-1] if whole else 0


@pytest.mark.slow
def test_nothing_that_was_appended_is_lost_when_the_process_is_killed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/worlds.db"
    chance = random.Random(20)
    for _ in range(depth(test=8, soak=20)):
        said = appended_until_killed(url, chance.randrange(400))
        store = open_store(url)
        kept = list(store.read("A"))
        store.close()
        assert len(kept) >= said
        assert kept == [entry(version) for version in range(1, len(kept) + 1)]


@pytest.mark.slow
def test_a_store_killed_at_any_statement_of_its_making_can_be_opened(tmp_path: Path) -> None:
    statements = 0
    killed = True
    while killed:
        statements += 1
        url = f"sqlite:///{tmp_path}/{statements}/worlds.db"
        status = status_when_killed("open", url, statements)
        killed = status == -signal.SIGKILL
        assert killed or status == 0
        store = open_store(url)
        store.append("A", entry(1))
        store.close()
    # BEGIN, four tables, the row that says what it is, two marks, COMMIT, and the way of writing
    assert statements > 10
