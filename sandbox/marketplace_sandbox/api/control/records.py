"""What a world has on record: mail, messages, the rate, its journal, and the calls of its client. Changes nothing."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from typing import Any

from marketplace_sandbox.api.admission.request_log import RequestLog
from marketplace_sandbox.api.control.lists import answer_page, begin, names
from marketplace_sandbox.api.control.worlds import Worlds
from marketplace_sandbox.api.http.exchange import Call, Reply, Steps, Wait
from marketplace_sandbox.core.journal.journal import Entry
from marketplace_sandbox.core.journal.journal_file import write_entry
from marketplace_sandbox.core.marketplaces import MARKETPLACES, marketplace_suggestion
from marketplace_sandbox.core.messaging.buyer_seller import BuyerSellerMessage, late_replies
from marketplace_sandbox.core.messaging.mail import Mail
from marketplace_sandbox.core.text.instants import format_instant
from marketplace_sandbox.core.text.reading import choice
from marketplace_sandbox.core.text.redaction import redact
from marketplace_sandbox.core.views.metrics import cancellation_rate, report_rate
from marketplace_sandbox.core.views.projections import Json, mail_json, message_json, rate_json, rate_parts_json

LONGEST_CONTENT = 1000
"""Characters of an uploaded file, as the journal has it, that are shown."""


Comparisons = Callable[[str], Sequence["Future[None]"]]
"""The reads of a seller that are being compared with what replaces them."""

COMPARISON_SECONDS = 10.0
"""Wall time that a list of calls waits for them in all."""


class RecordOperations:
    """Everything on record. `requests` has the calls of the sellers' clients."""

    def __init__(self, worlds: Worlds, requests: RequestLog, comparisons: Comparisons = lambda _: ()) -> None:
        self._worlds = worlds
        self._requests = requests
        self._comparisons = comparisons

    def listMail(self, call: Call) -> Reply:
        """Mail to buyer and seller, oldest first."""
        query = call.query
        with self._worlds.view(call, "mail") as world:
            mail = list(world.state.mail)
            return Reply(body=answer_page("mail", mail, mail_json, query, world, lambda each: _is_named(query, each)))

    def listMessages(self, call: Call) -> Reply:
        """Messages between buyer and seller, oldest first."""
        query = call.query
        with self._worlds.view(call, "messages") as world:
            messages = list(world.state.messages)
            page = answer_page("messages", messages, message_json, query, world, lambda each: _is_named(query, each))
            return Reply(body=page)

    def getMetrics(self, call: Call) -> Reply:
        """The Cancellation Rate of one marketplace or of all, live or as in reports, and the replies that came late."""
        marketplace_id = call.query.get("marketplace_id") or ""
        with self._worlds.view(call) as world:
            if marketplace_id:
                choice(MARKETPLACES, "marketplace", marketplace_suggestion)(marketplace_id, "marketplace_id")
            measure = report_rate if call.query.get("window") == "report" else cancellation_rate
            rate = measure(list(world.orders.values()), world.now(), world.policy, marketplace_id)
            late = late_replies(world.state.messages, world.now())
            return Reply(body={"cancellation_rate": rate_json(rate), "late_replies": late, **rate_parts_json(rate)})

    def listJournal(self, call: Call) -> Reply:
        """Every command the world has taken, without secrets; as a file has them, where they are asked for whole."""
        with self._worlds.of(call) as world:
            read = begin(call.query, "journal", world)  # a journal may be long, and what stands before is not asked for
            whole, origins = bool(call.query.get("whole")), world.origins

            def to_json(entry: Entry) -> Json:
                return write_entry(entry, origins) if whole else _entry_json(entry)

            page = answer_page("journal", world.journal(read), to_json, call.query, world, forgotten=read)
            return Reply(body=page)

    def listRequests(self, call: Call) -> Steps:
        """The latest calls of the seller's client, oldest first, without secrets. Comparisons are waited for."""
        with self._worlds.of(call) as world:
            seller_id = world.seller_id
        until = time.monotonic() + COMPARISON_SECONDS
        while (open_ones := self._comparisons(seller_id)) and (left := until - time.monotonic()) > 0:
            yield Wait(tuple(open_ones), left)
        with self._worlds.of(call) as world:
            calls = self._requests.calls(world.seller_id)
            forgotten, bodies = calls[0].number if calls else 0, bool(call.query.get("bodies"))
            page = answer_page(
                "requests",
                calls,
                lambda each: each.to_json(bodies=bodies),
                call.query,
                world,
                forgotten=forgotten,
                life=self._requests.life,
            )
            return Reply(body=page)


def _is_named(query: Mapping[str, Any], record: Mail | BuyerSellerMessage) -> bool:
    return names(query, "to", record.to) and names(query, "order_id", record.order_id)


def _entry_json(entry: Entry) -> Json:
    body, content = entry.body, entry.body.get("content")
    if isinstance(content, str) and len(content) > LONGEST_CONTENT:  # a file may have megabytes
        body = {**body, "content": f"{content[:LONGEST_CONTENT]}… ({len(content)} characters)"}
    return {
        "version": entry.version,
        "at": format_instant(entry.at),
        "format": entry.format,
        "kind": entry.kind,
        "body": redact(body),
    }
