"""The scenarios that come with the project, by name, and whoever plays them on a server. A name is never a path."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from marketplace_sandbox.core.quoting import suggestion
from marketplace_sandbox.core.sellers import Sellers
from marketplace_sandbox.core.world import World
from marketplace_sandbox.scenario import export, player, report
from marketplace_sandbox.scenario.document import Document, ScenarioError, check, read_file

SUFFIX = ".yaml"
Json = dict[str, Any]


def names(folder: Path) -> list[str]:
    """The names of the scenarios in a folder, sorted."""
    return sorted(file.stem for file in folder.glob(f"*{SUFFIX}"))


def named(folder: Path, name: str) -> Document:
    """The scenario of a name. Raises ScenarioError naming the nearest one there is."""
    known = names(folder)
    if name not in known:
        raise ScenarioError(name, ("name",), None, f"There is no scenario {name!r}{suggestion(name, known)}")
    return read_file(folder / f"{name}{SUFFIX}", f"{name}{SUFFIX}")


def find(folder: Path, text: str) -> Document:
    """The scenario of a file, or of a name in the folder. Raises ScenarioError."""
    file = Path(text)
    if text not in names(folder) and (file.suffix or file.exists() or len(file.parts) > 1):
        return read_file(file)
    return named(folder, text)


class Scenarios:
    """Plays scenarios on the sellers of a server: each in a seller of its own."""

    def __init__(self, sellers: Sellers, folder: Path) -> None:
        self._sellers = sellers
        self._folder = folder

    def names(self) -> list[Json]:
        """Every scenario that comes with the project: its name, what it is about, its source and rules."""
        return [_summary(named(self._folder, name), name) for name in names(self._folder)]

    def play(self, scenario: str | Mapping[str, Any], seller_id: str | None = None) -> Json:
        """The receipt of a named scenario, or of a document as JSON. Raises FieldError for one that will not do."""
        document = named(self._folder, scenario) if isinstance(scenario, str) else check(dict(scenario))
        return report.receipt(player.play(document, self._sellers, seller_id))

    def export(self, world: World) -> Json:
        """A world as the scenario that leads to it. Raises ExportTooLargeError."""
        return export.exported(world)

    def seed(self, scenario: str, seller_id: str | None = None) -> World:
        """Bring a seller into the state a file or named scenario leaves behind. Raises FieldError."""
        return player.seed(find(self._folder, scenario), self._sellers, seller_id)


def _summary(document: Document, name: str) -> Json:
    return {"name": name, "about": document.about, "source": document.source, "rules": list(document.rules)}
