"""Scenarios: which there are, and playing one in a seller of its own. The player is handed in."""

from collections.abc import Mapping
from typing import Any, Protocol

from sandbox.api.control import bodies, paging
from sandbox.core.commands import BadField
from sandbox.core.views import Json


class Player(Protocol):
    """Knows the scenarios that come with the project and plays scenarios."""

    def names(self) -> list[dict[str, Any]]:
        """Every scenario's `name` and `about`."""

    def play(self, scenario: str | Mapping[str, Any]) -> dict[str, Any]:
        """The receipt of a scenario, played in a new seller. BadField for a name or document that will not do."""


def page(player: Player, query: Mapping[str, Any]) -> Json:
    """The scenarios that can be named."""
    return paging.page("scenarios", player.names(), dict, query)


def play(player: Player, body: Any) -> Json:
    """Play a named scenario (`{"name"}`), or the one that is the body."""
    document = bodies.mapping(body)
    if not document:
        raise BadField("name", "Name a scenario, or post one: its orders, script and expectations.")
    if "name" not in document:
        return player.play(document)
    named = bodies.fields(document, ("name",))
    return player.play(bodies.text("name", named["name"], 100))
