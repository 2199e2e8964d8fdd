"""What is loaded into a client's program from outside, so that the program finds the server unmodified."""

from pathlib import Path

PRELOAD = Path(__file__).with_name("preload.cjs")
"""What Node loads before a program, so that its clients find the server."""


def node_options() -> str:
    """The value of NODE_OPTIONS that loads the preload file."""
    return f'--require "{PRELOAD.as_posix()}"'
