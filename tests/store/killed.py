"""A process that kills itself at a statement to SQLite: `python -m tests.store.killed open|branch URL STATEMENT`.

`open` opens the store, or makes it; `branch` has one whose world A has five entries begin a branch and go back.
"""

import os
import signal
import sys
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine import Engine

from marketplace_sandbox.core.journal.journal import Branch
from marketplace_sandbox.store import open_store
from tests.server_process import run_copy
from tests.serving import clean_environment
from tests.store.entries import entry

ROOT = Path(__file__).parents[2]
NEVER = 10**9


def status_when_killed(work: str, url: str, statement: int) -> int:
    """Does the work in a process of its own; how that ended: 0 where it has no such statement."""
    arguments = ["tests.store.killed", work, url, str(statement)]
    return run_copy("python", arguments, env=clean_environment(), cwd=ROOT).returncode


class Countdown:
    """How many statements are left. The last one is not begun."""

    left = NEVER

    def count(self, _statement: str) -> None:
        """Counts one."""
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def main(work: str, url: str, statement: str) -> None:
    """Does the work until it is killed."""
    statements = Countdown()
    event.listen(Engine, "connect", lambda driver, _: driver.set_trace_callback(statements.count))
    if work == "open":
        statements.left = int(statement)
        open_store(url).close()
        return
    store = open_store(url)
    statements.left = int(statement)
    store.branch(Branch("K", "A", 5, "kept"), Branch("A", "A", 2, "back", (entry(3, "reached"),)))
    statements.left = NEVER
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
