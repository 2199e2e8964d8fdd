"""A copy of a world's state is a world of its own: changing one never shows in the other, and both live alike."""

import random
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from itertools import pairwise
from types import NoneType
from typing import Any

import pytest

from marketplace_sandbox.core.commands.base import Command
from marketplace_sandbox.core.commands.registry import COMMANDS
from marketplace_sandbox.core.data.layers import Table
from marketplace_sandbox.core.data.log import Log
from marketplace_sandbox.core.data.timers import Timers
from marketplace_sandbox.core.journal.results import lengths, tell_result
from marketplace_sandbox.core.past import copies
from marketplace_sandbox.core.world.state import State
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.store.memory import MemoryStore
from tests.core.everybody import AT_RANDOM, LEAPS, a_state, any_command, let_time_pass, take, take_step
from tests.core.simulation import simulate
from tests.core.worlds import START
from tests.depth import depth

SEEDS = depth(test=8, soak=100)
PAIRS = 100
"""Pairs of steps of each seed, one on either side."""


def snapshot(state: State) -> dict[str, Any]:
    """All of a state's data by its names, down to the values themselves: no two of them may be exchanged."""
    return {name: _held(value) for name, value in state.data.named()}


def _held(value: Any) -> Any:
    if isinstance(value, Table):
        return list(value.items())
    return list(value) if isinstance(value, Log) else sorted(value, key=_number) if isinstance(value, Timers) else value


def _number(queued: tuple[datetime, int, object]) -> int:
    return queued[1]


def written(state: State) -> str:
    """All of a state's data in words, to be compared between states that share no value."""
    return repr(snapshot(state))


@pytest.mark.parametrize("seed", range(SEEDS))
def test_changing_one_never_shows_in_the_other(seed: int) -> None:
    """A state and its copy live on by turns; now and then one of both is copied again, and the copies go on."""
    chance = random.Random(seed)
    state, now = a_state(), START
    for _ in range(60):
        now = take_step(state, chance, now)
    one, other = (state, now), (state.copy(), now)
    kept = snapshot(other[0])
    for number in range(PAIRS):
        one = one[0], take_step(one[0], chance, one[1])
        assert snapshot(other[0]) == kept
        kept = snapshot(one[0])
        other = other[0], take_step(other[0], chance, other[1])
        assert snapshot(one[0]) == kept
        kept = snapshot(other[0])
        if number % 9 == 8:
            one, other = (other[0], other[1]), (other[0].copy(), other[1])


@pytest.mark.parametrize("seed", range(1000, 1000 + SEEDS))
def test_a_copy_takes_the_same_steps_to_the_same_results(seed: int) -> None:
    """Copies taken on the way fold what came since, and end as the original that never had a copy."""
    chance = random.Random(seed)
    state, plain, now = a_state(), a_state(), START
    copied: list[State] = []
    for number in range(PAIRS):
        if number % 10 == 0:
            copied.append(state.copy())
        command, then = _next_step(state, chance, now)
        results = {_result(each, command, then, now) for each in (state, plain, *copied)}
        assert len(results) == 1
        now = then
    pictures = {written(each) for each in (state, plain, *copied)}
    assert len(pictures) == 1


def _next_step(state: State, chance: random.Random, now: datetime) -> tuple[Command | None, datetime]:
    if chance.random() < 0.3:
        return None, now + timedelta(seconds=chance.choice(LEAPS))
    return any_command(state, chance, now), now


def _result(state: State, command: Command | None, then: datetime, now: datetime) -> str:
    before = lengths(state)
    if command is None:
        let_time_pass(state, then)
        return str(state.schedule.next_due())
    receipt = take(state, command, now)
    return tell_result(state, before, receipt) if receipt else "refused"


def test_every_kind_of_command_is_among_the_steps_and_is_taken() -> None:
    assert set(AT_RANDOM) == set(COMMANDS.values())
    missing = set(COMMANDS.values())
    for chance in map(random.Random, range(20)):
        state, now = a_state(), START
        for _ in range(400):
            command, then = _next_step(state, chance, now)
            if command is None:
                let_time_pass(state, then)
            elif take(state, command, now):
                missing.discard(type(command))
            now = then
        if not missing:
            break
    assert missing == set()


def test_a_look_back_is_the_same_from_the_nearest_copy_as_from_the_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "EVERY", 5)
    for seed in range(depth(test=3, soak=30)):
        world, _ = simulate(seed, 100)
        chance = random.Random(seed)
        for _ in range(12):
            version = chance.randint(1, world.version)
            plain = World.restore(world.journal(until=version), MemoryStore(), lambda: 0.0).state
            assert written(world.state_at(version)) == written(plain)
            assert written(world.state_at(version)) == written(plain), "asked again, it is kept"
        world.advance(timedelta(days=30))
        assert written(world.state_at(version)) == written(plain), "what happens later does not change it"
        assert len(world._copies._kept) <= copies.MOST
        assert len(world._copies._asked) <= copies.MOST_ASKED


def test_what_is_looked_back_at_is_nobody_elses() -> None:
    world, _ = simulate(1, 60)
    before = written(world.state_at(world.version))
    for version in (world.version, world.version // 2):
        once = world.state_at(version)
        let_time_pass(once, world.now() + timedelta(days=60))
        assert written(world.state_at(version)) != written(once)
    assert written(world.state) == before


def test_copies_are_few_and_lie_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long the journal, no version lies further from the copy before it than a quarter of all."""
    monkeypatch.setattr(copies, "EVERY", 2)
    state, kept = a_state(), copies.Copies()
    for version in range(2, 3_000):
        state.version = version
        kept.keep(state)
        at = sorted(kept._kept)
        assert len(at) <= copies.MOST
        assert version < 8 or max(after - before for before, after in pairwise((1, *at, version))) <= max(
            4, version / 4
        )
    found = kept.nearest(1_700)
    assert found is not None
    assert 1_000 < found.version <= 1_700
    assert kept.nearest(1) is None
    assert {each for each in kept._kept if each <= 1_700} == set(kept.until(1_700)._kept)


def test_a_short_world_keeps_none() -> None:
    assert simulate(0, 100)[0]._copies._kept == {}


IMMUTABLE = (str, int, float, bytes, Decimal, Fraction, date, timedelta, tzinfo, Enum, NoneType)
KEPT_AS_GIVEN = ("directive", "options", "details", "overrides", "defaults", "by_cause", "left_out")
"""Fields that hold JSON as somebody gave it, settings, or counts: dictionaries that are read and never changed."""


def _changeable(value: Any, path: str) -> Iterator[str]:
    """Where something lies in a value that could change in place."""
    if isinstance(value, IMMUTABLE) or path.rpartition(".")[2] in KEPT_AS_GIVEN:
        return
    if isinstance(value, tuple):
        for each in value:
            yield from _changeable(each, f"{path}[]")
    elif is_dataclass(value) and type(value).__setattr__ is not object.__setattr__:  # frozen
        for field in fields(value):
            yield from _changeable(getattr(value, field.name), f"{path}.{field.name}")
    else:
        yield f"{path}: {type(value).__name__}"


def test_nothing_in_the_data_changes_in_place() -> None:
    """Or it would change in every copy. What there is after a life of everything is looked through to the end."""
    found: set[str] = set()
    empty = {name for name, value in a_state().data.named() if isinstance(value, Table | Log | Timers)}
    for chance in map(random.Random, range(20)):
        state, now = a_state(), START
        for _ in range(400):
            now = take_step(state, chance, now)
            empty -= {name for name, value in state.data.named() if name in empty and len(value)}
        for name, value in state.data.named():
            held = _held(value)
            for each in held if isinstance(held, list) else (held,):
                found.update(_changeable(each, name))
        if not empty:
            break
    assert found == set()
    assert empty == set(), "nothing was ever in these"
