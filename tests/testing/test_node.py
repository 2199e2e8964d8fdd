"""amazon-sp-api from npm, unmodified, reaches the marketplace with the preload file."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from marketplace_sandbox.testing.marketplace import Marketplace
from tests.serving import clean_environment

CLIENT = "amazon-sp-api@1.2.1"
POLL = Path(__file__).with_name("poll.cjs")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Node project with the client installed in it."""
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("there is no node and npm here")
    folder = tmp_path_factory.mktemp("node")
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder), CLIENT]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        pytest.skip(f"npm could not install {CLIENT}: {done.stderr.strip().splitlines()[-1:]}")
    shutil.copy(POLL, folder)
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
    done = node(project, marketplace.environment(), POLL.name)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        quiet.order_id: ["false", "Unshipped"],
        asked.order_id: ["true", "Unshipped"],
    }
    marketplace.assert_client_called("getOrderItems", order=asked)


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
