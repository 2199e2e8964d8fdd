"""The scenarios that come with the project, by name, and whoever plays them on a server. A name is never a path."""

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from marketplace_sandbox.core.text.quoting import suggestion
from marketplace_sandbox.core.world.bounds import Totals
from marketplace_sandbox.core.world.sellers import Sellers
from marketplace_sandbox.core.world.world import AnyWorld, World
from marketplace_sandbox.scenario import export, player
from marketplace_sandbox.scenario.receipt import build_receipt
from marketplace_sandbox.scenario.scenario import DEFAULTS, Scenario, ScenarioError, read_file, read_json

SUFFIX = ".yaml"
Json = dict[str, Any]

_TITLE = re.compile(r"^[\"']?title\b", re.MULTILINE)


def scenario_names(folder: Path) -> list[str]:
    """The names of the scenarios in a folder, sorted."""
    return sorted(file.stem for file in folder.glob(f"*{SUFFIX}"))


def read_named(folder: Path, name: str, totals: Totals = DEFAULTS) -> Scenario:
    """The scenario of a name. Raises ScenarioError naming the nearest one there is."""
    known = scenario_names(folder)
    if name not in known:
        raise ScenarioError(name, "name", None, f"There is no scenario {name!r}{suggestion(name, known)}")
    return read_file(folder / f"{name}{SUFFIX}", f"{name}{SUFFIX}", totals)


def read_demos(folder: Path) -> list[tuple[str, Scenario]]:
    """The scenarios that are demos, by their names."""
    # most have no title, and are not read for that
    titled = [name for name in scenario_names(folder) if _TITLE.search((folder / f"{name}{SUFFIX}").read_text())]
    return [(name, each) for name in titled if (each := read_named(folder, name)).title]


def find(folder: Path, text: str, totals: Totals = DEFAULTS) -> Scenario:
    """The scenario of a file, or of a name in the folder. Raises ScenarioError."""
    file = Path(text)
    # a text that can be no file's name has no file, which os.path says and Path.exists does not
    is_file = file.suffix or len(file.parts) > 1 or os.path.exists(text)  # noqa: PTH110
    if is_file and text not in scenario_names(folder):
        return read_file(file, totals=totals)
    return read_named(folder, text, totals)


class Scenarios:
    """Plays scenarios on the sellers of a server: each in a seller of its own."""

    def __init__(self, sellers: Sellers, folder: Path) -> None:
        self._sellers = sellers
        self._folder = folder

    def names(self) -> list[Json]:
        """Every scenario that comes with the project: its name, what it is about, its source and rules.

        Those that are demos have a title.
        """
        read = [(name, read_named(self._folder, name)) for name in scenario_names(self._folder)]
        return [
            {"name": name, **({"title": each.title} if each.title else {})}
            | {"about": each.about, "source": each.source, "rules": list(each.rules)}
            for name, each in read
        ]

    def play(self, scenario: str | Mapping[str, Any], seller_id: str | None = None) -> Json:
        """The receipt of a scenario that is named, or given as JSON. Raises FieldError for one that will not do."""
        totals = self._sellers.totals
        if isinstance(scenario, str):
            found = read_named(self._folder, scenario, totals)
        else:
            found = read_json(dict(scenario), totals=totals)
        return build_receipt(player.play(found, self._sellers, seller_id))

    def export(self, world: AnyWorld) -> Json:
        """A world as the scenario that leads to it. Raises BoundError."""
        return export.export(world, self._sellers.totals)

    def prepare(self, name: str) -> Callable[[str], World]:
        """What brings a seller into the state that a named scenario leaves behind. Raises FieldError for the name."""
        found = read_named(self._folder, name, self._sellers.totals)
        return lambda seller_id: player.seed(found, self._sellers, seller_id)

    def seed(self, scenario: str, seller_id: str | None = None) -> World:
        """Bring a seller into the state a file or named scenario leaves behind. Raises FieldError."""
        return player.seed(find(self._folder, scenario, self._sellers.totals), self._sellers, seller_id)
