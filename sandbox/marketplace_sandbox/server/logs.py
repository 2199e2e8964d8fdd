"""What the server logs, and how: text or JSON lines on standard error, without credentials and control characters.

Every record, uvicorn's and other libraries' included, goes through one handler. Knows nothing of what is logged.
"""

import json
import logging
import sys
import threading
import warnings
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any, TextIO

from marketplace_sandbox.api.admission.access_log import ACCESS, FIELDS
from marketplace_sandbox.core.text.characters import escape_controls, escape_in_json
from marketplace_sandbox.core.text.redaction import redact, redact_text, remove_all

OURS = ("marketplace_sandbox", "uvicorn")
"""The loggers that the level is for. Of other libraries warnings are enough: at debug they tell of every byte."""

logger = logging.getLogger("marketplace_sandbox.server")


@contextmanager
def logging_to(
    stream: TextIO,
    level: str = "warning",
    form: str = "text",
    *,
    access: bool = False,
    secrets: Iterable[str] = (),
) -> Iterator[None]:
    """Has everything be logged so as long as the block lasts, and afterwards as it was before.

    `level` is one of logging's in small letters, `form` is text or json. `access` asks for a line per request, whatever
    the level; `secrets` are texts that must be in no line, such as the admin token, besides what looks like one.
    """
    known = sorted({each for each in secrets if each}, key=len, reverse=True)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter(known) if form == "json" else TextFormatter(known))
    lowest = logging.getLevelNamesMapping()[level.upper()]
    levels = {"": max(lowest, logging.WARNING), **dict.fromkeys(OURS, lowest)}
    levels[ACCESS] = logging.INFO if access else logging.CRITICAL + 1
    with ExitStack() as afterwards:
        root = logging.getLogger()
        afterwards.callback(root.handlers.__setitem__, slice(None), root.handlers[:])
        root.handlers[:] = [handler]
        for name, wanted in levels.items():
            one = logging.getLogger(name)
            afterwards.callback(one.setLevel, one.level)
            one.setLevel(wanted)
        for owner, hook, ours in (
            (threading, "excepthook", _log_end_of_thread),
            (warnings, "showwarning", _log_warning),
        ):
            afterwards.callback(setattr, owner, hook, getattr(owner, hook))
            setattr(owner, hook, ours)
        yield


@contextmanager
def log_failure(but: type[Exception]) -> Iterator[None]:
    """Logs what ends the server unasked, and ends the process with 1. Those of that kind are answers, and pass."""
    try:
        yield
    except but:
        raise
    except Exception:
        logger.critical("the server has failed", exc_info=True)
        raise SystemExit(1) from None


def welcome(lines: Iterable[str], form: str = "text") -> None:
    """Says what is worth saying at the start, credentials included, which are there to be copied."""
    for line in lines:
        shown = escape_controls(line)
        if form == "json":
            now = logging.makeLogRecord({})
            said = {"at": _instant(now), "level": "info", "logger": logger.name, "message": shown}
            shown = json.dumps(said, ensure_ascii=False)
        sys.stderr.write(f"{shown}\n")
    sys.stderr.flush()


class TextFormatter(logging.Formatter):
    """A line for people: the instant, the level, who logs, and what; a traceback goes on in lines of its own."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self._secrets = tuple(secrets)

    def format(self, record: logging.LogRecord) -> str:
        """The record as text."""
        message = _clean(record.getMessage(), self._secrets).replace("\n", "\\n")
        line = f"{_instant(record)} {record.levelname} {record.name}: {message}"
        trace = self.traceback_of(record)
        return f"{line}\n{trace}" if trace else line

    def traceback_of(self, record: logging.LogRecord) -> str:
        """The traceback that a record bears, or nothing."""
        parts = (
            self.formatException(record.exc_info) if record.exc_info else "",
            self.formatStack(record.stack_info) if record.stack_info else "",
        )
        return _clean("\n".join(filter(None, parts)), self._secrets)


class JsonFormatter(TextFormatter):
    """A line for programs: one JSON object, a traceback in it; a line of the access log has a key for each fact."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON."""
        said: dict[str, Any] = {"at": _instant(record), "level": record.levelname.lower(), "logger": record.name}
        facts = getattr(record, FIELDS, None)
        if facts is None:
            said["message"] = _clean(record.getMessage(), self._secrets)
        else:
            said |= {
                name: remove_all(fact, self._secrets) if isinstance(fact, str) else fact
                for name, fact in redact(facts).items()
            }
        if trace := self.traceback_of(record):
            said["traceback"] = trace
        return escape_in_json(json.dumps(said, ensure_ascii=False))


def _instant(record: logging.LogRecord) -> str:
    wall = datetime.fromtimestamp(record.created, UTC)
    return wall.strftime("%Y-%m-%dT%H:%M:%S.") + f"{wall.microsecond // 1000:03d}Z"


def _clean(text: str, secrets: Iterable[str]) -> str:
    return escape_controls(redact_text(remove_all(text, secrets)))


def _log_end_of_thread(ended: threading.ExceptHookArgs) -> None:
    if ended.exc_type is SystemExit or ended.exc_value is None:
        return
    name = ended.thread.name if ended.thread else "a thread"
    logger.critical("the thread %s has ended", name, exc_info=ended.exc_value)


def _log_warning(message: Warning | str, kind: type[Warning], file: str, line: int, *_more: Any) -> None:
    logger.warning("%s:%s: %s: %s", file, line, kind.__name__, message)
