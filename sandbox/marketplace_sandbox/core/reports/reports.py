"""The reports of one seller and their schedules: asked for, made on the world's clock, kept, and told of.

Each `plan_…` checks a command and answers the change to commit. What a report says is chosen at the instant
it is made, from the orders as they stand; its file is written by others, whenever it is read.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from marketplace_sandbox.core.commands.reports import (
    AcknowledgeReports,
    CancelReport,
    CreateReport,
    ScheduleReport,
    UnscheduleReport,
)
from marketplace_sandbox.core.data.layers import Table
from marketplace_sandbox.core.data.log import Log
from marketplace_sandbox.core.ids import Ids
from marketplace_sandbox.core.jobs import FATAL, JobData, Jobs, JobStatus, NotInQueueError, Tell, UnknownJobError
from marketplace_sandbox.core.marketplaces import MARKETPLACES
from marketplace_sandbox.core.notifications.outbox import REPORT_PROCESSING_FINISHED
from marketplace_sandbox.core.orders.actions import Action
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.policy import Policy
from marketplace_sandbox.core.receipt import Commit, FiredTimer, Receipt
from marketplace_sandbox.core.reports.contents import gather
from marketplace_sandbox.core.reports.values import (
    REPORT_TYPES,
    RETENTION,
    Report,
    ReportSchedule,
    ReportType,
    after_period,
    before_period,
)
from marketplace_sandbox.core.text.instants import format_instant
from marketplace_sandbox.core.text.quoting import nearest
from marketplace_sandbox.core.text.reading import FieldError, check_past
from marketplace_sandbox.core.world.schedule import Schedule, Timer

TIMER = "report"
SCHEDULE_TIMER = "report-schedule"
MILLISECOND = timedelta(milliseconds=1)


class UnknownReportError(UnknownJobError):
    """No report, schedule or document of that id."""


class ReportNotInQueueError(NotInQueueError):
    """A report that is past the queue can no longer be canceled."""


@dataclass(eq=False)
class ReportData(JobData[Report]):
    """The reports of one seller and their `schedules` by id; of both together so many were `created`.

    `ids` are those of all reports there were, as they were made. So many of them are `forgotten`, and so many are
    `expired` or forgotten: nothing is left that their documents could be written from.
    """

    schedules: Table[str, ReportSchedule] = field(default_factory=Table)
    created: int = 0
    ids: Log[str] = field(default_factory=Log)
    expired: int = 0
    forgotten: int = 0


class Reports(Jobs[Report]):
    """The reports of one seller, and their `schedules` by id."""

    noun = TIMER
    queue_time, processing_time = "report_queue_time", "report_processing_time"
    notification_type = REPORT_PROCESSING_FINISHED
    unknown_error, not_in_queue_error = UnknownReportError, ReportNotInQueueError

    def __init__(
        self,
        data: ReportData,
        ids: Ids,
        schedule: Schedule,
        orders: Mapping[str, Order],
        policy: Callable[[], Policy],
        tell: Tell,
        is_full: Callable[[], bool],
    ) -> None:
        super().__init__(data, ids, schedule, policy, tell)
        self._is_full = is_full
        self.schedules = data.schedules
        self._orders = orders
        self._data = data

    def find_schedule(self, schedule_id: str) -> ReportSchedule:
        """The schedule of that id. Raises UnknownReportError."""
        schedule = self.schedules.get(schedule_id)
        if schedule is None:
            raise UnknownReportError("report schedule", schedule_id)
        return schedule

    def of_document(self, document_id: str, now: datetime) -> Report:
        """The report whose document has that id and is still kept. Raises UnknownReportError."""
        report = self.all.get(self._by_document.get(document_id, ""))
        if report is None or report.expires_at(self._policy()) <= now:
            raise UnknownReportError("report document", document_id)
        return report

    # Asking for one

    def plan_creation(self, command: CreateReport, at: datetime) -> Commit:
        """Put a report in the queue. Raises FieldError."""
        kind = REPORT_TYPES[command.report_type]
        if not kind.requestable:
            others = [each.name for each in REPORT_TYPES.values() if each.requestable]
            near = nearest(kind.name, others)
            on_request = f"; {near} is made on request." if near else "."
            raise FieldError("report_type", f"report_type {kind.name} is made by schedules only{on_request}")
        _check_places(kind, command.marketplace_ids)
        for name, instant in (("end", command.end), ("start", command.start)):
            check_past(instant or at, name, at)
        start, end = command.start or at, command.end or at
        if end < start:
            raise FieldError("end", f"end must not be earlier than {format_instant(start)}, where the range begins.")
        marketplace_ids, options = command.marketplace_ids, command.options
        report = Report("", kind, marketplace_ids, start, end, at, options, command.legacy, fate=command.fate)
        return lambda: self._create(report)

    def _create(self, report: Report) -> Receipt:
        number, at = self._number(), report.created_at
        self._enqueue(replace(report, report_id=number), at)
        self._data.ids.append(number)
        self._let_go(at)
        return Receipt(report_id=number)

    def _number(self) -> str:
        """The next one; all of a seller's end in the same six digits."""
        self._data.created += 1
        return self._ids.serial("report", 50_000 + self._data.created)

    def _let_go(self, now: datetime) -> None:
        """Forget what is too old: first what a document is written from, then the report. All age as they were made."""
        data, policy = self._data, self._policy()
        while data.expired < len(data.ids) and self.all[data.ids[data.expired]].expires_at(policy) <= now:
            old = self.all[data.ids[data.expired]]
            self.all[old.report_id] = replace(old, contents=None)
            data.expired += 1
        while data.forgotten < len(data.ids) and self.all[data.ids[data.forgotten]].created_at + RETENTION <= now:
            gone = self.all.pop(data.ids[data.forgotten])
            self._by_document.pop(gone.document_id, None)
            data.forgotten += 1
            data.expired = max(data.expired, data.forgotten)

    def plan_cancellation(self, command: CancelReport, at: datetime) -> Commit:
        """Take a report out of the queue. Raises UnknownReportError, and ReportNotInQueueError."""
        return self._plan_canceling(command.report_id, at)

    def plan_acknowledgement(self, command: AcknowledgeReports, at: datetime) -> Commit:
        """Some reports were noted, or the note is taken back. Raises UnknownReportError."""
        return self._plan_acknowledging(command.report_ids, at if command.acknowledged else None)

    # Making it

    def _finish(self, report: Report, _receipt: Receipt, at: datetime) -> Report:
        ended = replace(report, ended_at=at)
        if report.fate == FATAL:
            return replace(ended, status=JobStatus.FATAL, document_id=self._document_id(report))
        if self._is_too_soon(report):
            return replace(ended, status=JobStatus.CANCELLED)
        contents = gather(report, self._orders.values(), at, self._policy())
        if contents is None:
            return replace(ended, status=JobStatus.CANCELLED, no_data=True)
        contents = replace(contents, seller_id=self._ids.seller_id)
        return replace(ended, status=JobStatus.DONE, document_id=self._document_id(report), contents=contents)

    def _is_too_soon(self, report: Report) -> bool:
        """Whether the same has just been asked for and made; what a schedule makes never is."""
        soon = self._policy().span("report_repeat_after")
        if report.schedule_id or not soon:
            return False
        since = report.created_at - soon
        alike = (each for each in self.all.values() if each.kind is report.kind and not each.schedule_id)
        return any(
            each.status is JobStatus.DONE
            and set(each.marketplace_ids) == set(report.marketplace_ids)
            and since < each.created_at < report.created_at
            for each in alike
        )

    def _document_id(self, report: Report) -> str:
        region = MARKETPLACES[report.marketplace_ids[0]].region.lower()
        return f"amzn1.spdoc.1.4.{region}.{self._ids.uuid('report document', report.report_id)}"

    # Schedules

    def plan_schedule(self, command: ScheduleReport, at: datetime) -> Commit:
        """Have a report made again and again; it takes the place of one of the same type and marketplaces.

        Raises FieldError.
        """
        kind, period = REPORT_TYPES[command.report_type], command.period
        if not kind.schedulable:
            raise FieldError("report_type", f"report_type {kind.name} is made on request only, not by schedules.")
        _check_places(kind, command.marketplace_ids)
        next_at = command.next_at or after_period(at, period)
        if next_at < at:
            raise FieldError("next_at", f"next_at lies in the past; the world's now is {format_instant(at)}.")
        schedule = ReportSchedule(
            "",
            kind,
            command.marketplace_ids,
            period,
            before_period(next_at, period),
            next_at,
            command.options,
            command.legacy,
            (command.next_at or at).day if command.keeps_day else 0,
        )
        return lambda: self._schedule(schedule, at)

    def _schedule(self, schedule: ReportSchedule, at: datetime) -> Receipt:
        for each in list(self.schedules.values()):
            if each.kind is schedule.kind and set(each.marketplace_ids) == set(schedule.marketplace_ids):
                self._unschedule(each)
        schedule = replace(schedule, schedule_id=self._number())
        self._arm(schedule, at)
        return Receipt(report_id=schedule.schedule_id)

    def _arm(self, schedule: ReportSchedule, at: datetime) -> None:
        self.schedules[schedule.schedule_id] = schedule
        self._timers.set((SCHEDULE_TIMER, schedule.schedule_id), Action("report-schedule"), schedule.next_at, at)

    def plan_unscheduling(self, command: UnscheduleReport, _at: datetime) -> Commit:
        """Somebody wants no more reports of a schedule. Raises UnknownReportError."""
        schedule = self.find_schedule(command.schedule_id)
        return lambda: self._unschedule(schedule)

    def _unschedule(self, schedule: ReportSchedule) -> Receipt:
        self._timers.clear((SCHEDULE_TIMER, schedule.schedule_id))
        del self.schedules[schedule.schedule_id]
        return Receipt()

    def fire(self, timer: Timer, at: datetime) -> Receipt:
        """The time of a schedule's next report has come; each covers what the one before did not.

        In a world that is full the schedule rests, or there would be no end of reports.
        """
        schedule = self.schedules[timer.owner]
        report = Report(
            "", schedule.kind, schedule.marketplace_ids, schedule.since, at, at, schedule.options, schedule.legacy,
            schedule.schedule_id,
        )  # fmt: skip
        rests = self._is_full()
        receipt = Receipt() if rests else self._create(report)
        next_at = after_period(at, schedule.period, schedule.day)
        following = replace(schedule, since=schedule.since if rests else at + MILLISECOND, next_at=next_at)
        self._arm(following, at)
        receipt.fired.append(FiredTimer(at, timer.action.name, ""))
        return receipt


def _check_places(kind: ReportType, marketplace_ids: tuple[str, ...]) -> None:
    """Refuses a type in marketplaces of which the platform makes it in none. Raises FieldError."""
    if kind.places_of(marketplace_ids):
        return
    places = " or ".join(f"{each} ({MARKETPLACES[each].sales_channel})" for each in kind.marketplace_ids)
    raise FieldError("marketplace_ids", f"marketplace_ids must have {places} in it; {kind.name} is made nowhere else.")
