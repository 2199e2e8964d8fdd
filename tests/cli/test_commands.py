"""The command line: what it prints, and what a mistake gets."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from marketplace_sandbox.api.shared.sources import sources
from marketplace_sandbox.cli import main, serve
from marketplace_sandbox.core.rules.stages import TRIALS
from tests.cli.terminal import Terminal
from tests.e2e.sandbox import Sandbox
from tests.server_process import SCRIPT
from tests.serving import clean_environment, serving


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def test_the_whole_matrix_is_printed() -> None:
    answer = run("rules")
    assert answer.exit_code == 0
    for words in ("buyer: what comes of it", "time: what comes of it", "parcel-left-requested", "canceled_on_request"):
        assert words in answer.output


def test_one_stage_and_one_action_are_printed() -> None:
    assert "ALREADY_CONFIRMED" in run("rules", "--stage", "shipped").output
    cells = json.loads(run("rules", "--action", "api-cancel", "--json").output)
    assert len(cells) == 27
    assert {cell["codes"]["action"] for cell in cells} == {"P2"}


def test_an_action_is_told_with_its_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each name of a column leads on, and the columns are those of the action alone."""
    monkeypatch.setenv("COLUMNS", "160")
    shown = run("rules", "--action", "seller-cancel").output
    columns = [trial.name for trial in TRIALS.values() if trial.action == "seller-cancel"]
    assert f"seller-cancel in {len(columns)} ways" in shown
    assert all(f"  {each} " in shown for each in columns)
    assert "page-refund" not in shown
    assert all("what follows" in run("rules", "--action", each).output for each in columns)


def test_a_rule_is_explained() -> None:
    shown = run("rules", "--rule", "r3").output
    assert "can only request the cancellation" in shown
    assert "unshipped, buyer-cancel" in shown
    assert "buyer_cancel_window" in run("rules", "--rule", "R2").output
    cells = json.loads(run("rules", "--rule", "K10", "--json").output)["cells"]
    assert {cell["rule"] for cell in cells} == {"K10"}
    wrong = run("rules", "--rule", "R399")
    assert wrong.exit_code == 2
    assert "There is no rule 'R399'; did you mean 'R39'?" in wrong.output


def test_every_code_that_stands_beside_a_rule_is_explained() -> None:
    cited = {code for cell in json.loads(run("rules", "--json").output) for code in cell["rule"].split()}
    assert cited <= sources().keys()
    assert all("Sure: " in text and "\n## " not in text for text in sources().values())


def test_all_cells_are_json() -> None:
    cells = json.loads(run("rules", "--json").output)
    assert len(cells) == 729
    assert len({(cell["stage"], cell["action"]) for cell in cells}) == 729


def test_an_order_of_a_server_is_explained(shared_server: str) -> None:
    sandbox = Sandbox(shared_server)
    order_id = sandbox.place_order()
    remote = ("--url", shared_server, "--seller", sandbox.seller["seller_id"])
    answer = run("rules", "--order", order_id, "--action", "seller-cancel", *remote)
    assert answer.exit_code == 0
    for words in (f"Order {order_id} is Pending (stage held: ", "ORDER_PENDING", "by rule K10", "A second later"):
        assert words in answer.output
    same = json.loads(run("rules", "--order", order_id, "--action", "seller-cancel", "--json", *remote).output)
    assert same == sandbox.get(f"orders/{order_id}/explain", action="seller-cancel")
    unknown = run("rules", "--order", "902-9999999-9999999", *remote)
    assert unknown.exit_code == 1
    assert "902-9999999-9999999" in unknown.output
    sandbox.close()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("serve", "--start", "yesterday"), "2026-03-02T16:00:00Z"),
        (("serve", "--rate", "-1"), "0<=x<=1000000"),
        (("serve", "--frozen", "--rate", "3"), "--frozen is --rate 0"),
        (("serve", "--port", "0", "--store", "redis://x"), "sqlite:///"),
        (("serve", "--port", "0", "--store", "memory", "--sqs-endpoint", "https://sqs.eu-west-1.amazonaws.com"), "AWS"),
        (("serve", "--port", "0", "--store", "memory", "--sqs-endpoint", "queues"), "http://127.0.0.1:4566"),
        (("serve", "--sqs", "--sqs-endpoint", "http://127.0.0.1:4566"), "give one"),
        (("serve", "--sqs-port", "4566"), "give both"),
        (("serve", "--port", "0", "--store", "memory", "--scenario", "auto-cancle"), "auto-cancel"),
        (("serve", "--host", "0.0.0.0", "--port", "0", "--store", "memory"), "SANDBOX_ADMIN_TOKEN"),  # noqa: S104
        (("play", "auto-cancle"), "auto-cancel"),
        (("rules", "--stage", "requestd"), "requested"),
        (("rules", "--action", "api-cancle"), "api-cancel"),
        (("rules", "--order", "x", "--url", "http://127.0.0.1:1"), "Is it running"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(arguments: tuple[str, ...], words: str) -> None:
    answer = run(*arguments)
    assert answer.exit_code in (1, 2)
    assert words in answer.output
    assert "Traceback" not in answer.output


def test_a_port_in_use_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        answer = run("serve", "--store", "memory", "--port", str(taken.getsockname()[1]))
    assert answer.exit_code == 1
    assert "Try another --port" in answer.output


def test_a_queue_port_in_use_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        answer = run("serve", "--store", "memory", "--port", "0", "--sqs", "--sqs-port", port)
    assert answer.exit_code == 1
    assert "Try another --sqs-port" in answer.output
    assert "Traceback" not in answer.output


def test_queues_without_moto_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "moto.sqs", None)
    answer = run("serve", "--store", "memory", "--port", "0", "--sqs")
    assert answer.exit_code == 1
    assert 'pip install "marketplace-sandbox[sqs]"' in answer.output


def test_a_variable_for_consumers_does_not_stand_in_the_way_of_queues_of_our_own() -> None:
    with serving("--sqs", env={"AWS_ENDPOINT_URL_SQS": "http://127.0.0.1:1"}) as server:
        assert server.queues not in ("", "http://127.0.0.1:1")


def test_a_file_says_when_the_server_is_ready(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    with serving("--ready-file", str(ready)) as server:
        assert ready.read_text() == f"{server.url}\n"
        assert [each.name for each in tmp_path.iterdir()] == ["ready"]
    assert not ready.exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--ready-file", "no/such/folder/ready"], "There is no folder"),
        (["--public-url", "foo"], "'foo' is no base URL such as http://127.0.0.1:8585."),
        (["--public-url", "http://[::1]evil/"], "is no base URL"),
        (["--public-url", "http://127.0.0.1:99999"], "from 1 to 65535"),
        (["--public-url", "http://127.0.0.1/?a"], "paths are put behind it"),
        (["--public-url", "ftp://a/"], "no base URL"),
        (["--public-url", "http://a/?b=c"], "no base URL"),
    ],
)
def test_what_serve_cannot_use_is_refused(arguments: list[str], words: str) -> None:
    answer = run("serve", "--store", "memory", "--port", "0", *arguments)
    assert answer.exit_code == 2
    assert words in answer.output


def test_serve_prints_one_line_and_ends_on_a_signal() -> None:
    command = [str(SCRIPT), "serve", "--port", "0", "--store", "memory"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=clean_environment()
    ) as process:
        assert process.stdout
        assert process.stdout.readline().startswith("Listening on http://127.0.0.1:")
        os.kill(process.pid, signal.SIGINT)
        rest, errors = process.communicate(timeout=30)
    assert rest == ""
    assert "Atzr|sandbox" in errors
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("store", "words"),
    [
        ("memory", "The worlds were in memory and are gone."),
        ("sqlite:///.data/sandbox.db", "The worlds lie in .data/sandbox.db, and stand there at the next start."),
        ("postgresql://me:secret@db/worlds", "The worlds lie in their store, and stand there at the next start."),
    ],
)
def test_who_ends_a_server_by_hand_hears_where_the_worlds_lie(
    store: str, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert serve._say_where(store) == words
    serve._tell_terminal(words)
    assert capsys.readouterr().err == ""  # logs go to a file
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    serve._tell_terminal(words)
    assert capsys.readouterr().err == f"{words}\n"


def test_a_world_that_stands_is_kept_and_said_so(tmp_path: Path) -> None:
    store = ("--store", f"sqlite:///{tmp_path}/worlds.db", "--scenario", "auto-cancel")
    with serving(*store) as first:
        before = Sandbox(first.url)
        del before.session.headers["X-Sandbox-Seller"]
        orders = before.get("orders")
        before.close()
    with serving(*store, "--start", "2030-01-01T00:00:00Z") as second:
        after = Sandbox(second.url)
        del after.session.headers["X-Sandbox-Seller"]
        assert after.get("orders") == orders
        after.close()
        log = second.log.read_text()
    assert "auto-cancel was not played again" in log
    assert "--start is for new sellers" in log


def test_actions_without_a_column_are_explained_at_an_order(server_url: str) -> None:
    answer = run("rules", "--action", "warehouse-starts")
    assert answer.exit_code == 2
    assert "told with --order" in answer.output
    terminal = Terminal(server_url)
    order_id = terminal.json("order", "create", "--channel", "AFN", "--no-hold")["order_id"]
    shown = terminal.run("rules", "--order", order_id, "--action", "warehouse-starts")
    assert "warehouse-starts:" in shown
