"""The operations of Reports 2021-06-30, one method per operationId. Knows no column and not how a report is made."""

from collections.abc import Mapping
from typing import Any

from marketplace_sandbox.api.admission.access import RATE_LIMIT, Access, Caller, invalid, unauthorized
from marketplace_sandbox.api.formats.reports.options import read_options
from marketplace_sandbox.api.formats.reports.report_documents import file_of
from marketplace_sandbox.api.http.exchange import Call, Reply
from marketplace_sandbox.api.shared.document_transfer import File, TransferError, Transfers
from marketplace_sandbox.api.shared.pagination import PageTokens
from marketplace_sandbox.api.shared.spapi_jobs import (
    JobQuery,
    check_marketplaces,
    check_types,
    job_list,
    read_instant,
    translate_refusals,
)
from marketplace_sandbox.api.spapi.reports.schemas import (
    CREATE_NAMES,
    CreateReportSchema,
    CreateScheduleSchema,
    DocumentSchema,
    ReportSchema,
    ScheduleSchema,
)
from marketplace_sandbox.core.commands.reports import CancelReport, CreateReport, ScheduleReport, UnscheduleReport
from marketplace_sandbox.core.reports.reports import UnknownReportError
from marketplace_sandbox.core.reports.values import RETENTION, SPAPI_TYPES, Report
from marketplace_sandbox.core.text.instants import format_instant
from marketplace_sandbox.core.text.reading import FieldError
from marketplace_sandbox.core.world.world import World

DOWNLOAD = "report"
"""The kind of links to documents."""

RESTRICTED = (
    "Access to the resource is forbidden: documents of {type} take a restricted data token, issued by "
    "createRestrictedDataToken for GET {path}."
)

REPORTS: JobQuery[Report] = JobQuery(
    job_list("reports", lambda world, after: world.state.reports.latest_first(after)),
    "reportTypes",
    SPAPI_TYPES,
    "report type",
    RETENTION,
)


class Reports:
    """Reads look at published state only. `token_key` protects page tokens; `transfers` serves the documents."""

    def __init__(self, access: Access, token_key: bytes, transfers: Transfers) -> None:
        self._access = access
        self._tokens = PageTokens(token_key)
        self._transfers = transfers
        transfers.reads(DOWNLOAD, _download)

    # Reports

    def getReports(self, call: Call, caller: Caller) -> Reply:
        world = caller.world
        page = REPORTS.page(self._tokens, world, call.query)
        body = {"reports": ReportSchema(many=True).dump(page.entries)}
        return _reply(body | ({"nextToken": page.token} if page.token else {}))

    def createReport(self, call: Call, caller: Caller) -> Reply:
        world = caller.world
        request = _read_request(CreateReportSchema().load(call.body), world)
        with (
            translate_refusals(CREATE_NAMES),
            self._access.match_job_fault(world, "report", request["report_type"]) as fault,
        ):
            report_id = world.execute(CreateReport.read({**request, **fault})).report_id
        self._access.wake(world)
        return _reply({"reportId": report_id}, 202)

    def getReport(self, call: Call, caller: Caller) -> Reply:
        world = caller.world
        with translate_refusals(CREATE_NAMES):
            return _reply(ReportSchema().dump(world.state.reports.find(call.path["reportId"])))

    def cancelReport(self, call: Call, caller: Caller) -> Reply:
        world = caller.world
        with translate_refusals(CREATE_NAMES):
            world.execute(CancelReport(report_id=call.path["reportId"]))
        self._access.wake(world)
        return _reply(None)

    # Schedules

    def getReportSchedules(self, call: Call, caller: Caller) -> Reply:
        world = caller.world
        types = call.query["reportTypes"]
        check_types(types, SPAPI_TYPES, "report type", "reportTypes")
        schedules = [each for each in list(world.state.reports.schedules.values()) if each.kind.name in types]
        return _reply({"reportSchedules": ScheduleSchema(many=True).dump(schedules)})

    def createReportSchedule(self, call: Call, caller: Caller) -> Reply:
        world = caller.world
        request = _read_request(CreateScheduleSchema().load(call.body), world)
        with translate_refusals(CREATE_NAMES):
            schedule_id = world.execute(ScheduleReport.read({**request, "keeps_day": True})).report_id
        return _reply({"reportScheduleId": schedule_id}, 201)

    def getReportSchedule(self, call: Call, caller: Caller) -> Reply:
        world = caller.world
        with translate_refusals(CREATE_NAMES):
            return _reply(ScheduleSchema().dump(world.state.reports.find_schedule(call.path["reportScheduleId"])))

    def cancelReportSchedule(self, call: Call, caller: Caller) -> Reply:
        world = caller.world
        with translate_refusals(CREATE_NAMES):
            world.execute(UnscheduleReport(schedule_id=call.path["reportScheduleId"]))
        return _reply(None)

    # Documents

    def getReportDocument(self, call: Call, caller: Caller) -> Reply:
        world, document_id = caller.world, call.path["reportDocumentId"]
        with translate_refusals(CREATE_NAMES):
            report = world.state.reports.of_document(document_id, world.now())
        exact = any(each.method == call.method and each.path == call.url_path for each in caller.resources)
        if report.kind.restricted and not exact:
            raise unauthorized(RESTRICTED.format(type=report.kind.name, path=call.url_path))
        link = self._transfers.download(
            world,
            DOWNLOAD,
            document_id,
            packed=world.policy.is_on("report_gzip"),
            encoded=call.query.get("enableContentEncodingUrlHeader", False),
        )
        return _reply(DocumentSchema().dump(link))


def _reply(body: object, status: int = 200) -> Reply:
    return Reply(status, body, RATE_LIMIT)


def _read_request(request: Mapping[str, Any], world: World) -> dict[str, Any]:
    """The body of a command from that of a request. Raises ApiError."""
    check_types((request["report_type"],), SPAPI_TYPES, "report type", "reportType")
    check_marketplaces(request["marketplace_ids"], world)
    try:
        read_options(request["options"], "reportOptions")
    except FieldError as wrong:
        raise invalid(str(wrong), "reportOptions") from None
    names = [name for name in ("start", "end", "next_at") if request.get(name)]
    instants = {name: format_instant(read_instant(CREATE_NAMES[name], request[name])) for name in names}
    return {**request, **instants}


def _download(world: World, document_id: str) -> File:
    try:
        return file_of(world.state.reports.of_document(document_id, world.now()))
    except UnknownReportError as gone:
        raise TransferError(404, "NoSuchKey", str(gone)) from None
