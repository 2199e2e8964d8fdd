"""The list of feeds. Shows no feed."""

from marketplace_sandbox.api.shared.jobs import JobList
from marketplace_sandbox.api.spapi.feeds.commands import check_types
from marketplace_sandbox.core.feeds.values import KEPT, Feed

FEEDS: JobList[Feed] = JobList(
    "feeds",
    "feedTypes",
    check_types,
    lambda world, after: world.state.feeds.latest_first(after),
    lambda feed: feed.feed_id,
    KEPT,
)
