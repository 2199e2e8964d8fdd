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
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from marketplace_sandbox.testing.marketplace import Marketplace
    from marketplace_sandbox.testing.orders_v0_left import ReadsOfTest
    from marketplace_sandbox.testing.server import Server

ARGUMENTS = (
    "start",
    "rate",
    "settings",
    "policy",
    "limits",
    "orders_v0",
    "faults",
    "scenario",
    "freeze",
    "marketplace_ids",
    "default_seller",
)
"""What the marker takes."""

EXCLUSIVE = {"scenario": ("marketplace_ids", "default_seller"), "default_seller": ("start", "rate", "marketplace_ids")}
"""What does not go together: the default seller's world is begun already, that of a scenario by the scenario."""

LIST, FILE = "--orders-v0-left", "--orders-v0-left-to"
"""What the end of a session may be asked for."""

ARTIFACTS = "--marketplace-artifacts"
"""Where the files that replay failing tests go."""

LONGEST_NAME = 150
"""Characters of such a file's name."""

MOST_HISTORIES = 3
"""As many orders have their history printed under a failing test."""

_server: pytest.StashKey[Server] = pytest.StashKey()
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
    group.addoption(FILE, metavar="FILE", help="write the same to a file, as JSON")


def pytest_configure(config: pytest.Config) -> None:
    """Makes the marker known. Raises a usage error for a file that there is no folder for."""
    file = config.getoption(FILE)
    if file and not Path(file).absolute().parent.is_dir():
        raise pytest.UsageError(f"{FILE} {file}: there is no folder {Path(file).absolute().parent}.")
    marker = f"marketplace({', '.join(ARGUMENTS)}): how the world of the fixture `marketplace` begins"
    config.addinivalue_line("markers", marker)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Ends the server with the session."""
    server = config.stash.get(_server, None)
    if server is not None:
        server.close()
        del config.stash[_server]


def server_of(config: pytest.Config) -> Server:
    """The server of this process, started at the first use, and anew should it have ended. Raises NotReadyError."""
    known = config.stash.get(_server, None)
    if known is not None and not known.runs:
        warning = UserWarning(f"The marketplace's server ended; it said:\n{known.read_log()}")
        config.issue_config_time_warning(warning, 2)
        known.close()
        del config.stash[_server]
    if _server not in config.stash:
        from marketplace_sandbox.testing.server import Server  # noqa: PLC0415

        config.stash[_server] = Server("--start", "2026-03-02T16:00:00Z")
    return config.stash[_server]


@pytest.fixture
def marketplace(request: pytest.FixtureRequest) -> Iterator[Marketplace]:
    """A marketplace of the test's own: a fresh seller whose clock stands at the start, unless the marker says more."""
    arguments = _read_markers(request.node)
    server = _started(request.config)
    with _open_marketplace(server.url, arguments, request.node.path.parent) as opened:
        opened.queue_service = server.queues
        _add_faults(opened, arguments.get("faults", ()))
        request.node.stash[_marketplace] = opened
        yield opened
        _keep_reads(request.node, opened)


@pytest.fixture(scope="session")
def open_marketplace(request: pytest.FixtureRequest) -> Iterator[Callable[..., Marketplace]]:
    """Opens marketplaces that last as long as the session: what is expensive to make, for each test to fork.

    Takes what the marker takes, as keywords.
    """
    server = _started(request.config)
    with ExitStack() as ends:

        def open_one(**arguments: Any) -> Marketplace:
            _check_names(arguments, "open_marketplace")
            _check_together(arguments, "open_marketplace")
            opened = ends.enter_context(_open_marketplace(server.url, arguments, Path.cwd()))
            opened.queue_service = server.queues
            _add_faults(opened, arguments.get("faults", ()))
            return opened

        yield open_one


def _started(config: pytest.Config) -> Server:
    """The server of this process. Fails the test where there is none, which is not tried again by every test."""
    from marketplace_sandbox.testing.server import NotReadyError  # noqa: PLC0415

    if _start_problem not in config.stash:
        try:
            return server_of(config)
        except NotReadyError as problem:
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
    """What a fixture of the suite's own gives as `marketplace`, such as a fork of one that many tests share."""
    given = getattr(item, "funcargs", {}).get("marketplace")
    module = sys.modules.get("marketplace_sandbox.testing.marketplace")
    return given if module and isinstance(given, module.Marketplace) else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Says what the clients of all tests still read by Orders v0, those of workers, too."""
    reports = (each for category in terminalreporter.stats.values() for each in category)
    sent = [(each.nodeid, each.marketplace_reads) for each in reports if hasattr(each, "marketplace_reads")]
    lists, file = config.getoption(LIST), config.getoption(FILE)
    if sent or lists or file:
        from marketplace_sandbox.testing.orders_v0_report import write_report  # noqa: PLC0415

        write_report(terminalreporter, sent, list_option=LIST, lists=lists, file=file)


def _explain(world: Marketplace) -> str:
    """The history of the orders and the calls of the client, for an assertion that does not print them."""
    from marketplace_sandbox.testing.explanations import explain_history  # noqa: PLC0415

    try:
        orders = [f"Order {each.order_id} is {each.status}. {explain_history(each.history)}" for each in world.orders]
        client = f"{world.explain_changes()}\n{world.explain_client()}"
    except Exception as problem:  # noqa: BLE001  whatever it is, the report of the test matters more
        return f"The marketplace could not be asked: {problem}\n"
    left_out = [f"… and {len(orders) - MOST_HISTORIES} orders more"] if len(orders) > MOST_HISTORIES else []
    return "\n".join([*orders[:MOST_HISTORIES], *left_out, client, ""])


def _write_replay(item: pytest.Item, world: Marketplace) -> str:
    """Exports the world to a file; answers the command that plays it."""
    try:
        exported = world.export()
    except Exception as problem:  # noqa: BLE001  whatever it is, the report of the test matters more
        return f"The world could not be exported: {problem}"
    try:
        file = _replay_file(item)
        file.write_text(exported, encoding="utf-8")
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
    arguments: dict[str, Any] = {}
    for marker in node.iter_markers("marketplace"):
        if marker.args:
            pytest.fail(f"{node.nodeid}: the marker marketplace takes names: {', '.join(ARGUMENTS)}.", pytrace=False)
        _check_names(marker.kwargs, f"{node.nodeid}: the marker marketplace")
        arguments = {**marker.kwargs, **arguments}
    _check_together(arguments, "The marker marketplace")
    return arguments


def _check_names(arguments: Iterable[str], of: str) -> None:
    from marketplace_sandbox.core.quoting import quote, suggestion  # noqa: PLC0415

    for name in arguments:
        if name not in ARGUMENTS:
            pytest.fail(f"{of} has no {quote(name)}{suggestion(name, ARGUMENTS)}", pytrace=False)


def _check_together(arguments: dict[str, Any], of: str) -> None:
    for name, others in EXCLUSIVE.items():
        for other in others:
            if arguments.get(name) and arguments.get(other):
                pytest.fail(f"{of}: {name} and {other} do not go together; leave one out.", pytrace=False)
    if arguments.get("freeze") and arguments.get("rate"):
        pytest.fail("With freeze=True the clock stands; leave one of freeze and rate out.", pytrace=False)


def _open_marketplace(url: str, arguments: dict[str, Any], folder: Path) -> Marketplace:
    """The marketplace that the arguments of the marker describe; `folder` is the test's."""
    from marketplace_sandbox.testing.control import MarketplaceError  # noqa: PLC0415
    from marketplace_sandbox.testing.marketplace import Marketplace  # noqa: PLC0415

    beginning = {name: arguments[name] for name in ("start", "rate", "freeze", "marketplace_ids") if name in arguments}
    settings = _read_settings(arguments)
    try:
        if arguments.get("scenario"):
            # A file is looked for beside the test; anything else is a name, or a path from where pytest was started.
            beside = folder / arguments["scenario"]
            scenario = beside if beside.is_file() else arguments["scenario"]
            return Marketplace.played(url, scenario, settings=settings, **beginning)
        if arguments.get("default_seller"):
            return Marketplace.taken(url, settings=settings, **beginning)
        return Marketplace.opened(url, settings=settings, **beginning)
    except MarketplaceError as problem:
        message = str(problem)
    # beyond the except, or pytest would print the error it was made from as well
    pytest.fail(f"The marketplace could not begin: {message}", pytrace=False)


def _read_settings(arguments: dict[str, Any]) -> dict[str, Any]:
    """The settings that the arguments of the marker name, each by a word of its own or among the others."""
    from marketplace_sandbox.testing.orders_v0_marker import set_reads_end  # noqa: PLC0415

    settings = {**arguments.get("settings", {}), **arguments.get("policy", {})}
    if "limits" in arguments:
        settings["limits"] = arguments["limits"]
    if "orders_v0" not in arguments:
        return settings
    try:
        return set_reads_end(settings, arguments["orders_v0"])
    except ValueError as wrong:
        message = str(wrong)
    # beyond the except, or pytest would print the error it was made from as well
    pytest.fail(f"The marker marketplace: {message}", pytrace=False)


def _add_faults(world: Marketplace, faults: dict[str, Any] | Iterable[dict[str, Any]]) -> None:
    """Adds the faults of the marker. Fails the test at the first that is refused."""
    from marketplace_sandbox.testing.control import RefusedError  # noqa: PLC0415

    message = ""
    for fault in [faults] if isinstance(faults, dict) else faults:
        try:
            world.faults.add(**fault)
        except RefusedError as refusal:
            message = message or str(refusal)
    if message:
        pytest.fail(f"The marker marketplace, faults: {message}", pytrace=False)
