"""The bounds as a page of the documents. Made from the code that holds to them, never by hand."""

from collections.abc import Iterator
from dataclasses import fields
from textwrap import fill
from typing import Any

from marketplace_sandbox.api.admission import rate_limits
from marketplace_sandbox.api.http.bounds import Bounds
from marketplace_sandbox.api.shared import render_cache
from marketplace_sandbox.core.bounds import Totals, option, variable
from marketplace_sandbox.core.faults import fault_rules
from marketplace_sandbox.core.policy import POLICY
from marketplace_sandbox.delivery import webhook_server

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
    yield "\nNext: [settings](settings.md), or [what goes wrong on purpose](faults-and-limits.md).\n"


def _options(bounds: Any) -> Iterator[str]:
    yield "| option of `serve` | variable | default | what it bounds |\n|---|---|---|---|\n"
    for each in fields(bounds):
        meaning = each.metadata["meaning"]
        yield f"| `{option(each.name)}` | `{variable(each.name)}` | {each.default:,} | {meaning} |\n"


SETTINGS = ("most_orders", "most_entries", "most_subscribers", "most_feed_files", "most_feed_bytes", "advance_timers")
"""The settings that are bounds of one seller's."""

_BESIDE = (
    "What `listen` and the receivers of the pytest plugin take is bounded, too: posts of "
    f"{webhook_server.MOST_BYTES:,} bytes, {webhook_server.MOST_CONNECTIONS} connections, {webhook_server.SECONDS:g} "
    "seconds of silence. What is kept to be answered sooner, and refuses nobody, has bounds of its own in the code: "
    f"{render_cache.MOST_BYTES:,} bytes of rendered orders, and of one seller {rate_limits.MOST_BUCKETS:,} buckets of "
    f"calls. A seller has {fault_rules.MOST_FAULTS:,} faults at most."
)

_TOTALS = """
## Of all sellers together

`serve` and, for the orders of one scenario, `play` take these; a call that asks for more is refused, 400.

"""

_SELLER = """
## Of one seller

[Settings](settings.md), so each seller may have more or less. They are looked at when something is asked for: what is
there already stays.

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
