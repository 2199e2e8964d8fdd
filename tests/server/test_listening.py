"""How many connections the system lets a server have."""

import logging
import resource

import pytest

from marketplace_sandbox.server import listening
from marketplace_sandbox.server.listening import OTHER_FILES, open_files_for


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The limits of open files that were set, the last of which is in force."""
    limits = [(256, 2_000)]
    monkeypatch.setattr(resource, "getrlimit", lambda _: limits[-1])
    monkeypatch.setattr(resource, "setrlimit", lambda _, limit: limits.append(limit))
    return limits


def test_the_process_may_open_a_file_for_each_connection(limit: list[tuple[int, int]]) -> None:
    assert open_files_for(1_000) == 1_000
    assert limit[-1] == (1_000 + OTHER_FILES, 2_000)
    assert open_files_for(1) == 1
    assert len(limit) == 2, "what suffices is left alone"


def test_where_the_system_allows_no_more_there_are_fewer_connections(
    limit: list[tuple[int, int]], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert open_files_for(5_000) == 2_000 - OTHER_FILES
    assert limit[-1] == (2_000, 2_000)
    assert "The system allows 2000 open files: there may be 1600 connections instead of 5000." in caplog.text


def test_a_system_that_does_not_count_open_files_lets_all_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "resource", None)
    assert open_files_for(5_000) == 5_000
