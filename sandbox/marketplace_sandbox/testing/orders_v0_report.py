"""What a session says at its end of the reads of Orders v0 that are left: a line, a list, a file."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from marketplace_sandbox.testing.orders_v0_left import OrdersV0Left, ReadsOfTest

Sent = tuple[str, Mapping[str, Mapping[str, int]]]
"""The id of a test, and its reads as `ReadsOfTest` writes them."""


def write_report(
    terminal: pytest.TerminalReporter, sent: Iterable[Sent], *, list_option: str, lists: bool, file: str | None
) -> None:
    """Says in a line what is left, and lists all of it where that was asked for by `list_option`; writes the file."""
    left = OrdersV0Left()
    for test, reads in sent:
        left.add(test, ReadsOfTest(**reads))
    if lists:
        terminal.section("Orders v0")
        for line in (left.write_line() or left.write_end(), *left.write_lines()):
            terminal.write_line(line)
    elif left.left and terminal.verbosity >= -1:
        terminal.write_line(f"{left.write_line()} {list_option} lists them.")
    if file:
        text = json.dumps(left.to_json(), indent=2, ensure_ascii=False)
        try:
            Path(file).write_text(f"{text}\n", encoding="utf-8")
        except OSError as problem:
            terminal.write_line(f"{file} was not written: {problem.strerror}.", red=True)
