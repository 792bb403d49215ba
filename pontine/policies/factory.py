"""From `--policy` to what drives the arm in an episode."""

from typing import TYPE_CHECKING

from pontine.agent.stack import AgentStack, StackConfig
from pontine.policies.pid import PidTracker
from pontine.policies.plugin import load_policy
from pontine.policies.policy import Policy
from sim.tasks import Episode
from sim.worlds import World

if TYPE_CHECKING:
    from sim.expert import Expert


class PolicyFactory:
    """Loads a policy for `world`; another choice reuses what it can."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._name = ""
        self._stack: AgentStack | None = None
        self._expert: Expert | None = None
        self._plugin: Policy | None = None

    def set_up(self, name: str, stack: StackConfig) -> None:
        """Choose.

        Args:
            name: "agent", one of SCRIPTED, or what :func:`load_policy` takes.
            stack: the agent's settings; of others the robot and the delay.

        Raises:
            PolicyError, ModelFolderError: it cannot be loaded.
        """
        if name == "agent":
            old = self._stack
            brain = old.brain if old is not None and _same_brain(old.config, stack) else None
            self._stack = AgentStack(stack, self._world, brain=brain)
        elif name == "expert":
            from sim.expert import Expert  # its inverse kinematics take long to load

            self._expert = self._expert or Expert(self._world)
        elif name != "pid":
            self._plugin = load_policy(name, self._world.robot, stack.delay)
        self._name = name

    def of(self, episode: Episode) -> Policy:
        """What drives the arm in `episode`."""
        if self._name == "agent":
            assert self._stack is not None
            return self._stack.agent(episode)
        if self._name == "expert":
            from pontine.policies.expert import ExpertPolicy

            assert self._expert is not None
            return ExpertPolicy(self._expert, episode)
        if self._name == "pid":
            return PidTracker(self._world, episode)
        assert self._plugin is not None
        return self._plugin


def _same_brain(one: StackConfig, other: StackConfig) -> bool:
    return one.only_brain == other.only_brain and one.models == other.models
