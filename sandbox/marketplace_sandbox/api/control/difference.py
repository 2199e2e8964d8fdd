"""What has changed between two moments of a seller's world, or between two worlds. What that is, the core says."""

from marketplace_sandbox.api.control.worlds import Worlds
from marketplace_sandbox.api.http.exchange import Call, Reply
from marketplace_sandbox.core.past.difference import tell_difference
from marketplace_sandbox.core.past.moment import read_when
from marketplace_sandbox.core.past.past import PastWorld
from marketplace_sandbox.core.world.world import World


class DifferenceOperations:
    """Worlds held against each other."""

    def __init__(self, worlds: Worlds) -> None:
        self._worlds = worlds

    def getDiff(self, call: Call) -> Reply:
        """From the start to now where nothing is said; from this seller's now to the other's where one is named."""
        other_id = call.query.get("other")
        with self._worlds.of(call) as world:
            other = self._worlds.settled(other_id) if other_id else world
            before = _as_of(world, call, "from", None if other_id else 1)
            after = _as_of(other, call, "to", None)
            return Reply(body=tell_difference(before, after))


def _as_of(world: World, call: Call, parameter: str, default: int | None) -> PastWorld:
    """The world as of the moment that a parameter names, or as of a version, or of now."""
    sent = call.query.get(parameter)
    when = read_when(sent, parameter) if sent else world.now() if default is None else default
    return world.as_of(world.find_moment(when, parameter))
