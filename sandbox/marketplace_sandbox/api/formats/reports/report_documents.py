"""The file of a report, written anew from its contents whenever it is read, and what kind of text it is. Pure.

A table is Windows-1252 or in Japan Windows-31J, and what has no place in that becomes a question mark, unless the
seller's settings say `utf_8`. A report over too many days has one sentence in the place of its rows.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from marketplace_sandbox.api.formats.reports import (
    all_orders,
    all_orders_xml,
    converged,
    new_orders,
    order_xml,
    pending,
    performance,
    unshipped,
)
from marketplace_sandbox.api.formats.reports.table import Column, Row, write_table
from marketplace_sandbox.api.http.exchange import encode
from marketplace_sandbox.api.shared.document_transfer import File
from marketplace_sandbox.core.policy import JP, Policy
from marketplace_sandbox.core.reports.values import Contents, Report, Selection

UTF_8, WESTERN, JAPANESE = ("utf-8", "utf-8"), ("Cp1252", "cp1252"), ("windows-31j", "cp932")
"""The name of an encoding on the wire, and Python's."""

LATIN = "iso-8859-1"
"""What the XML of all orders is written in."""

Table = tuple[Callable[..., list[Column]], Callable[[Contents], Iterator[Row]]]

TABLES: Mapping[Selection, Table] = {
    Selection.UNSHIPPED: (unshipped.columns, unshipped.rows),
    Selection.RELEASED: (new_orders.columns, new_orders.rows),
    Selection.UPDATED: (all_orders.columns, all_orders.rows),
    Selection.PLACED: (all_orders.columns, all_orders.rows),
    Selection.PENDING: (pending.columns, pending.rows),
}
"""The columns and rows of each table of orders."""

OWN_TABLES: Mapping[str, Table] = {"GET_CONVERGED_FLAT_FILE_ORDER_REPORT_DATA": (converged.columns, converged.rows)}
"""Those of types that say the same of the same orders in a table of their own."""

for _missing in set(Selection) - {Selection.PERFORMANCE, *TABLES}:
    raise NotImplementedError(
        f"api/formats/reports/report_documents.py has no table for {_missing}: add its columns and rows to TABLES"
    )

FAILURE = "The report was told to fail, by a fault of the sandbox."


def file_of(report: Report) -> File:
    """The file of a report that has one: of a failed one the reason, of one that is done what it says.

    It goes out with `Content-Encoding: identity`, as the platform's store has it.
    """
    file = _write(report)
    return replace(file, headers={"Content-Encoding": "identity"})


def _write(report: Report) -> File:
    contents = report.contents
    if contents is None:
        return File(encode({"errorDetails": FAILURE}), "application/json; charset=utf-8")
    if report.kind.selection is Selection.PERFORMANCE:
        if "_V1_" in report.kind.name:
            return File(performance.as_xml(contents), "text/xml; charset=utf-8")
        return File(performance.as_json(contents), "application/json; charset=utf-8")
    if report.kind.name.startswith("GET_ORDER_REPORT_"):
        return File(order_xml.as_xml(contents), "text/xml; charset=utf-8")
    wire, ours = _encoding(report, contents.policy)
    if contents.most_days is not None:
        text = f"Date range exceeded. Report can be requested only upto {contents.most_days} days\r\n"
        return File(text.encode(ours, "replace"), f"text/plain; charset={wire}")
    if report.kind.name.startswith("GET_XML_ALL_ORDERS_"):
        name = UTF_8[0] if contents.policy.value("report_encoding") == "utf_8" else LATIN
        return File(all_orders_xml.as_xml(report, contents, name), f"text/xml; charset={name}")
    columns, rows = OWN_TABLES.get(report.kind.name) or TABLES[report.kind.selection]
    requests = contents.policy.is_on("order_report_cancellation_columns")
    text = write_table(columns(report, requests=requests), rows(contents))
    return File(text.encode(ours, "replace"), f"text/plain; charset={wire}")


def _encoding(report: Report, policy: Policy) -> tuple[str, str]:
    if policy.value("report_encoding") == "utf_8":
        return UTF_8
    return JAPANESE if JP in report.marketplace_ids else WESTERN
