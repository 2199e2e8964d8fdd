"""Jobs: the life that feeds and reports have in common, on the world's clock.

    IN_QUEUE ──> IN_PROGRESS ──> DONE, FATAL or CANCELLED
        └──────> CANCELLED, by whoever asked for it

A job waits in the queue, is worked on, and ends; its end is told to whoever subscribes. How long each takes is the
policy's matter, what it does its own. Knows neither feeds nor reports.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import dropwhile
from typing import ClassVar, Generic, Protocol, TypeVar

from marketplace_sandbox.core.data.data import Data
from marketplace_sandbox.core.data.layers import Table
from marketplace_sandbox.core.ids import Ids
from marketplace_sandbox.core.notifications.outbox import FinishedJob
from marketplace_sandbox.core.orders.actions import Action
from marketplace_sandbox.core.policy import Policy
from marketplace_sandbox.core.receipt import Commit, FiredTimer, Receipt
from marketplace_sandbox.core.refusals import RefusalError
from marketplace_sandbox.core.text.quoting import quote
from marketplace_sandbox.core.world.schedule import Schedule, Timer

FATAL = "fatal"
"""The fate of a job that is to fail."""

CANCELED = "canceled"
"""The fate of a job that the platform takes out of the queue by itself."""


class JobStatus(StrEnum):
    """How far a job has come; the last three are final. DONE does not say that anything was accepted."""

    IN_QUEUE = "IN_QUEUE"
    IN_PROGRESS = "IN_PROGRESS"
    DONE = "DONE"
    CANCELLED = "CANCELLED"
    FATAL = "FATAL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """How far a feed or a report has come. `fate` is how it was told to end, if at all.

    `document_id` is what came of it, from its end on. MWS has what came of it `acknowledged_at` an instant.
    """

    fate: str = ""
    status: JobStatus = JobStatus.IN_QUEUE
    started_at: datetime | None = None
    ended_at: datetime | None = None
    document_id: str = ""
    acknowledged_at: datetime | None = None

    @property
    def job_id(self) -> str:
        """The id of the feed or report."""
        raise NotImplementedError

    @property
    def type_name(self) -> str:
        """The name of its type."""
        raise NotImplementedError


class UnknownJobError(RefusalError):
    """No feed, report, schedule or document of that id."""

    code = "NotFound"

    def __init__(self, noun: str, job_id: str) -> None:
        super().__init__(f"There is no {noun} {quote(job_id)}.")
        self.noun = noun


class NotInQueueError(RefusalError):
    """A job that is past the queue can no longer be canceled."""

    code = "InvalidInput"

    def __init__(self, noun: str, job: Job) -> None:
        super().__init__(
            f"{noun.capitalize()} {job.job_id} is {job.status}; only one that is IN_QUEUE can be canceled."
        )


class Tell(Protocol):
    """Records a notice and begins a delivery of it to everybody who wants it."""

    def __call__(
        self, receipt: Receipt, notification_type: str, at: datetime, *, finished_job: FinishedJob
    ) -> None: ...


J = TypeVar("J", bound=Job)


@dataclass(eq=False)
class JobData(Data, Generic[J]):
    """The jobs of one kind by id, and by the document that came of each its job's id."""

    all: Table[str, J] = field(default_factory=Table)
    by_document: Table[str, str] = field(default_factory=Table)


class Jobs(ABC, Generic[J]):
    """The jobs of one kind of one seller, `all` of them by id. `policy` answers the one in force.

    A subclass says what its jobs are called, which settings their times have and how they are refused, and finishes
    them.
    """

    noun: ClassVar[str]
    queue_time: ClassVar[str]
    processing_time: ClassVar[str]
    notification_type: ClassVar[str]
    unknown_error: ClassVar[type[UnknownJobError]]
    not_in_queue_error: ClassVar[type[NotInQueueError]]

    def __init__(
        self, data: JobData[J], ids: Ids, schedule: Schedule, policy: Callable[[], Policy], tell: Tell
    ) -> None:
        self.all = data.all
        self._by_document = data.by_document
        self._ids = ids
        self._timers = schedule
        self._policy = policy
        self._tell = tell

    def find(self, job_id: str) -> J:
        """The job of that id. Raises the subclass's UnknownJobError."""
        job = self.all.get(job_id)
        if job is None:
            raise self.unknown_error(self.noun, job_id)
        return job

    def latest_first(self, after: str | None = None) -> list[J]:
        """All jobs, the latest first; those older than the one of an id, and none where that is forgotten itself."""
        jobs = list(reversed(list(self.all.values())))
        if after is None:
            return jobs
        return list(dropwhile(lambda each: each.job_id != after, jobs))[1:]

    def _enqueue(self, job: J, at: datetime, longer: timedelta = timedelta(0)) -> None:
        self.all[job.job_id] = job
        due = at + self._policy().span(self.queue_time) + longer
        self._timers.set((self.noun, job.job_id), Action(f"{self.noun}-start"), due, at)

    def _plan_canceling(self, job_id: str, at: datetime) -> Commit:
        """Raises the subclass's UnknownJobError and NotInQueueError."""
        job = self.find(job_id)
        if job.status is not JobStatus.IN_QUEUE:
            raise self.not_in_queue_error(self.noun, job)
        return lambda: self._cancel(job, at)

    def _cancel(self, job: J, at: datetime) -> Receipt:
        self._timers.clear((self.noun, job.job_id))
        receipt = Receipt()
        self._end(replace(job, status=JobStatus.CANCELLED, ended_at=at), receipt, at)
        return receipt

    def _plan_acknowledging(self, job_ids: Sequence[str], at: datetime | None) -> Commit:
        """What came of some jobs was noted at an instant, or the note is taken back."""
        for each in job_ids:
            self.find(each)
        return lambda: self._acknowledge(job_ids, at)

    def _acknowledge(self, job_ids: Sequence[str], at: datetime | None) -> Receipt:
        for each in job_ids:
            self.all[each] = replace(self.all[each], acknowledged_at=at)
        return Receipt()

    # Working on it

    def proceed(self, timer: Timer, at: datetime) -> Receipt:
        """A job has waited in the queue for long enough, or has been worked on for long enough."""
        job = self.all.get(timer.owner)
        if job is None:  # it was worked on for longer than jobs are known
            return Receipt()
        if job.status is JobStatus.IN_QUEUE:
            return Receipt() if self._must_wait(job) else self._start(job, at)
        receipt = Receipt(fired=[FiredTimer(at, timer.action.name, "")])
        self._end(self._finish(job, receipt, at), receipt, at)
        return receipt

    def _must_wait(self, _job: J) -> bool:
        """Whether a job has to wait on after its time in the queue; whoever says so has it started later."""
        return False

    def _start(self, job: J, at: datetime) -> Receipt:
        self.all[job.job_id] = replace(job, status=JobStatus.IN_PROGRESS, started_at=at)
        due = at + self._policy().span(self.processing_time)
        self._timers.set((self.noun, job.job_id), Action(f"{self.noun}-finish"), due, at)
        return Receipt(fired=[FiredTimer(at, f"{self.noun}-start", "")])

    @abstractmethod
    def _finish(self, job: J, receipt: Receipt, at: datetime) -> J:
        """The job with its end; what it did goes into the receipt."""

    def _end(self, job: J, receipt: Receipt, at: datetime) -> None:
        self.all[job.job_id] = job
        if job.document_id:
            self._by_document[job.document_id] = job.job_id
        finished_job = FinishedJob(job.job_id, job.type_name, str(job.status), job.document_id or None)
        self._tell(receipt, self.notification_type, at, finished_job=finished_job)
