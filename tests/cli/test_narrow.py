"""Narrow terminals: no instant, id or name of anything is broken in two, in whatever is listed."""

import copy
import re
from collections import Counter
from typing import Any

import pytest

from marketplace_sandbox.cli.control_client import ControlClient
from tests.cli.terminal import Terminal
from tests.cli.test_help import LEAVES

ORDER = "902-0000001-0000001"
TOKEN = re.compile(r"[A-Za-z0-9][\w.:-]*[A-Za-z0-9]")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z")
LONGEST = 45
"""Characters of what has to stay whole: the longest ids have fewer. Addresses and JSON may be longer than a line."""

WIDE = "1000"

LISTINGS = (
    ("seller", "list"),
    ("seller", "show-credentials"),
    ("order", "list"),
    ("order", "show", ORDER),
    ("clock", "show"),
    ("webhook", "list"),
    ("subscription", "list"),
    ("queue", "list"),
    ("deliveries", "list"),
    ("mail",),
    ("mail", "--whole"),
    ("messages",),
    ("report", "list"),
    ("report", "show", "REPORT"),
    ("feed", "list"),
    ("feed", "show", "FEED"),
    ("metrics",),
    ("scenario", "list"),
    ("diff",),
    ("journal",),
    ("requests",),
    ("settings", "list"),
    ("settings", "get", "listing_lag"),
    ("faults", "list"),
    ("rules",),
    ("rules", "--stage", "requested"),
    ("rules", "--action", "seller-cancel"),
    ("rules", "--action", "page-cancel"),
    ("rules", "--rule", "R39"),
    ("rules", "--order", ORDER, "--action", "seller-cancel"),
    ("compare", ORDER),
    ("compare", ORDER, "--paths"),
    ("migrate", "--from", "v0"),
    ("doctor",),
    ("play", "thirty-minutes"),
    ("demo",),
)

NO_LISTINGS = {
    # what changes something, and says in a sentence or two what came of it
    *("seller create", "seller reset", "seller delete", "order create", "order act", "webhook add", "webhook remove"),
    *("clock advance", "clock next", "clock to", "clock stop", "clock rate", "subscription add", "subscription remove"),
    *("deliveries resend", "report request", "feed submit", "fork", "rewind", "queue purge"),
    *("settings set", "settings reset", "faults add", "faults remove", "faults clear"),
    # JSON and files as they are, what goes on, and what needs more than a server
    *("export", "scenario show", "wiring node", "wiring python", "listen", "drift", "replay", "queue show"),
}


@pytest.fixture(scope="module")
def furnished(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """A user whose seller has something of everything that is listed."""
    made = Terminal(server_url).json("seller", "create", "--start", "2026-03-02T16:00:00.123Z")
    user = Terminal(server_url, made["seller_id"])
    file = tmp_path_factory.mktemp("feeds") / "cancel.txt"
    file.write_text("order-id\n")
    for line in (
        "webhook add http://127.0.0.1:9/notifications",
        "subscription add ORDER_CHANGE --queue orders",
        f"order create --id {ORDER} --item MUG-BLUE:2 --item LAMP-OAK",
        "order create --count 2",
        "clock advance 1h",
        f"order act {ORDER} buyer-request-cancellation --reason late",
        f"order act {ORDER} buyer-message --text please",
        f"order act {ORDER} seller-cancel --reason no_inventory",
        "faults add status status=503 operation=getOrders times=2",
        "report request GET_FLAT_FILE_ACTIONABLE_ORDER_DATA_SHIPPING",
        f"feed submit POST_FLAT_FILE_ORDER_ACKNOWLEDGEMENT_DATA {file}",
        "fork --id AFORKED",
    ):
        user.run(*line.split())
    return user


def printed(user: Terminal, words: tuple[str, ...], columns: str) -> str:
    """What a command prints in so many columns."""
    jobs = {"REPORT": ("report", "reportId"), "FEED": ("feed", "feedId")}
    line = [user.json(jobs[each][0], "list")[0][jobs[each][1]] if each in jobs else each for each in words]
    knows_server = words[0] not in {"scenario", "play", "demo"}
    there = Terminal(user.url, user.seller if knows_server else "", {"COLUMNS": columns})
    return there.try_(*line).stdout


def names(text: str) -> Counter[str]:
    """Instants, ids, actions and other names of more than letters, by how often they stand there."""
    found = (each for word in text.split() for each in TOKEN.findall(word) if len(word) <= LONGEST)
    names = (each for each in found if re.search(r"[\d_-]", each) and not each.isdigit())
    return Counter(INSTANT.sub("instant", each) for each in names)


@pytest.fixture
def asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a server has answered is not asked again: its reads take longer than what is tried here."""
    answers: dict[str, Any] = {}
    send = ControlClient.send

    def send_once(self: ControlClient, method: str, call: str, **more: Any) -> Any:
        known = f"{self} {call} {more.get('params')}"
        if method != "GET":
            return send(self, method, call, **more)
        if known not in answers:
            answers[known] = send(self, method, call, **more)
        return copy.deepcopy(answers[known])

    monkeypatch.setattr(ControlClient, "send", send_once)


def test_no_name_is_broken_in_two(furnished: Terminal, asked_once: None) -> None:
    broken = {}
    for words in LISTINGS:
        whole = names(printed(furnished, words, WIDE))
        assert whole, words
        for columns in ("60", "80", "100", "160"):
            if missing := whole - names(printed(furnished, words, columns)):
                broken[" ".join((*words, columns))] = missing
    assert broken == {}


def test_everything_that_lists_is_tried() -> None:
    listings = {" ".join(words) for words in LISTINGS}
    with_data = {
        " ".join(words) for words, command in LEAVES.items() if any(p.name == "as_json" for p in command.params)
    }
    untried = {each for each in with_data if not any(line == each or line.startswith(f"{each} ") for line in listings)}
    assert untried <= NO_LISTINGS
    assert not NO_LISTINGS - with_data
