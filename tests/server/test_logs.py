"""What is logged, in both forms: one line each, without credentials and control characters, whoever logs."""

import io
import json
import logging
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from marketplace_sandbox.api.admission.access_log import ACCESS
from marketplace_sandbox.cli.serve import LOG_FORMATS
from marketplace_sandbox.server import logs

TOKEN = "a-token-that-looks-like-any-word"
WEBHOOK = "whsec_c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0"
HOSTILE = "\x1b[31m\u202e\nERROR forged: line"


@contextmanager
def logged(level: str = "debug", form: str = "text") -> Iterator[io.StringIO]:
    """What is logged while the block lasts."""
    stream = io.StringIO()
    with logs.logging_to(stream, level, form, secrets=(TOKEN, "")):
        yield stream


def test_afterwards_it_is_logged_as_before() -> None:
    def state() -> list[object]:
        levels = [logging.getLogger(name).level for name in ("", *logs.OURS, ACCESS)]
        return [*levels, *logging.getLogger().handlers, threading.excepthook, warnings.showwarning]

    before = state()
    with logged():
        assert state() != before
    assert state() == before


@pytest.mark.parametrize("form", LOG_FORMATS)
@pytest.mark.parametrize(
    "secret", [TOKEN, WEBHOOK, "Atza|IwEBIA-x_y", "amzn1.oa2-cs.v1.abc", "postgresql://me:pa/ss@host/db"]
)
def test_no_line_has_a_credential(form: str, secret: str) -> None:
    with logged(form=form) as stream:
        logging.getLogger("marketplace_sandbox.api").error("sent %s", secret)
        try:
            raise ValueError(f"cannot use {secret}")
        except ValueError:
            logging.getLogger("marketplace_sandbox.api").exception("failed")
        logging.getLogger("other").warning("other %s", secret)
        logging.getLogger("uvicorn.error").info("uvicorn %s", secret)
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn(f"warned of {secret}", stacklevel=1)
    shown = stream.getvalue()
    assert secret not in shown
    assert "pa/ss" not in shown
    assert shown.count("REDACTED") >= 5
    assert all(word in shown for word in ("sent", "cannot use", "other", "uvicorn", "warned of"))


def test_a_line_of_text_cannot_be_forged() -> None:
    with logged() as stream:
        logging.getLogger("marketplace_sandbox.api").warning("path %s", HOSTILE)
    (line,) = stream.getvalue().splitlines()
    assert "\x1b" not in line
    assert line.endswith(r"path \x1b[31m\u202e\nERROR forged: line")


def test_a_line_of_json_has_the_traceback_in_it() -> None:
    with logged(form="json") as stream:
        try:
            raise ValueError(HOSTILE)
        except ValueError:
            logging.getLogger("marketplace_sandbox.api").exception("failed %s", HOSTILE)
    (line,) = stream.getvalue().splitlines()
    said = json.loads(line)
    assert set(said) == {"at", "level", "logger", "message", "traceback"}
    assert (said["level"], said["logger"]) == ("error", "marketplace_sandbox.api")
    assert "Traceback" in said["traceback"]
    assert "\x1b" not in line


def test_the_level_is_for_us_and_others_only_warn() -> None:
    with logged("info") as stream:
        for name in ("marketplace_sandbox.x", "uvicorn.error", "botocore"):
            for level in ("debug", "info", "warning"):
                logging.getLogger(name).log(logging.getLevelNamesMapping()[level.upper()], "%s %s", name, level)
    lines = [line.partition(": ")[2] for line in stream.getvalue().splitlines()]
    assert lines == [
        "marketplace_sandbox.x info", "marketplace_sandbox.x warning", "uvicorn.error info", "uvicorn.error warning",
        "botocore warning",
    ]  # fmt: skip


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_ends_is_logged() -> None:
    def fail() -> None:
        raise ValueError(f"with {TOKEN}")

    with logged(form="json") as stream:
        thread = threading.Thread(target=fail, name="worker")
        thread.start()
        thread.join()
    said = json.loads(stream.getvalue())
    assert said["message"] == "the thread worker has ended"
    assert "with REDACTED" in said["traceback"]
