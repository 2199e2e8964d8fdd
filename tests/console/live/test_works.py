"""Work that takes long: it goes on without whoever began it, and says how far it is."""

import threading
from typing import Any

import pytest

from marketplace_sandbox.console.live import works as module
from marketplace_sandbox.console.live.works import TooMuchWorkError, Work, Works
from marketplace_sandbox.core.data.progress import counting

SECONDS = 60


def begin(works: Works, do: Any) -> Work:
    return works.begin("Something is done", "/", do, lambda result: result)


def test_what_is_counted_is_how_far_it_is() -> None:
    reached, goes_on = threading.Event(), threading.Event()

    def do() -> str:
        for each in counting(range(5), "things are done"):
            if each == 3:
                reached.set()
                assert goes_on.wait(SECONDS)
        return "all of it"

    work = begin(Works(), do)
    assert reached.wait(SECONDS)
    assert work.tell() == {"done": 3, "of": 5, "text": "3 of 5 things are done", "over": False}
    goes_on.set()
    assert work.end.result(SECONDS) == "all of it"
    assert work.tell() == {"done": 5, "of": 5, "text": "5 of 5 things are done", "over": True}


def test_a_failure_is_whoever_waits_for_its() -> None:
    def do() -> None:
        raise ValueError("no")

    work = begin(Works(), do)
    with pytest.raises(ValueError, match="no"):
        work.end.result(SECONDS)
    assert work.tell() == {"done": 0, "of": None, "text": "", "over": True}


def test_so_much_is_under_way_at_once_and_no_more() -> None:
    works, goes_on = Works(), threading.Event()
    begun = [begin(works, lambda: goes_on.wait(SECONDS)) for _ in range(module.MOST_RUNNING)]
    with pytest.raises(TooMuchWorkError):
        begin(works, str)
    goes_on.set()
    for each in begun:
        each.end.result(SECONDS)
    begin(works, str).end.result(SECONDS)


def test_what_was_done_long_ago_is_forgotten_and_what_is_under_way_is_not() -> None:
    works, goes_on = Works(), threading.Event()
    going = begin(works, lambda: goes_on.wait(SECONDS))
    first = begin(works, str)
    first.end.result(SECONDS)
    for _ in range(module.MOST_KEPT):
        begin(works, str).end.result(SECONDS)
    assert works.find(first.work_id) is None
    assert works.find(going.work_id) is going
    assert len(works._known) <= module.MOST_KEPT
    goes_on.set()
