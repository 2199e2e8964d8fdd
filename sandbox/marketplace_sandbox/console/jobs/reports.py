"""Order Reports: the columns a seller may add, asking for a report, the reports there are, and what is in one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import flask
from flask import request, url_for
from werkzeug.wrappers import Response

from marketplace_sandbox.api.control.refusals import translate_refusals
from marketplace_sandbox.api.formats.reports.report_documents import file_of
from marketplace_sandbox.api.http.errors import ApiError, invalid_input
from marketplace_sandbox.api.shared.document_transfer import File
from marketplace_sandbox.console import current
from marketplace_sandbox.console.frame.paging import cut
from marketplace_sandbox.console.frame.rendering import done, render, tell_problem
from marketplace_sandbox.console.frame.words import write_instant
from marketplace_sandbox.console.jobs.blueprint import pages
from marketplace_sandbox.console.jobs.files import charset_of, send_file
from marketplace_sandbox.console.jobs.waiting import Progress, progress_of
from marketplace_sandbox.core.commands.reports import CancelReport, CreateReport
from marketplace_sandbox.core.jobs import JobStatus
from marketplace_sandbox.core.marketplaces import MARKETPLACES
from marketplace_sandbox.core.reports.contents import RANGED
from marketplace_sandbox.core.reports.values import REPORT_TYPES, SPAPI_TYPES, Report, ReportSchedule, ReportType
from marketplace_sandbox.core.text.instants import format_instant, parse_instant
from marketplace_sandbox.core.text.quoting import quote
from marketplace_sandbox.core.world.world import World

PAGE, SAVED = "jobs/reports.html", "columns_saved"
REPORTS_A_PAGE = 10
MOST_ROWS = 100
"""As many rows of a report are shown; the file has all."""
MOST_CHARACTERS = 20_000
"""As many characters of a report that is no table are shown."""
DAYS = 7
"""How far back the form asks for orders at first."""
COLUMN_SETTING = "order_report_cancellation_columns"
REQUESTED_COLUMN = "is-buyer-requested-cancellation"

LABELS = {
    "GET_FLAT_FILE_ACTIONABLE_ORDER_DATA_SHIPPING": "Unshipped Orders",
    "GET_FLAT_FILE_ORDER_REPORT_DATA_SHIPPING": "New Orders, for shipping",
    "GET_FLAT_FILE_ORDER_REPORT_DATA_INVOICING": "New Orders, for invoicing",
    "GET_FLAT_FILE_ORDER_REPORT_DATA_TAX": "New Orders, for tax",
    "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL": "All Orders, by last update",
    "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL": "All Orders, by order date",
    "GET_XML_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL": "All Orders, by last update, as XML",
    "GET_XML_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL": "All Orders, by order date, as XML",
    "GET_FLAT_FILE_PENDING_ORDERS_DATA": "Pending Orders",
    "GET_CONVERGED_FLAT_FILE_PENDING_ORDERS_DATA": "Pending Orders, converged",
    "GET_V2_SELLER_PERFORMANCE_REPORT": "Seller Performance, as JSON",
    "GET_V1_SELLER_PERFORMANCE_REPORT": "Seller Performance, as XML",
}
"""What sellers call the types; one that is not here is told by its name."""

FIELDS = {"report_type": "Report", "marketplace_ids": "Marketplace", "start": "From", "end": "To"}
"""What the form calls the fields of a report."""


@dataclass(frozen=True)
class Form:
    """What is filled in to ask for a report."""

    report_type: str
    marketplace_id: str
    start: str
    end: str


@dataclass(frozen=True)
class Table:
    """The beginning of a report that is a table; `total` rows are in its file.

    `requested` of them say that the buyer has asked for the cancellation, None where the file has no such column.
    """

    heading: Sequence[str]
    rows: Sequence[Sequence[str]]
    total: int
    requested: int | None


@pages.get("/reports")
def reports() -> flask.Response:
    """The columns, the form, and the reports there are, the latest first."""
    return _show_reports()


@pages.post("/reports")
def request_report() -> Response:
    """Ask for a report."""
    form = Form(*(request.form.get(each, "").strip() for each in ("report_type", "marketplace_id", "start", "end")))
    world = current.world()
    try:
        receipt = current.execute(lambda: _read(form, world), FIELDS)
    except ApiError as problem:
        return _show_reports(form, problem)
    ends = progress_of(world, world.state.reports.find(receipt.report_id)).done_at
    when = f"It will be made by {write_instant(ends)}." if ends else "It is made."
    return done(f"Report {receipt.report_id} was asked for. {when}", back=url_for("jobs.reports"))


@pages.post("/reports/columns")
def save_columns() -> flask.Response | Response:
    """Add the columns about what buyers ask for to the order reports, or remove them."""
    wanted, shown = bool(request.form.get("buyer_requested_cancel")), request.form.get("shown") == "1"
    stands = current.world().policy.is_on(COLUMN_SETTING)
    problem: ApiError | None = None
    if stands not in (shown, wanted):
        changed = "added" if stands else "removed"
        message = f"Somebody has {changed} the columns since this page was shown, so nothing was done."
        problem = ApiError(409, "COLUMNS_CHANGED", message)
    elif stands != wanted:
        current.call("putSettings", body={COLUMN_SETTING: wanted})
    if request.headers.get("HX-Target") == "columns-saved":
        status, on = (problem.status, stands) if problem else (200, wanted)
        return render(PAGE, status=status, blocks=(SAVED,), stale=problem, columns_on=on, saved=not problem)
    back = url_for("jobs.reports", columns=1)
    if problem:
        return tell_problem(problem, back=back)
    what = "have" if wanted else "no longer have"
    return done(f"Saved. Reports made from now on {what} the columns about what buyers ask for.", back=back)


@pages.get("/reports/<report_id>")
def report(report_id: str) -> flask.Response:
    """One report: how far it has come, and the beginning of its file."""
    world = current.world()
    found = _find(report_id)
    file = _file_of(world, found)
    text = file.content.decode(charset_of(file.media_type), "replace") if file else ""
    refused = found.contents is not None and found.contents.most_days is not None
    is_table = file is not None and file.media_type.startswith("text/plain") and not refused
    return render(
        "jobs/report.html",
        blocks=("progress",),
        report=found,
        name=name_of(found.kind),
        progress=progress_of(world, found),
        now=world.now(),
        ranged=found.kind.selection in RANGED,
        kept_until=found.expires_at(world.policy),
        has_file=file is not None,
        table=_read_table(text, hide_empty=bool(request.args.get("filled"))) if is_table else None,
        filled=bool(request.args.get("filled")),
        text="" if is_table else text[:MOST_CHARACTERS],
        is_cut=not is_table and len(text) > MOST_CHARACTERS,
        requested_column=REQUESTED_COLUMN,
        orders={each.order_id for each in found.contents.orders} if found.contents else set(),
    )


@pages.get("/reports/<report_id>/file")
def report_file(report_id: str) -> flask.Response:
    """The file of a report, as it is downloaded. Raises ApiError 404 where there is none, or none any more."""
    file = _file_of(current.world(), _find(report_id))
    if file is None:
        raise ApiError(404, "NotFound", f"Report {report_id} has no file.")
    ending = {"text/plain": "txt", "text/xml": "xml"}.get(file.media_type.partition(";")[0], "json")
    return send_file(file, f"report-{report_id}.{ending}")


@pages.post("/reports/<report_id>/cancel")
def cancel_report(report_id: str) -> Response:
    """Take a report out of the queue."""
    current.execute(lambda: CancelReport(report_id=report_id))
    return done(f"Report {report_id} was canceled.")


def name_of(kind: ReportType) -> str:
    """What sellers call a type."""
    return LABELS.get(kind.name, kind.name)


def _show_reports(form: Form | None = None, problem: ApiError | None = None) -> flask.Response:
    world = current.world()
    now = world.now()
    found = cut(world.state.reports.latest_first(), REPORTS_A_PAGE)
    listed: list[tuple[Report, str, Progress]] = [
        (each, name_of(each.kind), progress_of(world, each)) for each in found.entries
    ]
    schedules: list[tuple[ReportSchedule, str]] = [
        (each, name_of(each.kind)) for each in list(world.state.reports.schedules.values())
    ]
    offered = [REPORT_TYPES[each] for each in SPAPI_TYPES]
    offered = [each for each in offered if each.requestable and each.places_of(world.marketplace_ids)]
    return render(
        PAGE,
        status=problem.status if problem else 200,
        blocks=("job_list", SAVED),
        problem=problem,
        form=form or Form(offered[0].name, "", f"{now - timedelta(days=DAYS - 1):%Y-%m-%d}", f"{now:%Y-%m-%d}"),
        ranged=[(each.name, name_of(each)) for each in offered if each.selection in RANGED],
        unranged=[(each.name, name_of(each)) for each in offered if each.selection not in RANGED],
        marketplaces=[(each, MARKETPLACES[each].sales_channel) for each in world.marketplace_ids],
        columns_on=world.policy.is_on(COLUMN_SETTING),
        columns_shown=bool(request.args.get("columns")),
        saved=False,
        stale=None,
        now=now,
        found=found,
        listed=listed,
        schedules=schedules,
    )


def _read(form: Form, world: World) -> CreateReport:
    """The command that a form asks for. Raises FieldError or ApiError."""
    if form.marketplace_id and form.marketplace_id not in world.marketplace_ids:
        raise invalid_input(f"Marketplace is one of {', '.join(world.marketplace_ids)}.", "Marketplace")
    asked = {
        "report_type": form.report_type,
        "marketplace_ids": [form.marketplace_id] if form.marketplace_id else list(world.marketplace_ids),
    }
    kind = REPORT_TYPES.get(form.report_type)
    if kind is not None and kind.selection in RANGED:
        asked["start"] = format_instant(_begin(form.start))
        asked["end"] = format_instant(_end(form.end, world.now()))
    return CreateReport.read(asked)


def _begin(text: str) -> datetime:
    return _day_or_instant(text, "From")


def _end(text: str, now: datetime) -> datetime:
    """The end of a day, of today as far as it has come, or an instant."""
    at = _day_or_instant(text, "To")
    if "T" in text.upper():
        return at
    end = at + timedelta(days=1) - timedelta(milliseconds=1)
    return now if at <= now <= end else end


def _day_or_instant(text: str, name: str) -> datetime:
    if not text:
        raise invalid_input(f"{name} is missing: this report is about the orders of a range of days.", name)
    try:
        return parse_instant(text, naive_is_utc=True)
    except ValueError:
        raise invalid_input(f"{name} is a day such as 2026-03-02; {quote(text)} is none.", name) from None


def _find(report_id: str) -> Report:
    with translate_refusals():
        return current.world().state.reports.find(report_id)


def _file_of(world: World, found: Report) -> File | None:
    """The file of a report that has one which is still kept."""
    if not found.document_id or found.expires_at(world.policy) <= world.now():
        return None
    if found.contents is None and found.status is not JobStatus.FATAL:
        return None
    return file_of(found)


def _read_table(text: str, *, hide_empty: bool) -> Table:
    """The table of a file, without the columns in which no row has anything where they are to be hidden."""
    heading, *rows = [line.split("\t") for line in text.split("\r\n") if line]
    requested = None
    if REQUESTED_COLUMN in heading:
        place = heading.index(REQUESTED_COLUMN)
        requested = sum(each[place].lower() == "true" for each in rows)
    kept = [place for place in range(len(heading)) if not hide_empty or any(row[place] for row in rows)]
    shown = [[row[place] for place in kept] for row in rows[:MOST_ROWS]]
    return Table([heading[place] for place in kept], shown, len(rows), requested)
