"""The policy as a whole: each setting is read somewhere, changed in some test, and read by its right name."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from marketplace_sandbox.core import policy
from marketplace_sandbox.core.policy import POLICY
from marketplace_sandbox.core.views.metrics import cancellation_rate
from tests.core.worlds import a_world, later, place

PACKAGE = Path(policy.__file__).parents[1]
TESTS = Path(__file__).parents[1]
READERS = {"value", "span", "is_on"}


def read_by_key() -> Iterator[tuple[str, str]]:
    """Every key that the package reads from a policy, and the file that does."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in READERS:
                owner = ast.unparse(node.func.value)
                key = node.args[0] if node.args else None
                if re.search(r"policy(\(\))?$", owner) and isinstance(key, ast.Constant):
                    yield str(key.value), path.relative_to(PACKAGE).as_posix()


def test_what_is_read_is_a_setting() -> None:
    found = list(read_by_key())
    assert len(found) > len(POLICY) / 2
    for key, path in found:
        assert key in POLICY, f"{path} reads the setting {key}, which core/policy.py does not have: add its row there"


@pytest.fixture(scope="module")
def code() -> str:
    """All of the package, without the rows of the policy."""
    others = "".join(path.read_text() for path in PACKAGE.rglob("*.py") if path.name != "policy.py")
    return others + Path(policy.__file__).read_text().partition("POLICY = ")[2]


@pytest.fixture(scope="module")
def said() -> set[str]:
    """Every word of the tests."""
    return {word for path in TESTS.rglob("test_*.py") for word in re.findall(r"\w+", path.read_text())}


@pytest.mark.parametrize("key", POLICY)
def test_each_setting_is_read(key: str, code: str) -> None:
    assert f'"{key}"' in code, (
        f"nothing reads the setting {key} of core/policy.py: read it where it decides, or take the row out"
    )


@pytest.mark.parametrize("key", POLICY)
def test_each_setting_is_changed_in_a_test(key: str, said: set[str]) -> None:
    assert key in said, (
        f"no test changes the setting {key} of core/policy.py: add one to tests/core/rules/test_knobs.py"
    )


@pytest.mark.parametrize(("target", "status"), [(500, "BAD"), (501, "GOOD")])
def test_the_rate_must_stay_beneath_its_target(target: int, status: str) -> None:
    world = a_world(rate_target_per_mille=target)
    orders = [place(world, hold=False) for _ in range(2)]
    later(world, hours=1)
    world.act(orders[0].order_id, "seller-cancel", {"reason": "no_inventory"})
    assert cancellation_rate(world.orders.values(), world.now(), world.policy).status == status
