"""How far a feed or a report has come, in words, and what it waits for on the world's clock."""

from dataclasses import dataclass
from datetime import datetime

from marketplace_sandbox.core.feeds.values import Feed
from marketplace_sandbox.core.jobs import Job, JobStatus
from marketplace_sandbox.core.reports.values import Report
from marketplace_sandbox.core.world.world import World

STATUSES = {
    JobStatus.IN_QUEUE: ("In queue", "secondary"),
    JobStatus.IN_PROGRESS: ("In progress", "info"),
    JobStatus.DONE: ("Done", "success"),
    JobStatus.CANCELLED: ("Canceled", "dark"),
    JobStatus.FATAL: ("Failed", "bad"),
}
"""What each status is called, and its colour."""


@dataclass(frozen=True)
class Progress:
    """How far a job has come. `next_at` is when it goes on, `done_at` when it ends, if nothing comes before it.

    `behind` is the job of its type that has to end first. Whoever asked can still take it back where it `waits`.
    """

    status: str
    tone: str
    waits: bool
    next_at: datetime | None = None
    done_at: datetime | None = None
    behind: str = ""


def progress_of(world: World, job: Feed | Report) -> Progress:
    """How far a job has come by now."""
    words, tone = STATUSES[job.status]
    if job.ended_at is not None:
        return Progress(words, tone, waits=False)
    noun, waits = _noun(job), job.status is JobStatus.IN_QUEUE
    next_at = world.state.schedule.due_of((noun, job.job_id))
    takes = world.policy.span(f"{noun}_processing_time")
    if next_at is not None:
        return Progress(words, tone, waits, next_at, next_at + takes if waits else next_at)
    first = _running(world, job)
    ends = world.state.schedule.due_of((noun, first.job_id)) if first else None
    return Progress(words, tone, waits, ends, ends + takes if ends else None, first.job_id if first else "")


def _noun(job: Job) -> str:
    return "feed" if isinstance(job, Feed) else "report"


def _running(world: World, job: Feed | Report) -> Feed | None:
    """The feed of the same type that is worked on. Reports do not wait for each other."""
    feeds = world.state.feeds.latest_first()
    alike = (each for each in feeds if each.type_name == job.type_name)
    return next((each for each in alike if each.status is JobStatus.IN_PROGRESS), None)
