"""What commands say of how far they have come, once it takes longer than a second."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from marketplace_sandbox.cli import clock, serve
from marketplace_sandbox.cli.control_client import ControlClient
from marketplace_sandbox.core.world.sellers import Sellers
from marketplace_sandbox.store.memory import MemoryStore
from tests.cli.conftest import START
from tests.cli.terminal import Terminal, run


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was last said by each that shows how far it has come, in the order of their ends."""
    said: list[str] = []

    @contextmanager
    def show(doing: str, follow: Callable[[], str] | None = None) -> Iterator[None]:
        yield
        said.append((follow and follow()) or doing)

    for module in ("control_client", "journal", "export", "play", "replay", "serve"):
        monkeypatch.setattr(f"marketplace_sandbox.cli.{module}.show_progress", show)
    return said


def test_lists_and_files_are_told_with_counts(terminal: Terminal, told: list[str], tmp_path: Path) -> None:
    terminal.run("order", "create", "--count", "1100")
    terminal.run("clock", "advance", "31m")
    told.clear()
    terminal.run("order", "list")
    terminal.run("mail", "--json")
    world, journal = tmp_path / "world.yaml", tmp_path / "world.jsonl"
    terminal.run("export", "--output", str(world))
    terminal.run("journal", "--whole", "--output", str(journal))
    assert told == [
        "Reading orders: 1,100 by now",
        "Reading mail: 1,100 by now",
        f"Waiting for {terminal.url}",
        f"{len(world.read_text().splitlines()):,} lines are written to {world}",
        f"{len(journal.read_text().splitlines())} entries of the journal are read",
    ]
    told.clear()
    assert run("play", str(world)).exit_code == 0
    assert run("replay", str(journal)).exit_code == 0
    assert told == ["0 of 0 steps are read", "1,100 of 1,100 orders are shown", told[2]]
    assert told[2].endswith(f" of the journal of {terminal.seller} are taken again")


def test_a_start_says_whose_journal_it_reads_and_that_it_listens_already(told: list[str]) -> None:
    store = MemoryStore()
    Sellers(store).get(None).place_orders({"count": 3})
    with serve._showing_start("http://127.0.0.1:8585"):
        Sellers(store)
    with serve._showing_start("http://127.0.0.1:8585"):
        pass
    until_ready = "http://127.0.0.1:8585 listens, and answers 503 until it is ready"
    assert told == [
        f"1 of 1 entries of the journal of ASANDBOXSELLER are taken again\n{until_ready}",
        f"Starting; {until_ready}",
    ]


def test_an_advance_says_where_it_is_and_where_it_goes(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    told = []
    post = ControlClient.post
    terminal.run("order", "create")

    def post_and_ask(control: ControlClient, call: str, body: Any, *, follow: Callable[[], str], **more: Any) -> Any:
        told.append(follow())
        return post(control, call, body, **more)

    monkeypatch.setattr(ControlClient, "post", post_and_ask)
    terminal.run("clock", "advance", "10m")
    terminal.run("clock", "next")
    terminal.run("clock", "to", "2026-12-26")
    assert told == [
        f"It is {START}, on the way by 10m",
        "It is 2026-03-02T16:10:00Z",
        "It is 2026-03-02T16:30:00Z, on the way to 2026-12-26T00:00:00Z",
    ]
    assert clock._follow(ControlClient("http://127.0.0.1:1", "", ""), {})() == ""
