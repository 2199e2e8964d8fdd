"""Stores of every format and of every version of the rules open, and the rules do not change without a new version."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from marketplace_sandbox.core.journal.journal import FORMAT
from marketplace_sandbox.core.rules.version import FIRST_RULES, RULES
from marketplace_sandbox.core.world.sellers import Sellers
from marketplace_sandbox.store import open_store
from tests.kept_stores import RULES_KEPT, STORE, STORES, Wall, decisions, picture, write

KEPT = sorted(STORES.glob("*.db"))
TOLD = (
    "An old world is folded by these rules, so it would become another. Give core/rules/version.py the next number and "
    "run `python -m tests.kept_stores`, which keeps a store of it"
)


def open_kept(path: Path, *, accept: bool = False) -> Sellers:
    return Sellers(open_store(f"sqlite:///{path}"), None, Wall(), accept_new_rules=accept)


def without_news(now: Any, then: Any) -> Any:
    """What is now, as far as it was told then: of objects, only the keys that there were."""
    if isinstance(now, dict) and isinstance(then, dict):
        return {key: without_news(now.get(key), each) for key, each in then.items()}
    if isinstance(now, list) and isinstance(then, list) and len(now) == len(then):
        return [without_news(*each) for each in zip(now, then, strict=True)]
    return now


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_a_kept_store_opens_as_it_was_or_says_what_would_be_decided_otherwise(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "worlds.db"
    shutil.copyfile(path, copy)
    then = json.loads(path.with_suffix(".json").read_text())
    sellers = open_kept(copy)
    now = picture(sellers)
    others = {each.seller_id: each.why for each in sellers.unopened()}
    sellers.store.close()
    for seller_id, world in then["worlds"].items():
        if seller_id in others:
            assert "of the rules" in others[seller_id]
            assert not path.stem.endswith(f"rules-{RULES}"), others[seller_id]
        else:
            assert without_news(now["worlds"][seller_id], world) == world
    assert now["gone"] == then["gone"]
    accepted = open_kept(copy, accept=True)
    assert accepted.unopened() == []
    assert set(accepted.accepted) == set(others)
    accepted.get("AKEPT").advance(accepted.get("AKEPT").now())
    after = picture(accepted)
    accepted.store.close()
    again = open_kept(copy)
    assert again.unopened() == []
    assert picture(again) == after
    again.store.close()


def test_there_is_a_store_of_every_format_and_of_every_version_of_the_rules() -> None:
    names = {path.stem for path in KEPT}
    missing = [
        f"{word}-{number}"
        for word, numbers in (("entries", range(1, FORMAT + 1)), ("rules", range(FIRST_RULES, RULES + 1)))
        for number in numbers
        if not any(f"{word}-{number}-" in f"{name}-" for name in names)
    ]
    assert STORE.stem in names, "there is no store of today: run `python -m tests.kept_stores`"
    assert missing == []
    assert all(path.with_suffix(".json").exists() for path in KEPT)


def test_the_rules_decide_what_they_decided_when_they_were_given_their_version() -> None:
    assert RULES_KEPT.exists(), "what these rules decide is not kept yet: run `python -m tests.kept_stores`"
    then, now = json.loads(RULES_KEPT.read_text()), decisions()
    cells = [name for name in then["cells"] | now["cells"] if then["cells"].get(name) != now["cells"].get(name)]
    assert not cells, f"{len(cells)} cells are decided otherwise, such as {cells[0]}. {TOLD}"
    # a new setting changes nothing by itself: worlds that do not have it take its default, and the cells are as before
    defaults = [key for key, value in then["defaults"].items() if now["defaults"].get(key) != value]
    assert not defaults, f"the defaults {', '.join(defaults)} are others. {TOLD}"


def test_a_store_is_written_alike_by_everybody(tmp_path: Path) -> None:
    write(tmp_path / "one.db")
    write(tmp_path / "other.db")
    one, other = (open_store(f"sqlite:///{tmp_path / name}.db") for name in ("one", "other"))
    assert one.worlds() == other.worlds()
    for world_id in one.worlds():
        assert list(one.read(world_id)) == list(other.read(world_id))
        assert one.origins(world_id) == other.origins(world_id)
    one.close()
    other.close()
