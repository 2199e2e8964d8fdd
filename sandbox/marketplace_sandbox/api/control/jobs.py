"""Feeds and reports as a test sees them: how far each has come, what it waits for, and what went wrong with it."""

from marketplace_sandbox.api.control.lists import answer_page
from marketplace_sandbox.api.control.worlds import Worlds
from marketplace_sandbox.api.http.exchange import Call, Reply
from marketplace_sandbox.core.feeds.values import Feed
from marketplace_sandbox.core.reports.values import Report
from marketplace_sandbox.core.views.projections import job_json


class JobOperations:
    """The feeds and reports of a world. They are made through the selling APIs."""

    def __init__(self, worlds: Worlds) -> None:
        self._worlds = worlds

    def listJobs(self, call: Call) -> Reply:
        """The seller's feeds and reports, in the order of their making."""
        with self._worlds.of(call) as world:
            state = world.state
            jobs: list[Feed | Report] = [*state.feeds.all.values(), *state.reports.all.values()]
            jobs.sort(key=lambda each: (each.created_at, each.job_id))
            page = answer_page("jobs", jobs, lambda each: job_json(each, state.schedule), call.query, world)
            return Reply(body=page)
