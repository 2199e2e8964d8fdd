"""The server as a child process: serves until nobody holds the other end of its standard input any more.

A parent that is killed cannot end its children, but its ends of pipes close with it. Asked through the same pipe, the
child starts a queue service beside the server: few suites need one, and the others need not wait for its imports.
"""

import os
import socket
import sys
import threading

from marketplace_sandbox.cli import main
from marketplace_sandbox.testing.server import NO_QUEUES, QUEUES

QUEUES_WANTED = b"q"


def until_parent_is_gone(reserved: socket.socket) -> None:
    """Ends this process at the end of its standard input. Its worlds are in memory, so nothing is lost by it."""
    while asked := os.read(sys.stdin.fileno(), 1):
        if asked == QUEUES_WANTED:
            sys.stdout.write(f"{_queues(reserved)}\n")
            sys.stdout.flush()
    os._exit(0)


def _queues(reserved: socket.socket) -> str:
    """Starts the queue service; answers the line that says so, or why there is none."""
    from marketplace_sandbox.server.embedded_sqs import EmbeddedSqs, NoMotoError  # noqa: PLC0415  takes long, is optional
    from marketplace_sandbox.server.listening import PortTakenError  # noqa: PLC0415  the same

    port = reserved.getsockname()[1]
    reserved.close()
    try:
        service = EmbeddedSqs(port)
    except (NoMotoError, PortTakenError) as problem:
        return f"{NO_QUEUES}{problem}"
    service.start()
    return f"{QUEUES}{service.url}"


def _reserved() -> socket.socket:
    """A port for the queue service, kept from others by being bound, and refusing connections until it is there."""
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind(("127.0.0.1", 0))
    return bound


def run() -> None:
    """Serve as the command line says, knowing where the queue service will be."""
    reserved = _reserved()
    endpoint = f"http://127.0.0.1:{reserved.getsockname()[1]}"
    threading.Thread(target=until_parent_is_gone, args=(reserved,), daemon=True).start()
    main([*sys.argv[1:], "--sqs-endpoint", endpoint], prog_name="marketplace-sandbox")


if __name__ == "__main__":
    run()
