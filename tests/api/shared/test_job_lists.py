"""Lists of feeds and reports: what a filter admits, which page follows, and bounds that nobody may list by."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from marketplace_sandbox.api.shared.job_lists import JobFilter, JobList, list_bounds
from marketplace_sandbox.api.shared.pagination import BoundError, PageTokens
from marketplace_sandbox.core.world.sellers import Defaults, Sellers
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.store.memory import MemoryStore

NOW = datetime(2026, 3, 2, 16, tzinfo=UTC)
DAY = timedelta(days=1)
TOKENS = PageTokens(b"key")
EVERYTHING = JobFilter(NOW - 90 * DAY, NOW)

LETTERS: JobList[str] = JobList(
    "letters",
    lambda _, after: [each for each in "gfedcba" if after is None or each < after],
    lambda job_filter, letter: job_filter.admits(letter, NOW, "vowel" if letter in "ae" else "consonant"),
    lambda letter: letter,
)


@pytest.fixture
def world() -> World:
    return Sellers(MemoryStore(), Defaults(start=NOW, rate=0)).get(None)


@pytest.mark.parametrize(
    ("job_filter", "admitted"),
    [
        (EVERYTHING, True),
        (replace(EVERYTHING, since=NOW, until=NOW), True),
        (replace(EVERYTHING, since=NOW + DAY, until=NOW + DAY), False),
        (replace(EVERYTHING, until=NOW - DAY), False),
        (replace(EVERYTHING, types=("T", "U")), True),
        (replace(EVERYTHING, types=("U",)), False),
        (replace(EVERYTHING, statuses=("DONE",)), True),
        (replace(EVERYTHING, statuses=("FATAL",)), False),
        (replace(EVERYTHING, marketplace_ids=("JP", "US")), True),
        (replace(EVERYTHING, marketplace_ids=("JP",)), False),
        (replace(EVERYTHING, acknowledged=False), True),
        (replace(EVERYTHING, acknowledged=True), False),
        (replace(EVERYTHING, ids=("1",), types=("U",), until=NOW - DAY), True),
        (replace(EVERYTHING, ids=("2",)), False),
    ],
)
def test_a_filter_admits_what_it_names(job_filter: JobFilter, admitted: bool) -> None:
    more = {"status": "DONE", "marketplace_ids": ("US", "CA"), "acknowledged": False}
    assert job_filter.admits("1", NOW, "T", **more) is admitted


def test_a_filter_is_read_as_it_was_written() -> None:
    job_filter = replace(EVERYTHING, types=("T",), ids=("1", "2"), acknowledged=True, after="3", size=7)
    assert JobFilter.from_json(job_filter.to_json()) == job_filter


def test_the_pages_of_a_filter_have_every_entry_once(world: World) -> None:
    job_filter = replace(EVERYTHING, size=2, types=("consonant",))
    first = LETTERS.page(TOKENS, world, job_filter)
    second = LETTERS.page(TOKENS, world, LETTERS.filter_of(TOKENS, world, first.token or ""))
    third = LETTERS.page(TOKENS, world, LETTERS.filter_of(TOKENS, world, second.token or ""))
    assert (first.entries, second.entries, third.entries) == (["g", "f"], ["d", "c"], ["b"])
    assert third.token is None
    assert LETTERS.all(world, job_filter) == ["g", "f", "d", "c", "b"]


def test_a_list_without_bounds_goes_back_so_far_and_to_now(world: World) -> None:
    assert list_bounds(world, 90 * DAY, ("from", None), ("to", None)) == (NOW - 90 * DAY, NOW)
    assert list_bounds(world, 90 * DAY, ("from", NOW - 200 * DAY), ("to", NOW + DAY)) == (NOW - 200 * DAY, NOW + DAY)


@pytest.mark.parametrize(
    ("since", "until", "field", "words"),
    [
        (NOW + DAY, None, "from", "from lies in the future; the world's now is 2026-03-02T16:00:00Z."),
        (NOW, NOW - DAY, "to", "to must not be earlier than from."),
        (None, NOW - 91 * DAY, "to", "to lies before 2025-12-02T16:00:00Z, where the list begins without from"),
    ],
)
def test_bounds_that_hold_nothing_are_refused(
    world: World, since: datetime | None, until: datetime | None, field: str, words: str
) -> None:
    with pytest.raises(BoundError) as bad:
        list_bounds(world, 90 * DAY, ("from", since), ("to", until))
    assert bad.value.field == field
    assert words in str(bad.value)
