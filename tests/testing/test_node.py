"""Programs of Node, unmodified, reach the marketplace with the preload file, and nothing of theirs reaches Amazon."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from marketplace_sandbox.amazon.hosts import HOSTS
from marketplace_sandbox.api.migration.fields import ONLY_LATEST, ONLY_V0, shared_fields
from marketplace_sandbox.testing.marketplace import Marketplace
from marketplace_sandbox.wiring import PRELOAD, node_options
from tests.cli.terminal import Terminal
from tests.depth import depth
from tests.serving import clean_environment

CALLS = {
    "amazon-sp-api": ("1.2.1", 6),
    "@sp-api-sdk/orders-api-v0": ("6.2.5", 6),
    "@scaleleap/selling-partner-api-sdk": ("8.4.0", 3),
    "@amazon-sp-api-release/amazon-sp-api-sdk-js": ("1.12.0", 3),
    "mws": ("2.0.11", 21),
    "amazon-mws": ("0.0.27", 1),
    "@ericblade/mws-simple": ("5.1.2", 1),
}
"""The version of each client that is installed, and how many regions and marketplaces it knows."""

CLIENTS = list(CALLS)[: depth(1, len(CALLS))]
"""Those that are installed: all take a minute."""

PROGRAMS = Path(__file__).with_name("node")
REFUSED = ("sellercentral.amazon.com", "MWS.amazonservices.com.xy.", "mws.amazonaws.com", "sts.amazonaws.com")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Node project with the clients installed in it."""
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("there is no node and npm here")
    folder = tmp_path_factory.mktemp("node")
    versions = [f"{name}@{CALLS[name][0]}" for name in CLIENTS]
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder), *versions]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        pytest.skip(f"npm could not install {versions}: {done.stderr.strip().splitlines()[-1:]}")
    shutil.copytree(PROGRAMS, folder, dirs_exist_ok=True)
    return folder


def node(project: Path, env: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["node", *arguments],
        cwd=project,
        env=clean_environment(env),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_client_sees_the_buyers_request(marketplace: Marketplace, project: Path) -> None:
    quiet, asked = marketplace.place_orders(2)
    marketplace.clock.advance("31m")
    asked.buyer.requests_cancellation()
    done = node(project, marketplace.environment(), "poll.cjs")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        quiet.order_id: ["false", "Unshipped"],
        asked.order_id: ["true", "Unshipped"],
    }
    marketplace.assert_client_called("getOrderItems", order=asked)


def test_what_replaces_each_of_its_reads_of_orders_v0_agrees(marketplace: Marketplace, project: Path) -> None:
    """`migrate` on the calls of a client that nobody has changed: what differs is in the tables, or is a fault."""
    _, asked, canceled = marketplace.place_orders(3)
    marketplace.clock.advance("31m")
    asked.buyer.requests_cancellation()
    canceled.seller.cancels("no_inventory")
    done = node(project, marketplace.environment(), "orders_v0.cjs")
    assert done.returncode == 0, done.stderr
    answer = Terminal(marketplace.url, marketplace.seller_id).json("migrate", "--from", "v0")
    verdicts = [(each["operation"], each["times"], each["verdict"]) for each in answer["calls"]]
    assert verdicts == [
        ("getOrders", 1, "replaced"),
        ("getOrders", 1, "replaced"),
        ("getOrders", 1, "no_counterpart"),
        ("getOrder", 3, "replaced"),
        ("getOrderItems", 3, "replaced"),
        ("getOrderBuyerInfo", 3, "replaced"),
        ("getOrderAddress", 3, "replaced"),
        ("getOrderItemsBuyerInfo", 3, "replaced"),
        ("createRestrictedDataToken", 1, "not_needed"),
    ]
    tables = {fact.name for fact in shared_fields()} | {*ONLY_V0, *ONLY_LATEST, "upper bound"}
    for call in answer["calls"]:
        assert call["disagreements"] == []
        assert call["why"] is None or call["verdict"] != "replaced"
        assert {each["fact"] for each in call["fields"]} <= tables
    assert answer["summary"]["disagreed"] == 0


def test_agents_of_the_programs_own_are_covered_and_other_hosts_are_not(
    marketplace: Marketplace, project: Path
) -> None:
    code = """
    const https = require('node:https');
    const agent = new https.Agent({ keepAlive: true });
    const get = (host, port) => new Promise((done) => {
      https.get({ host, port, path: '/health', agent }, (answer) => done(answer.statusCode))
        .on('error', (problem) => done(problem.code));
    });
    (async () => {
      const { port } = new URL(process.env.SANDBOX_URL);
      console.log(JSON.stringify([
        await get('api.amazon.com', 443),
        await get('127.0.0.1', 443),
        await get('localhost', port),
      ]));
      agent.destroy();
    })();
    """
    done = node(project, marketplace.environment(), "-e", code)
    assert done.returncode == 0, done.stderr
    amazons, documents, foreign = json.loads(done.stdout)
    assert (amazons, documents) == (200, 200)
    assert isinstance(foreign, str), "another host must have kept its TLS, and the sandbox speaks none"


def run_recorded(env: dict[str, str], *arguments: str, folder: Path = PROGRAMS) -> tuple[dict[str, Any], list[str]]:
    """What a program printed, and what it looked up or connected to that is not loopback's."""
    if not shutil.which("node"):
        pytest.skip("there is no node here")
    # the recorder comes first, so that what it sees is what the preload file lets through
    env |= {"NODE_OPTIONS": f"--require {PROGRAMS / 'recorder.cjs'} {env['NODE_OPTIONS']}"}
    done = node(folder, env, *arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), json.loads(done.stderr.rpartition("left ")[2])


@pytest.mark.marketplace(default_seller=True)
@pytest.mark.parametrize("client", CLIENTS)
def test_no_client_in_any_region_looks_up_a_name(marketplace: Marketplace, project: Path, client: str) -> None:
    """By a proxy that nobody is at: one client would send its keys there in plain text."""
    marketplace.place_order(id="902-0000001-0000001", hold=False)
    env = {"SANDBOX_URL": marketplace.url, "HTTPS_PROXY": "http://127.0.0.1:9", "NODE_OPTIONS": node_options()}
    _, count = CALLS[client]
    assert run_recorded(env, "every_region.mjs", client, folder=project) == ({client: count}, [])
    arrived = [each for each in marketplace.recorded_requests if each.operation in ("getOrder", "GetOrder")]
    assert (len(arrived), {each.status for each in arrived}) == (count, {200})


def test_every_host_of_the_table_is_the_sandbox_by_every_way(marketplace: Marketplace) -> None:
    hosts = [host for group in HOSTS.values() for host in group]
    written = [*hosts, "MWS.Amazonservices.AE", "api.amazon.com."]
    answers, left = run_recorded(marketplace.environment(), "ways.mjs", *written)
    assert left == []
    assert answers["ways"] == {way: dict.fromkeys(written, 200) for way in answers["ways"]}
    assert answers["lookups"] == {way: dict.fromkeys(written, "127.0.0.1") for way in answers["lookups"]}
    told = {text for group in answers["detours"].values() for text in group.values()}
    assert [each for each in told if not each.endswith(("nothing was sent.", "is the sandbox's."))] == []


def test_any_other_host_of_amazons_is_refused_by_every_way(marketplace: Marketplace) -> None:
    answers, left = run_recorded(marketplace.environment(), "ways.mjs", *REFUSED)
    assert left == []
    told = {(host, text) for ways in answers.values() for by_host in ways.values() for host, text in by_host.items()}
    assert {host for host, _ in told} == set(REFUSED)
    assert [each for each in told if "nothing was sent" not in str(each[1])] == []


def test_what_a_module_has_imported_by_name_before_is_covered(marketplace: Marketplace) -> None:
    code = f"""
    import {{ connect }} from 'node:tls';
    import {{ createRequire }} from 'node:module';
    createRequire('file:///')({json.dumps(PRELOAD.as_posix())});
    const to = {{ host: '192.0.2.1', port: 443, servername: 'www.amazon.com' }};
    connect(to).on('error', ({{ code }}) => console.log(JSON.stringify({{ code }})));
    """
    env = marketplace.environment() | {"NODE_OPTIONS": ""}
    assert run_recorded(env, "--input-type=module", "-e", code) == ({"code": "ERR_PLATFORM_HOST"}, [])


def test_letters_beyond_ascii_change_nothing(marketplace: Marketplace) -> None:
    code = """
    const said = (socket) => new Promise((done) => {
      socket.once('error', ({ code }) => done(code));
      socket.once('connect', () => { socket.destroy(); done(socket.remoteAddress); });
    });
    Promise.all([
      said(require('node:net').connect(443, 'ａｐｉ.amazon。com')),
      said(require('node:tls').connect({ host: 'ｓellercentral.amazon.com', port: 443 })),
      fetch('https://api%2Eamazon.com/health').then(({ status }) => status),
    ]).then((all) => console.log(JSON.stringify({ all })));
    """
    answers, left = run_recorded(marketplace.environment(), "-e", code)
    assert (answers["all"], left) == (["127.0.0.1", "ERR_PLATFORM_HOST", 200], [])


def test_hosts_of_aws_that_are_named_are_the_programs_own(marketplace: Marketplace) -> None:
    env = marketplace.environment() | {"SANDBOX_AWS_HOSTS": "example.amazonaws.com"}
    code = """
    const dns = require('node:dns');
    dns.lookup('sqs.EXAMPLE.amazonaws.com', (error) => console.log(JSON.stringify({ said: error.code })));
    """
    answers, left = run_recorded(env, "-e", code)
    assert left == ["lookup sqs.EXAMPLE.amazonaws.com"]
    assert answers["said"] in ("ENOTFOUND", "EAI_AGAIN")


def test_nothing_but_hosts_of_aws_is_taken_for_the_programs_own(marketplace: Marketplace) -> None:
    env = marketplace.environment() | {"SANDBOX_AWS_HOSTS": "s3.amazonaws.com, api.amazon.com"}
    done = node(PROGRAMS, env, "-e", "")
    assert done.returncode != 0
    assert "SANDBOX_AWS_HOSTS names hosts of AWS, like sqs.eu-central-1.amazonaws.com; 'api.amazon.com'" in done.stderr


def test_proxies_of_the_environment_are_left_aside(marketplace: Marketplace) -> None:
    env = marketplace.environment() | {"NO_PROXY": "example.com"}
    answers, _ = run_recorded(env, "-p", "JSON.stringify({ beside: process.env.NO_PROXY.split(',') })")
    assert answers["beside"] == [
        "example.com", *(host for group in HOSTS.values() for host in group), "127.0.0.1", "localhost",
    ]  # fmt: skip
