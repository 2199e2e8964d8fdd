"""The server as a child process: serves until nobody holds the other end of its standard input any more.

A parent that is killed cannot end its children, but its ends of pipes close with it.
"""

import os
import sys
import threading

from sandbox.cli import main


def until_parent_is_gone() -> None:
    """Ends this process at the end of its standard input. Its worlds are in memory, so nothing is lost by it."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=until_parent_is_gone, daemon=True).start()
    main(prog_name="marketplace-sandbox")
