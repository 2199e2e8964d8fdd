"""The end of Orders v0 in a stranger's suite: the marker's word for it, and what the end of a session says is left."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest

from marketplace_sandbox.testing import plugin
from marketplace_sandbox.testing.orders_v0_left import OrdersV0Left, ReadsOfTest
from marketplace_sandbox.testing.orders_v0_marker import read_orders_v0, set_reads_end
from marketplace_sandbox.testing.orders_v0_report import write_report
from tests.testing.suites import run_suite

SUITE = """
import pytest
from sp_api.api import Orders
from sp_api.base import SellingApiForbiddenException

US = "ATVPDKIKX0DER"


def old(marketplace):
    return Orders(**marketplace.client_kwargs("python-amazon-sp-api"))


def new(marketplace):
    return Orders(version="2026-01-01", **marketplace.client_kwargs("python-amazon-sp-api"))


def test_not_begun(marketplace):
    order = marketplace.place_order(hold=False)
    with old(marketplace) as client:
        client.get_orders(CreatedAfter="2026-01-01T00:00:00Z")
        for _ in range(2):
            client.get_order_items(order.order_id)


class TestShop:
    @pytest.mark.parametrize("number", [1, 2])
    def test_under_way(self, marketplace, number):
        order = marketplace.place_order(hold=False)
        with old(marketplace) as client, new(marketplace) as moved:
            client.get_order(order.order_id)
            moved.search_orders(createdAfter="2026-01-01T00:00:00Z")


def test_moved(marketplace):
    order = marketplace.place_order(hold=False)
    with new(marketplace) as client:
        client.search_orders(createdAfter="2026-01-01T00:00:00Z")
        client.get_order(order.order_id)


def test_reads_nothing(marketplace):
    marketplace.place_order()


def test_asks_for_no_marketplace():
    pass


@pytest.mark.marketplace(orders_v0="ends 2026-03-10")
def test_lives_through_the_day(marketplace):
    with old(marketplace) as client:
        client.get_orders(CreatedAfter="2026-01-01T00:00:00Z")
        marketplace.clock.to("2026-03-10T00:00:00Z")
        with pytest.raises(SellingApiForbiddenException, match="docs/migration.md"):
            client.get_orders(CreatedAfter="2026-01-01T00:00:00Z")


def test_fails(marketplace):
    with old(marketplace) as client:
        client.get_orders(CreatedAfter="2026-01-01T00:00:00Z")
    assert marketplace.orders
"""
LINE = "Orders v0: 8 reads left, in 5 of 6 tests that read orders; they end on 27 March 2027 (docs/migration.md)."
LEFT: dict[str, Any] = {
    "test_shop.py::test_not_begun": {"left": {"getOrders": 1, "getOrderItems": 2}, "moved": {}},
    "test_shop.py::TestShop::test_under_way[1]": {"left": {"getOrder": 1}, "moved": {"searchOrders": 1}},
    "test_shop.py::TestShop::test_under_way[2]": {"left": {"getOrder": 1}, "moved": {"searchOrders": 1}},
    "test_shop.py::test_moved": {"left": {}, "moved": {"searchOrders": 1, "getOrder": 1}},
    "test_shop.py::test_lives_through_the_day": {"left": {"getOrders": 2}, "moved": {}},
    "test_shop.py::test_fails": {"left": {"getOrders": 1}, "moved": {}},
}
CHECKLIST = [
    {"operation": "getOrders", "calls": 4, "replaced_by": "searchOrders", "moved": 3},
    {"operation": "getOrder", "calls": 2, "replaced_by": "getOrder", "moved": 1},
    {"operation": "getOrderItems", "calls": 2, "replaced_by": "getOrder", "moved": 1},
]


@pytest.mark.slow
def test_what_is_left_is_listed_and_written_by_test(tmp_path: Path) -> None:
    """By two workers, whose tests are added up."""
    file = tmp_path / "left.json"
    done = run_suite(tmp_path, SUITE, "--orders-v0-left", "--orders-v0-left-to", str(file), "-n", "2")
    assert (done.counts["passed"], done.counts["failed"]) == (7, 1), done.output
    lines = re.split("=+ Orders v0 =+\n", done.output)[1].splitlines()
    assert lines[:4] == [
        LINE,
        "[ ] getOrders: 4 calls left, 3 calls by searchOrders of Orders 2026-01-01",
        "[ ] getOrder: 2 calls left, 1 call by getOrder of Orders 2026-01-01",
        "[ ] getOrderItems: 2 calls left, 1 call by getOrder of Orders 2026-01-01",
    ]
    assert sorted(lines[4:9]) == [
        "test_shop.py::TestShop::test_under_way[1]: getOrder 1; moved: searchOrders 1",
        "test_shop.py::TestShop::test_under_way[2]: getOrder 1; moved: searchOrders 1",
        "test_shop.py::test_fails: getOrders 1",
        "test_shop.py::test_lives_through_the_day: getOrders 2",
        "test_shop.py::test_not_begun: getOrderItems 2, getOrders 1",
    ]
    written = json.loads(file.read_text())
    assert {each["test"]: {"left": each["left"], "moved": each["moved"]} for each in written.pop("tests")} == LEFT
    assert written == {"format": 1, "ends": "2027-03-27", "left": 8, "moved": 4, "checklist": CHECKLIST}


def only(suite: str, *names: str) -> str:
    """The suite without its other tests."""
    head, *tests = re.split(r"\n\n\n(?=def test_|class |@)", suite)
    return "\n\n\n".join([head, *(each for each in tests if any(f"def {name}(" in each for name in names))])


@pytest.mark.slow
def test_unasked_a_session_says_one_line(tmp_path: Path) -> None:
    done = run_suite(tmp_path, only(SUITE, "test_not_begun", "test_moved", "test_reads_nothing"), "-q")
    line = "Orders v0: 3 reads left, in 1 of 2 tests that read orders; they end on 27 March 2027 (docs/migration.md)."
    assert [each for each in done.output.splitlines() if "v0" in each] == [f"{line} --orders-v0-left lists them."]


class Session:
    """What the end of a session says, of tests with these reads."""

    def __init__(self, *reads: ReadsOfTest, verbosity: int = 0, lists: bool = False, file: Path | None = None) -> None:
        self.lines: list[str] = []
        self.verbosity = verbosity
        sent = [(f"test_{number}", each.to_json()) for number, each in enumerate(reads)]
        terminal = cast(pytest.TerminalReporter, self)
        write_report(terminal, sent, list_option="--list", lists=lists, file=str(file) if file else None)

    def section(self, title: str) -> None:
        self.lines.append(f"== {title}")

    def write_line(self, line: str, **_: bool) -> None:
        self.lines.append(line)


MOVED = ReadsOfTest({}, {"searchOrders": 1, "getOrder": 2})
ONE_LEFT = ReadsOfTest({"getOrder": 1}, {})


def test_a_session_says_nothing_where_nothing_is_left_or_nothing_is_to_be_said() -> None:
    assert Session().lines == Session(MOVED).lines == Session(ONE_LEFT, verbosity=-2).lines == []
    assert len(Session(ONE_LEFT, MOVED).lines) == 1


def test_asked_for_a_session_says_that_nothing_is_left(tmp_path: Path) -> None:
    file = tmp_path / "left.json"
    assert Session(MOVED, lists=True, file=file).lines == [
        "== Orders v0",
        "Orders v0: nothing is left; 3 calls of Orders 2026-01-01 read orders.",
        "[x] getOrders: 0 calls left, 1 call by searchOrders of Orders 2026-01-01",
        "[x] getOrder: 0 calls left, 2 calls by getOrder of Orders 2026-01-01",
    ]
    assert (json.loads(file.read_text())["left"], json.loads(file.read_text())["moved"]) == (0, 3)
    assert Session(lists=True, file=file).lines == [
        "== Orders v0",
        "No test has read orders by Orders v0 or Orders 2026-01-01.",
    ]
    assert json.loads(file.read_text())["tests"] == []


def test_tests_are_listed_by_name_in_whatever_order_workers_end_them() -> None:
    left = OrdersV0Left()
    for name in ("test_c", "test_a", "test_b"):
        left.add(name, ReadsOfTest({"getOrder": 1}, {}))
    assert left.tests_left() == [each["test"] for each in left.to_json()["tests"]] == ["test_a", "test_b", "test_c"]


def test_of_a_test_that_ran_again_the_last_run_counts() -> None:
    left = OrdersV0Left()
    left.add("test_flaky", ReadsOfTest({"getOrder": 3}, {}))
    left.add("test_flaky", ReadsOfTest({"getOrder": 1}, {}))
    assert (left.left, left.tests_left()) == (1, ["test_flaky"])
    left.add("test_flaky", ReadsOfTest({}, {}))
    assert left.left == 0


def test_a_file_that_cannot_be_written_is_said(
    tmp_path: Path, pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Session(file=tmp_path).lines == [f"{tmp_path} was not written: Is a directory."]
    monkeypatch.setattr(pytestconfig.option, "orders_v0_left_to", str(tmp_path / "no" / "left.json"))
    with pytest.raises(pytest.UsageError) as refused:
        plugin.pytest_configure(pytestconfig)
    assert str(refused.value).endswith(f"there is no folder {tmp_path / 'no'}.")


@pytest.mark.parametrize(
    ("said", "near"),
    [
        ("end 2026-03-10", ", did you mean 'ends 2026-03-10'?"),
        ("2026-03-10", ", did you mean 'ends 2026-03-10'?"),
        ("ends 2026-3-1", ", did you mean 'ends 2026-03-01'?"),
        ("ends on 2026-03-10", ", did you mean 'ends 2026-03-10'?"),
        ("ends 2026-03-10T08:00:00", ", did you mean 'ends 2026-03-10T08:00:00Z'?"),
        ("ENDS 2026-03-10T08:00+01:00", ", did you mean 'ends 2026-03-10T08:00+01:00'?"),
        (date(2026, 3, 10), ", did you mean 'ends 2026-03-10'?"),
        ("ends 2026-02-30", "."),
        ("ends soon", "."),
        (None, "."),
        (True, "."),
    ],
)
def test_a_marker_that_says_no_end_names_the_nearest_that_would(said: object, near: str) -> None:
    with pytest.raises(ValueError, match="orders_v0 is ") as refused:
        read_orders_v0(said)
    form = 'orders_v0 is "ends" and a date or an instant, such as "ends 2027-03-27" or "ends 2027-03-27T00:00:00Z"; '
    assert str(refused.value).startswith(form)
    assert str(refused.value).endswith(f" is not{near}")


@pytest.mark.parametrize("said", ["2026-03-10", "2026-03-10T00:00:00Z", "2026-03-10T09:00:00+09:00"])
def test_an_end_that_a_marker_says_twice_passes(said: str) -> None:
    settings = {"listing_lag": "PT2M", "orders_v0_reads_end": said}
    assert set_reads_end(settings, "ends 2026-03-10") == settings | {"orders_v0_reads_end": "2026-03-10"}


@pytest.mark.parametrize("said", ["2026-03-11", "2026-03-10T00:00:01Z", None])
def test_two_ends_in_a_marker_are_refused(said: str | None) -> None:
    with pytest.raises(ValueError, match="leave one of them out") as refused:
        set_reads_end({"orders_v0_reads_end": said}, "ends 2026-03-10")
    assert str(refused.value).startswith("orders_v0 is 'ends 2026-03-10', and the setting orders_v0_reads_end is ")


def test_a_setting_that_is_no_end_is_refused_beside_one() -> None:
    with pytest.raises(ValueError, match="'soon' is neither"):
        set_reads_end({"orders_v0_reads_end": "soon"}, "ends 2026-03-10")


@pytest.mark.slow
def test_a_wrong_marker_fails_its_test_in_one_sentence(tmp_path: Path) -> None:
    suite = """
    import pytest

    @pytest.mark.marketplace(orders_v0="end 2026-03-10")
    def test_wrong(marketplace):
        pass

    @pytest.mark.marketplace(order_v0="ends 2026-03-10")
    def test_wrong_name(marketplace):
        pass

    @pytest.mark.marketplace(orders_v0="ends 2026-03-10", settings={"orders_v0_reads_end": "2026-03-11"})
    def test_two_ends(marketplace):
        pass
    """
    done = run_suite(tmp_path, suite)
    assert done.counts == {"error": 3}
    assert 'The marker marketplace: orders_v0 is "ends" and a date' in done.output
    assert "'end 2026-03-10' is not, did you mean 'ends 2026-03-10'?" in done.output
    assert "the marker marketplace has no 'order_v0'; did you mean 'orders_v0'?" in done.output
    two = "orders_v0 is 'ends 2026-03-10', and the setting orders_v0_reads_end is '2026-03-11'; leave one of them out."
    assert f"The marker marketplace: {two}" in done.output
    assert "Traceback" not in done.output
    assert "During handling" not in done.output
