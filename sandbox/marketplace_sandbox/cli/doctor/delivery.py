"""Do notifications arrive: webhook receivers, the time of signatures, and queues."""

import json
import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

from marketplace_sandbox.cli.doctor.server import request
from marketplace_sandbox.doctor.diagnosis import TOLERANCE_SECONDS, Diagnosis, Wiring, is_amazon, write_span
from marketplace_sandbox.doctor.evidence import Evidence, Json

SQS_VARIABLES = ("AWS_ENDPOINT_URL_SQS", "AWS_ENDPOINT_URL")
CONNECT_SECONDS = 3


def diagnose(evidence: Evidence, wiring: Wiring) -> Iterator[Diagnosis]:
    """Everything there is to say of notifications."""
    addresses = dict.fromkeys(each["url"] for each in evidence.webhooks)
    if wiring.webhook and wiring.webhook not in addresses:
        yield Diagnosis(
            "webhook",
            f"{wiring.webhook} is no webhook of seller {evidence.seller_id}, so nothing is sent there.",
            f"Add it: marketplace-sandbox webhook add {wiring.webhook}",
        )
    for url in [wiring.webhook] if wiring.webhook else addresses:
        yield _receiver(evidence, wiring, url)
    if wiring.webhook or evidence.webhooks:
        yield _signature(evidence)
    for arn in evidence.queues:
        yield _queue(wiring, arn)


# Webhooks


def _receiver(evidence: Evidence, wiring: Wiring, url: str) -> Diagnosis:
    if not _reachable(url):
        return Diagnosis("webhook", f"Nothing listens at {url}.", "Start the receiver, or correct its address.")
    if any(each["url"] == url and not each["active"] for each in evidence.webhooks):
        finding = f"The receiver at {url} answered 410, so it is told nothing any more."
        return Diagnosis("webhook", finding, "Remove the webhook and add it again.")
    if wiring.webhook_secret:
        return _probe(url, wiring.webhook_secret)
    latest = _latest(evidence, url)
    if latest is None:
        return Diagnosis("webhook", f"Something listens at {url}; nothing has been delivered there yet.")
    if latest["http_code"] is not None and latest["http_code"] < 300:
        return Diagnosis("webhook", f"The receiver at {url} took the latest notification.")
    came = f"answered {latest['http_code']}" if latest["http_code"] else f"failed: {latest['error']}"
    return Diagnosis(
        "webhook",
        f"The receiver at {url} did not take the latest notification; it {came}",
        "Look into the receiver's own log; marketplace-sandbox listen shows what is sent and how it is signed.",
    )


def _reachable(url: str) -> bool:
    parts = urlsplit(url)
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        socket.create_connection((parts.hostname or "", port), CONNECT_SECONDS).close()
    except (OSError, ValueError):
        return False
    return True


def _latest(evidence: Evidence, url: str) -> Json | None:
    ids = {each["id"] for each in evidence.webhooks if each["url"] == url}
    attempts = [each["attempts"][-1] for each in evidence.deliveries if each["webhook_id"] in ids and each["attempts"]]
    return attempts[-1] if attempts else None


def _probe(url: str, secret: str) -> Diagnosis:
    """What the receiver makes of a post that is signed as it should be, and says nothing."""
    from marketplace_sandbox.delivery.signature import sign  # noqa: PLC0415  of the server's parts the only one needed

    body = json.dumps({"NotificationType": "DOCTOR", "Payload": {}}).encode()
    stamp, message_id = int(time.time()), "doctor"
    headers = {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(stamp),
        "webhook-signature": sign(secret, message_id, stamp, body),
    }
    try:
        code = request("POST", url, data=body, headers=headers).status_code
    except OSError:
        return Diagnosis(
            "webhook", f"The receiver at {url} gave no answer.", "Let it answer 204 before it does its work."
        )
    if code < 300:
        return Diagnosis("webhook", f"The receiver at {url} takes what is signed with its secret.")
    remedy = "Give the receiver the secret of the webhook, and let it pass types of notification it does not know."
    return Diagnosis(
        "webhook", f"The receiver at {url} refuses a post signed with its secret; it answered {code}.", remedy
    )


def _signature(evidence: Evidence) -> Diagnosis:
    apart = evidence.now.timestamp() - time.time()
    if evidence.settings["signature_time"] != "virtual" or abs(apart) <= TOLERANCE_SECONDS:
        return Diagnosis("signature", "Signatures bear a time that verifiers take.")
    return Diagnosis(
        "signature",
        f"Signatures bear the world's time, which is {write_span(apart)} from that of the clock on the wall; verifiers "
        "refuse more than five minutes.",
        "Sign by the clock on the wall (marketplace-sandbox settings set signature_time=wall), or freeze the "
        "receiver's clock at the world's.",
    )


# Queues


def _queue(wiring: Wiring, arn: str) -> Diagnosis:
    standing = f"A subscription for the queue {arn} stands"
    export = f"Before the consumer starts: export {SQS_VARIABLES[0]}=URL, which serve --sqs prints when it is ready."
    variable, endpoint = next(
        ((name, wiring.environment[name]) for name in SQS_VARIABLES if wiring.environment.get(name)), ("", "")
    )
    if not endpoint:
        return Diagnosis("queue", f"{standing}, and AWS_ENDPOINT_URL_SQS is not set: the consumer asks Amazon.", export)
    if is_amazon(endpoint):
        return Diagnosis("queue", f"{standing}, and {variable} is {endpoint}, which is Amazon's.", export)
    if not _reachable(endpoint):
        return Diagnosis("queue", f"{standing}, and nothing listens at {endpoint}, to which {variable} leads.", export)
    return Diagnosis("queue", f"{standing}, and {variable} leads to {endpoint}.")
