"""What a client's calls show of how it is wired and what it asks for: its paths, credentials, dialect, and polling."""

from collections.abc import Iterator

from marketplace_sandbox.amazon.orders_v0_end import ORDERS_V0_ENDING, V0
from marketplace_sandbox.core.text.instants import parse_instant
from marketplace_sandbox.doctor import poller
from marketplace_sandbox.doctor.diagnosis import Diagnosis, write_span
from marketplace_sandbox.doctor.evidence import Evidence, Json
from marketplace_sandbox.doctor.poller import LISTS, LOGIN, has_ended_token, parameters

END = "orders_v0_reads_end"


def diagnose_calls(evidence: Evidence) -> Iterator[Diagnosis]:
    """What is wrong by the client's calls alone, whose wiring is not known: what keeps all else from working first."""
    if (lost := find_lost(evidence)) is not None:
        yield lost
    yield from poller.diagnose(evidence)
    for each in (*find_foreign_credentials(evidence), *find_ended_reads(evidence), judge_polling(evidence)):
        if each.wrong:
            yield each


def find_lost(evidence: Evidence) -> Diagnosis | None:
    """Whether all that the client has called is what there is not."""
    if not evidence.lost or any(each["operation"] != LOGIN for each in evidence.calls):
        return None
    missed = f"{evidence.lost[-1]['method']} {evidence.lost[-1]['path'][:100]}"
    finding = f"No call of the client has met an operation; the latest was {missed}."
    return Diagnosis("host", finding, "Correct the path: Swagger UI at /docs of the server lists them.")


# Credentials


def find_foreign_credentials(evidence: Evidence) -> Iterator[Diagnosis]:
    """What the latest login and the latest other call show of their credentials."""
    remedy = f"Take the credentials that marketplace-sandbox seller show-credentials {evidence.seller_id} prints."
    calls = evidence.calls or evidence.strays
    logins = [each for each in calls if each["operation"] == LOGIN]
    others = [each for each in calls if each["operation"] not in (LOGIN, None)]
    for call in (*logins[-1:], *others[-1:]):
        # A login is refused for nothing but who asks; other calls have codes of their own for that, and for their end.
        refused = call["status"] in ((400, 401) if call["operation"] == LOGIN else (401, 403))
        refused = refused and not _has_ended(call) and not has_ended_token(call)
        strange = [note for note in call["notes"] if note.startswith(("unknown", "no access token", "tolerated"))]
        if strange:
            yield Diagnosis("credentials", f"A call came with credentials of elsewhere ({strange[0]}).", remedy)
        elif evidence.calls and refused:
            finding = f"The server refused the client's latest {call['operation']} with {call['status']}."
            yield Diagnosis("credentials", finding, remedy)


# What ends


def _has_ended(call: Json) -> bool:
    return any(END in note for note in call["notes"])


def find_ended_reads(evidence: Evidence) -> Iterator[Diagnosis]:
    """Whether what the client reads by Orders v0 is refused since the reads ended, or will be."""
    end = evidence.settings.get(END)
    reads = [each for each in evidence.calls if each["operation"] in ORDERS_V0_ENDING and each["path"].startswith(V0)]
    if end is None or not reads:
        return
    move = "Move them to Orders 2026-01-01: docs/migration.md says how."
    read = ", ".join(dict.fromkeys(each["operation"] for each in reads))
    if parse_instant(end) > evidence.now:
        left = write_span((parse_instant(end) - evidence.now).total_seconds())
        finding = f"The client reads Orders v0 ({read}), which is refused from {end} on, {left} from the world's now."
        yield Diagnosis("orders v0", finding, move, unsure=True)
    else:
        refused = sum(_has_ended(each) for each in reads)
        finding = (
            f"The client's reads of Orders v0 ({read}) are refused since {end}: {refused} of {len(reads)} on record."
        )
        yield Diagnosis("orders v0", finding, move)


# How it polls


def judge_polling(evidence: Evidence) -> Diagnosis:
    """Whether the client learns of what becomes of an order it has seen."""
    filters = [{name for name, _ in parameters(each)} for each in evidence.calls if each["operation"] in LISTS]
    if not any("createdafter" in names for names in filters):
        return Diagnosis("polling", "Nothing speaks against the way the client polls.")
    if any("lastupdatedafter" in names for names in filters):
        return Diagnosis("polling", "The client asks for what was created and for what was updated.")
    return Diagnosis(
        "polling",
        "The client asks for orders by CreatedAfter only: it never learns that an order it has seen was canceled, or "
        "that its buyer asks to cancel.",
        "Poll by LastUpdatedAfter as well.",
    )
