"""What a client's calls, and what came of them, show of its mistakes: whom it asks, when, how much, what it does.

Each mistake is one of those that pollers make, and is named only where something on record shows it. Asks nobody.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import parse_qsl

from marketplace_sandbox.core.marketplaces import MARKETPLACES
from marketplace_sandbox.core.rules.lints import LINTS
from marketplace_sandbox.core.text.instants import format_instant, parse_instant
from marketplace_sandbox.doctor.diagnosis import TOLERANCE_SECONDS, Diagnosis, write_span
from marketplace_sandbox.doctor.evidence import Evidence, Json

LISTS = ("getOrders", "ListOrders", "ListOrdersByNextToken", "searchOrders")
LOGIN = "createAccessToken"
JOB_READS = ("getFeed", "getReport", "GetFeedSubmissionList", "GetReportRequestList", "getFeeds", "getReports")
PAGE_TOKENS = ("nexttoken", "paginationtoken")
ENDED_BY = ("expired_token", "revoked_token", "a fault has ended this token")
"""What notes of calls say whose access token had ended."""
OTHERS = ("time", "control", "buyer")
"""The channels of an order's events that are none of the client's."""
STANDS_STILL = 10
"""So many calls alike at one instant of a clock that stands are waiting for what never comes."""


def diagnose(evidence: Evidence) -> Iterator[Diagnosis]:
    """Every mistake on record, what keeps all else from working first."""
    yield from _elsewhere(evidence)
    yield from _ended_token(evidence)
    yield from _marketplace(evidence)
    yield from _own_clock(evidence)
    yield from _throttled(evidence)
    yield from _failed_jobs(evidence)
    yield from _standing_clock(evidence)
    yield from _first_page(evidence)
    for order in evidence.orders:
        yield from _order(order)


# Whom it asks


def _elsewhere(evidence: Evidence) -> Iterator[Diagnosis]:
    if any(each["operation"] != LOGIN for each in evidence.calls) or not evidence.elsewhere:
        return
    counted = Counter(seller_id for seller_id, _ in evidence.elsewhere)
    other, number = counted.most_common(1)[0]
    yield Diagnosis(
        "seller",
        f"No call of the client has come for seller {evidence.seller_id}, and {_times(number, 'call')} for {other}: "
        "the client bears credentials of another seller.",
        f"Give it those of {evidence.seller_id}.",
    )


def has_ended_token(call: Json) -> bool:
    """Whether a call was refused since its access token had ended."""
    ended = any(each in note for note in call["notes"] for each in ENDED_BY)
    return bool(
        call["status"] in (401, 403) and (ended or "token you provided has expired" in (call.get("answer") or ""))
    )


def _ended_token(evidence: Evidence) -> Iterator[Diagnosis]:
    calls = [each for each in evidence.calls if each["operation"] != LOGIN]
    refused = [each for each in calls if has_ended_token(each)]
    if refused and refused[-1] is calls[-1]:
        yield Diagnosis(
            "token",
            f"The client's access token has expired, and it went on with it: {_times(len(refused), 'call')} refused "
            f"with {refused[-1]['status']}, the latest among them.",
            "Fetch a new token where one is refused, and make the call again.",
        )


def _marketplace(evidence: Evidence) -> Iterator[Diagnosis]:
    own = evidence.seller["marketplace_ids"]
    for call in evidence.calls:
        asked = [text for name, text in parameters(call) if name.startswith("marketplaceid")]
        asked = [each for text in asked for each in text.split(",")]
        if call["operation"] in LISTS and asked and not set(asked) & set(own):
            yield Diagnosis(
                "marketplace",
                f"The client asks for orders of {_places(asked)}, where this seller does not sell: it sells in "
                f"{_places(own)}.",
                "Set the client to that region and marketplace, or open the seller with those marketplace_ids.",
            )
            return


def _places(ids: list[str]) -> str:
    known = [f"{each} ({MARKETPLACES[each].country})" if each in MARKETPLACES else each for each in dict.fromkeys(ids)]
    return ", ".join(known)


# When


def _own_clock(evidence: Evidence) -> Iterator[Diagnosis]:
    """Whether the latest dates that the client asked with lie ahead of the world: mended ones are no matter."""
    dated: dict[str, Json] = {}
    for call in evidence.calls:
        if any(name.endswith("after") for name, _ in parameters(call)):
            dated[call["operation"]] = call
    for call in dated.values():
        for name, text in parameters(call):
            if not name.endswith("after") or (asked := _instant(text)) is None:
                continue
            apart = (asked - parse_instant(call["at"])).total_seconds()
            if apart > TOLERANCE_SECONDS:
                yield Diagnosis(
                    "clock",
                    f"The client asks {call['operation']} for what came after {text}, {write_span(apart)} later than "
                    f"the world's now, {call['at']}: it takes its dates from a clock of its own.",
                    "Have its clock show the world's time: in pytest, @pytest.mark.marketplace(freeze=True).",
                )
                return


def _instant(text: str) -> datetime | None:
    try:
        return parse_instant(text, naive_is_utc=True)
    except ValueError:
        return None


def _standing_clock(evidence: Evidence) -> Iterator[Diagnosis]:
    """Whether the client waits for what does not come, as the clock stands."""
    if not evidence.stands:
        return
    now = format_instant(evidence.now)
    alike = Counter((each["operation"], each["path"], each["query"]) for each in evidence.calls if each["at"] == now)
    waiting = [each for each in evidence.jobs if each["ended_at"] is None]
    for (operation, path, query), number in alike.most_common():
        job = next((each for each in waiting if operation in JOB_READS and _names(path, query, operation, each)), None)
        if number < (2 if job else STANDS_STILL):
            continue
        waits = f"{job['kind']} {job['id']} is {tell_state(job)}, and the" if job else "The"
        finding = f"{waits} clock stands at {now}: the client called {operation} {number} times at that instant."
        remedy = 'Have time pass: marketplace.clock.advance("2m") in a test, else marketplace-sandbox clock advance 2m.'
        yield Diagnosis("clock", finding[0].upper() + finding[1:], remedy)
        return


def _names(path: str, query: str, operation: str, job: Json) -> bool:
    """Whether a read is of a job: by its id, or of all of its kind."""
    return job["id"] in path or job["id"] in query or (job["kind"] in operation.lower() and operation.endswith("List"))


def tell_state(job: Json) -> str:
    """How far a feed or report has come, and until when it stays so."""
    if job["ended_at"]:
        return f"{job['status']} since {job['ended_at']}"
    return (
        f"{job['status']} until {job['next_at']}" if job["next_at"] else f"{job['status']} behind another of its type"
    )


def _throttled(evidence: Evidence) -> Iterator[Diagnosis]:
    latest = {(each["operation"], each["path"]): each for each in evidence.calls}
    given_up = [each for each in latest.values() if _is_throttled(each)]
    if given_up:
        call = given_up[-1]
        refused = [each for each in evidence.calls if _is_throttled(each) and each["operation"] == call["operation"]]
        yield Diagnosis(
            "limits",
            f"{call['operation']} was refused with {call['status']} ({_times(len(refused), 'time')}: too many calls), "
            f"and the client did not ask again: it has no answer to {call['path']}.",
            "Wait and make the call again where one is refused so.",
        )


def _is_throttled(call: Json) -> bool:
    throttled = "RequestThrottled" in (call.get("answer") or "") or any("throttled" in each for each in call["notes"])
    return call["status"] == 429 or (call["status"] == 503 and throttled)


def _failed_jobs(evidence: Evidence) -> Iterator[Diagnosis]:
    for job in evidence.jobs:
        if _has_failed(job) and not _is_mended(job, evidence):
            why = f": {job['problems'][0]}" if job["problems"] else "."
            finding = f"{job['kind'].capitalize()} {job['id']} ({job['type']}) ended {job['status']}{why}"
            yield Diagnosis(job["kind"], finding, _mend(job, why))


def _has_failed(job: Json) -> bool:
    return bool(job["status"] == "FATAL" or job["problems"])


def orders_of(job: Json) -> list[str]:
    """The orders that the problems of a feed name, as they stand there; none for a file that could not be read."""
    first = (each.partition(" ")[0] for each in job["problems"])
    return list(dict.fromkeys(each for each in first if not each.endswith(":")))


def _is_mended(job: Json, evidence: Evidence) -> bool:
    """Whether the client has since done something to each order of a failed feed, or sent a file that went well."""
    if job["kind"] != "feed":
        return False
    histories = {each["order_id"]: each["history"] for each in evidence.orders} | evidence.histories
    named = [each for each in orders_of(job) if each in histories]
    if named:
        return all(
            any(each["channel"] not in OTHERS and each["at"] > job["ended_at"] for each in histories[order_id])
            for order_id in named
        )
    same = (each for each in evidence.jobs if (each["kind"], each["type"]) == ("feed", job["type"]))
    return any(each["created_at"] > job["created_at"] and each["ended_at"] and not _has_failed(each) for each in same)


def _mend(job: Json, why: str) -> str:
    if job["kind"] == "report":
        return "Ask for the report again."
    if "PARTIAL_CANCEL_UNSUPPORTED" in why:
        return "Cancel every item of the order, or none."
    if "was refused." in why:  # nothing is wrong with the file: the order is not where the client believes it to be
        return "Look at the order before the feed is sent, and read the feed's processing report after it."
    return "Mend the file; the feed's processing report tells what came of each message."


# For how much


def _first_page(evidence: Evidence) -> Iterator[Diagnosis]:
    for number, call in enumerate(evidence.calls):
        if not (call.get("listed") or {}).get("has_more"):
            continue
        later = (each for each in evidence.calls[number + 1 :] if each["operation"] in LISTS)
        if not any(name in PAGE_TOKENS for each in later for name, _ in parameters(each)):
            yield Diagnosis(
                "pages",
                f"{call['operation']} listed {_times(call['listed']['orders'], 'order')} and a token of the next page, "
                "which the client never asked for: it has seen the first page alone.",
                "Go on with the token (NextToken, paginationToken) until there is none.",
            )
            return


def parameters(call: Json) -> list[tuple[str, str]]:
    """What a call was asked with, its names in small letters."""
    return [(name.lower(), text) for name, text in parse_qsl(call["query"])]


# What it does


def _order(order: Json) -> Iterator[Diagnosis]:
    """What the client did to an order that the marketplace's rules forbid, or did by half."""
    told = [code for each in order["history"] if each["channel"] not in OTHERS for code in each["effects"]["lint"]]
    for code in dict.fromkeys(told):
        yield Diagnosis("order", f"Order {order['order_id']}: {LINTS[code]}", REMEDIES.get(code, DEFAULT_REMEDY))
    left = [each["sku"] for each in order["items"] if each["cancellation_requested"] and not each["cancellation"]]
    ended = [each["sku"] for each in order["items"] if each["cancellation"]]
    if left and ended and any(each["action"] == "seller-cancel" for each in order["history"]):
        yield Diagnosis(
            "order",
            f"Order {order['order_id']}: its buyer asked to cancel {', '.join((*ended, *left))}, and the client "
            f"canceled {', '.join(ended)} alone.",
            "Cancel every item that the buyer asked for.",
        )


DEFAULT_REMEDY = "marketplace-sandbox rules --order ORDER_ID tells which rule it was."
REMEDIES = {
    "REASON_MISMATCH": "Give the reason Buyer Canceled where the buyer has asked.",
    "BUYER_CANCELED_WITHOUT_REQUEST": 'Read IsBuyerRequestedCancel as the text it is: "false" is no False, and true '
    "where it is only looked at.",
    "PARTIAL_REQUEST_FULL_CANCEL": "Cancel the items that the buyer asked for, and no others.",
    "SHIPPED_WITH_OPEN_REQUEST": "Look for requests before a shipment is confirmed, and cancel.",
}
"""What to do about what was accepted although the rules forbid it."""


def _times(number: int, what: str) -> str:
    return f"1 {what}" if number == 1 else f"{number} {what}s"
