"""Commands about reports and their schedules."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from marketplace_sandbox.core.commands.base import Command, Readers
from marketplace_sandbox.core.marketplaces import MARKETPLACES, marketplace_suggestion
from marketplace_sandbox.core.reports.values import PERIODS, REPORT_TYPES
from marketplace_sandbox.core.text.reading import Reader, choice, choices, instant, json_object, switch, text, texts

_SELECTION: dict[str, Reader[Any]] = {
    "report_type": choice(REPORT_TYPES),
    "marketplace_ids": choices(MARKETPLACES, least=1, of="marketplace", suggest=marketplace_suggestion),
    "options": json_object,
    "legacy": switch,
}


@dataclass(frozen=True, slots=True)
class CreateReport(Command):
    """Somebody wants a report made. `legacy` is one of MWS; `fate` may say that it is to fail."""

    kind = "report-created"
    readers: ClassVar[Readers] = {**_SELECTION, "start": instant, "end": instant, "fate": text()}
    always = ("options",)
    report_type: str
    marketplace_ids: tuple[str, ...]
    start: datetime | None = None
    end: datetime | None = None
    options: dict[str, str] = field(default_factory=dict)
    legacy: bool = False
    fate: str = ""


@dataclass(frozen=True, slots=True)
class CancelReport(Command):
    """Somebody does not want a report any more."""

    kind = "report-canceled"
    readers: ClassVar[Readers] = {"report_id": text()}
    report_id: str


@dataclass(frozen=True, slots=True)
class AcknowledgeReports(Command):
    """Somebody has noted some reports, or takes it back."""

    kind = "reports-acknowledged"
    readers: ClassVar[Readers] = {"report_ids": texts, "acknowledged": switch}
    report_ids: tuple[str, ...]
    acknowledged: bool


@dataclass(frozen=True, slots=True)
class ScheduleReport(Command):
    """Somebody wants a report again and again, the first at an instant or one period from now.

    `keeps_day` has a monthly one keep to its day of the month after a shorter one; without, it goes on from there.
    """

    kind = "report-schedule-created"
    readers: ClassVar[Readers] = {**_SELECTION, "period": choice(PERIODS), "next_at": instant, "keeps_day": switch}
    always = ("options",)
    report_type: str
    marketplace_ids: tuple[str, ...]
    period: str
    next_at: datetime | None = None
    options: dict[str, str] = field(default_factory=dict)
    legacy: bool = False
    keeps_day: bool = False


@dataclass(frozen=True, slots=True)
class UnscheduleReport(Command):
    """Somebody wants no more reports of a schedule."""

    kind = "report-schedule-canceled"
    readers: ClassVar[Readers] = {"schedule_id": text()}
    schedule_id: str
