"""Is the client wired to this server: its host, its credentials, its clock, and how it polls."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from marketplace_sandbox.amazon.orders_v0_end import ORDERS_V0_ENDING, V0
from marketplace_sandbox.cli.control_client import ControlClient, path
from marketplace_sandbox.cli.doctor import poller
from marketplace_sandbox.cli.doctor.diagnosis import TOLERANCE_SECONDS, Diagnosis, Wiring, is_amazon, write_span
from marketplace_sandbox.cli.doctor.evidence import Evidence, Json
from marketplace_sandbox.cli.doctor.poller import LISTS, LOGIN, has_ended_token, parameters
from marketplace_sandbox.cli.doctor.server import request
from marketplace_sandbox.core.text.instants import format_instant, parse_instant

END = "orders_v0_reads_end"
MOST_SELLERS = 200
LOCAL = ("127.0.0.1", "localhost", "::1")


def diagnose(evidence: Evidence, wiring: Wiring, control: ControlClient) -> Iterator[Diagnosis]:
    """Everything there is to say of the client."""
    yield _host(evidence, wiring)
    yield from _credentials(evidence, wiring, control)
    yield from _diagnose_calls(evidence)
    yield from _orders_v0(evidence)
    yield _clock(evidence, wiring)
    yield _polling(evidence)
    yield from poller.diagnose(evidence)


def diagnose_calls(evidence: Evidence) -> Iterator[Diagnosis]:
    """What is wrong by the client's calls alone, whose wiring is not known: what keeps all else from working first."""
    if (lost := _lost(evidence)) is not None:
        yield lost
    yield from poller.diagnose(evidence)
    for each in (*_diagnose_calls(evidence), *_orders_v0(evidence), _polling(evidence)):
        if each.wrong:
            yield each


# The host


def _host(evidence: Evidence, wiring: Wiring) -> Diagnosis:
    for origin, address in _addresses(wiring):
        if is_amazon(address):
            return Diagnosis(
                "host", f"{origin} is {address}, which is Amazon's.", f"Point the client at {evidence.url}."
            )
    if wiring.environment.get("AWS_ENV", "").upper() == "SANDBOX" and not wiring.endpoint:
        finding = "AWS_ENV is SANDBOX, which sends python-amazon-sp-api to Amazon's own sandbox."
        return Diagnosis("host", finding, f"Unset it and point the client at {evidence.url}.")
    if wiring.endpoint:
        return _endpoint(evidence, wiring.endpoint)
    if (lost := _lost(evidence)) is not None:
        return lost
    if evidence.calls:
        return Diagnosis("host", f"The client's calls arrive: {_count(evidence.calls)} on record.")
    return Diagnosis(
        "host",
        f"No request of the client has arrived for seller {evidence.seller_id}; it may still be talking to Amazon's "
        "host.",
        f"Point the client at {evidence.url} and let it call once; --client-endpoint says where it is pointed at.",
        unsure=True,
    )


def _lost(evidence: Evidence) -> Diagnosis | None:
    """Whether all that the client has called is what there is not."""
    if not evidence.lost or any(each["operation"] != LOGIN for each in evidence.calls):
        return None
    missed = f"{evidence.lost[-1]['method']} {evidence.lost[-1]['path'][:100]}"
    finding = f"No call of the client has met an operation; the latest was {missed}."
    return Diagnosis("host", finding, "Correct the path: Swagger UI at /docs of the server lists them.")


def _count(calls: list[Json]) -> str:
    return "1 call is" if len(calls) == 1 else f"{len(calls)} calls are"


def _addresses(wiring: Wiring) -> Iterator[tuple[str, str]]:
    if wiring.endpoint:
        yield "The client's endpoint", wiring.endpoint
    else:
        for name in ("SP_API_ENDPOINT", "MWS_ENDPOINT"):
            if wiring.environment.get(name):
                yield name, wiring.environment[name]


def _endpoint(evidence: Evidence, endpoint: str) -> Diagnosis:
    ours, theirs = _origin(evidence.url), _origin(endpoint)
    if ours == theirs:
        arrived = f"{_count(evidence.calls)} on record" if evidence.calls else "no call has arrived yet"
        return Diagnosis("host", f"The client's endpoint is this server; {arrived}.")
    use = f"Point the client at {evidence.url}."
    if ours[1:] == theirs[1:]:
        return Diagnosis(
            "host", f"The client's endpoint {endpoint} says {theirs[0]}; the sandbox speaks {ours[0]}.", use
        )
    if ours[1] == theirs[1]:
        return Diagnosis("host", f"The client's endpoint {endpoint} has another port than the sandbox.", use)
    return Diagnosis("host", f"The client's endpoint {endpoint} is not this server.", use)


def _origin(address: str) -> tuple[str, str, int]:
    parts = urlsplit(address if "//" in address else f"//{address}")
    host = (parts.hostname or "").lower()
    try:
        port = parts.port
    except ValueError:
        port = None
    return parts.scheme or "http", LOCAL[0] if host in LOCAL else host, port or (443 if parts.scheme == "https" else 80)


# Credentials


def _credentials(evidence: Evidence, wiring: Wiring, control: ControlClient) -> Iterator[Diagnosis]:
    own = {
        ("lwa", "client_id"): wiring.client_id,
        ("lwa", "client_secret"): wiring.client_secret,
        ("lwa", "refresh_token"): wiring.refresh_token,
        ("mws", "access_key"): wiring.mws_access_key,
        ("mws", "secret_key"): wiring.mws_secret_key,
    }
    wrong = [where for where, text in own.items() if text and text != evidence.seller[where[0]][where[1]]]
    if any(own.values()) and not wrong:
        yield Diagnosis("credentials", f"The client's credentials are those of seller {evidence.seller_id}.")
    for dialect, key in wrong:
        yield _diagnose_foreign(evidence, dialect, key, own[dialect, key], control)


def _diagnose_foreign(evidence: Evidence, dialect: str, key: str, text: str, control: ControlClient) -> Diagnosis:
    name = f"{dialect}.{key}"
    remedy = f"Take those that marketplace-sandbox seller show-credentials {evidence.seller_id} prints."
    known = control.list_all("sellers", limit=MOST_SELLERS)
    sellers = (str(each["seller_id"]) for each in known if not each["why"])
    owner = next((each for each in sellers if control.get(path("sellers", each))[dialect][key] == text), "")
    if owner:
        finding = f"The client's {name} is that of seller {owner}, not of {evidence.seller_id}."
        return Diagnosis("credentials", finding, f"{remedy} Or look at that seller's world with --seller {owner}.")
    tolerance = "" if dialect == "mws" else f" {_explain_tolerance(evidence)}"
    return Diagnosis("credentials", f"The client's {name} is not one this server issued.{tolerance}", remedy)


def _explain_tolerance(evidence: Evidence) -> str:
    """What the server makes of credentials from elsewhere."""
    form = {"grant_type": "refresh_token", "client_id": "-", "client_secret": "-", "refresh_token": "-"}
    try:
        refused = request("POST", f"{evidence.url}/auth/o2/token", data=form).status_code >= 400
    except OSError:
        return ""
    return "The server refuses such calls." if refused else "The server takes such calls for the default seller's."


def _diagnose_calls(evidence: Evidence) -> Iterator[Diagnosis]:
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


def _orders_v0(evidence: Evidence) -> Iterator[Diagnosis]:
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


# Time


def _clock(evidence: Evidence, wiring: Wiring) -> Diagnosis:
    apart = (evidence.now - wiring.now).total_seconds()
    if abs(apart) <= TOLERANCE_SECONDS:
        return Diagnosis("clock", "The clocks of world and client agree.")
    direction = "ahead of" if apart > 0 else "behind"
    now = format_instant(wiring.now.replace(microsecond=0))
    forward = (
        f"move the world with marketplace-sandbox clock to {now}" if apart < 0 else "open a seller that starts now"
    )
    return Diagnosis(
        "clock",
        f"The world's clock shows {format_instant(evidence.now)}, {write_span(apart)} {direction} the client's: dates "
        "that the client makes from its own clock miss what happens there.",
        f"Set the client's clock to the world's, or {forward}.",
    )


def _polling(evidence: Evidence) -> Diagnosis:
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
