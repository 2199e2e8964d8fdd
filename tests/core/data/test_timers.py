"""The queue of what falls due takes it out in its order, and copies never show in each other."""

import heapq
import threading
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace_sandbox.core.data.timers import Timers
from tests.core.worlds import START

QUEUES = st.integers(0, 4)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), QUEUES, st.integers(0, 5)),
        st.tuples(st.just("pop"), QUEUES, st.just(0)),
        st.tuples(st.just("copy"), QUEUES, st.just(0)),
    ),
    max_size=80,
)
Step = tuple[str, int, int]


def play(steps: list[Step], queues: list[Timers[int]], models: list[list[tuple[int, int]]], number: int) -> None:
    """Take steps in queues and in lists that are sorted each time. What falls due is the number by which it came."""
    for what, chosen, day in steps:
        queue, model = queues[chosen % len(queues)], models[chosen % len(queues)]
        if what == "copy":
            queues.append(queue.copy())
            models.append(model.copy())
        elif what == "add":
            number += 1
            queue.add(START + timedelta(days=day), number)
            model.append((day, number))
            model.sort()
        elif model:
            due, expected = model.pop(0)
            assert queue.pop() == (START + timedelta(days=due), expected)
        for each, of in zip(queues, models, strict=True):
            assert len(each) == len(of)
            assert each.peek() == ((START + timedelta(days=of[0][0]), of[0][1]) if of else None)
            assert sorted(what for _, _, what in each) == sorted(expected for _, expected in of)
    for each, of in zip(queues, models, strict=True):
        assert [each.pop()[1] for _ in range(len(each))] == [expected for _, expected in of]
        assert each.peek() is None
        with pytest.raises(IndexError):
            each.pop()


@given(STEPS)
def test_equal_instants_keep_the_order_of_their_creation(steps: list[Step]) -> None:
    play(steps, [Timers()], [[]], 0)


@given(st.lists(st.integers(0, 5)), STEPS)
def test_a_queue_may_begin_with_a_heap_that_nobody_changes(days: list[int], steps: list[Step]) -> None:
    heap = [(START + timedelta(days=day), number, number) for number, day in enumerate(days, start=1)]
    heapq.heapify(heap)
    play(steps, [Timers(tuple(heap), len(days))], [sorted((day, n) for n, day in enumerate(days, start=1))], len(days))


def test_copies_of_copies_leave_few_heaps() -> None:
    timers: Timers[int] = Timers()
    for number in range(5_000):
        timers.add(START + timedelta(seconds=number * 7919 % 5_000), number)
        timers = timers.copy()
    assert len(timers._frozen.heaps) <= 7
    taken = [timers.pop()[0] for _ in range(len(timers))]
    assert taken == sorted(taken)


def test_readers_take_no_lock() -> None:
    """Whoever looks while timers are taken, added and copied never sees a later instant than there is."""
    timers: Timers[int] = Timers()
    over, wrong, taken = threading.Event(), list[object](), [0]

    def read() -> None:
        while not over.is_set():
            least, head = taken[0], timers.peek()
            if head is None or not least <= head[1] <= taken[0] + 2:  # one is taken and not yet noted
                wrong.append((least, head, taken[0]))

    for number in range(200):
        timers.add(START + timedelta(seconds=number), number)
    reader = threading.Thread(target=read)
    reader.start()
    try:
        for number in range(4_000):
            timers.add(START + timedelta(seconds=200 + number), 200 + number)
            taken[0] = timers.pop()[1]
            if number % 13 == 0:
                timers.copy().pop()
    finally:
        over.set()
        reader.join()
    assert wrong == []
