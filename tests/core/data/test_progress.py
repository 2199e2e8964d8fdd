"""Long work is counted where somebody waits for it, and only there."""

from collections.abc import Iterator

from marketplace_sandbox.core.data.progress import counting, watching


def test_what_passes_is_counted_while_somebody_watches() -> None:
    things = [1, 2, 3]
    with watching() as progress:
        assert progress.tell() == ""
        told = [progress.tell() for _ in counting(things, "orders are played")]
        assert told == [f"{done} of 3 orders are played" for done in (0, 1, 2)]
        assert progress.tell() == "3 of 3 orders are played"
    assert list(counting(things, "orders are read")) == things
    assert progress.tell() == "3 of 3 orders are played"


def test_of_what_has_no_length_the_end_is_not_told() -> None:
    def many() -> Iterator[int]:
        yield from range(2_000)

    with watching() as progress:
        assert sum(1 for _ in counting(many(), "entries are read")) == 2_000
        assert progress.tell() == "2,000 entries are read"


def test_who_watches_within_another_has_counts_of_its_own() -> None:
    with watching() as outer:
        list(counting([1], "orders are read"))
        with watching() as inner:
            list(counting([1, 2], "steps are read"))
        assert (outer.tell(), inner.tell()) == ("1 of 1 orders are read", "2 of 2 steps are read")


def test_what_is_counted_within_leaves_the_counts_around_it_as_they_are() -> None:
    told = []
    with watching() as progress:
        for each in counting([2, 3], "entries are read"):
            told += [progress.tell() for _ in counting(range(each), "orders are placed")][-1:]
        assert told == ["1 of 2 orders are placed", "2 of 3 orders are placed"]
        assert progress.tell() == "2 of 2 entries are read"
