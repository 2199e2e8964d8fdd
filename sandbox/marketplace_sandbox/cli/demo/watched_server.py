"""The program of a command's own server: `serve` in memory, until standard input ends, which the command holds open.

A command that is killed, or whose terminal closes, has no chance to end its server; the pipe between them ends anyway.
"""

import os
import signal
import sys
import threading

from marketplace_sandbox.cli import main


def _end_with_input() -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=_end_with_input, daemon=True).start()
    main(["serve", "--port", "0", "--store", "memory"])
