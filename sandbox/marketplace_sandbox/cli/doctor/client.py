"""Is the client wired to this server: its host, its credentials, its clock, and how it polls."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from marketplace_sandbox.cli.control_client import ControlClient, path
from marketplace_sandbox.cli.doctor.server import request
from marketplace_sandbox.core.text.instants import format_instant
from marketplace_sandbox.doctor import poller
from marketplace_sandbox.doctor.calls import find_ended_reads, find_foreign_credentials, find_lost, judge_polling
from marketplace_sandbox.doctor.diagnosis import TOLERANCE_SECONDS, Diagnosis, Wiring, is_amazon, write_span
from marketplace_sandbox.doctor.evidence import Evidence, Json

MOST_SELLERS = 200
LOCAL = ("127.0.0.1", "localhost", "::1")


def diagnose(evidence: Evidence, wiring: Wiring, control: ControlClient) -> Iterator[Diagnosis]:
    """Everything there is to say of the client."""
    yield _host(evidence, wiring)
    yield from _credentials(evidence, wiring, control)
    yield from find_foreign_credentials(evidence)
    yield from find_ended_reads(evidence)
    yield _clock(evidence, wiring)
    yield judge_polling(evidence)
    yield from poller.diagnose(evidence)


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
    if (lost := find_lost(evidence)) is not None:
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


# Time


def _clock(evidence: Evidence, wiring: Wiring) -> Diagnosis:
    """How far the clocks are apart: what came of it, if anything did, the calls on record show."""
    apart = (evidence.now - wiring.now).total_seconds()
    if abs(apart) <= TOLERANCE_SECONDS:
        return Diagnosis("clock", "The clocks of world and client agree.")
    direction = "ahead of" if apart > 0 else "behind"
    now = format_instant(wiring.now.replace(microsecond=0))
    together = (
        f"move the world with marketplace-sandbox clock to {now}" if apart < 0 else "open a seller that starts now"
    )
    return Diagnosis(
        "clock",
        f"The world's clock shows {format_instant(evidence.now)}, {write_span(apart)} {direction} the client's: dates "
        "that the client makes from its own clock may miss what happens there.",
        f"If it makes such dates, set the client's clock to the world's, or {together}.",
        unsure=True,
    )
