"""Settings: the seller's overrides of the policy. Which there are is the policy's matter."""

from marketplace_sandbox.api.control.worlds import Worlds
from marketplace_sandbox.api.http.exchange import Call, Reply
from marketplace_sandbox.core.commands.worlds import ConfigurePolicy


class SettingOperations:
    """Every setting with the value in force."""

    def __init__(self, worlds: Worlds) -> None:
        self._worlds = worlds

    def getSettings(self, call: Call) -> Reply:
        with self._worlds.of(call) as world:
            return Reply(body=world.policy.in_force())

    def putSettings(self, call: Call) -> Reply:
        """Merge settings; null resets one. All settings as they are then."""
        with self._worlds.of(call) as world:
            self._worlds.execute(call, world, ConfigurePolicy(call.body))
            return Reply(body=world.policy.in_force())
