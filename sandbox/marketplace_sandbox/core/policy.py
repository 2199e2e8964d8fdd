"""Every number and switch of the marketplace, each with its meaning, source, date and confidence. Knows no order.

A seller's settings are overrides of these entries; whatever is not overridden has the default, or the value of the
marketplace where one is listed. Confidence is `stated` (the platform says so), `observed` (seen on the wire or in
files) or `ours` (nothing public says it; we had to choose).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from marketplace_sandbox.core.marketplaces import MARKETPLACES
from marketplace_sandbox.core.text.instants import CalendarError, format_instant, format_span, parse_instant, parse_span
from marketplace_sandbox.core.text.quoting import nearest, quote, suggestion
from marketplace_sandbox.core.text.reading import FieldError, JsonObject, join, json_object
from marketplace_sandbox.core.text.span_words import from_words

JP = "A1VC38T7YXB528"


class SettingError(ValueError):
    """A setting that cannot be taken. `key` names it; the text says what would do."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


@dataclass(frozen=True, slots=True)
class Entry:
    """One number or switch. `kind` is span, count, switch, choice or instant; spans and instants are ISO 8601 text on
    the outside, and an instant that is not set is None.

    `source` has codes of docs/sources.md, separated by spaces; `dated` is when they said so.
    """

    key: str
    kind: str
    default: Any
    meaning: str
    source: str
    dated: str
    confidence: str
    choices: tuple[str, ...] = ()
    marketplaces: Mapping[str, Any] = field(default_factory=dict)
    minimum: int = 0
    maximum: int = 3_650

    def read(self, value: Any) -> Any:
        """The value as the rules use it. Raises SettingError naming the key and what would do."""
        return _READERS[self.kind](self, value)

    def show(self, value: Any) -> Any:
        """The value as JSON shows it."""
        if isinstance(value, datetime):
            return format_instant(value)
        return format_span(value) if isinstance(value, timedelta) else value


EXAMPLE_DAY = "2027-03-27"
"""What sentences about instants name: the day on which the platform ends the reads of Orders v0."""

LONGEST_SPAN = timedelta(days=3650)
"""The longest span a setting may have, so that no deadline leaves the calendar."""


def _read_span(entry: Entry, value: Any) -> timedelta:
    default = format_span(entry.default)
    try:
        span = parse_span(value)
    except (TypeError, ValueError):
        raise SettingError(
            entry.key, f"{entry.key} is a span such as {default}, 31m or 1.5h; {quote(value)} is not"
        ) from None
    if span > LONGEST_SPAN:
        longest = format_span(LONGEST_SPAN)
        raise SettingError(entry.key, f"{entry.key} is at most {longest}, by default {default}; {quote(value)} is more")
    return span


def _read_count(entry: Entry, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not entry.minimum <= value <= entry.maximum:
        bounds = f"a whole number from {entry.minimum} to {entry.maximum}"
        raise SettingError(entry.key, f"{entry.key} is {bounds}; {quote(value)} is not")
    return value


def _read_switch(entry: Entry, value: Any) -> bool:
    if not isinstance(value, bool):
        raise SettingError(entry.key, f"{entry.key} is true or false; {quote(value)} is neither")
    return value


def _read_choice(entry: Entry, value: Any) -> str:
    if value not in entry.choices:
        near = nearest(str(value), entry.choices)
        meant = f", did you mean {near}?" if near else "."
        raise SettingError(entry.key, f"{entry.key} is one of {', '.join(entry.choices)}; {quote(value)} is not{meant}")
    return str(value)


def _read_instant(entry: Entry, value: Any) -> datetime | None:
    if value is None:
        return None
    form = f"{entry.key} is a date such as {EXAMPLE_DAY}, which begins at midnight UTC, or an instant such as"
    try:
        day = isinstance(value, str) and re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value)
        return parse_instant(f"{value}T00:00:00Z" if day else value)
    except CalendarError as beyond:
        raise SettingError(entry.key, f"{form} {EXAMPLE_DAY}T00:00:00Z; {quote(value)} is {beyond}") from None
    except (AttributeError, TypeError, ValueError):
        raise SettingError(entry.key, f"{form} {EXAMPLE_DAY}T00:00:00Z; {quote(value)} is neither") from None


_READERS = {
    "span": _read_span,
    "count": _read_count,
    "switch": _read_switch,
    "choice": _read_choice,
    "instant": _read_instant,
}


def _span(key: str, words: str, meaning: str, source: str, dated: str, confidence: str, **by_marketplace: str) -> Entry:
    """The span is written in words, so that a search for what people call it finds this row first."""
    marketplaces = {marketplace_id: from_words(span) for marketplace_id, span in by_marketplace.items()}
    return Entry(key, "span", from_words(words), meaning, source, dated, confidence, marketplaces=marketplaces)


def _count(
    key: str, number: int, meaning: str, source: str, dated: str, confidence: str,
    most: int = 3_650, least: int = 0, **by_marketplace: int,
) -> Entry:  # fmt: skip
    return Entry(key, "count", number, meaning, source, dated, confidence, (), by_marketplace, least, most)


def _switch(key: str, on: bool, meaning: str, source: str, dated: str, confidence: str) -> Entry:
    return Entry(key, "switch", on, meaning, source, dated, confidence)


def _choice(key: str, words: str, meaning: str, source: str, dated: str, confidence: str) -> Entry:
    """The first of the words is the default."""
    choices = tuple(words.split())
    return Entry(key, "choice", choices[0], meaning, source, dated, confidence, choices)


def _instant(key: str, meaning: str, source: str, dated: str, confidence: str) -> Entry:
    """An instant that is not set unless somebody sets it."""
    return Entry(key, "instant", None, meaning, source, dated, confidence)


IN = "A21TJRUUN4KGV"

_ENTRIES = (
    _span("buyer_cancel_window", "thirty minutes", "How long after the purchase a buyer cancels a seller-fulfilled order alone; the end is outside.",
          "R2 K20 HELP-CANCELLATIONS", "2022-05", "stated", **{JP: "five minutes"}),
    _span("fba_cancel_window", "fifteen minutes", "The same for an Amazon-fulfilled order; it also ends when the warehouse starts.",
          "R17 HELP-BUYER", "2022-05", "ours"),
    _span("hold_period", "thirty minutes", "How long an order stays Pending before the seller may act on it.",
          "HELP-PENDING K20", "2022-05", "stated", **{JP: "five minutes"}),
    _span("payment_limit", "twenty-one days", "How long payment may stay unverified before Amazon cancels.",
          "FORUM-UNPAID HELP-PENDING", "2022", "observed"),
    _span("auto_cancel_after", "seven days", "How long after the ship-by instant an unconfirmed order is canceled by Amazon.",
          "R44 NOTICE-2020", "2020-09-30", "stated"),
    _choice("auto_cancel_mode", "elapsed calendar business", "How the days of auto_cancel_after are counted: as elapsed time, "
            "local calendar days, or local business days.", "K7", "2020-09-30", "ours"),
    _count("handling_days", 2, "Business days, Monday to Friday, from the purchase to the ship-by day, where an order names none.",
           "HELP-ORDER-REPORTS", "2022", "stated", 60),
    _span("delivery_after", "three days", "How long after the ship-by instant the latest delivery is promised.", "OURS", "2026", "ours"),
    _span("message_reply", "twenty-four hours", "How soon a seller must answer a buyer's message, weekends included.",
          "HELP-REPLIES", "2022", "stated"),
    _span("refund_hold", "two hours", "How long a refund of the Refund Orders tool waits, and can be taken back.", "HELP-REFUNDS", "2022", "stated"),
    _span("before_parameter_margin", "two minutes", "How far an explicit CreatedBefore or LastUpdatedBefore must lie before now.",
          "MODEL-ORDERS-V0", "2026-08", "stated"),
    _span("listing_lag", "no time", "How long a change stays invisible to order lists; the platform's do lag.",
          "ISSUES-LAG", "2022", "observed"),
    _count("items_per_page", 50, "Items on one page of getOrderItems and ListOrderItems; fewer show how a client follows NextToken.",
           "OURS", "2026", "ours", least=1, most=100),
    _count("rate_window_days", 7, "Days of the Cancellation Rate's window, the last of which ends now.", "HELP-RATE", "2022", "stated", **{IN: 30}),
    _count("rate_target_per_mille", 25, "The rate, in thousandths, that must not be reached.", "HELP-RATE", "2022", "stated"),
    _switch("exempt_requires_reason", True, "Whether only the reason Buyer Canceled keeps a requested cancellation out of the rate.",
            "K4 ANNOUNCEMENT-2022", "2022-05-23", "stated"),
    _choice("physical_facts", "strict advisory", "Whether a parcel that left unconfirmed stops the seller's cancellation, or only "
            "earns a lint, as on the platform, which cannot see it.", "R7 HELP-CANCELLATIONS", "2022-05", "ours"),
    _switch("buyer_withdrawal", False, "Whether a buyer may withdraw a request, an extension of ours.", "K6", "2026", "ours"),
    _choice("unknown_order", "error empty", "What v0 answers for an unknown order: 404 NotFound, or 200 with an empty payload.",
            "SEEN-ORDERS", "2022", "observed"),
    _switch("partial_cancellation", False, "Whether single items of an order are canceled, each with all its units, while nothing of the order "
            "is shipped.", "R34 PARTIAL-CANCELLATION", "2026", "stated"),
    _switch("omit_when_false", False, "Whether the dialects leave BuyerRequestedCancel out where nobody asked.",
            "R54", "2022", "ours"),
    _choice("mws_cancel_casing", "pascal camel", "The casing of the two elements inside the MWS BuyerRequestedCancel.",
            "R54 ANNOUNCEMENT-2022", "2022-05-23", "ours"),
    _switch("order_report_cancellation_columns", False, "Whether order reports have the buyer-requested-cancellation columns, which the "
            "seller turns on in Seller Central.", "R50", "2022-05-23", "stated"),
    _choice("report_flag_case", "lower upper", "The casing of the flag in those columns: true and false, or TRUE and FALSE.",
            "R49 SEEN-REPORTS", "2025", "observed"),
    _choice("report_encoding", "local utf_8", "How tables of orders are encoded: Windows-1252 and in Japan Windows-31J, or UTF-8.",
            "SEEN-REPORTS", "2026-11", "observed"),
    _switch("report_gzip", True, "Whether report documents of the Reports API are compressed.", "SEEN-REPORTS", "2025", "observed"),
    _span("report_queue_time", "thirty seconds", "How long a report waits before it is worked on.", "OURS", "2026", "ours"),
    _span("report_processing_time", "one minute", "How long a report is worked on; it says how things stand at the end of that time.",
          "OURS", "2026", "ours"),
    _span("report_retention", "thirty days", "How long a report's document is kept once it is made.", "HELP-REPORT-TYPES", "2022", "stated"),
    _span("report_repeat_after", "no time", "How soon the same report may be asked for again; one that comes sooner ends as CANCELLED. Zero is at once.",
          "ISSUES-REPORTS", "2022", "observed"),
    _count("report_range_days", 30, "The most days a report that is asked for may cover; over more it says so in the place of its orders.",
           "HELP-REPORT-TYPES ISSUES-REPORTS", "2026-11", "observed"),
    _span("feed_queue_time", "thirty seconds", "How long a feed waits before it is worked on.", "SEEN-FEEDS", "2020", "ours"),
    _span("feed_processing_time", "one minute", "How long a feed is worked on; what it wants is done at the end of that time.",
          "SEEN-FEEDS", "2020", "ours"),
    _span("feed_retention", "ninety days", "How long a feed's files are kept once it is sent.", "MODEL-FEEDS", "2021-06-30", "stated"),
    _switch("feed_report_gzip", False, "Whether processing reports of the Feeds API are compressed.", "SEEN-FEEDS", "2022", "observed"),
    _choice("early_adjustment", "refuse hold", "What becomes of an adjustment by feed before the shipment is confirmed: it is refused, or "
            "waits for the confirmation.", "R36", "2022", "ours"),
    _choice("request_process", "current legacy dated", "Whether an official request is a flag (current) or, as before 23 May 2022, a "
            "message with a fixed subject (legacy), or whichever the world's date says (dated).", "R22", "2022-05-23", "stated"),
    _span("seller_cancel_window", "no time", "How long after the purchase a seller may cancel, by the letter of one sentence; no time is for ever.",
          "R16 K1", "2022", "ours"),
    _switch("auto_cancel_warnings", False, "Whether the seller is warned by mail before an order is canceled for want of a confirmation.",
            "TIMERS", "2022", "ours"),
    _span("auto_cancel_first_warning", "no time", "How long after the ship-by instant the first warning of the automatic cancellation is sent, where those are on.",
          "TIMERS", "2022", "ours"),
    _span("auto_cancel_second_warning", "five days", "How long after the ship-by instant the second warning of the automatic cancellation is sent, where those are on.", "TIMERS", "2022", "ours"),
    _span("auto_cancel_last_warning", "six days", "How long after the ship-by instant the last warning of the automatic cancellation is sent, where those are on.", "TIMERS", "2022", "ours"),
    _choice("rate_attribution", "canceled_at purchased_at", "Which instant puts a counted cancellation into the rate's window.",
            "K12", "2022", "ours"),
    _span("fba_answer_delay", "no time", "How long Amazon takes to answer a request on an order it fulfills; no time is at once.",
          "HELP-BUYER", "2022", "stated"),
    _switch("newer_cancel_reasons", False, "Whether sellers may also name the reasons that only newer feed libraries know.",
            "FEED-LIBRARIES", "2024", "observed"),
    _switch("tracking_checks", False, "Whether the form of a tracking number is checked where the carrier is UPS, USPS, FedEx or DHL.",
            "TRACKING SHIPMENT-NOTICES", "2021-07", "stated"),
    _choice("message_templates", "usual all", "Which templates Messaging offers for an order that is not Amazon's: those a live one shows, or "
            "every one there is.", "SEEN-MESSAGING", "2022", "observed"),
    _span("solicitation_after", "five days", "How long after the promised delivery a buyer may first be asked for a review.",
          "SEEN-SOLICITATIONS", "2020-11", "observed"),
    _span("solicitation_until", "thirty days", "How long after the promised delivery a buyer may no longer be asked for a review.",
          "SEEN-SOLICITATIONS", "2020-11", "observed"),
    _choice("business_type", "private_limited public_listed sole_proprietorship natural_person_company craftsman charity state_owned "
            "individual", "The kind of business that getAccount says the seller is; an individual has none.", "MODEL-SELLERS", "2026-11", "stated"),
    _choice("selling_plan", "professional individual", "The selling plan that getAccount says the seller has.", "MODEL-SELLERS", "2026-11", "stated"),
    _choice("limits", "off published published_virtual", "Whether the published usage plans throttle, on wall or virtual time.", "USAGE-PLANS", "2026", "stated"),
    _choice("signature_time", "wall virtual", "Which clock stamps a webhook signature; verifiers judge it by wall time.", "STANDARD-WEBHOOKS", "2024", "ours"),
    _switch("cancel_order_api", False, "Whether Orders 2026-01-01 offers cancelOrder, published and withdrawn three times.", "MODEL-HISTORY", "2026-05-27", "observed"),
    _switch("orders_v0_shadow", False, "Whether each read of Orders v0 is compared with the calls of 2026-01-01 that replace it, which are made "
            "beside it once it is answered.", "OURS", "2026", "ours"),
    _instant("orders_v0_reads_end", "When on the world's clock the reads of Orders v0 that the platform has deprecated end, and are refused: a date, "
             "which begins at midnight UTC, or an instant. Null, the default, is never; the platform ends them on 27 March 2027.",
             "ORDERS-V0-END SEEN-ENDS", "2026-11", "ours"),
    _choice("notifications", "all pilot", "Whether every seller may subscribe to ORDER_CHANGE, or pilot sellers only.", "R57", "2022", "stated"),
    _span("cancel_order_delay", "five seconds", "How long after cancelOrder was accepted the cancellation is applied.",
          "MODEL-HISTORY", "2026-05-27", "ours"),
    _switch("notification_pilot", True, "Whether this seller takes part in the pilot, where `notifications` is pilot.",
            "R57", "2022", "ours"),
    _span("document_link_life", "five minutes", "How long a link to upload or download a document works.", "MODEL-FEEDS", "2021-06-30", "stated"),
    _span("webhook_timeout", "five seconds", "Wall time a webhook receiver has to answer.", "STANDARD-WEBHOOKS", "2024", "ours"),
    _count("advance_timers", 1_000_000, "The most timers that fire in one advance of the clock; it stops at the instant of the last one and says so.",
           "OURS", "2026", "ours", least=1, most=1_000_000_000),
    _count("most_orders", 250_000, "The most orders a seller may have; one more is refused when it is placed.", "OURS", "2026", "ours", most=10_000_000),
    _count("most_entries", 5_000_000, "The most entries of a seller's journal by what clients do; from there on only time and settings go on.",
           "OURS", "2026", "ours", least=1, most=1_000_000_000),
    _count("most_entries_with_time", 20_000_000, "The most entries of a seller's journal with those of time and settings; from there on advances and settings are "
           "refused, too, but for this one.", "OURS", "2026", "ours", least=1, most=1_000_000_000),
    _count("most_order_events", 5_000_000, "The most happenings of a seller's orders, those of time and feeds among them; from there on clients change nothing more.",
           "OURS", "2026", "ours", most=100_000_000),
    _count("most_notices", 2_000_000, "The most notices of a seller, test notifications among them; from there on clients change nothing more, and report schedules rest.",
           "OURS", "2026", "ours", most=100_000_000),
    _count("most_deliveries", 5_000_000, "The most deliveries of a seller's notices; from there on clients change nothing more, and report schedules rest.",
           "OURS", "2026", "ours", most=100_000_000),
    _count("most_attempts", 100, "The most attempts of one delivery; with so many it is not resent by hand; the schedule of retries goes to its end.", "OURS", "2026", "ours", least=1, most=10_000),
    _count("most_mail", 2_000_000, "The most mail of a seller's world; from there on clients change nothing more.", "OURS", "2026", "ours", most=100_000_000),
    _count("most_messages", 1_000_000, "The most messages between a seller and the buyers; from there on clients change nothing more.",
           "OURS", "2026", "ours", most=100_000_000),
    _count("most_timers", 2_000_000, "The most timers of a seller's world that wait for their instants; from there on clients change nothing more.",
           "OURS", "2026", "ours", most=100_000_000),
    _count("most_subscribers", 100, "The most webhooks and subscriptions a seller may have; each is sent every notification it wants.",
           "OURS", "2026", "ours", most=10_000),
    _count("most_destinations", 100, "The most destinations a seller may have.", "OURS", "2026", "ours", most=10_000),
    _count("most_reports", 100_000, "The most reports of a seller that are known at once; one more is refused, and report schedules rest.",
           "OURS", "2026", "ours", most=1_000_000),
    _count("most_report_schedules", 1_000, "The most report schedules a seller may have.", "OURS", "2026", "ours", most=100_000),
    _count("most_feed_documents", 100_000, "The most feed documents, and so feeds, of a seller, those whose files are kept no longer among them.",
           "OURS", "2026", "ours", most=1_000_000),
    _count("most_feed_files", 10_000, "The most feed files of a seller that are kept at once, each for feed_retention.",
           "OURS", "2026", "ours", most=1_000_000),
    _count("most_feed_bytes", 256 * 1024 * 1024, "The most bytes of a seller's feed files that are kept at once, as they were sent.",
           "OURS", "2026", "ours", most=64 * 1024**3),
)  # fmt: skip

POLICY = {entry.key: entry for entry in _ENTRIES}
"""Every entry by its key, which is also the key of the setting that overrides it."""


Defaults = Mapping[str, Mapping[str, Any]]
"""The values of all entries, by key and marketplace; the empty marketplace is for all others."""


def todays_defaults() -> Defaults:
    """The values that a world is made with now: one object for all worlds, since they are more than all else of one."""
    entries = tuple(POLICY.values())
    if _latest.get("entries") != entries:
        _latest.update(
            entries=entries, defaults={key: {"": of.default, **of.marketplaces} for key, of in POLICY.items()}
        )
    defaults: Defaults = _latest["defaults"]
    return defaults


_latest: dict[str, Any] = {}
"""The entries of which defaults were made last, and those."""


def write_defaults(defaults: Defaults) -> JsonObject:
    """Defaults as JSON: a value, or one each for `others` and for marketplaces by their ids."""
    return {
        key: POLICY[key].show(values[""])
        if len(values) == 1
        else {marketplace_id or "others": POLICY[key].show(value) for marketplace_id, value in values.items()}
        for key, values in defaults.items()
    }


def read_defaults(written: JsonObject) -> Defaults:
    """Defaults from JSON. A setting that is not among them has today's, and one that there is no more is left out.

    Raises SettingError.
    """
    todays = todays_defaults()
    read = dict(todays)
    for key, entry in POLICY.items():
        if key in written:
            values = written[key] if isinstance(written[key], Mapping) else {"others": written[key]}
            if "others" not in values:
                raise SettingError(key, f"The defaults of {key} have none for the other marketplaces.")
            read[key] = {
                "" if marketplace_id == "others" else marketplace_id: entry.read(value)
                for marketplace_id, value in values.items()
            }
    return todays if read == todays else read


@dataclass(frozen=True, slots=True)
class Policy:
    """The entries in force for one seller: the defaults its world was made with, and its overrides, already read.

    Without a world there are no defaults but those of today.
    """

    overrides: Mapping[str, Any] = field(default_factory=dict)
    defaults: Defaults | None = field(default=None, repr=False)

    def value(self, key: str, marketplace_id: str = "") -> Any:
        """One value, overridden, or of the marketplace, or by default."""
        if key in self.overrides:
            return self.overrides[key]
        try:
            if self.defaults is None:
                entry = POLICY[key]
                return entry.marketplaces.get(marketplace_id, entry.default)
            values = self.defaults[key]
        except KeyError:
            lacking = f"The code reads the setting {key}, which core/policy.py does not have: add its row there"
            raise LookupError(lacking) from None
        return values.get(marketplace_id, values[""])

    def span(self, key: str, marketplace_id: str = "") -> timedelta:
        """One entry that is a span."""
        span: timedelta = self.value(key, marketplace_id)
        return span

    def is_on(self, key: str) -> bool:
        """One entry that is a switch."""
        return bool(self.value(key))

    def with_settings(self, changes: Mapping[str, Any]) -> "Policy":
        """The policy with settings merged in; None takes an override away. Raises SettingError, changing nothing."""
        merged = dict(self.overrides)
        for key, value in changes.items():
            entry = POLICY.get(key)
            if entry is None:
                raise SettingError(key, f"There is no setting {quote(key)}{suggestion(key, POLICY)}")
            if value is None:
                merged.pop(key, None)
            else:
                merged[key] = entry.read(value)
        return Policy(merged, self.defaults)

    def in_force(self) -> dict[str, Any]:
        """All settings with the values in force, as JSON shows them."""
        return {key: entry.show(self.value(key)) for key, entry in POLICY.items()}


def read_settings(value: Any, path: str) -> JsonObject:
    """Settings that can be merged into the defaults, as they were sent. Raises FieldError with the place of one."""
    settings = json_object(value, path)
    try:
        Policy().with_settings(settings)
    except SettingError as wrong:
        raise FieldError(join(path, wrong.key), str(wrong)) from None
    return settings


REQUEST_PROCESS_CHANGED = {"": datetime(2022, 5, 23, tzinfo=UTC)} | dict.fromkeys(
    ("A1VC38T7YXB528", "A39IBJ37TRP1C6", "A19VAU5U5O7RUS"), datetime(2022, 6, 6, tzinfo=UTC)
)
"""When official requests stopped being messages, by marketplace; the empty key is for all others."""


def requests_are_messages(at: datetime, marketplace_id: str, policy: Policy) -> bool:
    """Whether an official request of that instant reaches the seller as a message, without flag and notification."""
    process = policy.value("request_process")
    changed = REQUEST_PROCESS_CHANGED.get(marketplace_id, REQUEST_PROCESS_CHANGED[""])
    return process == "legacy" or (process == "dated" and at < changed)


@lru_cache(maxsize=4096)
def ship_by(start: datetime, business_days: int, marketplace_id: str) -> datetime:
    """The last second of the last handling day, in the marketplace's local time."""
    zone = MARKETPLACES[marketplace_id].zone
    local = _business_days_later(start.astimezone(zone), business_days)
    return local.replace(hour=23, minute=59, second=59, microsecond=0).astimezone(start.tzinfo)


def auto_cancel_at(ship_by_at: datetime, marketplace_id: str, policy: Policy) -> datetime:
    """When Amazon cancels an order whose shipment nobody confirmed."""
    return _auto_cancel_at(
        ship_by_at, marketplace_id, policy.span("auto_cancel_after", marketplace_id), policy.value("auto_cancel_mode")
    )


@lru_cache(maxsize=4096)
def _auto_cancel_at(ship_by_at: datetime, marketplace_id: str, span: timedelta, mode: str) -> datetime:
    if mode == "elapsed":
        return ship_by_at + span
    local = ship_by_at.astimezone(MARKETPLACES[marketplace_id].zone)
    # Same wall-clock time some local days later: wall arithmetic on an aware datetime keeps the wall time.
    later = local + span if mode == "calendar" else _business_days_later(local, span.days)
    return later.astimezone(ship_by_at.tzinfo)


def _business_days_later(local: datetime, days: int) -> datetime:
    while days > 0:
        local += timedelta(days=1)
        days -= local.weekday() < 5
    return local
