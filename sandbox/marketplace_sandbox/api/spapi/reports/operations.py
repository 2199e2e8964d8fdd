"""The operations of Reports 2021-06-30, one method per operationId. Knows no column and not how a report is made."""

import gzip
from dataclasses import replace

from marketplace_sandbox.api.admission.access import RATE_LIMIT, Access, denied
from marketplace_sandbox.api.formats.reports.documents import file_of
from marketplace_sandbox.api.http.calls import Call, Reply
from marketplace_sandbox.api.shared.document_transfer import File, TransferError, Transfers
from marketplace_sandbox.api.shared.pagination import PageTokens
from marketplace_sandbox.api.spapi.reports import commands, pagination
from marketplace_sandbox.api.spapi.reports.schemas import (
    CreateReportSchema,
    CreateScheduleSchema,
    DocumentSchema,
    ReportSchema,
    ScheduleSchema,
)
from marketplace_sandbox.core.reports.reports import UnknownReportError
from marketplace_sandbox.core.reports.values import Report
from marketplace_sandbox.core.world import World

PLAIN, PACKED, UNPACKED_BY_CLIENTS = "report", "report-gzip", "report-gzip-encoded"
"""The kinds of links: as it is, as a gzip file, and as an encoding that clients take off themselves."""

RESTRICTED = (
    "Access to the resource is forbidden: documents of {type} take a restricted data token, issued by "
    "createRestrictedDataToken for GET {path}."
)


class Reports:
    """Reads look at published state only. `token_key` protects page tokens; `transfers` serves the documents."""

    def __init__(self, access: Access, token_key: bytes, transfers: Transfers) -> None:
        self._access = access
        self._tokens = PageTokens(token_key)
        self._transfers = transfers
        transfers.reads(PLAIN, _plain)
        transfers.reads(PACKED, _packed)
        transfers.reads(UNPACKED_BY_CLIENTS, _encoded)

    # Reports

    def getReports(self, call: Call) -> Reply:
        world = self._access.enter(call).world
        page = pagination.REPORTS.page(self._tokens, world, call.query)
        body = {"reports": ReportSchema(many=True).dump(page.listed)}
        return _reply(body | ({"nextToken": page.token} if page.token else {}))

    def createReport(self, call: Call) -> Reply:
        world = self._access.enter(call).world
        command = commands.command(CreateReportSchema().load(call.body), world)
        with commands.refusals(), self._access.going_wrong(world, "report", command["report_type"]) as fate:
            report_id = world.happen("report-created", {**command, **fate}).report_id
        self._access.wake(world)
        return _reply({"reportId": report_id}, 202)

    def getReport(self, call: Call) -> Reply:
        world = self._access.enter(call).world
        with commands.refusals():
            return _reply(ReportSchema().dump(world.state.reports.find(call.path["reportId"])))

    def cancelReport(self, call: Call) -> Reply:
        world = self._access.enter(call).world
        with commands.refusals():
            world.happen("report-canceled", {"report_id": call.path["reportId"]})
        self._access.wake(world)
        return _reply(None)

    # Schedules

    def getReportSchedules(self, call: Call) -> Reply:
        world = self._access.enter(call).world
        types = call.query["reportTypes"]
        commands.check_types(types)
        found = [each for each in list(world.state.reports.schedules.values()) if each.kind.name in types]
        return _reply({"reportSchedules": ScheduleSchema(many=True).dump(found)})

    def createReportSchedule(self, call: Call) -> Reply:
        world = self._access.enter(call).world
        command = commands.command(CreateScheduleSchema().load(call.body), world)
        with commands.refusals():
            schedule_id = world.happen("report-schedule-created", {**command, "keeps_day": True}).report_id
        return _reply({"reportScheduleId": schedule_id}, 201)

    def getReportSchedule(self, call: Call) -> Reply:
        world = self._access.enter(call).world
        with commands.refusals():
            return _reply(ScheduleSchema().dump(world.state.reports.find_schedule(call.path["reportScheduleId"])))

    def cancelReportSchedule(self, call: Call) -> Reply:
        world = self._access.enter(call).world
        with commands.refusals():
            world.happen("report-schedule-canceled", {"schedule_id": call.path["reportScheduleId"]})
        return _reply(None)

    # Documents

    def getReportDocument(self, call: Call) -> Reply:
        caller = self._access.enter(call)
        world, document_id = caller.world, call.path["reportDocumentId"]
        with commands.refusals():
            report = world.state.reports.of_document(document_id, world.now())
        exact = any(each.method == call.method and each.path == call.url_path for each in caller.resources)
        if report.kind.restricted and not exact:
            raise denied(RESTRICTED.format(type=report.kind.name, path=call.url_path))
        packed = world.policy.is_on("report_gzip")
        encoded = call.query.get("enableContentEncodingUrlHeader", False)
        kind = (UNPACKED_BY_CLIENTS if encoded else PACKED) if packed else PLAIN
        url = self._transfers.link(world, kind, document_id)
        shown = {"document_id": document_id, "url": url, "compression": "GZIP" if packed else None}
        return _reply(DocumentSchema().dump(shown))


def _reply(body: object, status: int = 200) -> Reply:
    return Reply(status, body, RATE_LIMIT)


def _plain(world: World, document_id: str) -> File:
    return file_of(_find(world, document_id))


def _packed(world: World, document_id: str) -> File:
    file = _plain(world, document_id)
    return replace(file, content=gzip.compress(file.content, mtime=0))


def _encoded(world: World, document_id: str) -> File:
    return replace(_packed(world, document_id), headers={"Content-Encoding": "gzip"})


def _find(world: World, document_id: str) -> Report:
    try:
        return world.state.reports.of_document(document_id, world.now())
    except UnknownReportError as gone:
        raise TransferError(404, "NoSuchKey", str(gone)) from None
