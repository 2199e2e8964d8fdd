"""Scenarios: which there are, playing one in a seller of its own, and a world as one. The player is handed in."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from marketplace_sandbox.api.control.lists import answer_page
from marketplace_sandbox.api.control.refusals import translate_refusals
from marketplace_sandbox.api.control.worlds import Worlds
from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.api.http.exchange import Call, Reply
from marketplace_sandbox.core.text.reading import FieldError, Fields, JsonObject, text
from marketplace_sandbox.core.world.world import AnyWorld, World

LONGEST_NAME = 100


class Player(Protocol):
    """Knows the scenarios that come with the project and plays scenarios."""

    def names(self) -> list[dict[str, Any]]:
        """Every scenario's `name` and `about`."""

    def play(self, scenario: str | Mapping[str, Any], seller_id: str | None = None) -> dict[str, Any]:
        """The receipt of a scenario, played in a new seller, of that id where one is named.

        FieldError for a name or document that will not do, DuplicateSellerError for a seller that is there already.
        """

    def prepare(self, name: str) -> Callable[[str], World]:
        """What brings a seller, to whom nothing has happened, into the state that a named scenario leaves behind.

        FieldError for a name that there is not.
        """

    def export(self, world: AnyWorld) -> dict[str, Any]:
        """A world as the scenario that leads to it. ValueError, its text for people, for one that is too large."""


class ScenarioOperations:
    """Scenarios, which say who does what when."""

    def __init__(self, worlds: Worlds, player: Player) -> None:
        self._worlds = worlds
        self._player = player

    def listScenarios(self, call: Call) -> Reply:
        """The scenarios that can be named."""
        with translate_refusals():
            return Reply(body=answer_page("scenarios", self._player.names(), dict, call.query))

    def playScenario(self, call: Call) -> Reply:
        """Play a named scenario (`{"name"}`), or the one that is the body."""
        with translate_refusals():
            if not call.body:
                raise FieldError("name", "Name a scenario, or post one: its orders, script and expectations.")
            scenario: str | JsonObject = call.body
            if "name" in call.body:
                scenario = Fields(call.body, known=("name",)).need("name", text(LONGEST_NAME, least=1))
            played = self._player.play(scenario, call.query.get("seller_id") or None)
            world = self._worlds.sellers.find(played["seller_id"])
            call.made_at.version = world.version if world else None
            return Reply(201, played)

    def exportWorld(self, call: Call) -> Reply:
        """The world as a scenario."""
        with self._worlds.view(call) as world:
            try:
                return Reply(body=self._player.export(world))
            except ValueError as wrong:
                raise ApiError(409, "TOO_MUCH_FOR_A_SCENARIO", str(wrong)) from wrong
