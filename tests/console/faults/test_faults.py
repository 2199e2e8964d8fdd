"""Faults and limits: what goes wrong next, added by its kind and removed; the buckets; settings changed and reset."""

import pytest

from marketplace_sandbox.core.commands.worlds import ConfigurePolicy
from marketplace_sandbox.core.faults.kinds import KINDS, fields_of
from marketplace_sandbox.core.policy import POLICY
from tests.api.contract import Client
from tests.console.browsing import HOST
from tests.console.conftest import Shop

PAGE = "/faults"
NEEDED = {"by": "PT10M", "until": "2026-03-03T00:00:00Z", "status": "503", "seconds": "0.5"}


def standing(shop: Shop) -> list[dict[str, object]]:
    return shop.server.faults.all(shop.world.seller_id)


def test_without_faults_it_says_what_to_do(shop: Shop) -> None:
    assert "Nothing goes wrong. Add a fault below" in shop.get(PAGE).main


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_added_by_a_form_of_its_own(shop: Shop, kind: str) -> None:
    shown = shop.get(f"{PAGE}?kind={kind}")
    assert KINDS[kind].about in shown.main
    form = next(each for each in shown.tree.cssselect("form") if each.get("action") == PAGE and each.method == "POST")
    assert set(fields_of(KINDS[kind])) < set(form.fields)
    done = shown.press("Add fault", **{name: NEEDED[name] for name in KINDS[kind].needs})
    (fault,) = standing(shop)
    assert (fault["kind"], fault["times"], fault["skip"]) == (kind, 1, 0)
    assert "0 of 1 were met" in done.row("fault-1:").text_content()


def test_a_fault_has_all_that_was_filled_in(shop: Shop) -> None:
    shown = shop.get(f"{PAGE}?kind=status")
    shown.press(
        "Add fault",
        status="429",
        times="",
        skip="2",
        operation="getOrders",
        api="orders-v0",
        message="<b>No</b>",
        headers="Retry-After: 5\nX-Note: a: b",
    )
    (fault,) = standing(shop)
    assert fault | {
        "times": None, "skip": 2, "status": 429, "operation": "getOrders", "api": "orders-v0", "message": "<b>No</b>",
        "headers": {"Retry-After": "5", "X-Note": "a: b"},
    } == fault  # fmt: skip
    assert "<b>No</b>" in shop.get(PAGE).main


@pytest.mark.parametrize(
    ("kind", "fields", "told"),
    [
        ("status", {"status": "200"}, "400"),
        ("status", {"status": "503", "operation": "getOrdres"}, "getOrders"),
        ("delay", {"by": "soon"}, "soon"),
        ("latency", {"seconds": "many"}, "seconds"),
        ("drop", {"times": "often"}, "times"),
    ],
)
def test_a_wrong_fault_is_refused_and_stays_in_the_form(
    shop: Shop, kind: str, fields: dict[str, str], told: str
) -> None:
    refused = shop.get(f"{PAGE}?kind={kind}").press("Add fault", **fields)
    assert refused.status == 400
    assert told in refused.alerts[0]
    assert "InvalidInput" in refused.alerts[0]
    for name, text in fields.items():
        assert refused.tree.get_element_by_id(f"field-{name}").value == text
    assert not standing(shop)


def test_a_kind_that_there_is_not_is_refused_with_the_nearest(shop: Shop) -> None:
    shown = shop.get(f"{PAGE}?kind=statsu")
    assert shown.status == 400
    assert "status" in shown.alerts[0]


def test_faults_are_removed_one_by_one_and_all(shop: Shop) -> None:
    bodies = [{"kind": "drop"}, {"kind": "expired_token"}, {"kind": "feed_fatal"}]
    shop.server.faults.add(shop.world.seller_id, bodies, shop.world.now())
    shown = shop.get(PAGE)
    shown.press("Remove fault-2")
    assert [each["id"] for each in standing(shop)] == ["fault-1", "fault-3"]
    gone = shown.press("Remove fault-2")
    assert (gone.status, len(standing(shop))) == (404, 2)
    assert "Nothing goes wrong." in shop.get(PAGE).press("Remove all").main
    assert not standing(shop)


def test_buckets_stand_as_the_client_has_left_them(shop: Shop) -> None:
    shown = shop.get(PAGE)
    assert "Nobody is throttled." in shown.main
    assert "Every bucket is full" in shown.press("Set limits", value="published_virtual").main
    key = shop.server.credentials.issue(shop.world.opening.holder)["mws"]["access_key"]
    client, headers = Client(shop.server.app, ()), {"host": HOST}
    for action, path, version in 2 * (
        ("ListOrders", "/Orders/2013-09-01", "2013-09-01"),
        ("GetFeedSubmissionList", "/Feeds/2009-01-01", "2009-01-01"),
    ):
        query = {"Action": action, "Version": version, "AWSAccessKeyId": key}
        client("GET", path, query, headers=headers, documented=False)
    shown = shop.get(PAGE)
    orders = shown.row("ListOrders").text_content()
    assert all(each in orders for each in (key, "4.0 of 6", "no cap"))
    feeds = shown.row("GetFeedSubmissionList").text_content()
    assert all(each in feeds for each in ("8.0 of 10", "78 of 80 until"))
    shop.get(PAGE).press("Set limits", value="off")
    assert shop.server.rate_limiter.buckets(shop.world) == []


def test_every_setting_stands_with_what_it_means(shop: Shop) -> None:
    shown = shop.get(PAGE)
    rows = {each.get("id"): each.text_content() for each in shown.tree.cssselect("tr[id^=setting-]")}
    while "Next" in shown.names():
        shown = shown.follow("Next")
        rows |= {each.get("id"): each.text_content() for each in shown.tree.cssselect("tr[id^=setting-]")}
    assert len(rows) == len(POLICY)
    for key, entry in POLICY.items():
        text = " ".join(rows[f"setting-{key}"].split())
        assert all(each in text for each in (key, " ".join(entry.meaning.split()), entry.source, entry.confidence))


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("buyer_withdrawal", "true", True),
        ("listing_lag", "2m", "PT2M"),
        ("items_per_page", "7", 7),
        ("unknown_order", "empty", "empty"),
        ("orders_v0_reads_end", "2027-03-27", "2027-03-27T00:00:00Z"),
    ],
)
def test_a_setting_is_changed_and_reset(shop: Shop, key: str, typed: str, value: object) -> None:
    before = shop.world.policy.in_force()
    done = shop.get(f"{PAGE}?q={key}").press(f"Save {key}", value=typed)
    assert shop.world.policy.in_force() == before | {key: value}
    assert "changed" in done.tree.get_element_by_id(f"setting-{key}").text_content()
    done.press(f"Reset {key}")
    assert shop.world.policy.in_force() == before
    assert key not in shop.world.policy.overrides


@pytest.mark.parametrize(
    ("key", "typed", "told"),
    [
        ("listing_lag", "soon", "listing_lag is a span"),
        ("items_per_page", "1000", "whole number from 1 to 100"),
        ("items_per_page", "many", "whole number from 1 to 100"),
        ("orders_v0_reads_end", "<b>x</b>", "is a date such as"),
    ],
)
def test_a_value_that_a_setting_cannot_have_is_refused(shop: Shop, key: str, typed: str, told: str) -> None:
    before = shop.world.version
    refused = shop.get(f"{PAGE}?q={key}").press(f"Save {key}", value=typed)
    assert told in refused.alerts[0]
    assert "Nothing was done." in refused.alerts[0]
    assert shop.world.version == before


def test_a_setting_that_was_changed_meanwhile_is_left_alone(shop: Shop) -> None:
    shown = shop.get(f"{PAGE}?q=items_per_page")
    shop.world.execute(ConfigurePolicy({"items_per_page": 5}))
    refused = shown.press("Save items_per_page", value="9")
    assert "SETTING_CHANGED" in refused.alerts[0]
    assert "It was 50, and is 5 now." in refused.alerts[0]
    assert shop.world.policy.value("items_per_page") == 5


def test_settings_are_searched(shop: Shop) -> None:
    shown = shop.get(f"{PAGE}?q=listing_lag")
    assert [each.get("id") for each in shown.tree.cssselect("tr[id^=setting-]")] == ["setting-listing_lag"]
    assert "No setting has" in shop.get(f"{PAGE}?q=%3Cb%3E").main
    token = shown.tree.cssselect("input[name=csrf_token]")[0].value
    unknown = shop.browser.post(f"{PAGE}/settings/listing_lagg", {"csrf_token": token})
    assert unknown.status == 404
    assert "listing_lag" in unknown.alerts[0]
