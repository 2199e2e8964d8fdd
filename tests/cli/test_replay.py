"""`replay`: the same world from the file of its journal, the same bytes on any machine, Python and hash seed."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from marketplace_sandbox.core.journal.journal_file import read_file, write_entry
from marketplace_sandbox.core.past.moment import Moment
from marketplace_sandbox.core.rules.version import RULES
from marketplace_sandbox.core.text.reading import FieldError
from marketplace_sandbox.core.views.plain import world_json
from marketplace_sandbox.core.world.world import World
from tests.cli.terminal import Terminal, run
from tests.core.histories import live
from tests.pythons import find_pythons

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "sandbox"


def lines(world: World) -> str:
    return "".join(f"{json.dumps(write_entry(each, world.origins))}\n" for each in world.journal())


@pytest.fixture(scope="module")
def world() -> World:
    """Sixty turns of a busy seller: orders, mail, messages, reports, subscribers, settings, attempts."""
    return [*live(11, 60)][-1]


@pytest.fixture(scope="module")
def file(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("journals") / "world.jsonl"
    path.write_text(lines(world), "utf-8")
    return path


def replayed(*arguments: str, status: int = 0, text: str | None = None) -> str:
    answer = run("replay", *arguments, text=text)
    assert answer.exit_code == status, answer.output
    return answer.output


def as_json(file: Path, *arguments: str) -> Any:
    return json.loads(replayed(str(file), "--json", *arguments))


def test_the_world_that_a_file_gives_is_the_one_it_was_written_of(world: World, file: Path) -> None:
    assert as_json(file) == json.loads(json.dumps(world_json(world)))


def test_it_can_be_stopped_at_a_version_or_an_instant(world: World, file: Path) -> None:
    for version in (1, 7, world.version // 2):
        past = world.as_of(world.find_moment(version))
        assert as_json(file, "--to", str(version)) == json.loads(json.dumps(world_json(past)))
    at = world.journal()[world.version // 2].at
    found = as_json(file, "--to", at.isoformat())
    assert found["version"] == world.find_moment(at).version


def test_all_data_of_a_world_is_in_it_and_no_secret(world: World, file: Path) -> None:
    found = replayed(str(file), "--json")
    names = {name for name, _ in world.state.data.named()}
    assert set(json.loads(found)["data"]) == names - {"schedule.timers"}
    assert "whsec_x" not in found
    assert "whsec_x" not in file.read_text()


def bytes_of(python: str | Path, file: Path, **env: str) -> bytes:
    """What the command prints in a process of its own, with nothing of this one's environment but what it is given."""
    program = "from marketplace_sandbox.cli import main; main()"
    command = [python, "-c", program, "replay", str(file), "--json"]
    plain = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", **env}
    done = subprocess.run(command, env=plain, capture_output=True, check=False, cwd=file.parent)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@pytest.mark.slow
def test_the_same_bytes_with_any_hash_seed_zone_and_locale(file: Path) -> None:
    path = os.pathsep.join([str(PACKAGE), *filter(None, sys.path)])
    first = bytes_of(sys.executable, file, PYTHONPATH=path, PYTHONHASHSEED="1", TZ="UTC", LC_ALL="C.UTF-8")
    other = bytes_of(sys.executable, file, PYTHONPATH=path, PYTHONHASHSEED="2", TZ="Asia/Tokyo", LC_ALL="C")
    assert first == other
    assert json.loads(first)["orders"]


@pytest.mark.slow
@pytest.mark.parametrize("version", ["3.12", "3.13", "3.14"])
def test_the_same_bytes_with_another_python(version: str, file: Path) -> None:
    python = find_pythons().get(version)
    if python is None:
        pytest.skip(f"there is no Python {version} on this machine")
    ours = os.pathsep.join([str(PACKAGE), *filter(None, sys.path)])
    # click alone of what is installed: everything else that the command needs is the core's
    import click

    theirs = file.parent / f"click-{version}"
    theirs.mkdir()
    (theirs / "click").symlink_to(Path(click.__file__).parent)
    path = os.pathsep.join([str(PACKAGE), str(theirs)])
    found = bytes_of(python, file, PYTHONPATH=path, PYTHONHASHSEED="3")
    assert found == bytes_of(sys.executable, file, PYTHONPATH=ours, PYTHONHASHSEED="4")


@pytest.mark.parametrize("seed", range(8))
def test_any_history_is_replayed_to_the_same_world(seed: int) -> None:
    lived = [*live(seed, 30)][-1]
    built = json.loads(replayed("-", "--json", text=lines(lived)))
    assert built == json.loads(json.dumps(world_json(lived.as_of(Moment(lived.version, lived.now())))))


def test_people_are_shown_orders_mail_notices_and_the_rate(world: World, file: Path) -> None:
    shown = replayed(str(file))
    assert f"The world of {world.seller_id} at version {world.version}" in shown
    for order_id in world.orders:
        assert order_id in shown
    assert "ORDER_CHANGE" in shown
    assert world.state.mail[0].kind in shown
    assert "Cancellation rate: " in shown


def test_a_running_world_is_written_whole_by_the_command_and_replayed(terminal: Terminal, tmp_path: Path) -> None:
    terminal.run("webhook", "add", "http://127.0.0.1:9/hook")
    terminal.run("order", "create", "--id", "902-0000001-0000001")
    terminal.run("clock", "advance", "31m")
    terminal.run("order", "act", "902-0000001-0000001", "seller-cancel", "--reason", "no_inventory")
    written = terminal.run("journal", "--whole")
    assert "whsec_" not in written
    path = tmp_path / "world.jsonl"
    path.write_text(written)
    found = as_json(path)
    assert found["orders"] == terminal.json("order", "list")
    assert found["mail"] == terminal.json("mail")
    assert found["deliveries"] == terminal.json("deliveries", "list")
    assert found["version"] == len(written.splitlines())
    again = tmp_path / "again.jsonl"
    assert str(again) in terminal.try_("journal", "--whole", "--output", str(again)).stderr
    assert again.read_text() == written
    assert "--force" in terminal.refused("journal", "--whole", "--output", str(again))
    assert "goes with --whole" in terminal.refused("journal", "--output", str(again), status=2)
    for chosen in (("--kind", "acted"), ("--limit", "2"), ("--follow",)):
        assert "leave out" in terminal.refused("journal", "--whole", *chosen, status=2)


def test_a_journal_that_is_only_shown_will_do_where_nothing_is_cut(terminal: Terminal, tmp_path: Path) -> None:
    terminal.run("order", "create", "--count", "2")
    path = tmp_path / "shown.json"
    path.write_text(terminal.run("journal", "--json"))
    assert as_json(path)["orders"] == terminal.json("order", "list")


def test_a_running_clock_stands_where_the_journal_last_saw_it(tmp_path: Path) -> None:
    """Not where the real clock of today would have it."""
    lived = [*live(3, 10)][-1]
    lived.advance(lived.now(), rate=60.0)
    path = tmp_path / "running.jsonl"
    path.write_text(lines(lived))
    found = as_json(path)
    assert found["rate"] == 60.0
    assert found["now"] == json.loads(json.dumps(world_json(lived)))["now"]


@pytest.mark.parametrize("turns", [5, 40])
def test_a_forked_and_a_rewound_world_are_replayed_with_the_ids_made_since(terminal: Terminal, turns: int) -> None:
    """What an order is called after a fork or a rewind depends on it, so the file says where that was."""
    for number in range(turns % 7):
        terminal.run("order", "create", "--id", f"902-0000001-000000{number}")
    fork = terminal.post(f"sellers/{terminal.seller}/fork", {"version": 2})["seller_id"]
    forked = Terminal(terminal.url, fork)
    for world in (forked, terminal):
        world.run("order", "create", "--count", "2")
        world.run("clock", "advance", "2h")
        world.post("rewind", {"version": 3})
        world.run("order", "create")
        built = json.loads(replayed("-", "--json", text=world.run("journal", "--whole")))
        assert built["seller_id"] == world.seller
        assert built["orders"] == world.json("order", "list")
        assert built["notifications"] == world.json("diff", "--from", "1")["notifications"]


def entry(**changes: Any) -> dict[str, Any]:
    return {**write_entry(next(live(0, 0)).journal()[0]), **changes}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "has no entry"),
        ("[]", "has no entry"),
        ("not json", "Line 1 of the file is no entry"),
        (f"{json.dumps(entry())}\n{{", "Line 2 of the file is no entry"),
        ("3", "3 is none"),
        (json.dumps([3]), "entry 1 is an object"),
        (json.dumps([entry(versoin=1)]), "'entry 1.versoin'"),
        (json.dumps([entry(version=2)]), "Entry 1 of the file has the version 2"),
        (json.dumps([entry(format=99)]), "entry 1.format is a whole number from 1 to"),
        (json.dumps([entry(at="noon")]), "entry 1.at is an instant"),
        (json.dumps([entry(body={})]), "cannot be followed"),
        (json.dumps([entry(), entry(version=2, kind="dreamt")]), "cannot be followed: entry 2"),
        (json.dumps([entry(body={"content": "xxx… (4000 characters)"})]), "is cut; `journal --whole`"),
    ],
)
def test_what_is_no_journal_is_told(text: str, says: str) -> None:
    assert says in replayed("-", status=1, text=text)


def test_a_moment_there_is_not_is_told(file: Path) -> None:
    assert "--to is a version from 1 to" in replayed(str(file), "--to", "100000", status=1)
    assert "--to lies in the future" in replayed(str(file), "--to", "2100-01-01T00:00:00Z", status=1)


def test_a_journal_of_other_rules_is_told_and_replayed_when_asked_to(world: World, tmp_path: Path) -> None:
    entries = world.journal()
    changed = next(each for each in entries if each.version > 5)
    told = replace(changed, result_before="something else", rules=RULES)
    other = [told if each is changed else each for each in entries]
    path = tmp_path / "other.jsonl"
    path.write_text("".join(f"{json.dumps(write_entry(each))}\n" for each in other))
    assert "replay it with --accept-new-rules" in replayed(str(path), status=1)
    assert json.loads(replayed(str(path), "--accept-new-rules", "--json"))["orders"] == as_orders(world)


def as_orders(world: World) -> Any:
    return json.loads(json.dumps(world_json(world)))["orders"]


def test_the_file_reads_back_what_was_written(world: World) -> None:
    entries = world.journal()
    again = read_file(lines(world)).entries
    assert [each for each in again if each.kind != "subscribed"] == [e for e in entries if e.kind != "subscribed"]
    assert read_file(json.dumps({"journal": [write_entry(each) for each in entries], "next": None})).entries == again
    with pytest.raises(FieldError, match="has no entry"):
        read_file("\n\n")
