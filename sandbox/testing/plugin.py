"""The pytest plugin: the fixture `marketplace`, its marker, and one line under a failing test that replays it.

pytest loads this in every run of an environment, so it imports nothing of ours until a test asks for the fixture.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from sandbox.testing.marketplace import Marketplace
    from sandbox.testing.server import Server

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
MARKER = f"marketplace({', '.join(KNOWN)}): how the world of the fixture `marketplace` begins"

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
    from sandbox.testing.server import NotReady  # noqa: PLC0415

    if _problem not in config.stash:
        try:
            return server_of(config)
        except NotReady as problem:
            config.stash[_problem] = str(problem)
    pytest.fail(config.stash[_problem], pytrace=False)


def server_of(config: pytest.Config) -> Server:
    """The server of this process, started at the first use. Raises NotReady."""
    if _server not in config.stash:
        from sandbox.testing.server import Server  # noqa: PLC0415

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
    if report.failed and call.when == "call" and world is not None:
        report.sections.append(("marketplace", _replay(item, world)))
    return report


def _replay(item: pytest.Item, world: Marketplace) -> str:
    try:
        exported = world.export()
    except Exception as problem:  # noqa: BLE001  whatever it is, the report of the test matters more
        return f"The world could not be exported: {problem}"
    name = re.sub(r"[^\w.-]+", "-", item.name)[:60]
    factory: pytest.TempPathFactory = item.config._tmp_path_factory  # type: ignore[attr-defined]
    file = factory.mktemp("marketplace") / f"{name}.yaml"
    file.write_text(exported, encoding="utf-8")
    return f"Replay it: marketplace-sandbox play {file}"


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
    from sandbox.core.policy import nearest  # noqa: PLC0415

    if name not in KNOWN:
        near = nearest(name, KNOWN)
        pytest.fail(f"{node.nodeid}: the marker marketplace has no {name!r}; did you mean {near!r}?", pytrace=False)


def _begun(url: str, asked: dict[str, Any], folder: Path) -> Marketplace:
    from sandbox.testing.control import MarketplaceError  # noqa: PLC0415
    from sandbox.testing.marketplace import Marketplace  # noqa: PLC0415

    given: dict[str, Any] = {name: asked[name] for name in BEGINNING if name in asked}
    if given.get("freeze") and given.get("rate"):
        pytest.fail("With freeze=True the clock stands; leave one of freeze and rate out.", pytrace=False)
    given["settings"] = {**asked.get("settings", {}), **asked.get("policy", {}), **_limits(asked)}
    try:
        if asked.get("scenario"):
            return Marketplace.played(url, _scenario(asked["scenario"], folder), **given)
        return Marketplace.taken(url, **given) if asked.get("default_seller") else Marketplace.opened(url, **given)
    except MarketplaceError as problem:
        pytest.fail(f"The marketplace could not begin: {problem}", pytrace=False)
    except TypeError:
        beginning = "a scenario" if asked.get("scenario") else "the default seller"
        pytest.fail(f"The marker marketplace: {', '.join(given)} do not go together with {beginning}.", pytrace=False)


def _arrange(world: Marketplace, faults: Iterable[dict[str, Any]]) -> None:
    from sandbox.testing.control import Refused  # noqa: PLC0415

    for fault in faults:
        try:
            world.faults.add(**fault)
        except Refused as refusal:
            pytest.fail(f"The marker marketplace, faults: {refusal}", pytrace=False)


def _limits(asked: dict[str, Any]) -> dict[str, Any]:
    return {"limits": asked["limits"]} if "limits" in asked else {}


def _scenario(named: str | Path, folder: Path) -> str | Path:
    """A file is looked for beside the test first; anything else is a name, or a path from where pytest was started."""
    beside = folder / named
    return beside if beside.is_file() else named
