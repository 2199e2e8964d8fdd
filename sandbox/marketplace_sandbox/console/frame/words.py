"""How templates write instants, spans, and what falls due. Changes nothing."""

import re
from datetime import datetime, timedelta

import flask

from marketplace_sandbox.core.text.instants import format_instant, parse_instant
from marketplace_sandbox.core.text.span_words import in_words

DEADLINES = {
    "hold-ends": "an order leaves Pending",
    "preorder-released": "a pre-order is released",
    "auto-cancel": "Amazon cancels what was not shipped",
    "auto-cancel-warning": "Amazon warns that it will cancel",
    "payment-limit": "the payment's time is over",
    "amazon-answers": "Amazon answers the buyer's request",
    "refund-released": "a refund is paid out",
    "cancel-order": "a cancellation is worked on",
    "delivery-retry": "a delivery is tried again",
    "feed-start": "an upload is begun",
    "feed-finish": "an upload is processed",
    "held-adjustment": "a refund that was held is tried again",
    "report-start": "a report is begun",
    "report-finish": "a report is made",
    "report-schedule": "a report is due by its schedule",
}
"""What time alone does, in words; what is not here is told by its name."""

_WRITTEN = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]+([0-9].*?)(?: *UTC)?")


def install(app: flask.Flask) -> None:
    """Has templates know the filters `instant`, `span_until` and `deadline`."""
    app.jinja_env.filters.update(
        instant=write_instant, second=write_second, deadline=write_deadline, person=write_name, in_words=in_words
    )
    app.jinja_env.globals.update(span_between=span_between)


def write_instant(instant: datetime | str | None) -> str:
    """`2026-03-02 16:00:00 UTC`; a dash for none."""
    if instant is None or instant == "":
        return "–"
    at = parse_instant(instant) if isinstance(instant, str) else instant
    fraction = f".{at.microsecond // 1000:03d}" if at.microsecond else ""
    return f"{at:%Y-%m-%d %H:%M:%S}{fraction} UTC"


def write_second(instant: str) -> str:
    """The same without fractions, for a clock that ticks."""
    return write_instant(parse_instant(instant).replace(microsecond=0))


def write_deadline(what: str) -> str:
    """What time alone does."""
    return DEADLINES.get(what, write_name(what))


def write_name(name: str) -> str:
    """A name of the control API as words: `still_pending` is `still pending`."""
    return name.replace("-", " ").replace("_", " ")


def span_between(start: datetime | str, end: datetime | str, *, short: bool = False) -> str:
    """The span between two instants as people say it, `nine hours and a minute`; shorter, its two greatest units."""
    first, last = (parse_instant(each) if isinstance(each, str) else each for each in (start, end))
    span = max(last - first, timedelta(0))
    if not short:
        return in_words(span)
    minutes, seconds = divmod(int(span.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    units = [
        f"{count} {unit}"
        for count, unit in zip((days, hours, minutes, seconds), ("d", "h", "min", "s"), strict=True)
        if count
    ]
    return " ".join(units[:2]) or "no time"


def read_instant(text: str) -> str:
    """An instant as people and our pages write it, as the control API does; without a zone it is of UTC.

    What is no instant stays as it was written, to be refused by its name.
    """
    written = _WRITTEN.fullmatch(text.strip())
    try:
        return format_instant(
            parse_instant(f"{written[1]}T{written[2]}" if written else text.strip(), naive_is_utc=True)
        )
    except ValueError:
        return text
