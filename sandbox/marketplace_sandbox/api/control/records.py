"""What a world has on record: mail, messages, the rate, its journal, and the calls of its client. Changes nothing."""

from collections.abc import Mapping
from typing import Any

from marketplace_sandbox.api.admission.request_log import RequestLog
from marketplace_sandbox.api.control import paging
from marketplace_sandbox.api.http.redaction import redacted
from marketplace_sandbox.core.instants import format_instant
from marketplace_sandbox.core.journal import Entry
from marketplace_sandbox.core.marketplaces import MARKETPLACES, marketplace_suggestion
from marketplace_sandbox.core.messaging.buyer_seller import BuyerSellerMessage, late_replies
from marketplace_sandbox.core.messaging.mail import Mail
from marketplace_sandbox.core.metrics import cancellation_rate, report_rate
from marketplace_sandbox.core.projections import Json, mail_json, message_json, rate_json
from marketplace_sandbox.core.reading import FieldError
from marketplace_sandbox.core.world import World

Query = Mapping[str, Any]

LONGEST_CONTENT = 1000
"""Characters of an uploaded file, as the journal has it, that are shown."""


def mail(world: World, query: Query) -> Json:
    """Mail to buyer and seller, oldest first."""
    records = list(world.state.mail)
    return paging.page("mail", records, mail_json, query, world, lambda each: _meets(query, each))


def messages(world: World, query: Query) -> Json:
    """Messages between buyer and seller, oldest first."""
    records = list(world.state.messages)
    return paging.page("messages", records, message_json, query, world, lambda each: _meets(query, each))


def _meets(query: Query, record: Mail | BuyerSellerMessage) -> bool:
    return query.get("to") in (None, record.to) and query.get("order_id") in (None, record.order_id)


def metrics(world: World, query: Query) -> Json:
    """The Cancellation Rate of one marketplace or of all, live or as in reports, and the replies that came late."""
    marketplace_id = query.get("marketplace_id") or ""
    if marketplace_id and marketplace_id not in MARKETPLACES:
        message = f"There is no marketplace {marketplace_id!r}{marketplace_suggestion(marketplace_id)}"
        raise FieldError("marketplace_id", message)
    orders = list(world.orders.values())
    measured = report_rate if query.get("window") == "report" else cancellation_rate
    rate = measured(orders, world.now(), world.policy, marketplace_id)
    return {"cancellation_rate": rate_json(rate), "late_replies": late_replies(world.state.messages, world.now())}


def journal(world: World, query: Query) -> Json:
    """Every command the world has taken, without secrets."""
    return paging.page("journal", world.journal(), _entry, query, world)


def _entry(entry: Entry) -> Json:
    return {
        "version": entry.version,
        "at": format_instant(entry.at),
        "kind": entry.kind,
        "body": redacted(_short(entry.body)),
    }


def _short(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """A command without most of the file that came with it, which may have megabytes."""
    content = body.get("content")
    if not isinstance(content, str) or len(content) <= LONGEST_CONTENT:
        return body
    return {**body, "content": f"{content[:LONGEST_CONTENT]}… ({len(content)} characters)"}


def requests(world: World, log: RequestLog, query: Query) -> Json:
    """The latest calls of the seller's client, oldest first, without secrets."""
    calls = log.calls(world.seller_id)
    forgotten = calls[0].number if calls else 0
    return paging.page("requests", calls, lambda each: each.view(), query, world, first=forgotten)
