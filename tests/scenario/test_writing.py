"""A scenario is written out as it reads back. Every fixture is, too: see test_fixtures."""

import json

import pytest

from marketplace_sandbox.scenario.scenario import read_json, read_yaml
from marketplace_sandbox.scenario.writing import to_json, to_yaml
from tests.scenario.scenes import ONE, SMALL, expecting

FULL = f"""\
title: A title
about: "Say: 'it''s # not' a comment"
source: |
  two
  lines
rules: [R39, K4]
start: 2026-03-02T16:00:00.500Z
rate: 60
seed: 7
seller: {{marketplace_ids: [ATVPDKIKX0DER, A1VC38T7YXB528]}}
settings: {{buyer_withdrawal: true, hold_period: PT10M}}
orders:
  - id: {ONE}
    purchased_at: -1d
    items: [{{sku: "12", title: "null"}}, {{sku: A, title: "~"}}, {{sku: B, title: "true"}}]
  - {{count: 2, buyer: {{name: "😀 Zoë\\tTab"}}}}
script:
  - {{at: +0s, settings: {{limits: "off"}}, title: T, about: A., look: L., page: "/seller/orders?tab=sent"}}
  - {{at: +0s, consumer: up, reads: {{/orders/v0/orders/902: 404}}}}
  - {{at: +1m0.250s, buyer-request-cancellation: {ONE}, with: {{items: [A], reason_text: "a\\nb: c"}}}}
  - {{at: 2026-03-03T16:00:00Z}}
  - {{at: +2d, buyer-cancel: {ONE}, refused: CANCEL_WINDOW_CLOSED}}
until: +3d
expect:
  orders: {{{ONE}: {{request.state: open, ship_by_at: +2d, cancellation: null, items: [{{price: 20.10}}]}}}}
  lint: []
"""


@pytest.mark.parametrize("text", [FULL, SMALL, "{}", "settings: {}\norders: [{}, {}]\n"])
def test_it_reads_back_the_same(text: str) -> None:
    document = read_yaml(text)
    assert read_yaml("".join(to_yaml(to_json(document)))) == document
    assert read_json(json.loads(json.dumps(to_json(document)))) == document


def test_what_repeats_is_written_out() -> None:
    document = read_yaml(SMALL)
    form = document.orders[0]
    twice = read_json({"orders": [{"items": form["items"]}, {"items": form["items"]}]})
    written = "".join(to_yaml(to_json(twice)))
    assert "*" not in written
    assert read_yaml(written) == twice


def test_steps_and_orders_keep_to_a_line() -> None:
    lines = "".join(to_yaml(to_json(expecting("mail_exactly: 4").scenario))).splitlines()
    assert "  - {at: +1h, parcel-leaves: 902-0000001-0000001}" in lines
    assert 'start: "2026-03-02T16:00:00Z"' in lines
    assert "  mail_exactly: 4" in lines
