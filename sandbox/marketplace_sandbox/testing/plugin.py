"""The pytest plugin: the fixture `marketplace`, its marker, and one line under a failing test that replays it.

At the end of a session it says what the clients of its tests still read by Orders v0 (`orders_v0_report`).

pytest loads this in every run of an environment, so it imports nothing of ours until a test asks for the fixture.
"""

from __future__ import annotations

import re
import shlex
import sys
import zlib
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, Unpack

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping

    from marketplace_sandbox.testing.in_process import InProcessServer
    from marketplace_sandbox.testing.marketplace import Marketplace
    from marketplace_sandbox.testing.opening import Beginning, MarketplaceFactory
    from marketplace_sandbox.testing.orders_v0_left import ReadsOfTest
    from marketplace_sandbox.testing.server import Server

T = TypeVar("T")

LIST, FILE = "--orders-v0-left", "--orders-v0-left-to"
"""What the end of a session may be asked for."""

MARKER = "The marker marketplace"
ONLY_FIRST = ("default_seller", "freeze")
"""What the marker says of the first seller alone."""

ARTIFACTS = "--marketplace-artifacts"
"""Where the files that replay failing tests go."""

IN_PROCESS = "--marketplace-in-process"
"""Has the server be a thread of each test process."""

LONGEST_NAME = 150
"""Characters of such a file's name."""

_server: pytest.StashKey[Server | InProcessServer] = pytest.StashKey()
_start_problem: pytest.StashKey[str] = pytest.StashKey()
_marketplace: pytest.StashKey[Marketplace] = pytest.StashKey()
_reads: pytest.StashKey[ReadsOfTest] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds what the end of a session may be asked for."""
    group = parser.getgroup("marketplace", "marketplace sandbox")
    asked = "list at the end which tests still read Orders v0, and which of its reads have moved to Orders 2026-01-01"
    group.addoption(LIST, action="store_true", help=asked)
    kept = "the folder for the files that replay failing tests [default: the JUnit file's, else a temporary one]"
    group.addoption(ARTIFACTS, metavar="FOLDER", help=kept)
    within = "serve in a thread of each test process, where a debugger and coverage reach the server"
    group.addoption(IN_PROCESS, action="store_true", help=within)
    group.addoption(FILE, metavar="FILE", help="write the same to a file, as JSON")


def pytest_configure(config: pytest.Config) -> None:
    """Makes the marker known. Raises a usage error for a file that there is no folder for."""
    file = config.getoption(FILE)
    if file and not Path(file).absolute().parent.is_dir():
        raise pytest.UsageError(f"{FILE} {file}: there is no folder {Path(file).absolute().parent}.")
    marker = "marketplace(start=, rate=, settings=, freeze=, …): how a world begins (docs/pytest.md)"
    config.addinivalue_line("markers", marker)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Ends the server with the session."""
    server = config.stash.get(_server, None)
    if server is not None:
        server.close()
        del config.stash[_server]


def server_of(config: pytest.Config) -> Server | InProcessServer:
    """The server of this process, started at the first use, and anew should it have ended. Raises NotReadyError."""
    known = config.stash.get(_server, None)
    if known is not None and not known.runs:
        warning = UserWarning(f"The marketplace's server ended; it said:\n{known.read_log()}")
        config.issue_config_time_warning(warning, 2)
        known.close()
        del config.stash[_server]
    if _server not in config.stash:
        from marketplace_sandbox.testing.shared_server import start_shared_server  # noqa: PLC0415

        config.stash[_server] = start_shared_server(in_process=config.getoption(IN_PROCESS))
    return config.stash[_server]


@pytest.fixture
def marketplace(request: pytest.FixtureRequest) -> Iterator[Marketplace]:
    """A marketplace of the test's own: a fresh seller whose clock stands at the start, unless the marker says more."""
    with _open(request, _read_markers(request.node), MARKER) as opened:
        request.node.stash[_marketplace] = opened
        yield opened
        _keep_reads(request.node, opened)


@pytest.fixture
def second_marketplace(request: pytest.FixtureRequest) -> Iterator[Marketplace]:
    """Another seller beside the one of the fixture `marketplace`, whose world begins as that one's does.

    It is never the default seller, and this process's clock goes with the other's.
    """
    arguments = {name: each for name, each in _read_markers(request.node).items() if name not in ONLY_FIRST}
    with _open(request, arguments, MARKER) as opened:
        yield opened


@pytest.fixture(scope="module")
def module_marketplace(request: pytest.FixtureRequest) -> Iterator[Marketplace]:
    """A marketplace that the tests of a module share, one after another; it begins as the module's marker says."""
    with _open(request, _read_markers(request.node), MARKER) as opened:
        yield opened


@pytest.fixture(scope="session")
def session_marketplace(request: pytest.FixtureRequest) -> Iterator[Marketplace]:
    """A marketplace that all tests of the session share, or of a worker of pytest-xdist. No marker reaches it."""
    with _open(request, {}, "session_marketplace") as opened:
        yield opened


@pytest.fixture
def marketplace_factory(request: pytest.FixtureRequest) -> Iterator[MarketplaceFactory]:
    """Opens marketplaces that last as long as the test, each a seller of its own. Takes what the marker takes."""
    yield from _open_several(request, "marketplace_factory")


@pytest.fixture(scope="session")
def open_marketplace(request: pytest.FixtureRequest) -> Iterator[MarketplaceFactory]:
    """Opens marketplaces that last as long as the session: what is expensive to make, for each test to fork.

    Takes what the marker takes, as keywords.
    """
    yield from _open_several(request, "open_marketplace")


def _open_several(request: pytest.FixtureRequest, of: str) -> Iterator[MarketplaceFactory]:
    with ExitStack() as ends:

        def open_one(**arguments: Unpack[Beginning]) -> Marketplace:
            opened = ends.enter_context(_open(request, arguments, of))
            if request.scope == "function":
                request.node.stash.setdefault(_marketplace, opened)
            return opened

        yield open_one


def _open(request: pytest.FixtureRequest, arguments: Mapping[str, Any], of: str) -> Marketplace:
    """A marketplace that begins as the arguments say; `of` says whose they are. Fails the test where they are wrong."""
    from marketplace_sandbox.testing import opening  # noqa: PLC0415

    server = _started(request.config)
    folder = request.node.path.parent if request.scope in ("function", "module") else Path.cwd()
    _or_fail(partial(opening.check, arguments, of))
    return _or_fail(partial(opening.open_marketplace, server.url, server.queues, arguments, of=of, folder=folder))


def _started(config: pytest.Config) -> Server | InProcessServer:
    """The server of this process. Fails the test where there is none, which is not tried again by every test."""
    from marketplace_sandbox.testing.control import MarketplaceError  # noqa: PLC0415

    if _start_problem not in config.stash:
        try:
            return server_of(config)
        except MarketplaceError as problem:
            config.stash[_start_problem] = str(problem)
    pytest.fail(config.stash[_start_problem], pytrace=False)


def _keep_reads(node: pytest.Item, world: Marketplace) -> None:
    """Keeps which reads of orders the client of the test has made, for the end of the session."""
    from marketplace_sandbox.testing.control import MarketplaceError  # noqa: PLC0415
    from marketplace_sandbox.testing.orders_v0_left import ReadsOfTest  # noqa: PLC0415

    with suppress(MarketplaceError):  # a server that has ended knows of no calls
        node.stash[_reads] = ReadsOfTest.of(world.recorded_requests)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Adds to a failing test, while its world still stands, what happened in it and the line that replays it.

    The report of a test's end has its reads of orders, as numbers, which a worker of pytest-xdist can send.
    """
    report = yield
    reads = item.stash.get(_reads, None)
    if call.when == "teardown" and reads:
        report.marketplace_reads = reads.to_json()  # type: ignore[attr-defined]  # a report takes any more
    world = item.stash.get(_marketplace, None) or _given(item)
    if report.failed and call.when in ("setup", "call") and world is not None:
        from marketplace_sandbox.testing.explanations import HISTORY_HEADING  # noqa: PLC0415

        explained = HISTORY_HEADING in str(report.longrepr)
        _begin_with_findings(report, world)
        _begin_crash_with_reason(report)
        report.sections.append(("marketplace", ("" if explained else _explain(world)) + _write_replay(item, world)))
    return report


def _begin_with_findings(report: pytest.TestReport, world: Marketplace) -> None:
    """Has the text of a failure begin with what looks wrong with the client, before the code of the test.

    It goes in as an entry of the traceback, which is what a worker of pytest-xdist can send. A failure that has no
    traceback, as by `pytest.fail(…, pytrace=False)`, has it in a section below.
    """
    from _pytest._code.code import ExceptionChainRepr, ReprEntry  # noqa: PLC0415  pytest names them nowhere else

    try:
        found = world.explain_findings()
    except Exception as problem:  # noqa: BLE001  whatever it is, the report of the test matters more
        found = f"The marketplace could not be asked what looks wrong: {problem}"
    if not found:
        return
    if isinstance(report.longrepr, ExceptionChainRepr):
        first = report.longrepr.chain[0][0]
        entry = ReprEntry([*found.splitlines(), ""], None, None, None, "value")
        first.reprentries = [entry, *first.reprentries]
    else:
        report.sections.append(("marketplace: the client", f"{found}\n"))


def _begin_crash_with_reason(report: pytest.TestReport) -> None:
    """Has the one line of the short summary, which is cut at the terminal's width, go without our modules' names."""
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is not None:
        crash.message = re.sub(r"\Amarketplace_sandbox(\.\w+)*\.(?=\w+Error\b)", "", crash.message)


def _given(item: pytest.Item) -> Marketplace | None:
    """What a fixture of the suite's own gives as `marketplace`, such as a fork of one that many tests share.

    Where there is none, the first marketplace of another name.
    """
    given = getattr(item, "funcargs", {})
    module = sys.modules.get("marketplace_sandbox.testing.marketplace")
    if module is None:
        return None
    first = (each for each in (given.get("marketplace"), *given.values()) if isinstance(each, module.Marketplace))
    return next(first, None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Says what the clients of all tests still read by Orders v0, those of workers, too."""
    reports = (each for category in terminalreporter.stats.values() for each in category)
    sent = [(each.nodeid, each.marketplace_reads) for each in reports if hasattr(each, "marketplace_reads")]
    lists, file = config.getoption(LIST), config.getoption(FILE)
    if sent or lists or file:
        from marketplace_sandbox.testing.orders_v0_report import write_report  # noqa: PLC0415

        write_report(terminalreporter, sent, list_option=LIST, lists=lists, file=file)


def _explain(world: Marketplace) -> str:
    """The story, for a failure that does not tell it."""
    try:
        return f"{world.explain_story()}\n"
    except Exception as problem:  # noqa: BLE001  whatever it is, the report of the test matters more
        return f"The marketplace could not be asked: {problem}\n"


def _write_replay(item: pytest.Item, world: Marketplace) -> str:
    """Exports the world to a file; answers the command that plays it."""
    try:
        exported = world.export()
    except Exception as problem:  # noqa: BLE001  whatever it is, the report of the test matters more
        return f"The world could not be exported: {problem}"
    try:
        file = _replay_file(item)
        file.write_text(f"# What is left of a failed test: {item.nodeid}\n{exported}", encoding="utf-8")
    except OSError as problem:
        return f"The file that replays it could not be written: {problem}"
    return f"Replay it: marketplace-sandbox play {shlex.quote(str(file))}"


def _replay_file(item: pytest.Item) -> Path:
    """Where the file that replays a test goes: where CI keeps it, or else pytest's temporary folder. Raises OSError."""
    config = item.config
    junit: str | None = getattr(config.option, "xmlpath", None)
    folder: str | None = config.getoption(ARTIFACTS) or (junit and str(Path(junit).expanduser().parent))
    if not folder:
        factory: pytest.TempPathFactory = config._tmp_path_factory  # type: ignore[attr-defined]  # there is no public way
        name = re.sub(r"[^\w.-]+", "-", item.name)[:LONGEST_NAME]
        return factory.mktemp("marketplace") / f"{name}.yaml"
    kept = config.invocation_params.dir / folder
    kept.mkdir(parents=True, exist_ok=True)
    plain = item.nodeid.replace("/", ".").replace("::", ".")
    name = re.sub(r"[^\w.-]+", "-", plain)[:LONGEST_NAME]
    if name != plain:  # two tests may come to the same name
        name = f"{name}-{zlib.crc32(plain.encode()):08x}"
    return kept / f"{name}.yaml"


def _read_markers(node: pytest.Item) -> dict[str, Any]:
    """The arguments of all markers at a test, the nearest first. Fails the test where they are wrong."""
    from marketplace_sandbox.testing import opening  # noqa: PLC0415

    arguments: dict[str, Any] = {}
    for marker in node.iter_markers("marketplace"):
        if marker.args:
            names = ", ".join(opening.Beginning.__annotations__)
            pytest.fail(f"{node.nodeid}: the marker marketplace takes names: {names}.", pytrace=False)
        _or_fail(partial(opening.check_names, marker.kwargs, f"{node.nodeid}: the marker marketplace"))
        arguments = {**marker.kwargs, **arguments}
    return arguments


def _or_fail(do: Callable[[], T]) -> T:
    """What is done, or the test fails, in the words of what the marketplace cannot do and without our code."""
    from marketplace_sandbox.testing.control import MarketplaceError  # noqa: PLC0415

    try:
        return do()
    except MarketplaceError as problem:
        message = str(problem)
    # beyond the except, or pytest would print the error it was made from as well
    pytest.fail(message, pytrace=False)
