"""Scenarios: which there are, playing one in a seller of its own, and a world as one. The player is handed in."""

from collections.abc import Mapping
from typing import Any, Protocol

from marketplace_sandbox.api.control import bodies, paging
from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.core.projections import Json
from marketplace_sandbox.core.reading import FieldError
from marketplace_sandbox.core.world import World


class Player(Protocol):
    """Knows the scenarios that come with the project and plays scenarios."""

    def names(self) -> list[dict[str, Any]]:
        """Every scenario's `name` and `about`."""

    def play(self, scenario: str | Mapping[str, Any]) -> dict[str, Any]:
        """The receipt of a scenario, played in a new seller. FieldError for a name or document that will not do."""

    def export(self, world: World) -> dict[str, Any]:
        """A world as the scenario that leads to it. ValueError, its text for people, for one that is too large."""


def page(player: Player, query: Mapping[str, Any]) -> Json:
    """The scenarios that can be named."""
    return paging.page("scenarios", player.names(), dict, query)


def play(player: Player, body: Any) -> Json:
    """Play a named scenario (`{"name"}`), or the one that is the body."""
    document = bodies.mapping(body)
    if not document:
        raise FieldError("name", "Name a scenario, or post one: its orders, script and expectations.")
    if "name" not in document:
        return player.play(document)
    named = bodies.fields(document, ("name",))
    return player.play(bodies.text("name", named["name"], 100))


def export(player: Player, world: World) -> Json:
    """The world as a scenario."""
    try:
        return player.export(world)
    except ValueError as wrong:
        raise ApiError(409, "TOO_MUCH_FOR_A_SCENARIO", str(wrong)) from wrong
