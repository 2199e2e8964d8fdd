"""Generated requests against the documents: never a server's error, always an answer as the document says."""

import subprocess
import sys
from pathlib import Path

import pytest

from marketplace_sandbox._resources import openapi_dir
from tests.e2e.sandbox import START
from tests.serving import serving

FUZZER = Path(sys.executable).with_name("schemathesis")
CHECKS = "not_a_server_error,response_schema_conformance,content_type_conformance,status_code_conformance"
# Not built yet, and said so with 501, which a fuzzer takes for a failure.
NOT_BUILT = {
    "control": ["listFaults", "addFault", "removeFaults"],
    "messaging-v1": [],
    "notifications-v1": [],
    "orders-v0": ["getOrderRegulatedInfo", "updateVerificationStatus", "updateShipmentStatus"],
    "orders-2026-01-01": [],
    "reports-2021-06-30": [],
    "sellers-v1": ["getAccount"],
    "tokens-2021-03-01": [],
}
BASES = {
    "control": "/_sandbox",
    "messaging-v1": "/messaging/v1",
    "notifications-v1": "/notifications/v1",
    "orders-v0": "/orders/v0",
    "orders-2026-01-01": "/orders/2026-01-01",
    "reports-2021-06-30": "/reports/2021-06-30",
    "sellers-v1": "/sellers/v1",
    "tokens-2021-03-01": "/tokens/2021-03-01",
}

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("document", NOT_BUILT)
def test_generated_requests_get_documented_answers(document: str, tmp_path: Path) -> None:
    left_out = [word for name in NOT_BUILT[document] for word in ("--exclude-operation-id", name)]
    with serving("--start", START) as server:
        command = [
            *(str(FUZZER), "run", str(openapi_dir() / f"{document}.yaml"), "--url", server.url + BASES[document]),
            *(
                "--request-timeout",
                "100",
                "--checks",
                CHECKS,
                "--max-examples",
                "6",
                "--seed",
                "1",
                "--workers",
                "1",
                "--no-color",
                *left_out,
            ),
        ]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=600, check=False)
    assert done.returncode == 0, done.stdout[-6000:]
