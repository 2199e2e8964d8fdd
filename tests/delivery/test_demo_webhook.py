"""The consumer of a demo, which comes and goes at one address."""

from contextlib import closing

import pytest
import requests

from marketplace_sandbox.delivery.demo_webhook import DemoWebhook
from marketplace_sandbox.delivery.signature import new_secret, sign


def post(url: str, secret: str, now: int) -> int:
    headers = {"webhook-id": "1", "webhook-timestamp": str(now), "webhook-signature": sign(secret, "1", now, b"{}")}
    return requests.post(url, b"{}", headers=headers, timeout=10).status_code


def test_it_comes_and_goes_at_one_address_and_takes_what_is_signed() -> None:
    with closing(DemoWebhook(lambda: 1_800_000_000)) as webhook:
        webhook.secret = new_secret()
        for _ in range(2):
            with pytest.raises(requests.ConnectionError):
                post(webhook.url, webhook.secret, 1_800_000_000)
            webhook.listen()
            webhook.listen()
            assert post(webhook.url, webhook.secret, 1_800_000_000) == 200
            assert post(webhook.url, new_secret(), 1_800_000_000) == 401
            webhook.go_away()
            webhook.go_away()
    with pytest.raises(requests.ConnectionError):
        post(webhook.url, webhook.secret, 1_800_000_000)
