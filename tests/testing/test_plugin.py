"""The plugin in a stranger's suite: it loads by itself, isolates, explains, replays, and leaves nothing behind."""

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from marketplace_sandbox.testing.server import NotReadyError, Server
from tests.server_process import SCRIPT
from tests.serving import clean_environment
from tests.testing.suites import run_suite

pytestmark = pytest.mark.slow

ISOLATED = """
import os
import pytest

SEEN = []

@pytest.mark.parametrize("number", range(6))
def test_alone(marketplace, number, record_property):
    assert marketplace.orders == []
    assert marketplace.clock.now.isoformat() == "2026-03-02T16:00:00+00:00"
    marketplace.place_order()
    marketplace.clock.advance("31m")
    SEEN.append((marketplace.url, marketplace.seller_id))
    assert len({url for url, _ in SEEN}) == 1
    assert len({seller for _, seller in SEEN}) == len(SEEN)
    with open(os.environ["SEEN"], "a") as seen:
        seen.write(marketplace.url + "\\n")
"""


def test_each_test_has_its_own_seller_on_its_processes_server(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    done = run_suite(tmp_path, ISOLATED, SEEN=str(seen))
    assert done.counts["passed"] == 6, done.output
    assert len(set(seen.read_text().splitlines())) == 1
    assert not answers(seen.read_text().splitlines()[0]), "the server outlived the session"


def test_every_worker_has_a_server_of_its_own(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    done = run_suite(tmp_path, ISOLATED, "-n", "2", "--dist", "load", SEEN=str(seen))
    assert done.counts["passed"] == 6, done.output
    assert len(set(seen.read_text().splitlines())) == 2


def answers(url: str) -> bool:
    """Whether anything listens there."""
    host, port = url.removeprefix("http://").split(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


FAILING = """
import pytest

def test_shipped_anyway(marketplace):
    order = marketplace.place_order(items=[{"sku": "MUG"}])
    marketplace.clock.advance("31m")
    order.buyer.requests_cancellation(reason="late")
    order.seller.confirms_shipment()
    marketplace.assert_canceled(order)

def test_refused(marketplace):
    marketplace.settings(listing_lga="PT1S")

@pytest.mark.marketplace(stat="2026-01-01T00:00:00Z")
def test_unknown_word(marketplace):
    pass

@pytest.mark.marketplace("2026-01-01T00:00:00Z")
def test_no_name(marketplace):
    pass

@pytest.mark.marketplace(start="yesterday")
def test_bad_start(marketplace):
    pass

@pytest.mark.marketplace(policy={"listing_lga": "PT1S"})
def test_bad_policy(marketplace):
    pass

@pytest.mark.marketplace(scenario="dmeo")
def test_bad_scenario(marketplace):
    pass

@pytest.mark.marketplace(scenario="demo", marketplace_ids=["A1VC38T7YXB528"])
def test_does_not_go_together(marketplace):
    pass

@pytest.mark.marketplace(scenario="demo", default_seller=True)
def test_does_not_go_together_either(marketplace):
    pass

@pytest.mark.marketplace(faults={"kind": "no-such-thing"})
def test_bad_fault(marketplace):
    pass

@pytest.fixture
def breaking(marketplace):
    marketplace.place_order(id="902-0000007-0000007")
    raise ValueError("the set-up is broken")

def test_broken_set_up(breaking):
    pass

def test_plain_assertion(marketplace):
    order = marketplace.place_order(hold=False)
    marketplace.clock.advance("31m")
    order.buyer.requests_cancellation()
    order.seller.confirms_shipment()
    assert order.status == "Unshipped"

@pytest.mark.marketplace(freeze=True, rate=60)
def test_frozen_and_running(marketplace):
    pass
"""


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What pytest prints for the failing suite."""
    return run_suite(tmp_path_factory.mktemp("failing"), FAILING, "-rA").output


@pytest.mark.parametrize("arguments", [("--tb=short",), ("-n", "2"), ("--tb=native",)])
def test_the_short_summary_has_the_reason_in_its_one_line(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    code = """
    def test_placed(marketplace):
        marketplace.place_order(itmes=[])

    def test_set(marketplace):
        marketplace.settings(listing_lga="PT1S")
    """
    summary = run_suite(tmp_path, code, *arguments, COLUMNS="200").output.partition("short test summary info")[2]
    reason = "InvalidInput (400): There is no field 'itmes'; did you mean 'items'?"
    assert f"FAILED test_shop.py::test_placed - RefusedError: {reason}\n" in summary
    assert (
        "FAILED test_shop.py::test_set - RefusedError: InvalidInput (400): There is no setting 'listing_lga'" in summary
    )


FAILING_TWICE = """
import pytest

@pytest.mark.parametrize("name", ["a/b", "a-b"])
def test_fails(marketplace, name):
    marketplace.place_order()
    assert name == ""
"""


@pytest.mark.parametrize(
    ("arguments", "folder"),
    [
        (("--marketplace-artifacts", "kept/here"), "kept/here"),
        (("--junitxml", "reports/junit.xml"), "reports"),
        (("--junitxml", "reports/junit.xml", "--marketplace-artifacts", "kept", "-n", "2"), "kept"),
    ],
)
def test_replays_go_where_ci_keeps_what_it_finds(tmp_path: Path, arguments: tuple[str, ...], folder: str) -> None:
    done = run_suite(tmp_path, FAILING_TWICE, *arguments)
    files = sorted(str(each) for each in (tmp_path / folder).glob("*.yaml"))
    assert len(files) == 2, done.output
    assert sorted(re.findall(r"Replay it: marketplace-sandbox play (\S+)", done.output)) == files


def test_a_replay_that_cannot_be_written_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = run_suite(tmp_path, FAILING_TWICE, "--marketplace-artifacts", "file/below")
    assert done.counts == {"failed": 2}
    assert "The file that replays it could not be written: [Errno 20] Not a directory" in done.output


def test_a_failure_explains_itself_at_the_tests_own_line(failing: str) -> None:
    assert re.search(r">\s+marketplace\.assert_canceled\(order\)\n.*is Shipped, not canceled\.", failing)
    assert re.search(r">\s+marketplace\.settings\(listing_lga=\"PT1S\"\)\n.*did you mean 'listing_lag'", failing)
    assert "__tracebackhide__" not in failing


def test_a_failure_is_replayed_by_one_line(failing: str) -> None:
    (line,) = re.findall(r"Replay it: (marketplace-sandbox play \S+test_shipped_anyway.yaml)", failing)
    done = subprocess.run(
        [SCRIPT, *shlex.split(line)[1:]], capture_output=True, text=True, env=clean_environment(), check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "buyer-request-cancellation" in done.stdout
    assert "seller-confirm-shipment" in done.stdout


@pytest.mark.parametrize(
    "said",
    [
        "the marker marketplace has no 'stat'; did you mean 'start'?",
        "the marker marketplace takes names: start, rate",
        "yesterday",
        "did you mean 'listing_lag'?",
        "did you mean 'demo'?",
        "scenario and marketplace_ids do not go together; leave one out.",
        "scenario and default_seller do not go together; leave one out.",
        "The marker marketplace, faults: InvalidInput (400): ",
        "With freeze=True the clock stands",
    ],
)
def test_a_wrong_marker_says_so_in_a_line(failing: str, said: str) -> None:
    assert said in failing
    assert "10 errors" in failing


def test_a_plain_assertion_has_the_story_below(failing: str) -> None:
    told = failing.partition("test_plain_assertion")[2]
    assert re.search(r"Order \S+ is Shipped. What happened to it:", told)
    assert "SHIPPED_WITH_OPEN_REQUEST" in told
    assert re.search(r"Order 902-0000007-0000007 is Pending. What happened to it:", failing)
    assert re.search(r"Replay it: marketplace-sandbox play \S+test_broken_set_up.yaml", failing)


def test_an_error_of_a_marker_is_told_once(failing: str) -> None:
    assert "During handling of the above exception" not in failing


MARKED = """
import pytest

@pytest.mark.marketplace(start="2026-05-01T08:00:00Z", policy={"hold_period": "PT10M"}, limits="off")
class TestMarked:
    def test_the_class_says_it(self, marketplace):
        assert marketplace.clock.now.month == 5
        order = marketplace.place_order()
        marketplace.clock.advance("11m")
        assert order.status == "Unshipped"

    @pytest.mark.marketplace(start="2026-06-01T08:00:00Z")
    def test_the_nearest_wins(self, marketplace):
        assert marketplace.clock.now.month == 6
        assert marketplace.settings()["hold_period"] == "PT10M"

@pytest.mark.marketplace(rate=3600)
def test_a_running_clock(marketplace):
    before = marketplace.clock.now
    while marketplace.clock.now == before:
        pass

@pytest.mark.marketplace(scenario="buyer-official-request")
def test_a_named_scenario(marketplace):
    assert marketplace.orders[0].request

@pytest.mark.marketplace(scenario="mine.yaml", start="2026-07-01T08:00:00Z")
def test_a_file_beside_the_test(marketplace):
    assert marketplace.order("902-0000001-0000001").status == "Canceled"
    assert marketplace.clock.now.month == 7
    assert marketplace.clock.rate == 0

@pytest.mark.marketplace(marketplace_ids=["A1VC38T7YXB528"])
def test_another_place(marketplace):
    assert marketplace.place_order().marketplace_id == "A1VC38T7YXB528"

@pytest.mark.marketplace(default_seller=True)
def test_the_default_seller(marketplace):
    assert marketplace.seller_id == "ASANDBOXSELLER"
    assert marketplace.orders == []
    marketplace.place_order()

@pytest.mark.marketplace(default_seller=True)
def test_the_default_seller_again(marketplace):
    assert marketplace.orders == []

@pytest.mark.parametrize("marketplace", [1])
def test_the_name_is_free_for_others(marketplace):
    assert marketplace == 1
"""
MINE = """
orders:
  - id: 902-0000001-0000001
script:
  - {at: +5m, buyer-cancel: 902-0000001-0000001}
expect:
  orders: {902-0000001-0000001: {status: Canceled}}
"""


def test_the_marker_says_how_the_world_begins(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(MINE)
    done = run_suite(tmp_path, MARKED, "--strict-markers")
    assert done.counts["passed"] == 9, done.output


def test_a_suite_that_does_not_use_it_pays_nothing(tmp_path: Path) -> None:
    code = """
    import sys

    def test_nothing():
        ours = {name for name in sys.modules if name.split(".")[0] == "marketplace_sandbox"}
        assert ours == {"marketplace_sandbox", "marketplace_sandbox.testing", "marketplace_sandbox.testing.plugin"}
        assert not {"connexion", "flask", "yaml", "requests", "freezegun"} & set(sys.modules)
    """
    done = run_suite(tmp_path, code, "-p", "no:schemathesis", "-p", "no:hypothesispytest", "-p", "no:anyio")
    assert done.counts["passed"] == 1, done.output


def test_the_server_dies_with_its_parent(tmp_path: Path) -> None:
    code = f"""
import os, signal, sys
sys.path[:0] = {sys.path!r}
from marketplace_sandbox.testing.server import Server
print(Server().url, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    parent = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert parent.returncode == -signal.SIGKILL, parent.stderr
    ends = time.monotonic() + 60
    while answers(parent.stdout.strip()):
        assert time.monotonic() < ends, "the server outlived the process it was made for"
        time.sleep(0.01)  # another process ends in its own time


def test_a_server_that_cannot_start_says_why() -> None:
    with pytest.raises(NotReadyError, match=r"(?s)did not get ready.*No such option"):
        Server("--no-such-thing")


def test_a_server_that_cannot_start_is_not_tried_again_by_every_test(tmp_path: Path) -> None:
    code = """
    import pytest
    from marketplace_sandbox.testing import server

    TRIED = []

    def tried(*arguments):
        TRIED.append(arguments)
        raise server.NotReadyError("It did not get ready, and said why.")

    server.Server = tried

    def test_one(marketplace):
        pass

    def test_other(marketplace):
        pass

    def test_how_often():
        assert len(TRIED) == 1
    """
    done = run_suite(tmp_path, code)
    assert (done.counts["error"], done.counts["passed"]) == (2, 1), done.output
    assert done.output.count("It did not get ready, and said why.") >= 2
    assert "plugin.py" not in done.output


def test_a_folder_of_the_same_name_is_not_taken_for_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sandbox").mkdir()
    (tmp_path / "sandbox" / "__init__.py").write_text("raise RuntimeError('not ours')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SANDBOX_PORT", "1")
    monkeypatch.setenv("SANDBOX_ADMIN_TOKEN", "x")
    server = Server()
    assert answers(server.url)
    assert server.pid != os.getpid()
    assert "Default seller" in server.read_log()
    server.close()
    server.close()
    assert not answers(server.url)
