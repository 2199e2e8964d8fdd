"""Reports 2021-06-30: what is asked for, and reports, schedules and documents as they are shown."""

from marshmallow import fields

from marketplace_sandbox.api.shared.fields import Date, Wire


class CreateReportSchema(Wire):
    """A report somebody wants."""

    report_type = fields.String(data_key="reportType")
    marketplace_ids = fields.List(fields.String(), data_key="marketplaceIds")
    options = fields.Raw(data_key="reportOptions", load_default=dict)
    start = fields.String(data_key="dataStartTime")
    end = fields.String(data_key="dataEndTime")


class CreateScheduleSchema(Wire):
    """A schedule somebody wants."""

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


class ReportSchema(Wire):
    """A report as far as it has come."""

    report_id = fields.String(data_key="reportId")
    report_type = fields.Function(lambda report: report.kind.name, data_key="reportType")
    marketplace_ids = fields.List(fields.String(), data_key="marketplaceIds")
    start = Date(data_key="dataStartTime")
    end = Date(data_key="dataEndTime")
    schedule_id = fields.Function(lambda report: report.schedule_id or None, data_key="reportScheduleId")
    created_at = Date(data_key="createdTime")
    status = fields.String(data_key="processingStatus")
    started_at = Date(data_key="processingStartTime")
    ended_at = Date(data_key="processingEndTime")
    document_id = fields.Function(lambda report: report.document_id or None, data_key="reportDocumentId")


class ScheduleSchema(Wire):
    """A schedule."""

    schedule_id = fields.String(data_key="reportScheduleId")
    report_type = fields.Function(lambda schedule: schedule.kind.name, data_key="reportType")
    marketplace_ids = fields.List(fields.String(), data_key="marketplaceIds")
    options = fields.Function(lambda schedule: dict(schedule.options) or None, data_key="reportOptions")
    period = fields.String()
    next_at = Date(data_key="nextReportCreationTime")


class DocumentSchema(Wire):
    """Where a document is to be had."""

    document_id = fields.String(data_key="reportDocumentId")
    url = fields.String()
    compression = fields.String(data_key="compressionAlgorithm")
