"""What cannot be undone is asked about where a person sits at the terminal, and nowhere else."""

import sys

import pytest

from marketplace_sandbox.cli import main
from tests.cli.conftest import START
from tests.cli.terminal import Terminal, run


class Person:
    """A standard input at which somebody types."""

    def __init__(self, types: str) -> None:
        self._lines = iter(types.splitlines())

    def isatty(self) -> bool:
        return True

    def readline(self, *_: object) -> str:
        return next(self._lines, "") + "\n"


@pytest.mark.parametrize("command", [("reset",), ("reset", "--all"), ("delete",)])
@pytest.mark.parametrize(("typed", "goes_on"), [("n", False), ("", False), ("y", True)])
def test_a_person_is_asked(
    server_url: str, command: tuple[str, ...], typed: str, goes_on: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = Terminal(server_url)
    seller_id = user.json("seller", "create", "--start", START)["seller_id"]
    Terminal(server_url, seller_id).json("order", "create")
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: typed)
    about = (seller_id,) if command == ("delete",) else ("--seller", seller_id)
    monkeypatch.setattr(sys, "stdin", Person(typed))
    answer = run_at_terminal("seller", *command, *about, "--url", server_url)
    monkeypatch.undo()
    sellers = {each["seller_id"]: each["orders"] for each in user.json("seller", "list")}
    assert answer == (0 if goes_on else 1)
    assert sellers.get(seller_id) == (1 if not goes_on else None if command == ("delete",) else 0)


def run_at_terminal(*arguments: str) -> int:
    """A command in this process, with the standard input that a test has put there; its exit status."""
    try:
        main(list(arguments), prog_name="marketplace-sandbox")
    except SystemExit as end:
        return int(end.code or 0)
    return 0


@pytest.mark.parametrize("yes", [(), ("--yes",)])
def test_programs_are_not_asked(server_url: str, yes: tuple[str, ...]) -> None:
    user = Terminal(server_url)
    seller_id = user.json("seller", "create")["seller_id"]
    assert user.json("seller", "delete", seller_id, *yes) == {"deleted": [seller_id]}


def test_what_is_refused_is_json_where_json_was_asked_for(server_url: str) -> None:
    wrong = run("seller", "delete", "ANOBODY", "--json", "--url", server_url)
    assert wrong.exit_code == 1
    assert wrong.stdout == ""
    assert '"code": "NotFound"' in wrong.stderr
    assert "There is no seller" in run("seller", "delete", "ANOBODY", "--url", server_url).stderr
