"""Spans from the start and instants, read and written."""

from datetime import UTC, datetime, timedelta

import pytest

from marketplace_sandbox.core.text.reading import FieldError
from marketplace_sandbox.scenario.readers import when
from marketplace_sandbox.scenario.when import LAST, When, format_offset, read_when

START = datetime(2026, 3, 2, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("+1h10m", 70),
        ("+7d", 7 * 24 * 60),
        ("+0s", 0),
        ("-2d", -2 * 24 * 60),
        ("+PT31M", 31),
        ("2026-03-02T16:05:00Z", 5),
    ],
)
def test_it_is_found_from_the_start(text: str, minutes: int) -> None:
    assert read_when(text).on(START) == START + timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["+1d2h3m4.5s", "+0s", "-6d23h30m", "+29m59.999s", "2026-03-02T16:00:00.500Z"])
def test_it_is_written_as_it_is_read(text: str) -> None:
    assert str(read_when(text)) == text


@pytest.mark.parametrize("given", ["1h", "+", "+1x", "tomorrow", "", "2026-03-02", "2026-03-02T16:00:00", 5, None, []])
def test_anything_else_is_refused(given: object) -> None:
    with pytest.raises(FieldError, match=r"^at: .* is neither a span such as \+1h10m or \+7d nor an instant such as"):
        when(given, "at")


def test_no_span_leads_beyond_the_last_instant() -> None:
    assert read_when("+99999999d").on(START) == LAST
    assert When(offset=timedelta(days=999_999_999)).on(START) == LAST


def test_an_offset_of_nothing_is_written() -> None:
    assert format_offset(timedelta(0)) == "+0s"
