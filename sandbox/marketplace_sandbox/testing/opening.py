"""How a marketplace begins: what the marker, the fixtures, the decorator and the mixin take. Knows no pytest."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol, TypedDict, Unpack

from marketplace_sandbox.core.text.quoting import quote, suggestion
from marketplace_sandbox.testing.control import MarketplaceError
from marketplace_sandbox.testing.marketplace import Marketplace
from marketplace_sandbox.testing.orders_v0_marker import set_reads_end
from marketplace_sandbox.testing.words import SettingsForm


class Beginning(TypedDict, total=False):
    """How a marketplace begins, each word as docs/pytest.md has it of the marker."""

    start: str | datetime
    rate: float
    settings: SettingsForm | Mapping[str, Any]
    policy: SettingsForm | Mapping[str, Any]
    limits: Literal["off", "published", "published_virtual"]
    orders_v0: str
    faults: Mapping[str, Any] | Sequence[Mapping[str, Any]]
    scenario: str
    freeze: bool
    marketplace_ids: Sequence[str]
    default_seller: bool


class MarketplaceFactory(Protocol):
    """Opens marketplaces, each a seller of its own, which somebody else closes."""

    def __call__(self, **arguments: Unpack[Beginning]) -> Marketplace:
        """A marketplace that begins as it is said. Raises MarketplaceError."""
        ...


EXCLUSIVE = {"scenario": ("marketplace_ids", "default_seller"), "default_seller": ("start", "rate", "marketplace_ids")}
"""What does not go together: the default seller's world is begun already, that of a scenario by the scenario."""


def check_names(arguments: Iterable[str], of: str) -> None:
    """Raises MarketplaceError for a word that is none of `Beginning`; `of` says whose words they are."""
    known = tuple(Beginning.__annotations__)
    for name in arguments:
        if name not in known:
            raise MarketplaceError(f"{of} has no {quote(name)}{suggestion(name, known)}")


def check(arguments: Mapping[str, Any], of: str) -> None:
    """Raises MarketplaceError for a word that is none of `Beginning`, and for what does not go together."""
    check_names(arguments, of)
    for name, others in EXCLUSIVE.items():
        for other in others:
            if arguments.get(name) and arguments.get(other):
                raise MarketplaceError(f"{of}: {name} and {other} do not go together; leave one out.")
    if arguments.get("freeze") and arguments.get("rate"):
        raise MarketplaceError("With freeze=True the clock stands; leave one of freeze and rate out.")


def open_marketplace(
    url: str, queues: Callable[[], str], arguments: Mapping[str, Any], *, of: str, folder: Path | None = None
) -> Marketplace:
    """The marketplace that the arguments describe, to be closed; `of` says whose they are, `folder` is the test's.

    Raises MarketplaceError.
    """
    try:
        settings = _read_settings(arguments)
    except ValueError as wrong:
        raise MarketplaceError(f"{of}: {wrong}") from None
    try:
        opened = _begin(url, arguments, settings, folder)
    except MarketplaceError as problem:
        raise MarketplaceError(f"The marketplace could not begin: {problem}") from None
    opened.queue_service = queues
    faults = arguments.get("faults", ())
    try:
        for fault in [faults] if isinstance(faults, Mapping) else faults:
            opened.faults.add(**fault)
    except MarketplaceError as refusal:
        opened.close()
        raise MarketplaceError(f"{of}, faults: {refusal}") from None
    return opened


def _begin(url: str, arguments: Mapping[str, Any], settings: dict[str, Any], folder: Path | None) -> Marketplace:
    beginning = {name: arguments[name] for name in ("start", "rate", "freeze", "marketplace_ids") if name in arguments}
    if arguments.get("scenario"):
        # A file is looked for beside the test; anything else is a name, or a path from where the tests were started.
        beside = (folder or Path.cwd()) / arguments["scenario"]
        scenario = beside if beside.is_file() else arguments["scenario"]
        return Marketplace.played(url, scenario, settings=settings, **beginning)
    if arguments.get("default_seller"):
        return Marketplace.taken(url, settings=settings, **beginning)
    return Marketplace.opened(url, settings=settings, **beginning)


def _read_settings(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that the arguments name, each by a word of its own or among the others. Raises ValueError."""
    settings = {**arguments.get("settings", {}), **arguments.get("policy", {})}
    if "limits" in arguments:
        settings["limits"] = arguments["limits"]
    if "orders_v0" not in arguments:
        return settings
    return set_reads_end(settings, arguments["orders_v0"])
