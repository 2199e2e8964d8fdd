"""Reports on the world's clock: how far they come, what they choose, how schedules repeat them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from marketplace_sandbox.core.commands.reports import CancelReport, CreateReport, ScheduleReport, UnscheduleReport
from marketplace_sandbox.core.commands.worlds import ConfigurePolicy
from marketplace_sandbox.core.jobs import JobStatus
from marketplace_sandbox.core.notifications.outbox import REPORT_PROCESSING_FINISHED
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.reports.reports import ReportNotInQueueError, UnknownReportError
from marketplace_sandbox.core.reports.values import PERIODS, Report, after_period, before_period
from marketplace_sandbox.core.text.reading import FieldError
from marketplace_sandbox.core.world.world import World
from tests.core.worlds import START, a_world, later, place, restored

US, JP = "ATVPDKIKX0DER", "A1VC38T7YXB528"
SHIPPING = "GET_FLAT_FILE_ORDER_REPORT_DATA_SHIPPING"
UNSHIPPED = "GET_FLAT_FILE_ACTIONABLE_ORDER_DATA_SHIPPING"
BY_UPDATE = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL"
BY_DATE = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL"
PERFORMANCE = "GET_V2_SELLER_PERFORMANCE_REPORT"
MADE = timedelta(seconds=90)


def ask(world: World, kind: str, **body: Any) -> Report:
    wanted = {"report_type": kind, "marketplace_ids": [US], **body}
    return world.state.reports.find(world.execute(CreateReport.read(wanted)).report_id)


def made(world: World, kind: str, **body: Any) -> Report:
    """A report whose time is over."""
    report = ask(world, kind, **body)
    world.advance(MADE)
    return world.state.reports.find(report.report_id)


def told(report: Report) -> list[str]:
    return [each.order_id for each in report.contents.orders] if report.contents else []


def ids(*orders: Order) -> list[str]:
    return [each.order_id for each in orders]


@pytest.mark.parametrize(
    ("after", "status"),
    [(0, "IN_QUEUE"), (29.999, "IN_QUEUE"), (30, "IN_PROGRESS"), (89.999, "IN_PROGRESS"), (90, "DONE")],
)
def test_a_report_waits_is_worked_on_and_done(after: float, status: str) -> None:
    world = a_world()
    place(world, hold=False)
    report = ask(world, UNSHIPPED)
    world.advance(timedelta(seconds=after))
    assert world.state.reports.find(report.report_id).status == status


def test_its_length_follows_the_settings() -> None:
    world = a_world(report_queue_time="PT0S", report_processing_time="PT2H")
    place(world, hold=False)
    report = ask(world, UNSHIPPED)
    later(world, minutes=119)
    assert world.state.reports.find(report.report_id).status is JobStatus.IN_PROGRESS
    later(world, minutes=1)
    done = world.state.reports.find(report.report_id)
    assert (done.status, done.started_at, done.ended_at) == ("DONE", START, START + timedelta(hours=2))


def test_each_end_is_told() -> None:
    world = a_world()
    place(world, hold=False)
    done, failed = ask(world, UNSHIPPED), ask(world, UNSHIPPED, fate="fatal")
    empty, unwanted = ask(world, SHIPPING, marketplace_ids=[JP]), ask(world, UNSHIPPED)
    world.execute(CancelReport(report_id=unwanted.report_id))
    world.advance(MADE)
    finished_job = [
        each.finished_job for each in world.state.notices if each.notification_type == REPORT_PROCESSING_FINISHED
    ]
    said = {each.job_id: (each.job_type, each.status, bool(each.document_id)) for each in finished_job if each}
    assert said == {
        unwanted.report_id: (UNSHIPPED, "CANCELLED", False),
        done.report_id: (UNSHIPPED, "DONE", True),
        failed.report_id: (UNSHIPPED, "FATAL", True),
        empty.report_id: (SHIPPING, "CANCELLED", False),
    }
    assert world.state.reports.find(empty.report_id).no_data
    assert not world.state.reports.find(unwanted.report_id).no_data


@pytest.mark.parametrize(("minutes", "status"), [(29, "CANCELLED"), (30, "DONE")])
def test_a_report_that_is_asked_for_again_too_soon_is_cancelled(minutes: int, status: str) -> None:
    world = a_world(report_repeat_after="PT30M")
    place(world, hold=False)
    ask(world, UNSHIPPED)
    later(world, minutes=minutes)
    again = made(world, UNSHIPPED)
    assert (again.status, again.no_data) == (status, False)
    assert made(world, SHIPPING, start="2026-03-02T15:00:00Z").status is JobStatus.DONE


def test_by_default_a_report_may_be_asked_for_again_at_once() -> None:
    world = a_world()
    place(world, hold=False)
    ask(world, UNSHIPPED)
    later(world, seconds=1)
    assert made(world, UNSHIPPED).status is JobStatus.DONE


def test_only_what_waits_can_be_canceled() -> None:
    world = a_world()
    place(world, hold=False)
    report = ask(world, UNSHIPPED)
    world.advance(timedelta(seconds=30))
    with pytest.raises(ReportNotInQueueError, match="IN_PROGRESS"):
        world.execute(CancelReport(report_id=report.report_id))
    with pytest.raises(UnknownReportError):
        world.execute(CancelReport(report_id="1"))
    world.advance(timedelta(seconds=60))
    assert world.state.reports.find(report.report_id).status is JobStatus.DONE


def test_a_pending_order_is_in_neither_order_report_until_it_is_released() -> None:
    world = a_world(report_queue_time="PT0S", report_processing_time="PT0S")
    order = place(world)
    world.advance(START + timedelta(minutes=29, seconds=59))
    start = "2026-03-02T15:00:00Z"
    for kind in (UNSHIPPED, SHIPPING):
        assert ask(world, kind, start=start).no_data
    world = a_world(report_queue_time="PT0S", report_processing_time="PT0S")
    order = place(world)
    world.advance(START + timedelta(minutes=30))
    for kind in (UNSHIPPED, SHIPPING):
        assert told(ask(world, kind, start=start)) == ids(order)


def test_a_canceled_order_leaves_the_unshipped_report_and_stays_in_the_others() -> None:
    world = a_world()
    order = place(world, hold=False)
    world.act(order.order_id, "seller-cancel", {"reason": "no_inventory"})
    start = "2026-03-02T15:00:00Z"
    assert made(world, UNSHIPPED).no_data
    for kind in (SHIPPING, BY_UPDATE, BY_DATE):
        report = made(world, kind, start=start)
        assert told(report) == ids(order)
        assert report.contents is not None
        assert report.contents.orders[0].status == "Canceled"


def test_each_report_has_its_own_range() -> None:
    world = a_world()
    early = place(world)
    later(world, hours=2)
    late = place(world)
    amazons = place(world, channel="AFN", hold=False)
    elsewhere = place(world, marketplace=JP, hold=False)
    later(world, hours=1)
    world.act(early.order_id, "seller-cancel", {"reason": "no_inventory"})
    window = {"start": "2026-03-02T17:00:00Z", "end": "2026-03-02T18:59:00Z"}
    assert told(made(world, SHIPPING, **window)) == ids(late)
    assert told(made(world, BY_DATE, **window)) == sorted(ids(late, amazons))
    assert told(made(world, BY_UPDATE, **window)) == ids(amazons, late)
    everywhere = made(world, BY_DATE, **window, marketplace_ids=[US, JP])
    assert set(told(everywhere)) == set(ids(late, amazons, elsewhere))


def test_a_report_says_how_things_stood_when_it_was_made() -> None:
    world = a_world()
    order = place(world, hold=False)
    report = made(world, UNSHIPPED)
    world.execute(ConfigurePolicy({"order_report_cancellation_columns": True}))
    world.act(order.order_id, "seller-confirm-shipment")
    again = world.state.reports.find(report.report_id)
    assert again.contents is not None
    assert again.contents.orders[0].status == "Unshipped"
    assert not again.contents.policy.is_on("order_report_cancellation_columns")
    folded = restored(world).state.reports.find(report.report_id)
    assert told(folded) == told(report)
    assert folded.document_id == report.document_id


def test_a_document_is_kept_for_thirty_days() -> None:
    world = a_world()
    place(world, hold=False)
    report = made(world, UNSHIPPED)
    kept, gone = timedelta(days=30) - timedelta(seconds=1), timedelta(days=30)
    assert report.ended_at is not None
    reports = world.state.reports
    assert reports.of_document(report.document_id, report.ended_at + kept).report_id == report.report_id
    with pytest.raises(UnknownReportError):
        reports.of_document(report.document_id, report.ended_at + gone)
    world.advance(report.ended_at + gone)
    ask(world, UNSHIPPED)
    assert reports.find(report.report_id).contents is None


def test_a_report_that_takes_longer_than_reports_are_known_is_forgotten() -> None:
    world = a_world(report_processing_time="P100D")
    place(world, hold=False)
    report = ask(world, UNSHIPPED)
    later(world, days=91)
    other = ask(world, UNSHIPPED)
    assert list(world.state.reports.all) == [other.report_id]
    later(world, days=10)
    with pytest.raises(UnknownReportError):
        world.state.reports.find(report.report_id)
    assert restored(world).state.reports.all.keys() == world.state.reports.all.keys()


def test_a_performance_report_has_the_rate_of_each_marketplace_and_is_never_empty() -> None:
    world = a_world()
    for number in range(40):
        order = place(world, hold=False)
        if not number:
            world.act(order.order_id, "seller-cancel", {"reason": "no_inventory"})
    world.advance(datetime(2026, 3, 3, 0, 0, 1, tzinfo=UTC))
    report = made(world, PERFORMANCE, marketplace_ids=[US, JP])
    assert report.contents is not None
    (us, rate), (jp, none) = report.contents.rates
    assert (us, rate.canceled, rate.orders, rate.status) == (US, 1, 40, "BAD")
    assert (jp, none.orders, none.status) == (JP, 0, "NONE")


@pytest.mark.parametrize(
    ("body", "field", "told"),
    [
        (
            {"report_type": "GET_FLAT_FILE_ORDER_REPORT_DATA_SHIPING"},
            "report_type",
            f"There is no report_type 'GET_FLAT_FILE_ORDER_REPORT_DATA_SHIPING'; did you mean '{SHIPPING}'?",
        ),
        (
            {"marketplace_ids": ["ATVPDKIKX0DEX"]},
            "marketplace_ids[0]",
            "There is no marketplace 'ATVPDKIKX0DEX' in marketplace_ids; did",
        ),
        ({"marketplace_ids": []}, "marketplace_ids", "marketplace_ids has at least one entry"),
        (
            {"start": "2026-03-02T16:00:01Z"},
            "start",
            "start lies in the future; the world's now is 2026-03-02T16:00:00Z.",
        ),
        ({"end": "2026-03-02T16:00:01Z"}, "end", "end lies in the future; the world's now is 2026-03-02T16:00:00Z."),
        (
            {"start": "2026-03-02T15:00:00Z", "end": "2026-03-02T14:00:00Z"},
            "end",
            "end must not be earlier than 2026-03-02T15:00:00Z",
        ),
    ],
)
def test_what_cannot_be_asked_for_changes_nothing(body: dict[str, Any], field: str, told: str) -> None:
    world = a_world()
    with pytest.raises(FieldError) as bad:
        ask(world, SHIPPING, **body)
    assert bad.value.field_path == field
    assert str(bad.value).startswith(told)
    assert (world.version, dict(world.state.reports.all)) == (1, {})


@pytest.mark.parametrize(
    ("kind", "start", "most_days"),
    [
        (UNSHIPPED, "2020-01-01T00:00:00Z", None),
        (SHIPPING, "2026-02-28T16:00:00Z", None),
        (SHIPPING, "2026-02-28T15:59:59Z", 2),
    ],
)
def test_how_many_days_a_report_covers_is_a_setting(kind: str, start: str, most_days: int | None) -> None:
    """Source ISSUES-REPORTS: a longer range is taken, and what is made of it refuses it. Only ranges are limited."""
    world = a_world(report_range_days=2)
    place(world, hold=False)
    contents = made(world, kind, start=start).contents
    assert contents is not None
    assert (contents.most_days, len(contents.orders)) == (most_days, 0 if most_days else 1)


def test_a_schedule_of_a_month_is_not_limited() -> None:
    world = a_world(report_range_days=2, start=datetime(2026, 2, 28, 16, tzinfo=UTC))
    schedule(world, period="P1M")
    later(world, days=1)
    place(world, hold=False)
    later(world, days=31)
    (report,) = world.state.reports.all.values()
    assert report.contents is not None
    assert (report.contents.most_days, len(report.contents.orders)) == (None, 1)


# Schedules


def schedule(world: World, kind: str = SHIPPING, **body: Any) -> str:
    wanted = {"report_type": kind, "marketplace_ids": [US], "period": "PT15M", **body}
    return world.execute(ScheduleReport.read(wanted)).report_id


def test_a_schedule_loses_no_order_and_repeats_none() -> None:
    world = a_world()
    schedule_id = schedule(world)
    orders = []
    for _ in range(12):
        orders.append(place(world))
        later(world, minutes=5)
    later(world, minutes=62)
    reports = [each for each in world.state.reports.all.values() if each.schedule_id == schedule_id]
    assert [each.created_at for each in reports] == [START + timedelta(minutes=15 * n) for n in range(1, 9)]
    listed = [order_id for each in reports for order_id in told(each)]
    assert listed == ids(*orders)
    assert {each.status for each in reports} == {"CANCELLED", "DONE"}


def test_a_schedule_takes_the_place_of_its_like() -> None:
    world = a_world()
    first = schedule(world, marketplace_ids=[US, JP])
    other = schedule(world, UNSHIPPED)
    second = schedule(world, marketplace_ids=[JP, US], period="P1D")
    assert list(world.state.reports.schedules) == [other, second]
    with pytest.raises(UnknownReportError):
        world.execute(UnscheduleReport(schedule_id=first))
    world.execute(UnscheduleReport(schedule_id=other))
    later(world, hours=23)
    assert not world.state.reports.all
    later(world, hours=1)
    assert len(world.state.reports.all) == 1


def test_the_first_report_is_made_when_it_was_asked_for() -> None:
    world = a_world()
    schedule(world, UNSHIPPED, next_at="2026-03-03T06:00:00Z", period="P1D")
    later(world, days=2)
    hours = [each.created_at for each in world.state.reports.all.values()]
    assert hours == [datetime(2026, 3, 3, 6, tzinfo=UTC), datetime(2026, 3, 4, 6, tzinfo=UTC)]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"period": "PT10M"}, "period"),
        ({"kind": BY_UPDATE}, "report_type"),
        ({"next_at": "2026-03-02T15:59:59Z"}, "next_at"),
    ],
)
def test_what_cannot_be_scheduled_is_refused(body: dict[str, Any], field: str) -> None:
    world = a_world()
    with pytest.raises(FieldError) as bad:
        schedule(world, **body)
    assert bad.value.field_path == field


@pytest.mark.parametrize("period", PERIODS)
def test_a_period_later_is_later_and_earlier_earlier(period: str) -> None:
    assert before_period(START, period) < START < after_period(START, period)


def test_a_month_is_a_month_of_the_calendar() -> None:
    end_of_january = datetime(2028, 1, 31, 12, tzinfo=UTC)
    assert after_period(end_of_january, "P1M") == datetime(2028, 2, 29, 12, tzinfo=UTC)
    assert before_period(datetime(2026, 3, 31, 12, tzinfo=UTC), "P1M") == datetime(2026, 2, 28, 12, tzinfo=UTC)
    assert after_period(datetime(2026, 12, 5, tzinfo=UTC), "P1M") == datetime(2027, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "days"),
    [
        ({"keeps_day": True, "next_at": "2026-03-31T12:00:00Z"}, [31, 30, 31, 30, 31, 31]),
        ({"next_at": "2026-03-31T12:00:00Z"}, [31, 30, 30, 30, 30, 30]),
        ({"keeps_day": True}, [2, 2, 2, 2, 2, 2]),
    ],
)
def test_a_monthly_schedule_keeps_to_its_day_and_older_journals_to_their_ways(
    body: dict[str, Any], days: list[int]
) -> None:
    world = a_world()
    schedule(world, UNSHIPPED, period="P1M", **body)
    made: dict[str, datetime] = {}
    for _ in range(7):
        later(world, days=30)
        made |= {each.report_id: each.created_at for each in world.state.reports.all.values()}
    assert [each.day for each in made.values()][:6] == days
    assert restored(world).state.reports.schedules == world.state.reports.schedules


def test_a_jump_equals_its_pieces() -> None:
    whole, cut = a_world(), a_world()
    for world in (whole, cut):
        schedule(world)
        schedule(world, UNSHIPPED, period="PT1H")
        place(world)
    later(whole, hours=5)
    for _ in range(300):
        later(cut, minutes=1)
    assert whole.state.reports.all.keys() == cut.state.reports.all.keys()
    for one, other in zip(whole.state.reports.all.values(), cut.state.reports.all.values(), strict=True):
        assert told(one) == told(other)
        assert (one.status, one.created_at, one.ended_at) == (other.status, other.created_at, other.ended_at)
    assert restored(whole).state.reports.all.keys() == whole.state.reports.all.keys()
