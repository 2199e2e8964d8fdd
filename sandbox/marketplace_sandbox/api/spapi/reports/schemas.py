"""Reports 2021-06-30: what is asked for, and reports, schedules and documents as they are answered."""

from datetime import UTC, datetime

from marshmallow import fields

from marketplace_sandbox.api.shared.document_transfer import DocumentLink
from marketplace_sandbox.api.shared.fields import Wire
from marketplace_sandbox.api.shared.output import (
    OptionalObject,
    OptionalText,
    OutputField,
    OutputSchema,
    Text,
    Texts,
    attributes_of,
)
from marketplace_sandbox.core.reports.values import Report, ReportSchedule


class CreateReportSchema(Wire):
    """The body of createReport."""

    report_type = fields.String(data_key="reportType")
    marketplace_ids = fields.List(fields.String(), data_key="marketplaceIds")
    options = fields.Raw(data_key="reportOptions", load_default=dict)
    start = fields.String(data_key="dataStartTime")
    end = fields.String(data_key="dataEndTime")


class CreateScheduleSchema(Wire):
    """The body of createReportSchedule."""

    report_type = fields.String(data_key="reportType")
    marketplace_ids = fields.List(fields.String(), data_key="marketplaceIds")
    options = fields.Raw(data_key="reportOptions", load_default=dict)
    period = fields.String()
    next_at = fields.String(data_key="nextReportCreationTime")


CREATE_NAMES = {
    name: field.data_key or name
    for schema in (CreateReportSchema, CreateScheduleSchema)
    for name, field in schema().fields.items()
}
"""The platform's name of each field of a request."""


_report = attributes_of(Report)
_schedule = attributes_of(ReportSchedule)
_link = attributes_of(DocumentLink)


class ReportDate(OutputField[datetime]):
    """An instant to the second with its offset in digits, as this API alone writes it."""

    def write(self, value: datetime) -> str:
        return value.astimezone(UTC).isoformat(timespec="seconds")


class ReportSchema(OutputSchema):
    """A report as far as it has come."""

    reportId = Text(_report.report_id)
    reportType = Text(_report.kind.name)
    marketplaceIds = Texts(_report.marketplace_ids)
    dataStartTime = ReportDate(_report.start)
    dataEndTime = ReportDate(_report.end)
    reportScheduleId = OptionalText(_report.schedule_id)
    createdTime = ReportDate(_report.created_at)
    processingStatus = Text(_report.status)
    processingStartTime = ReportDate(_report.started_at)
    processingEndTime = ReportDate(_report.ended_at)
    reportDocumentId = OptionalText(_report.document_id)


class ScheduleSchema(OutputSchema):
    """A schedule."""

    reportScheduleId = Text(_schedule.schedule_id)
    reportType = Text(_schedule.kind.name)
    marketplaceIds = Texts(_schedule.marketplace_ids)
    reportOptions = OptionalObject(_schedule.options)
    period = Text(_schedule.period)
    nextReportCreationTime = ReportDate(_schedule.next_at)


class DocumentSchema(OutputSchema):
    """Where a document is to be had."""

    reportDocumentId = Text(_link.name)
    url = Text(_link.url)
    compressionAlgorithm = OptionalText(_link.compression)
