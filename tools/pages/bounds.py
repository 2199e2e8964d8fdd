"""The bounds as a page of the documents. Made from the code that holds to them, never by hand."""

from collections.abc import Iterator
from dataclasses import fields
from textwrap import fill
from typing import Any

from marketplace_sandbox.api.admission import lane, rate_limits
from marketplace_sandbox.api.http.bounds import Bounds
from marketplace_sandbox.api.migration import shadow
from marketplace_sandbox.api.shared import render_cache
from marketplace_sandbox.core.faults import fault_rules
from marketplace_sandbox.core.policy import POLICY
from marketplace_sandbox.core.world.bounds import GROWS, Totals, option, variable
from marketplace_sandbox.delivery import queue_client, webhook_server
from marketplace_sandbox.server import sqs_room

_HEAD = """# Bounds

Made by `make docs` from the code that holds to them: what may be asked of a server, in bytes, numbers and seconds, so
that no client, and no mistake in one, takes memory, time or connections from the others. A call that goes beyond a
bound is refused in the shape of whoever would have answered it, XML in MWS, and the sentence names the bound and what
changes it; nothing is changed by it.

## Before it is known who asks

Options of `serve`, each with an environment variable. They hold for every path, and for the queue service of `serve
--sqs` and of the pytest plugin, too.

"""


def markdown() -> str:
    """The page of every bound."""
    return "".join(_parts())


def _parts() -> Iterator[str]:
    yield _HEAD
    yield from _options(Bounds)
    yield _WHAT_HAPPENS
    yield "\n" + fill(_BESIDE, 118) + "\n"
    yield _TOTALS
    yield from _options(Totals)
    yield _SELLER
    for key in SETTINGS:
        entry = POLICY[key]
        yield f"| `{key}` | {entry.default:,} | {entry.meaning} |\n"
    yield _GROWS
    for name, keys in GROWS.items():
        yield f"| `{name.lstrip('_')}` | {' '.join(f'`{key}`' for key in keys.split())} |\n"
    yield _KEPT_BESIDE
    for what, by in KEPT_BESIDE.values():
        yield f"| {what} | {by} |\n"
    yield "\nNext: [settings](settings.md), or [what goes wrong on purpose](faults-and-limits.md).\n"


def _options(bounds: Any) -> Iterator[str]:
    yield "| option of `serve` | variable | default | what it bounds |\n|---|---|---|---|\n"
    for each in fields(bounds):
        meaning = each.metadata["meaning"]
        yield f"| `{option(each.name)}` | `{variable(each.name)}` | {each.default:,} | {meaning} |\n"


SETTINGS = tuple(key for key in POLICY if key.startswith("most_") or key == "advance_timers")
"""The settings that are bounds of one seller's."""

_GONE = "`--max-sellers` and `--max-former-sellers`"
_EACH = "`--max-sellers`, each"

KEPT_BESIDE: dict[str, tuple[str, str]] = {
    "Sellers._worlds": ("sellers", "`--max-sellers`"),
    "Sellers._former_ids": ("ids of sellers who are gone", "`--max-former-sellers`"),
    "MemoryStore._kept": ("journals in memory, and that a seller is gone", _GONE),
    "Branches.heads": ("whose journal is where in the store", _GONE),
    "_Kept.rows": ("entries of journals in memory", "`most_entries` and `most_entries_with_time`"),
    "RequestLog._calls": (
        "calls of clients",
        "`--max-log-calls`, `--max-log-bytes` and `--max-logs-bytes`: the oldest go",
    ),
    "RateLimiter._sellers": (
        "buckets of calls",
        f"{_EACH} {rate_limits.MOST_BUCKETS:,}: the one used longest ago goes",
    ),
    "FaultRules._rules": ("faults", f"{_EACH} {fault_rules.MOST_FAULTS:,}; one more is refused"),
    "FaultRules._ended": ("tokens that faults have ended", f"{_EACH} {fault_rules.MOST_ENDED:,}: the oldest go"),
    "RenderCache._renderings": ("rendered orders", f"{render_cache.MOST_BYTES:,} bytes: all are made anew"),
    "Lane._kept": (
        "answers to reads",
        f"{lane.MOST_ANSWERS:,}, and {lane.MOST_BYTES:,} bytes with their requests: those of no use since go first",
    ),
    "Access._access_keys": ("access keys of MWS", "`--max-sellers`"),
    "QueueClient._urls": ("addresses of queues", f"{queue_client.MOST_URLS:,}: the oldest go"),
    "QueueClient._clients": ("clients of queue services", f"{queue_client.MOST_CLIENTS:,}: the oldest go"),
    "Shadow._waiting": ("reads of v0 that wait to be compared", f"{shadow.MOST_WAITING:,}: others are not compared"),
    "Courier._drains": ("sellers whose notices are being sent", "`--max-sellers`"),
}
"""What a server keeps beside its worlds, by class and attribute: what it is, and what bounds it."""

_KEPT_BESIDE = """
## What a server keeps beside

Nothing else has grown after a server has served many sellers who came and went, which a test looks for in all that it
holds.

| what | bound |
|---|---|
"""

_GROWS = """
What grows in a world, by the name that it has in the code, and the setting that bounds it; a test looks for what has
grown in worlds that have lived, and finds nothing else. One command may go beyond a bound by what it brings. What time
alone makes has an end, an order having so many deadlines, but for the reports of schedules, and those rest in a world
that is full.

| what | setting |
|---|---|
"""

_BESIDE = (
    "What `listen` and the receivers of the pytest plugin take is bounded, too: posts of "
    f"{webhook_server.MOST_BYTES:,} bytes, {webhook_server.MOST_CONNECTIONS} connections, {webhook_server.SECONDS:g} "
    "seconds of silence. The embedded queue service refuses what its queues have no room for with OverLimit, and "
    f"remembers of deleted messages the latest {sqs_room.MOST_RECEIPTS:,} receipts of each queue."
)

_TOTALS = """
## Of all sellers together

`serve` and, for the orders of one scenario, `play` take these; a call that asks for more is refused, 400.

"""

_SELLER = """
## Of one seller

[Settings](settings.md), so each seller may have more or less. They are looked at when something is asked for: what is
there already stays. Of a seller of whom nobody wants anything for `--idle-minutes` (30, 0 for never;
`SANDBOX_IDLE_MINUTES`) a few hundred bytes stay in memory: the world comes back with the next call, and misses nothing
that falls due on a running clock.

| setting | default | what it bounds |
|---|---|---|
"""

_WHAT_HAPPENS = """
A request that is too long is answered 414 or 431, one that is too slow 408, a body that is too large 413, and the
connection is closed. A connection with half a request does not keep others out: where there is one too many, the one
that has waited longest for its client is closed, whether it sends no request, half a one, or does not read its
answer; only where all are being served is the new one refused, 503. A client that sends ahead loses nothing: what it
sends is read as its answers are.
"""
