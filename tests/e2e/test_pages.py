"""What people look at in a browser: the Swagger UI of every document, rendered by a real one."""

import shutil
import subprocess
from pathlib import Path

import pytest
import requests

BROWSER = shutil.which("chromium")
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SHOWN = {
    "orders-v0": "getOrderItems",
    "orders-2026-01-01": "searchOrders",
    "notifications-v1": "createSubscription",
    "feeds-2021-06-30": "createFeedDocument",
    "reports-2021-06-30": "createReportSchedule",
    "messaging-v1": "getMessagingActionsForOrder",
    "solicitations-v1": "getSolicitationActionsForOrder",
    "sellers-v1": "getMarketplaceParticipations",
    "tokens-2021-03-01": "createRestrictedDataToken",
    "lwa": "/auth/o2",
    "mws-orders-2013-09-01": "ListOrdersByNextToken",
    "mws-feeds-2009-01-01": "GetFeedSubmissionResult",
    "mws-reports-2009-01-01": "UpdateReportAcknowledgements",
    "control": "/orders/{order_id}/explain",
    "health": "/health",
}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BROWSER is None, reason="no chromium here; `make test-system` installs one"),
]


def rendered(url: str, profile: Path) -> str:
    """The page's elements after its scripts have run."""
    assert BROWSER
    command = [BROWSER, *QUIET, f"--user-data-dir={profile}", "--virtual-time-budget=20000", "--dump-dom", url]
    return subprocess.run(command, capture_output=True, text=True, timeout=90, check=True).stdout


@pytest.mark.parametrize("document", SHOWN)
def test_a_browser_shows_the_document(shared_server: str, document: str, tmp_path: Path) -> None:
    page = rendered(f"{shared_server}/docs/{document}/", tmp_path).replace("<wbr>", "")
    assert SHOWN[document] in page.replace("\u200b", "")
    assert "Failed to load" not in page
    assert "Unable to render" not in page


def test_the_index_names_every_document(shared_server: str, tmp_path: Path) -> None:
    page = rendered(f"{shared_server}/docs/", tmp_path)
    assert all(f"{document}" in page for document in SHOWN)


def test_a_program_finds_nothing_at_the_same_address(shared_server: str) -> None:
    answer = requests.get(shared_server, headers={"Accept": "application/json"}, timeout=30)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (404, "NotFound")
    assert requests.post(shared_server, headers={"Accept": "text/html"}, timeout=30).status_code == 404
