"""What a suite's client still reads by Orders v0, by test, and what it reads by Orders 2026-01-01 instead.

Knows nothing of pytest; the plugin hands it the calls of each test and writes what it says.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from marketplace_sandbox.amazon.orders_v0_end import LATEST, ORDERS_V0_END, ORDERS_V0_ENDING, V0, checklist
from marketplace_sandbox.core.text.quoting import write_count
from marketplace_sandbox.testing.recorded_requests import RecordedRequest

GUIDE = "docs/migration.md"
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ReadsOfTest:
    """How often the client of one test made each read: `left` by Orders v0, `moved` by Orders 2026-01-01."""

    left: Mapping[str, int]
    moved: Mapping[str, int]

    @classmethod
    def of(cls, calls: Iterable[RecordedRequest]) -> "ReadsOfTest":
        """Of the calls that a test has recorded."""
        left: Counter[str] = Counter()
        moved: Counter[str] = Counter()
        for call in calls:
            if call.path.startswith(V0) and call.operation in ORDERS_V0_ENDING:
                left[call.operation] += 1
            elif call.path.startswith(LATEST) and call.operation in ORDERS_V0_ENDING.values():
                moved[call.operation] += 1
        return cls(left, moved)

    def to_json(self) -> dict[str, dict[str, int]]:
        """Both as plain dicts, of which it can be made again."""
        return {"left": dict(self.left), "moved": dict(self.moved)}

    def __bool__(self) -> bool:
        """Whether the test has read orders at all."""
        return bool(self.left or self.moved)


@dataclass(slots=True)
class OrdersV0Left:
    """The reads of a whole suite, by the ids of its tests; those of a test that ran again are of its last run."""

    tests: dict[str, ReadsOfTest] = field(default_factory=dict)

    def add(self, test: str, reads: ReadsOfTest) -> None:
        """What the client of a test has read, in its last run."""
        self.tests.pop(test, None)
        if reads:
            self.tests[test] = reads

    @property
    def left(self) -> int:
        """How many reads are still those of Orders v0."""
        return sum(sum(each.left.values()) for each in self.tests.values())

    @property
    def moved(self) -> int:
        """How many reads are those of Orders 2026-01-01."""
        return sum(sum(each.moved.values()) for each in self.tests.values())

    def tests_left(self) -> list[str]:
        """The tests whose client still reads Orders v0, by name: workers end theirs in another order each time."""
        return sorted(test for test, reads in self.tests.items() if reads.left)

    def write_line(self) -> str:
        """All of it in a sentence, empty where nothing is left."""
        if not self.left:
            return ""
        reads = write_count(self.left, "reads")
        tests = f"{len(self.tests_left())} of {len(self.tests)} tests that read orders"
        return f"Orders v0: {reads} left, in {tests}; they end on {ORDERS_V0_END} ({GUIDE})."

    def write_end(self) -> str:
        """The same where nothing is left."""
        if not self.moved:
            return "No test has read orders by Orders v0 or Orders 2026-01-01."
        return f"Orders v0: nothing is left; {_times(self.moved)} of Orders 2026-01-01 read orders."

    def write_lines(self) -> Iterator[str]:
        """The checklist of what has moved, and what is left by test, for people."""
        for row in self.checklist():
            moved = f", {_times(row['moved'])} by {row['replaced_by']} of Orders 2026-01-01" if row["moved"] else ""
            yield f"[{' ' if row['calls'] else 'x'}] {row['operation']}: {_times(row['calls'])} left{moved}"
        for test in self.tests_left():
            reads = self.tests[test]
            moved = f"; moved: {_list(reads.moved)}" if reads.moved else ""
            yield f"{test}: {_list(reads.left)}{moved}"

    def checklist(self) -> list[Json]:
        """A row for each read that ends and was made: see `checklist` of `amazon.orders_v0_end`."""
        left = sum((Counter(each.left) for each in self.tests.values()), Counter[str]())
        moved = sum((Counter(each.moved) for each in self.tests.values()), Counter[str]())
        return checklist(left, moved)

    def to_json(self) -> Json:
        """All of it as data of format 1."""
        return {
            "format": 1,
            "ends": "2027-03-27",
            "left": self.left,
            "moved": self.moved,
            "checklist": self.checklist(),
            "tests": [{"test": test, **reads.to_json()} for test, reads in sorted(self.tests.items())],
        }


def _times(number: int) -> str:
    return write_count(number, "calls")


def _list(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{operation} {number}" for operation, number in sorted(counts.items()))
