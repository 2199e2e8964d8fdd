"""`migrate` as a user meets it: what it prints, writes and ends with, of the log and of a HAR file."""

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
import requests

from marketplace_sandbox.cli.control_client import ControlClient
from tests.cli.migrate import hars
from tests.cli.migrate.hars import ELSEWHERE, PERSONAL, PLATFORM, SECRETS, entry
from tests.cli.terminal import Terminal
from tests.server_process import SCRIPT
from tests.serving import clean_environment

US = "ATVPDKIKX0DER"
UNKNOWN = "902-9999999-9999999"


@pytest.fixture
def order_id(terminal: Terminal) -> str:
    """An order whose buyer wants it canceled."""
    placed: str = terminal.json("order", "create", "--no-hold")["order_id"]
    terminal.run("clock", "advance", "1h")
    terminal.run("order", "act", placed, "buyer-request-cancellation", "--reason", "late")
    return placed


def call_api(terminal: Terminal, *paths: str) -> None:
    """Calls of the seller's client."""
    form = {"grant_type": "refresh_token", **terminal.json("seller", "show-credentials")["lwa"]}
    token = requests.post(f"{terminal.url}/auth/o2/token", data=form, timeout=10).json()["access_token"]
    for path in paths:
        requests.get(f"{terminal.url}{path}", headers={"x-amz-access-token": token}, timeout=10)


def poll(order_id: str) -> list[str]:
    """What a poller of v0 calls."""
    return [
        f"/orders/v0/orders?MarketplaceIds={US}&LastUpdatedAfter=2026-03-02T16:00:00Z&OrderStatuses=Unshipped",
        f"/orders/v0/orders/{order_id}",
        f"/orders/v0/orders/{order_id}/orderItems",
    ]


def squeezed(text: str) -> str:
    return " ".join(text.split())


def test_people_read_what_becomes_of_each_call(terminal: Terminal, order_id: str) -> None:
    call_api(terminal, *poll(order_id), f"/orders/v0/orders?MarketplaceIds={US}&AmazonOrderIds={order_id}")
    call_api(terminal, f"/orders/2026-01-01/orders/{order_id}")
    shown = squeezed(terminal.run("migrate", "--from", "v0"))
    for words in (
        f"The latest calls of the client of {terminal.seller} at {terminal.url}.",
        "5 calls of 5 kinds. The reads of Orders v0 end on 27 March 2027; 4 calls left: 2 getOrders, 1 getOrder, ",
        "1 getOrderItems. Agrees, 3 kinds: answered by 2026-01-01, and every difference is in the tables.",
        "No counterpart, 1 kind:",
        "Moved, 1 kind: is a call of 2026-01-01 already.",
        "no. call asks with times verdict becomes differs",
        "1 getOrders LastUpdatedAfter, OrderStatuses 1 agrees",
        "4 getOrders AmazonOrderIds 1 no counterpart",
        f"3. getOrderItems: agrees GET /orders/v0/orders/{order_id}/orderItems",
        "read of v0 calls left becomes calls of that done",
        "getOrders 2 searchOrders 0 no",
        "getOrder 1 getOrder 1 no",
        "the same poll calls takes may begin again after bound by",
        "Orders v0 4 0s 2m getOrders",
        f"GET /orders/v0/orders/{order_id}/orderItems becomes GET /orders/2026-01-01/orders/{order_id}?includedData=",
        "LastUpdatedAfter 2026-03-02T16:00:00Z renamed lastUpdatedAfter 2026-03-02T16:00:00Z",
        "OrderStatuses Unshipped recased fulfillmentStatuses UNSHIPPED,PARTIALLY_SHIPPED",
        'OrderStatus fulfillment.fulfillmentStatus renamed, recased "Unshipped" becomes "UNSHIPPED"',
        "- status: One L in Canceled",
        "nearest way getOrder for each id",
    ):
        assert words in shown


def test_programs_get_what_the_control_api_answers(terminal: Terminal, order_id: str) -> None:
    call_api(terminal, *poll(order_id))
    answer = terminal.json("migrate", "--from", "v0")
    headers = {"X-Sandbox-Seller": terminal.seller}
    assert answer == requests.get(f"{terminal.url}/_sandbox/migration?from=v0", headers=headers, timeout=30).json()
    assert [each["operation"] for each in answer["calls"]] == ["getOrders", "getOrder", "getOrderItems"]
    assert answer["summary"]["disagreed"] == 0


def test_without_a_call_nothing_is_to_be_moved(terminal: Terminal) -> None:
    shown = squeezed(terminal.run("migrate", "--from", "v0"))
    assert "nothing is to be moved. Run the client, or give a recording of it with --har." in shown


def test_a_client_that_has_moved_is_told_that_nothing_is_left(terminal: Terminal, order_id: str) -> None:
    call_api(terminal, f"/orders/2026-01-01/orders/{order_id}")
    shown = squeezed(terminal.run("migrate", "--from", "v0"))
    assert "1 call of 1 kind. The reads of Orders v0 end on 27 March 2027; none is left." in shown


@pytest.mark.parametrize("columns", [50, 80, 100])
def test_narrow_terminals_have_rows_beneath_one_another(
    terminal: Terminal, order_id: str, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    call_api(terminal, *poll(order_id))
    wide = terminal.run("migrate", "--from", "v0")
    monkeypatch.setenv("COLUMNS", str(columns))
    shown = terminal.run("migrate", "--from", "v0")
    tabled = [line for line in shown.splitlines() if "/orders/" not in line and not line.startswith("The latest")]
    assert max(len(line.rstrip()) for line in tabled) <= columns
    assert shown.count("…") == wide.count("…"), "nothing more is cut"
    assert "fulfillment.fulfillmentStatus" in "".join(shown.split())


def test_a_har_is_run_in_the_sellers_world_and_others_are_left_out(
    terminal: Terminal, order_id: str, tmp_path: Path
) -> None:
    calls = [entry("GET", PLATFORM + path, answer=PERSONAL) for path in poll(order_id)]
    file = hars.write(tmp_path / "recorded.har", [*ELSEWHERE, *calls, calls[1], {}])
    shown = squeezed(terminal.run("migrate", "--from", "v0", "--har", file))
    for words in (
        f"The calls of {file}, made in the world of {terminal.seller}",
        "6 entries of other services or of other APIs, left out.",
        "1 entry without a method and an address that can be read, left out.",
        "4 calls of 3 kinds. The reads of Orders v0 end on 27 March 2027; 4 calls left",
        "Agrees, 3 kinds",
        'fulfillment.fulfillmentStatus renamed, recased "Unshipped" becomes "UNSHIPPED"',
        "getOrder 2 agrees getOrder",
    ):
        assert words in shown
    assert terminal.json("requests") == []


def test_standard_input_is_a_har_too(terminal: Terminal, order_id: str) -> None:
    recorded = json.dumps(hars.har(entry("GET", PLATFORM + path) for path in poll(order_id)))
    command = [str(SCRIPT), "migrate", "--from", "v0", "--har", "-", "--json", "--seller", terminal.seller]
    env = clean_environment({"SANDBOX_URL": terminal.url})
    done = subprocess.run(command, input=recorded, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, len(json.loads(done.stdout)["calls"])) == (0, 3)


def test_an_order_that_this_world_has_not_is_mapped_and_not_compared(terminal: Terminal, tmp_path: Path) -> None:
    file = hars.write(tmp_path / "recorded.har", [entry("GET", f"{PLATFORM}/orders/v0/orders/{UNKNOWN}/orderItems")])
    (call,) = terminal.json("migrate", "--from", "v0", "--har", file)["calls"]
    assert UNKNOWN in call["why"]
    assert [each["operation"] for each in call["replacements"]] == ["getOrder"]
    shown = squeezed(terminal.run("migrate", "--from", "v0", "--har", file))
    assert "Not compared, 1 kind: refused in this world or when it was made, so there is nothing to compare." in shown


def test_a_har_of_a_client_that_has_moved_ends_well(terminal: Terminal, tmp_path: Path) -> None:
    file = hars.write(tmp_path / "recorded.har", [entry("GET", f"{PLATFORM}/orders/2026-01-01/orders/{UNKNOWN}")])
    assert "Moved, 1 kind: is a call of 2026-01-01 already." in terminal.run("migrate", "--from", "v0", "--har", file)


def test_secrets_are_shown_nowhere(terminal: Terminal, order_id: str, tmp_path: Path) -> None:
    host = PLATFORM.removeprefix("https://")
    query = (
        "X-Amz-Signature=SIGNATURE-OF-AWS&access_token=TOKEN-IN-THE-ADDRESS&BuyerEmail=buyer-in-the-address@example.com"
    )
    list_path, *paths = poll(order_id)
    calls = [entry("GET", f"https://user:PASSWORD-IN-THE-ADDRESS@{host}{path}", answer=PERSONAL) for path in paths]
    calls.append(entry("GET", f"{PLATFORM}{list_path}&{query}", answer=PERSONAL))
    calls.append(entry("POST", f"{PLATFORM}/tokens/2021-03-01/restrictedDataToken", body='{"token": "CLIENT-SECRET"}'))
    file = hars.write(tmp_path / "recorded.har", [*ELSEWHERE, *calls])
    page = tmp_path / "page.html"
    outputs = [
        terminal.try_("migrate", "--from", "v0", "--har", file, *more)
        for more in ((), ("--json",), ("--html", str(page)))
    ]
    assert [each.exit_code for each in outputs] == [0, 0, 0]
    everything = "".join(each.stdout + each.stderr for each in outputs) + page.read_text()
    assert not [each for each in SECRETS if each in everything]
    Path(file).write_bytes(Path(file).read_bytes()[:-2])
    damaged = terminal.try_("migrate", "--from", "v0", "--har", file)
    assert not [each for each in SECRETS if each in damaged.output]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b'{"log": {"entries": []}}', "has no entries"),
        (b'{"log": {"entries": [', "is cut off"),
        (b'{"log": {"entries": [}', "is damaged"),
        (b"[" * 100_000, "nested too deep"),
        (json.dumps(hars.har(ELSEWHERE)).encode(), "has no call of Orders v0"),
        (None, "cannot be read: No such file"),
    ],
)
def test_a_file_that_is_no_recording_is_a_usage_error(
    terminal: Terminal, tmp_path: Path, content: bytes | None, words: str
) -> None:
    file = tmp_path / "recorded.har"
    if content is not None:
        file.write_bytes(content)
    told = terminal.refused("migrate", "--from", "v0", "--har", str(file), status=2)
    assert words in squeezed(told)
    assert "--har" in told


def test_a_folder_is_no_recording(terminal: Terminal, tmp_path: Path) -> None:
    assert "Is a directory" in squeezed(terminal.refused("migrate", "--from", "v0", "--har", str(tmp_path), status=2))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--from", "v1"), "'v0'"),
        (("--from", "v0", "--watch", "--har", "a.har"), "does not grow"),
        (("--from", "v0", "--watch", "--html", "a.html"), "has no end"),
        (("--from", "v0", "--limit", "1"), "--limit is for --watch"),
        (("--from", "v0", "--force"), "--force is for --html"),
    ],
)
def test_options_that_do_not_fit_are_told(terminal: Terminal, arguments: tuple[str, ...], words: str) -> None:
    assert words in terminal.refused("migrate", *arguments, status=2)


def test_what_is_moved_from_has_to_be_said(terminal: Terminal) -> None:
    answer = terminal.try_("migrate")
    assert (answer.exit_code, "Missing option '--from'" in answer.stderr) == (2, True)


def test_a_server_that_is_not_there_is_told() -> None:
    assert "Is it running" in Terminal("http://127.0.0.1:1").refused("migrate", "--from", "v0")


@pytest.fixture
def disagreeing(terminal: Terminal, order_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server in whose answers a value differs that no table explains."""
    call_api(terminal, f"/orders/v0/orders/{order_id}")
    send = ControlClient.send

    def send_and_spoil(control: ControlClient, method: str, call: str, **more: Any) -> Any:
        answer = send(control, method, call, **more)
        if call == "migration":
            wrong = {"fact": "total", "order_id": order_id, "order_item_id": None, "v0": "27.00", "latest": 27}
            answer["calls"][0] |= {"disagreements": [wrong], "disagreed": 1}
            answer["summary"]["disagreed"] = 1
        return answer

    monkeypatch.setattr(ControlClient, "send", send_and_spoil)


@pytest.mark.usefixtures("disagreeing")
def test_what_no_table_explains_has_a_status_of_its_own(terminal: Terminal, tmp_path: Path) -> None:
    shown = terminal.try_("migrate", "--from", "v0")
    assert shown.exit_code == 3
    assert "total" in shown.stdout
    assert "Unexplained, 1 kind: answered differently, and no table says why." in shown.stdout
    assert "No table explains why 1 value differ" in shown.stdout
    page = tmp_path / "page.html"
    assert terminal.try_("migrate", "--from", "v0", "--html", str(page)).exit_code == 3
    assert "Differs, and no table explains it" in page.read_text()
    assert terminal.try_("migrate", "--from", "v0", "--json").exit_code == 3
    watched = terminal.try_("migrate", "--from", "v0", "--watch", "--limit", "1")
    assert (watched.exit_code, "unexplained" in watched.stdout) == (3, True)


def test_a_running_client_is_followed(terminal: Terminal, order_id: str) -> None:
    call_api(terminal, *poll(order_id), *poll(order_id), f"/orders/2026-01-01/orders/{order_id}")
    lines = terminal.run("migrate", "--from", "v0", "--watch", "--limit", "4").splitlines()
    assert [line.split("  ")[:3] for line in lines[:3]] == [
        ["getOrders", "LastUpdatedAfter, OrderStatuses", "agrees"],
        ["getOrder", "agrees", "getOrder"],
        ["getOrderItems", "agrees", "getOrder"],
    ]
    assert lines[3].split() == ["getOrder", "moved"]
    watched = terminal.try_("migrate", "--from", "v0", "--watch", "--limit", "1", "--json")
    assert watched.stderr.endswith("a line for each kind of call. Ends after 1 of them, or with Ctrl-C.\n")
    one = json.loads(watched.stdout)
    assert (one["operation"], one["verdict"], one["times"]) == ("getOrders", "replaced", 2)


def test_calls_that_come_later_are_told_when_they_come_and_ctrl_c_ends_it(terminal: Terminal, order_id: str) -> None:
    command = [str(SCRIPT), "migrate", "--from", "v0", "--watch", "--seller", terminal.seller]
    env = clean_environment({"SANDBOX_URL": terminal.url})
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env) as watching:
        assert watching.stdout
        assert watching.stderr
        # before the client has called at all
        who = f"{terminal.seller} at {terminal.url}"
        assert watching.stderr.readline() == (
            f"Follows the calls of the client of {who}, a line for each kind of call. Ctrl-C ends it.\n"
        )
        for path in poll(order_id):
            call_api(terminal, path)
            assert "  agrees  " in watching.stdout.readline()
        terminal.run("seller", "reset")
        call_api(terminal, poll(order_id)[0])
        assert watching.stdout.readline().startswith("getOrders  LastUpdatedAfter, ")
        os.kill(watching.pid, signal.SIGINT)
        assert (*watching.communicate(timeout=30), watching.returncode) == ("", "", 0)
