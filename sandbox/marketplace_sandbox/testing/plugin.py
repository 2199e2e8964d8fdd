"""The pytest plugin: the fixture `marketplace`, its marker, and one line under a failing test that replays it.

pytest loads this in every run of an environment, so it imports nothing of ours until a test asks for the fixture.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from marketplace_sandbox.testing.marketplace import Marketplace
    from marketplace_sandbox.testing.server import Server

KNOWN = (
    "start",
    "rate",
    "settings",
    "policy",
    "limits",
    "faults",
    "scenario",
    "freeze",
    "marketplace_ids",
    "default_seller",
)

BEGINNING = ("start", "rate", "freeze", "marketplace_ids")
APART = {"scenario": ("marketplace_ids", "default_seller"), "default_seller": ("start", "rate", "marketplace_ids")}
"""What does not go together: the world of one is begun already, that of the other by its scenario."""

STORIES = 3
"""As many orders are told of under a failing test."""

MARKER = f"marketplace({', '.join(KNOWN)}): how the world of the fixture `marketplace` begins"

TOLD = "What happened to it:"
"""What a failure has in it that tells the story of its order."""

_server: pytest.StashKey[Server] = pytest.StashKey()
_problem: pytest.StashKey[str] = pytest.StashKey()
_worlds: pytest.StashKey[Marketplace] = pytest.StashKey()


def pytest_configure(config: pytest.Config) -> None:
    """Makes the marker known."""
    config.addinivalue_line("markers", MARKER)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Ends the server with the session."""
    server = config.stash.get(_server, None)
    if server is not None:
        server.close()
        del config.stash[_server]


def _started(config: pytest.Config) -> Server:
    """The server; one that could not start is not tried again by every test."""
    from marketplace_sandbox.testing.server import NotReadyError  # noqa: PLC0415

    if _problem not in config.stash:
        try:
            return server_of(config)
        except NotReadyError as problem:
            config.stash[_problem] = str(problem)
    pytest.fail(config.stash[_problem], pytrace=False)


def server_of(config: pytest.Config) -> Server:
    """The server of this process, started at the first use, and anew should it have ended. Raises NotReadyError."""
    known = config.stash.get(_server, None)
    if known is not None and not known.runs:
        config.issue_config_time_warning(UserWarning(f"The marketplace's server ended; it said:\n{known.words()}"), 2)
        known.close()
        del config.stash[_server]
    if _server not in config.stash:
        from marketplace_sandbox.testing.server import Server  # noqa: PLC0415

        config.stash[_server] = Server("--start", "2026-03-02T16:00:00Z")
    return config.stash[_server]


@pytest.fixture
def marketplace(request: pytest.FixtureRequest) -> Iterator[Marketplace]:
    """A marketplace of the test's own: a fresh seller whose clock stands at the start, unless the marker says more."""
    asked = _asked(request.node)
    server = _started(request.config)
    with _begun(server.url, asked, request.node.path.parent) as world:
        world.queue_service = server.queues
        _arrange(world, asked.get("faults", ()))
        request.node.stash[_worlds] = world
        yield world


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Adds the line that replays a failing test, while its world still stands."""
    report = yield
    world = item.stash.get(_worlds, None)
    if report.failed and call.when in ("setup", "call") and world is not None:
        story = "" if TOLD in str(report.longrepr) else _story(world)
        report.sections.append(("marketplace", f"{story}{_replay(item, world)}"))
    return report


def _story(world: Marketplace) -> str:
    """What the orders lived through and the client did, for an assertion that does not tell it."""
    from marketplace_sandbox.testing import accounts  # noqa: PLC0415

    try:
        told = [f"Order {each.order_id} is {each.status}. {accounts.history(each.history)}" for each in world.orders]
        called = accounts.calls(world.recorded_requests)
    except Exception as problem:  # noqa: BLE001  whatever it is, the report of the test matters more
        return f"The marketplace could not be asked: {problem}\n"
    left_out = [f"… and {len(told) - STORIES} orders more"] if len(told) > STORIES else []
    return "\n".join([*told[:STORIES], *left_out, called, ""])


def _replay(item: pytest.Item, world: Marketplace) -> str:
    try:
        exported = world.export()
    except Exception as problem:  # noqa: BLE001  whatever it is, the report of the test matters more
        return f"The world could not be exported: {problem}"
    name = re.sub(r"[^\w.-]+", "-", item.name)[:60]
    factory: pytest.TempPathFactory = item.config._tmp_path_factory  # type: ignore[attr-defined]
    file = factory.mktemp("marketplace") / f"{name}.yaml"
    file.write_text(exported, encoding="utf-8")
    return f"Replay it: marketplace-sandbox play {shlex.quote(str(file))}"


def _asked(node: pytest.Item) -> dict[str, Any]:
    """What the markers say, those nearest to the test first."""
    asked: dict[str, Any] = {}
    for marker in node.iter_markers("marketplace"):
        if marker.args:
            pytest.fail(f"{node.nodeid}: the marker marketplace takes names: {', '.join(KNOWN)}.", pytrace=False)
        for name in marker.kwargs:
            _check(node, name)
        asked = {**marker.kwargs, **asked}
    return asked


def _check(node: pytest.Item, name: str) -> None:
    from marketplace_sandbox.core.quoting import nearest  # noqa: PLC0415

    if name not in KNOWN:
        near = nearest(name, KNOWN)
        pytest.fail(f"{node.nodeid}: the marker marketplace has no {name!r}; did you mean {near!r}?", pytrace=False)


def _begun(url: str, asked: dict[str, Any], folder: Path) -> Marketplace:
    from marketplace_sandbox.testing.control import MarketplaceError  # noqa: PLC0415
    from marketplace_sandbox.testing.marketplace import Marketplace  # noqa: PLC0415

    given: dict[str, Any] = {name: asked[name] for name in BEGINNING if name in asked}
    _check_together(asked)
    given["settings"] = {**asked.get("settings", {}), **asked.get("policy", {}), **_limits(asked)}
    try:
        if asked.get("scenario"):
            return Marketplace.played(url, _scenario(asked["scenario"], folder), **given)
        return Marketplace.taken(url, **given) if asked.get("default_seller") else Marketplace.opened(url, **given)
    except MarketplaceError as problem:
        said = str(problem)
    # beyond the except, or pytest would print the error it was made from as well
    pytest.fail(f"The marketplace could not begin: {said}", pytrace=False)


def _check_together(asked: dict[str, Any]) -> None:
    for name, others in APART.items():
        both = [other for other in others if asked.get(name) and asked.get(other)]
        if both:
            told = f"The marker marketplace: {name} and {both[0]} do not go together; leave one out."
            pytest.fail(told, pytrace=False)
    if asked.get("freeze") and asked.get("rate"):
        pytest.fail("With freeze=True the clock stands; leave one of freeze and rate out.", pytrace=False)


def _arrange(world: Marketplace, faults: dict[str, Any] | Iterable[dict[str, Any]]) -> None:
    from marketplace_sandbox.testing.control import RefusedError  # noqa: PLC0415

    refused = ""
    for fault in [faults] if isinstance(faults, dict) else faults:
        try:
            world.faults.add(**fault)
        except RefusedError as refusal:
            refused = refused or str(refusal)
    if refused:
        pytest.fail(f"The marker marketplace, faults: {refused}", pytrace=False)


def _limits(asked: dict[str, Any]) -> dict[str, Any]:
    return {"limits": asked["limits"]} if "limits" in asked else {}


def _scenario(named: str | Path, folder: Path) -> str | Path:
    """A file is looked for beside the test first; anything else is a name, or a path from where pytest was started."""
    beside = folder / named
    return beside if beside.is_file() else named
