"""What a page may follow: a seller's world, or a piece of long work. Each looks whether there is something to tell."""

from collections.abc import Callable
from typing import Protocol

from marketplace_sandbox.console.live.works import Work
from marketplace_sandbox.core.text.instants import format_instant
from marketplace_sandbox.core.world.world import World


class Followed(Protocol):
    """`look` answers what is new since it was asked last, None for nothing; `is_over` is true once nothing will be."""

    @property
    def is_over(self) -> bool: ...

    def look(self) -> dict[str, object] | None: ...


class FollowedWorld:
    """A world: told is what is newer than a version, and than so many calls of its client unless that is None."""

    def __init__(self, world: World, version: int, calls: int | None, count_calls: Callable[[str], int]) -> None:
        self._world, self._shown = world, (version, calls)
        self._count_calls = count_calls

    @property
    def is_over(self) -> bool:
        return self._world.is_closed

    def look(self) -> dict[str, object] | None:
        world, (_, counted) = self._world, self._shown
        calls = None if counted is None else self._count_calls(world.seller_id)
        shown = (world.version, calls)
        if shown == self._shown:
            return None
        self._shown = shown
        return {
            "version": shown[0],
            "now": format_instant(world.now()),
            "rate": world.rate,
            "advancing": world.advancing,
            **({} if calls is None else {"calls": calls}),
        }


class FollowedWork:
    """A piece of work: told is how far it is, at last that it is over."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._told: dict[str, object] = {}

    @property
    def is_over(self) -> bool:
        return bool(self._told.get("over"))

    def look(self) -> dict[str, object] | None:
        told = self._work.tell()
        if told == self._told:
            return None
        self._told = told
        return told
