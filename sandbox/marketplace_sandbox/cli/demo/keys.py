"""What somebody who shows a demo wants next: by a key, by a line without a keyboard, or by itself after a while."""

import sys
import time
from collections.abc import Callable
from enum import Enum

import click

from marketplace_sandbox.cli.tables import say, show_line


class Wish(Enum):
    """What is wanted: the next step, the one before, or no more."""

    NEXT = "next"
    BACK = "back"
    QUIT = "quit"


Ask = Callable[[str], Wish]
"""Asks what is wanted, having said what a key would do next."""

KEYS = {
    **dict.fromkeys((" ", "\r", "\n", "n", "\x1b[C", "\x1bOC", "\x1b[6~"), Wish.NEXT),
    **dict.fromkeys(("b", "p", "\x7f", "\x08", "\x1b[D", "\x1bOD", "\x1b[5~"), Wish.BACK),
    **dict.fromkeys(("q", "Q", "\x1b", "\x04"), Wish.QUIT),
}
"""Space, Enter, the right arrow and Page Down go on; Backspace, the left arrow and Page Up go back."""

WORDS = {"": Wish.NEXT, "n": Wish.NEXT, "b": Wish.BACK, "q": Wish.QUIT}


def ask_by_key(next_thing: str) -> Wish:
    """What a key says; others are passed over. Where nobody is at a keyboard, lines are read, and their end goes on."""
    if not sys.stdin.isatty():
        say(f"Enter for {next_thing} …", err=True)
        return WORDS.get(sys.stdin.readline().strip().lower(), Wish.NEXT)
    with show_line(f"space: {next_thing} · b: back · q: quit "):
        try:
            while True:
                wish = KEYS.get(click.getchar())
                if wish is not None:
                    return wish
        except EOFError:
            return Wish.QUIT


def ask_nobody(seconds: float, wait: Callable[[float], None] = time.sleep) -> Ask:
    """Goes on by itself after so many seconds of real time."""

    def ask(_next_thing: str) -> Wish:
        wait(seconds)
        return Wish.NEXT

    return ask
