"""The server as a child process: serves until nobody holds the other end of its standard input any more.

A parent that is killed cannot end its children, but its ends of pipes close with it. When the parent sends
START_QUEUES through the same pipe, the child starts a queue service beside the server: few suites need one, and the
others need not wait for its imports.
"""

import os
import socket
import sys
import threading

from marketplace_sandbox.cli import main
from marketplace_sandbox.cli.running import FOLDER_VARIABLE
from marketplace_sandbox.testing.server import NO_QUEUES, QUEUES, START_QUEUES


def obey_parent(port: socket.socket) -> None:
    """Starts queues when told to, and ends this process at the end of its standard input.

    Its worlds are in memory, so nothing is lost by that. `port` is the one that the queue service is to have.
    """
    while byte := os.read(sys.stdin.fileno(), 1):
        if byte == START_QUEUES:
            sys.stdout.write(f"{_start_queues(port)}\n")
            sys.stdout.flush()
    os._exit(0)


def _start_queues(port: socket.socket) -> str:
    """Starts the queue service; answers the line that says so, or why there is none."""
    from marketplace_sandbox.server.embedded_sqs import EmbeddedSqs, NoMotoError  # noqa: PLC0415  takes long, is optional
    from marketplace_sandbox.server.listening import PortTakenError  # noqa: PLC0415  the same

    number = port.getsockname()[1]
    port.close()
    try:
        service = EmbeddedSqs(number)
    except (NoMotoError, PortTakenError) as problem:
        return f"{NO_QUEUES}{problem}"
    service.start()
    return f"{QUEUES}{service.url}"


def run() -> None:
    """Serve as the command line says, knowing where the queue service will be."""
    # The port is kept from others by being bound, and refuses connections until the service is there.
    port = socket.socket()
    port.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    port.bind(("127.0.0.1", 0))
    endpoint = f"http://127.0.0.1:{port.getsockname()[1]}"
    os.environ[FOLDER_VARIABLE] = ""  # it ends with its parent, and nobody else is to end it
    threading.Thread(target=obey_parent, args=(port,), daemon=True).start()
    main([*sys.argv[1:], "--sqs-endpoint", endpoint], prog_name="marketplace-sandbox")


if __name__ == "__main__":
    run()
