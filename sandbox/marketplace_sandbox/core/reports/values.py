"""Reports as values: which types there are, how far one has come, and how often a schedule makes one. Knows no column.

A type is named as the Reports API names it. Source: the published lists of report types and of schedule periods; that
reports of pending orders are made in Japan alone, V20 in docs/sources.md.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from marketplace_sandbox.core.jobs import Job
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.policy import JP, Policy
from marketplace_sandbox.core.text.instants import parse_span
from marketplace_sandbox.core.views.metrics import CancellationRate


class Selection(StrEnum):
    """Which orders a type of report is about."""

    UNSHIPPED = "unshipped"
    """Those whose shipment nobody has confirmed, whenever they were placed."""
    RELEASED = "released"
    """Those that left Pending within the range."""
    UPDATED = "updated"
    """Those last changed within the range, of every channel and status."""
    PLACED = "placed"
    """Those placed within the range, of every channel and status."""
    PENDING = "pending"
    """Those that are pending, whenever they were placed."""
    PERFORMANCE = "performance"
    """None: the report is about the seller."""


@dataclass(frozen=True, slots=True)
class ReportType:
    """One type. A restricted one contains personal data; some are made by schedules only, some on request only.

    `marketplace_ids` are those that the platform makes it in, every one where none are named. One that is `mws_only`
    has no name in the Reports API, and is here under MWS's without the underscores.
    """

    name: str
    selection: Selection
    restricted: bool = False
    schedulable: bool = True
    requestable: bool = True
    marketplace_ids: tuple[str, ...] = ()
    mws_only: bool = False

    def places_of(self, marketplace_ids: tuple[str, ...]) -> tuple[str, ...]:
        """Those of some marketplaces that it is made in."""
        return tuple(each for each in marketplace_ids if not self.marketplace_ids or each in self.marketplace_ids)


REPORT_TYPES: Mapping[str, ReportType] = {
    each.name: each
    for each in (
        ReportType("GET_FLAT_FILE_ACTIONABLE_ORDER_DATA_SHIPPING", Selection.UNSHIPPED, restricted=True),
        ReportType("GET_FLAT_FILE_ORDER_REPORT_DATA_SHIPPING", Selection.RELEASED, restricted=True),
        ReportType("GET_FLAT_FILE_ORDER_REPORT_DATA_INVOICING", Selection.RELEASED, restricted=True),
        ReportType("GET_FLAT_FILE_ORDER_REPORT_DATA_TAX", Selection.RELEASED, restricted=True),
        ReportType("GET_ORDER_REPORT_DATA_SHIPPING", Selection.RELEASED, restricted=True, requestable=False),
        ReportType("GET_ORDER_REPORT_DATA_INVOICING", Selection.RELEASED, restricted=True, requestable=False),
        ReportType("GET_ORDER_REPORT_DATA_TAX", Selection.RELEASED, restricted=True, requestable=False),
        ReportType("GET_CONVERGED_FLAT_FILE_ORDER_REPORT_DATA", Selection.RELEASED, restricted=True, mws_only=True),
        ReportType("GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL", Selection.UPDATED, schedulable=False),
        ReportType("GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL", Selection.PLACED, schedulable=False),
        ReportType("GET_XML_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL", Selection.UPDATED, schedulable=False),
        ReportType("GET_XML_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL", Selection.PLACED, schedulable=False),
        ReportType("GET_FLAT_FILE_PENDING_ORDERS_DATA", Selection.PENDING, marketplace_ids=(JP,)),
        ReportType("GET_CONVERGED_FLAT_FILE_PENDING_ORDERS_DATA", Selection.PENDING, marketplace_ids=(JP,)),
        ReportType("GET_V2_SELLER_PERFORMANCE_REPORT", Selection.PERFORMANCE),
        ReportType("GET_V1_SELLER_PERFORMANCE_REPORT", Selection.PERFORMANCE),
    )
}
"""Every type there is, by its name."""

SPAPI_TYPES = tuple(each.name for each in REPORT_TYPES.values() if not each.mws_only)
"""The types that the Reports API has."""

_RENAMED_FROM_MWS = {
    "GET_FLAT_FILE_ACTIONABLE_ORDER_DATA_SHIPPING": "_GET_FLAT_FILE_ACTIONABLE_ORDER_DATA_",
    "GET_FLAT_FILE_ORDER_REPORT_DATA_SHIPPING": "_GET_FLAT_FILE_ORDERS_DATA_",
    "GET_ORDER_REPORT_DATA_SHIPPING": "_GET_ORDERS_DATA_",
    "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL": "_GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_",
    "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL": "_GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_",
    "GET_XML_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL": "_GET_XML_ALL_ORDERS_DATA_BY_LAST_UPDATE_",
    "GET_XML_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL": "_GET_XML_ALL_ORDERS_DATA_BY_ORDER_DATE_",
}
MWS_TYPES: Mapping[str, str] = {name: _RENAMED_FROM_MWS.get(name, f"_{name}_") for name in REPORT_TYPES}
"""MWS's name of each type."""


RETENTION = timedelta(days=90)
"""How long a report is known at all; its document is kept as long as the setting says, at most that long."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a document is written from: the orders as they stood when it was made, the rates, and the settings then.

    `rates` are by marketplace id, `seller_id` is whose report it is. `most_days`, where there are any, is how many days
    the report may cover and does not keep to. Nothing else decides a document.
    """

    at: datetime
    policy: Policy
    orders: tuple[Order, ...] = ()
    rates: tuple[tuple[str, CancellationRate], ...] = ()
    seller_id: str = ""
    most_days: int | None = None


@dataclass(frozen=True, slots=True)
class Report(Job):
    """One report. `start` and `end` bound its range, both inside it.

    A canceled one with `no_data` found nothing to say. `legacy` is one that was asked for through MWS, whose files are
    a little different. `contents` are there from its end until they are too old.
    """

    report_id: str
    kind: ReportType
    marketplace_ids: tuple[str, ...]
    start: datetime
    end: datetime
    created_at: datetime
    options: Mapping[str, str] = field(default_factory=dict)
    legacy: bool = False
    schedule_id: str = ""
    no_data: bool = False
    contents: Contents | None = None

    @property
    def job_id(self) -> str:
        return self.report_id

    @property
    def type_name(self) -> str:
        return self.kind.name

    def expires_at(self, policy: Policy) -> datetime:
        """From when on the document is gone."""
        return (self.ended_at or self.created_at) + policy.span("report_retention")


@dataclass(frozen=True, slots=True)
class ReportSchedule:
    """Has a report made again and again. `since` is where the next one begins, `next_at` when it is made.

    `day` is the day of the month that a monthly one keeps to; without one each month's follows the last one's.
    """

    schedule_id: str
    kind: ReportType
    marketplace_ids: tuple[str, ...]
    period: str
    since: datetime
    next_at: datetime
    options: Mapping[str, str] = field(default_factory=dict)
    legacy: bool = False
    day: int = 0


PERIODS = (
    "PT5M", "PT15M", "PT30M", "PT1H", "PT2H", "PT4H", "PT8H", "PT12H", "P1D", "P2D", "P3D", "PT84H", "P7D", "P14D",
    "P15D", "P18D", "P30D", "P1M",
)  # fmt: skip
"""How often a schedule may make a report."""


def after_period(at: datetime, period: str, day: int = 0) -> datetime:
    """The instant one period later; a month later is the same day, or `day`, or the last one of a shorter month."""
    return at + parse_span(period) if period != "P1M" else _month_later(at, day or at.day)


def before_period(at: datetime, period: str) -> datetime:
    """The instant one period earlier."""
    return at - parse_span(period) if period != "P1M" else _month_earlier(at)


def _month_later(at: datetime, day: int) -> datetime:
    year, month = (at.year + 1, 1) if at.month == 12 else (at.year, at.month + 1)
    return at.replace(year=year, month=month, day=min(day, monthrange(year, month)[1]))


def _month_earlier(at: datetime) -> datetime:
    last_of_month = at.replace(day=1) - timedelta(days=1)
    return last_of_month.replace(day=min(at.day, last_of_month.day))
