"""Which branch of the store each world writes to, and where each branch has left another. Keeps no entry.

A branch has entries of its own, those after the version that it began at; the ones before are its parent's, and so on
to one that has begun with nothing. So a journal is branched without an entry being copied or moved, however long it is.
A branch stands as long as a world writes to it or another has left it, and of what no world reaches it lets go.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(eq=False, slots=True)
class StoredBranch:
    """The entries after `base` are its own, those up to there its parent's.

    Its number is never given to another. `children` have left it and still stand; `world_id` is who writes to it.
    """

    number: int
    parent: "StoredBranch | None" = None
    base: int = 0
    children: "set[StoredBranch]" = field(default_factory=set)
    world_id: str = ""

    def holder(self, version: int, skips: int = 0) -> "StoredBranch":
        """The branch that has the entry of a version, and what was said of its branches up to there.

        So many that begin at that very version are skipped, the last first.
        """
        branch = self
        while branch.parent is not None and (version < branch.base or (skips and version == branch.base)):
            skips -= version == branch.base
            branch = branch.parent
        return branch

    def stretches(self, since: int, until: int | None) -> "list[tuple[StoredBranch, int, int | None]]":
        """Where the entries after a version and up to another are: in which branch, after and up to which."""
        found: list[tuple[StoredBranch, int, int | None]] = []
        branch: StoredBranch | None = self
        while branch is not None and (until is None or since < until):
            if until is None or branch.base < until:
                found.append((branch, max(since, branch.base), until))
                until = branch.base
            branch = branch.parent
        return found[::-1]

    def latest(self, versions: "Mapping[int, int]", until: int | None) -> "tuple[StoredBranch, int] | None":
        """Of what is kept of branches after versions of theirs, the latest that is good for this one up to a version.

        With how many times the journal had been branched by then.
        """
        ancestry = list(self.ancestry())
        for generations, branch in enumerate(ancestry, 1):
            version = versions.get(branch.number)
            if version is not None and (until is None or version <= until):
                return branch, len(ancestry) - generations
            until = branch.base if until is None else min(until, branch.base)
        return None

    def ancestry(self) -> "Iterator[StoredBranch]":
        """The branch, the one it has left, and so on."""
        branch: StoredBranch | None = self
        while branch is not None:
            yield branch
            branch = branch.parent


class Branches:
    """The branches of one store. `heads` has the one that each world writes to."""

    def __init__(self) -> None:
        self.heads: dict[str, StoredBranch] = {}

    def left_at(self, world_id: str, of: str) -> int | None:
        """After which version a world has left another that still has all they share, and what was said of it."""
        branch, left = self.heads.get(world_id), self.heads.get(of)
        if branch is None or branch.parent is None or left is None:
            return None
        shared = left.holder(branch.base)
        while shared is not branch.parent and shared.parent is not None and shared.base == branch.base:
            shared = shared.parent  # which the world has skipped, or might have
        return branch.base if shared is branch.parent else None

    def begin(self, world_id: str, branch: StoredBranch) -> list[tuple[StoredBranch, int | None]]:
        """Have a world write to a new branch, instead of any other; answers of what is to be let go, as `end` does."""
        if branch.parent is not None:
            branch.parent.children.add(branch)
        before = self.heads.get(world_id)
        self.heads[world_id], branch.world_id = branch, world_id
        return _let_go(before)

    def end(self, world_id: str) -> list[tuple[StoredBranch, int | None]]:
        """Have a world write to none; answers of which branches to let go the entries after a version, None for all."""
        return _let_go(self.heads.pop(world_id, None))


def _let_go(branch: StoredBranch | None) -> list[tuple[StoredBranch, int | None]]:
    if branch is not None:
        branch.world_id = ""
    gone: list[tuple[StoredBranch, int | None]] = []
    while branch is not None and not branch.world_id:
        if branch.children:
            gone.append((branch, max(each.base for each in branch.children)))
            break
        gone.append((branch, None))
        if branch.parent is not None:
            branch.parent.children.discard(branch)
        branch = branch.parent
    return gone
