"""The JSON keys of `/_sandbox/*` are a contract: what stood in answers and schemas stands there still, and what has
come since is listed here.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from marketplace_sandbox._resources import openapi_dir
from tests.e2e.control_keys import Keys, of_answers, of_schemas

GOLDEN = Path(__file__).parents[1] / "data" / "control_keys.json"

ADDED = (
    r"answers: listJournal 200 \S+: format",  # so that a later format can be told from this one
    r"schemas: JournalPage: journal\[\]\.format",
    r"(answers|schemas): (advanceClock 200|Advanced|ClockAdvanced): (stopped|fired_count|deliveries_count)",
    r"answers: stopAdvance .*",  # DELETE /_sandbox/clock/advance
    r"(answers: (get|put)Settings 200|schemas: Settings): advance_timers",
    r"answers: listJournal 200 opened: body\.generation",  # whose credentials are those of who had the id before
    r"answers: listJournal 200 opened: body\.defaults\b.*",  # what holds in that world, whatever a release has
    r"(answers: listSellers 200|schemas: SellerPage): sellers\[\]\.why",  # of a world that does not open
    r"(answers: (get|put)Settings 200|schemas: Settings): most_\w+",
    r"schemas: RequestPage: requests\[\]\.(body|answer)",  # with ?bodies=true
    r"answers: getRules 200: .*",  # GET /_sandbox/rules.json
    r"schemas: Rules.*: .*",
    r"answers: listSubscriptions 200: .*",  # GET /_sandbox/subscriptions
    r"schemas: Subscription(Page)?: .*",
    r"answers: (listQueues|listQueueMessages|purgeQueue) \d+: .*",  # GET /_sandbox/queues
    r"schemas: Reset: scenario",
    r"schemas: Queue(Message)?(Page)?: .*",
    r"(answers: listScenarios 200|schemas: ScenarioPage): scenarios\[\]\.title",  # of demos
    r"answers: (exportWorld 200: settings|listJournal 200 opened: body\.policy)\.orders_v0_reads_end",
    r"answers: listJobs 200: .*",  # GET /_sandbox/jobs
    r"schemas: Job(Page)?: .*",
    r"(answers: listRequests 200|schemas: RequestPage): requests\[\]\.listed(\.(orders|has_more))?",
    r"(answers: (get|put)Settings 200|schemas: Settings): tracking_checks",
    r"(answers: (get|put)Settings 200|schemas: Settings): (business_type|selling_plan)",
    r"(answers|schemas): .*: (\S+\.)?(orders\[\]\.|order\.)?(pickup_status|verification(\..+)?)",  # of the order view
    r"schemas: \S+: (\S+\.)?(is_ispu|has_regulated_items|requires_dosage_label|regulated_\w+\b.*)",  # of the form
    r"schemas: VerificationStatus: .*",
    r"(answers|schemas): .*: (\S+\.)?(quantity_invoiced|estimated_ship_at)",  # of items
    r"schemas: Arguments: (ship_date|shipping_service|transparency_codes.*)",
    r"answers: (exportWorld|listJournal) .*with\.(shipping_service|transparency_codes.*)",
    # steps of scenarios, as the journal and an export have them
    r"answers: exportWorld 200: script\[\]\.seller-(confirm-invoice|estimate-ship-date)",
    r"answers: exportWorld 200: script\[\]\.with\.(ship_date|items\[\]\.(id|sku|quantity)|amounts.*)",
    r"answers: listJournal 200 acted: body\.with\.(ship_date|items\[\]\.(id|sku|quantity)|amounts.*)",
    r"answers: (exportWorld|listJournal|playScenario) .*\.partial_cancellation",
    r"answers: (getOrder|listOrders|playScenario) .*items\[\]\.cancellation\.(at|by|counts_in_rate|reason)",
    # what an order can have is held to its types by tests/api/control/test_orders.py; export and journal echo the form
    r"schemas: OrderForm: .+",
    r"answers: (exportWorld 200: orders\[\]|listJournal 200 placed: body)\..+",
    r"(answers: (get|put)Settings 200|schemas: Settings): solicitation_(after|until)",
    r"answers: (getMigration|rehearseMigration) 200: .*",  # /_sandbox/migration
    r"(answers: listRequests 200|schemas: RequestPage): requests\[\]\.shadow\b.*",
    r"(answers: (get|put)Settings 200|schemas: Settings): orders_v0_(shadow|reads_end)",
    r"schemas: (Migrat(ion|edCall|edValue|ionForm)|PollTime): .*",
    r"(answers: (get|put)Settings 200|schemas: Settings): auto_cancel_(first|second|last)_warning",  # were in the code
    r"(answers: placeOrders 201|schemas: Orders): (count|next)",  # of more orders than are shown at once
    r"answers: getDiff 200: .*",  # GET /_sandbox/diff
    r"(answers: listJournal 200 \S+: |schemas: JournalPage: journal\[\]\.)(result_before|rules|origins)",  # whole
    r"schemas: (Difference|Moment): .*",
    r"(answers: placeOrders 201|schemas: Orders): (count|next)",  # of more than a thousand in one call
    r"answers: (forkSeller 201|rewindWorld 200): .*",  # POST /_sandbox/sellers/{id}/fork, POST /_sandbox/rewind
    r"schemas: (Fork|Rewind)\w+: .*",
    r"(answers|schemas): .*: (sellers\[\]\.)?forked_from(\.(seller_id|version|at))?",
    r"(answers|schemas): .*: (deliveries\[\]\.)?held",  # of a delivery
    r"(answers: getMetrics 200|schemas: Metrics): (target|(window|counted|left_out)\b.*)",  # what the rate is made from
)
"""What has been added since, each a pattern of whole lines as they stand in the message of a failure."""

REWRITTEN = r"answers: listJournal 200 (feed-created|feed-document-uploaded): body\..*"
"""Of these commands alone the body may change: a feed's words are kept as they were read, its file once."""


def lines(kind: str, keys: Keys) -> Iterator[str]:
    """A line for each key, and one for each operation or schema that has none."""
    for name, paths in keys.items():
        yield from (f"{kind}: {name}: {path}" for path in paths or ["(no key)"])


@pytest.fixture(scope="module")
def tree() -> Any:
    return yaml.safe_load((openapi_dir() / "control.yaml").read_text())


def compared(kind: str, now: Keys) -> None:
    before = set(lines(kind, json.loads(GOLDEN.read_text())[kind]))
    found = set(lines(kind, now))
    gone = [each for each in sorted(before - found) if not re.fullmatch(REWRITTEN, each)]
    new = [each for each in sorted(found - before) if not re.fullmatch("|".join((*ADDED, REWRITTEN)), each)]
    told = "keys of the control API are a contract; take the old ones back, or list an addition in ADDED"
    assert (gone, new) == ([], []), f"{told}\ngone: {gone}\nnew: {new}"


@pytest.mark.slow
def test_every_answer_of_the_control_api_has_the_keys_it_had(shared_server: str, tree: Any) -> None:
    answers = of_answers(shared_server, tree)
    compared("answers", answers)
    driven = {name.split()[0] for name in answers}
    documented = {
        each["operationId"] for item in tree["paths"].values() for each in item.values() if "operationId" in each
    }
    assert documented - driven == set(), "have tests/e2e/control_keys.py call these, too"


def test_every_schema_of_the_control_api_has_the_keys_it_had(tree: Any) -> None:
    compared("schemas", of_schemas(tree))
