"""What is asked of Reports 2021-06-30: bodies as commands of the world, and what is refused before. Makes no report."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from marketplace_sandbox.api.admission.access import RATE_LIMIT, invalid
from marketplace_sandbox.api.formats.reports.options import wrong_option
from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.api.shared.jobs import check_marketplaces, read_instant
from marketplace_sandbox.api.spapi.reports.schemas import WORDS
from marketplace_sandbox.core.instants import format_instant
from marketplace_sandbox.core.quoting import quote, suggestion
from marketplace_sandbox.core.reading import FieldError
from marketplace_sandbox.core.refusals import OvertakenError
from marketplace_sandbox.core.reports.reports import ReportNotInQueueError, UnknownReportError
from marketplace_sandbox.core.reports.values import REPORT_TYPES
from marketplace_sandbox.core.world import World

WIRE = {ours: wire for wire, ours in WORDS.items()}
INSTANTS = ("start", "end", "next_at")


@contextmanager
def refusals() -> Iterator[None]:
    """Has what the world refuses leave in the platform's shape and words."""
    try:
        yield
    except FieldError as bad:
        renamed = bad.renamed(WIRE)
        raise invalid(str(renamed), renamed.field_path) from None
    except ReportNotInQueueError as late:
        raise invalid(str(late), "reportId") from None
    except (UnknownReportError, OvertakenError) as unknown:
        raise ApiError(404, "NotFound", str(unknown), headers=RATE_LIMIT) from None


def command(asked: Mapping[str, Any], world: World) -> dict[str, Any]:
    """The body of a command from that of a request. Raises ApiError."""
    check_marketplaces(asked["marketplace_ids"], world)
    check_options(asked["options"])
    read = {name: read_instant(WIRE[name], asked[name]) for name in INSTANTS if asked.get(name)}
    return {**asked, **{name: format_instant(at) for name, at in read.items()}}


def check_options(options: object) -> None:
    """Refuses options that are not names with texts, and those there are none of."""
    if wrong := wrong_option("reportOptions", options if isinstance(options, dict) else {}):
        raise invalid(wrong, "reportOptions")


def check_types(names: Sequence[str]) -> None:
    """Refuses types there are none of."""
    for each in names:
        if each not in REPORT_TYPES:
            raise invalid(f"There is no report type {quote(each)}{suggestion(each, REPORT_TYPES)}", "reportTypes")
