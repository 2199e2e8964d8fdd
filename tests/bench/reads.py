"""Reads through a real socket: cold start, getOrderItems with the lane and without, and long lists."""

import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from urllib.parse import quote, urlencode

import requests

from marketplace_sandbox.api.admission.credentials import DEFAULTS
from marketplace_sandbox.api.mws.signature import sign, string_to_sign
from tests.bench import peers
from tests.bench.asks import Ask, Load, get
from tests.bench.effort import Effort
from tests.bench.figures import Figure, middle
from tests.bench.servers import START, Contender, Running, good, our_contender, ours, place, sp_api

LANE, NO_LANE = "marketplace-sandbox", "marketplace-sandbox --no-lane"
RAW = "raw responder, same server"
FEW, MANY = 8, 64
PAGES = 20
MWS = "/Orders/2013-09-01"
MWS_HOST = "127.0.0.1"

Loads = dict[int, list[Load]]
"""What was measured, by the number of connections."""


def cold_start(effort: Effort) -> list[Figure]:
    """Seconds from spawn to the first good answer, everybody in turn."""
    contenders = [
        our_contender(),
        *peers.found(peers.moto, peers.localstripe, peers.prism, peers.wiremock, tell=effort.tell),
    ]
    starts: dict[str, list[float]] = {each.name: [] for each in contenders}
    for _ in range(effort.spawns):
        for each in contenders:
            with Running(each) as running:
                starts[each.name].append(running.started)
    medians = {name: middle(found) for name, found in starts.items()}
    ratios = (("Prism", 0.35), ("moto", 0.7))
    return [
        *(Figure(f"cold start, {name}", took * 1000, "ms") for name, took in medians.items()),
        *(
            Figure(f"cold start, ours : {peer}", medians[LANE] / medians[name], at_most=most)
            for peer, most in ratios
            for name in medians
            if name.startswith(peer)
        ),
    ]


def order_items(effort: Effort) -> list[Figure]:
    """The order items of ours and reads of others, all warm, in turn; and what the same server does unthinking."""
    raw = Contender(
        RAW,
        lambda port: [sys.executable, "-m", "tests.bench.raw_responder", str(port), str(peers.BODY_BYTES)],
        lambda url: requests.get(url, timeout=5),
        lambda _: [Ask(get("/orders/v0/orders/902-0000001-0000001/orderItems", {}), b"payload")],
    )
    others = peers.found(peers.prism, peers.localstripe, peers.wiremock, tell=effort.tell)
    contenders = [our_contender(), our_contender("--no-lane", name=NO_LANE), *others, raw]
    loads = _in_turn(contenders, effort)
    figures = [figure for name, of in loads.items() for figure in _of_loads(f"getOrderItems, {name}", of)]
    goals = ((LANE, "Prism", 5), (LANE, "localstripe", 3), (LANE, "WireMock", 3), (LANE, RAW, 0.6))
    for number in (FEW, MANY):
        for mine, peer, least in (*goals, (NO_LANE, "Prism", 1.5), (NO_LANE, "localstripe", 1)):
            of = "lane" if mine == LANE else "lane off"
            figures += [
                _ratio(f"getOrderItems c{number}, {of} : {name}", loads[mine][number], theirs[number], least)
                for name, theirs in loads.items()
                if name.startswith(peer)
            ]
    figures += [
        Figure(f"getOrderItems c{MANY}, p99, lane : {name}", _p99(loads[LANE]) / _p99(of), at_most=1)
        for name, of in loads.items()
        if name.startswith("localstripe")
    ]
    return figures


def lists(effort: Effort) -> list[Figure]:
    """getOrders, a hundred a page, from a world of 100,000 orders, and ListOrderItems of MWS, without the lane."""
    with ours("--no-lane", name=NO_LANE) as running:
        order_ids = place(running.url, effort.count(100_000))
        asked = {
            "getOrders, 100 a page": _pages(running.url),
            "getOrderItems": [Ask(each.request, each.holds) for each in _items(running.url, order_ids)],
            "MWS ListOrderItems": _mws_items(order_ids),
        }
        found: dict[str, list[Load]] = {name: [] for name in asked}
        for asks in asked.values():
            running.load(asks, FEW, effort.warm_up)
        for _ in range(effort.rounds):
            for name, asks in asked.items():
                found[name].append(running.load(asks, FEW, effort.seconds))
    rates = {name: middle(each.rate for each in several) for name, several in found.items()}
    pages, items, mws = asked
    return [
        Figure(f"{pages}, lane off, c{FEW}", rates[pages], "req/s", 1_000, **_beside(found[pages])),
        Figure(f"{items}, the same server, c{FEW}", rates[items], "req/s", **_beside(found[items])),
        Figure(f"{mws}, lane off, c{FEW}", rates[mws], "req/s", **_beside(found[mws])),
        _ratio(f"{mws} : {items}", found[mws], found[items], 0.7),
    ]


def _in_turn(contenders: Sequence[Contender], effort: Effort) -> Mapping[str, Loads]:
    """All of them stand, on one core, and each is asked while the others are idle."""
    loads: dict[str, Loads] = {each.name: {FEW: [], MANY: []} for each in contenders}
    with ExitStack() as until_the_end:
        standing = []
        for each in contenders:
            running = until_the_end.enter_context(Running(each))
            standing.append((running, each.prepare(running.url)))
        for running, asks in standing:
            running.load(asks, FEW, effort.warm_up)
        for number in range(effort.rounds):
            effort.tell(f"getOrderItems, round {number + 1} of {effort.rounds} ...")
            for connections in (FEW, MANY):
                for running, asks in standing:
                    loads[running.name][connections].append(running.load(asks, connections, effort.seconds))
    return loads


def _of_loads(what: str, loads: Loads) -> list[Figure]:
    figures = []
    for number, several in loads.items():
        rate = middle(each.rate for each in several)
        figures.append(Figure(f"{what}, c{number}", rate, "req/s", **_beside(several)))
        figures.append(Figure(f"{what}, c{number}, p99", middle(each.p99 for each in several), "ms"))
    return figures


def _ratio(what: str, mine: Sequence[Load], theirs: Sequence[Load], at_least: float) -> Figure:
    rates, worked = (
        [middle(getattr(each, name) for each in several) for several in (mine, theirs)]
        for name in ("rate", "per_second_worked")
    )
    by_work = worked[0] / worked[1] if all(worked) else None
    return Figure(what, rates[0] / rates[1], at_least=at_least, per_second_worked=by_work)


def _p99(loads: Loads) -> float:
    return middle(each.p99 for each in loads[MANY])


def _beside(several: Sequence[Load]) -> dict[str, float]:
    return {
        "generator": middle(each.generator for each in several),
        "per_second_worked": middle(each.per_second_worked for each in several),
    }


def _items(url: str, order_ids: Sequence[str]) -> list[Ask]:
    headers = sp_api(url)
    step = max(1, len(order_ids) // 300)
    return [
        Ask(get(f"/orders/v0/orders/{each}/orderItems", headers), each.encode()) for each in order_ids[::step][:300]
    ]


def _pages(url: str) -> list[Ask]:
    """The first page and those that follow, by their NextTokens."""
    headers, asks = sp_api(url), []
    query = {
        "MarketplaceIds": "ATVPDKIKX0DER", "CreatedAfter": "2026-01-01T00:00:00Z", "MaxResultsPerPage": "100",
    }  # fmt: skip
    path = f"/orders/v0/orders?{urlencode(query)}"
    for _ in range(PAGES):
        payload = good(requests.get(url + path, headers=headers, timeout=60))["payload"]
        asks.append(Ask(get(path, headers), payload["Orders"][-1]["AmazonOrderId"].encode()))
        if "NextToken" not in payload:
            break
        path = f"/orders/v0/orders?MarketplaceIds={query['MarketplaceIds']}&NextToken={quote(payload['NextToken'], '')}"
    return asks


def _mws_items(order_ids: Sequence[str]) -> list[Ask]:
    """Signed as MWS wants it, so that the signature is read and checked."""
    keys = DEFAULTS["mws"]
    asks = []
    for each in order_ids[:: max(1, len(order_ids) // 300)][:300]:
        query = {
            "AWSAccessKeyId": keys["access_key"], "Action": "ListOrderItems", "AmazonOrderId": each,
            "SellerId": keys["seller_id"], "SignatureMethod": "HmacSHA256", "SignatureVersion": "2",
            "Timestamp": START, "Version": "2013-09-01",
        }  # fmt: skip
        text = string_to_sign("GET", MWS_HOST, MWS, list(query.items()))
        signed = query | {"Signature": sign(keys["secret_key"], text)}
        asks.append(Ask(get(f"{MWS}?{urlencode(signed)}", {}), each.encode()))
    return asks
