"""What a delivery sends, as its receiver gets it: the address, the headers with the signature, and the body."""

import json
import time
from dataclasses import dataclass

from marketplace_sandbox.api.spapi.notifications.payload import render
from marketplace_sandbox.core.notifications.outbox import Delivery, Subscriber
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.delivery.outbound_message import OutboundMessage
from marketplace_sandbox.delivery.webhook_transport import build_headers


@dataclass(frozen=True)
class Post:
    """A post as it would be made now. To a queue goes the body alone: it has no headers there."""

    address: str
    headers: dict[str, str]
    body: str


def post_of(world: World, delivery: Delivery, subscriber: Subscriber) -> Post:
    """The post of a delivery. Its body is the same in every attempt; it is signed anew for each, over its time."""
    body = render(world, delivery)
    headers = {}
    if subscriber.secret:
        is_virtual = world.policy.value("signature_time") == "virtual"
        headers = build_headers(
            OutboundMessage(
                delivery.delivery_id,
                subscriber.address,
                subscriber.secret,
                body,
                signed_at=int(world.now().timestamp() if is_virtual else time.time()),
                timeout=0,
            )
        )
    return Post(subscriber.address, headers, json.dumps(json.loads(body), indent=2, ensure_ascii=False))
