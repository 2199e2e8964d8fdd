"""Other processes that have a store's file: another server, and a program that has locked it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HOLD = """
import sys
from marketplace_sandbox.store import open_store
store = open_store(sys.argv[1])
store.secret("key", lambda: "word")
print("open", flush=True)
input()
"""

# another program, such as a browser of databases, in the middle of a change
SEIZE = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("open", flush=True)
input()
"""


@contextmanager
def hold(program: str, argument: str) -> Iterator["subprocess.Popen[str]"]:
    """A process that runs the program until the block ends; the block begins when it has said that it is open."""
    with subprocess.Popen(
        [sys.executable, "-c", program, argument], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "open\n"
            yield holder
        finally:
            holder.kill()


@contextmanager
def seize(path: Path) -> Iterator[None]:
    """Has another process hold SQLite's lock on the file for the length of the block."""
    with hold(SEIZE, str(path)):
        yield
