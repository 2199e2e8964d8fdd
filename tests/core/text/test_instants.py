"""Instants and spans as text, there and back."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace_sandbox.core.text.instants import CalendarError, format_instant, format_span, parse_instant, parse_span

INSTANTS = st.datetimes(datetime(1970, 1, 2), datetime(8999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001


@given(INSTANTS)
def test_an_instant_comes_back_to_the_millisecond(instant: datetime) -> None:
    floored = instant.replace(microsecond=instant.microsecond // 1000 * 1000)
    assert parse_instant(format_instant(instant)) == floored


@given(st.integers(0, 10**11))
def test_a_span_comes_back(milliseconds: int) -> None:
    span = timedelta(milliseconds=milliseconds)
    assert parse_span(format_span(span)) == span


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("PT31M", timedelta(minutes=31)),
        ("P1DT2H", timedelta(days=1, hours=2)),
        ("P2W", timedelta(weeks=2)),
        ("PT0.5S", timedelta(milliseconds=500)),
        ("1h10m", timedelta(hours=1, minutes=10)),
        ("7d", timedelta(days=7)),
        ("1w", timedelta(weeks=1)),
        ("1.5h", timedelta(minutes=90)),
        ("31min", timedelta(minutes=31)),
        ("31 minutes", timedelta(minutes=31)),
        ("1 hour", timedelta(hours=1)),
        ("1 day and 2 hours", timedelta(days=1, hours=2)),
        ("1 week, 2 days 3h", timedelta(days=9, hours=3)),
        ("0.001m", timedelta(milliseconds=60)),
        ("0", timedelta(0)),
    ],
)
def test_spans_in_both_forms(text: str, span: timedelta) -> None:
    assert parse_span(text) == span


@pytest.mark.parametrize(
    "text",
    [
        *("", "P", "PT", "P1M", "an hour", "-PT1M", "h", "PT1H30", "P99999999999D", "1d\n", "1d ", "1h and ", "1h,"),
        *("2h 1d", "1h1h", "1", "1.5", "1.0001h", "1 minuted", "31  minutes", "9999999999w"),
    ],
)
def test_what_is_no_span(text: str) -> None:
    with pytest.raises(ValueError, match="span"):
        parse_span(text)


@pytest.mark.parametrize("text", ["2026-03-02T17:00:00+01:00", "2026-03-02T16:00:00.000Z", "20260302T160000Z"])
def test_an_instant_in_several_spellings(text: str) -> None:
    assert parse_instant(text) == datetime(2026, 3, 2, 16, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-03-02", "2026-03-02T16:00:00", "now", "", "2026-13-01T00:00:00Z"])
def test_what_is_no_instant(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  whatever the words, it is refused
        parse_instant(text)


@pytest.mark.parametrize("text", ["1969-12-31T23:59:59Z", "9000-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00"])
def test_beyond_the_calendar(text: str) -> None:
    with pytest.raises(CalendarError):
        parse_instant(text)


@pytest.mark.parametrize("text", ["2026-03-02", "2026-03-02T00:00:00"])
def test_without_a_zone_where_that_is_custom(text: str) -> None:
    assert parse_instant(text, naive_is_utc=True) == datetime(2026, 3, 2, tzinfo=UTC)
