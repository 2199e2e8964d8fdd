"""Entries for the tests of stores."""

from datetime import UTC, datetime, timedelta

from marketplace_sandbox.core.journal.journal import Entry

NOON = datetime(2026, 3, 2, 12, 0, 0, 7000, tzinfo=UTC)


def entry(version: int, kind: str = "acted") -> Entry:
    return Entry(version, NOON + timedelta(seconds=version), kind, {"n": version})


def entries(count: int) -> list[Entry]:
    return [entry(version) for version in range(1, count + 1)]
