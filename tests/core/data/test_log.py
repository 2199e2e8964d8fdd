"""A log does what a list does that is only appended to, and its copies never show in each other."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace_sandbox.core.data.log import Log

LOGS = st.integers(0, 4)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("append"), LOGS, st.lists(st.integers(), min_size=1, max_size=1)),
        st.tuples(st.just("extend"), LOGS, st.lists(st.integers(), max_size=20)),
        st.tuples(st.just("copy"), LOGS, st.just([])),
    ),
    max_size=40,
)
PLACES = st.integers(-30, 30)
Step = tuple[str, int, list[int]]


def play(steps: list[Step], logs: list[Log[int]], models: list[list[int]]) -> None:
    """Take steps in logs and in the lists that they are to equal."""
    for what, number, values in steps:
        at = number % len(logs)
        if what == "copy":
            logs.append(logs[at].copy())
            models.append(models[at].copy())
        elif what == "append":
            logs[at].append(values[0])
            models[at].append(values[0])
        else:
            logs[at].extend(values)
            models[at].extend(values)
        assert [list(log) for log in logs] == models
        assert [len(log) for log in logs] == [len(model) for model in models]


@given(STEPS, PLACES, PLACES, st.sampled_from([None, 1, 2, -1]))
def test_logs_and_their_copies_are_as_lists(steps: list[Step], start: int, stop: int, step: int | None) -> None:
    logs: list[Log[int]] = [Log()]
    models: list[list[int]] = [[]]
    play(steps, logs, models)
    for log, model in zip(logs, models, strict=True):
        assert log == model
        assert log[start:stop:step] == model[start:stop:step]
        assert [log[at] for at in range(-len(model), len(model))] == [
            model[at] for at in range(-len(model), len(model))
        ]
        assert list(reversed(log)) == model[::-1]


@given(st.lists(st.lists(st.integers(), max_size=5), max_size=4), STEPS)
def test_a_log_may_begin_with_what_is_read_late(parts: list[list[int]], steps: list[Step]) -> None:
    play(steps, [Log([tuple(each) for each in parts])], [[value for each in parts for value in each]])


@pytest.mark.parametrize("place", [3, -4])
def test_a_place_that_is_not_there_is_refused(place: int) -> None:
    log = Log([(1, 2)])
    log.append(3)
    with pytest.raises(IndexError):
        log[place]


def test_it_equals_a_list_and_another_log_and_nothing_else() -> None:
    assert Log([[1]]) == [1] == Log([[1]])
    assert Log([[1]]) != (1,)


def test_copies_of_copies_leave_few_parts() -> None:
    """Each part is four times as long as the next, so 5,000 values lie in seven at most."""
    log: Log[int] = Log()
    for number in range(5_000):
        log.append(number)
        log = log.copy()
    assert len(log._held[0]) <= 7
    assert list(log) == list(range(5_000))


def test_readers_take_no_lock() -> None:
    """While values are appended and copies made and appended to, whoever reads finds a beginning of it."""
    log: Log[int] = Log([[0, 1, 2]])
    over = threading.Event()
    wrong: list[object] = []

    def read() -> None:
        while not over.is_set():
            found = list(log)
            if found != list(range(len(found))) or log[-1] < found[-1]:
                wrong.append(found)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for number in range(3, 5_000):
            log.append(number)
            log.copy().append(-1)
    finally:
        over.set()
        reader.join()
    assert wrong == []
