"""What one process of an evaluation does on the tabletop: load the stack once, then run case after
case."""

from pathlib import Path
from typing import Any

from body import ActionChunk, Observation
from body.robots.registry import robot
from pontine.agent.agent import Agent
from pontine.evaluation.cases import Case
from pontine.evaluation.config import EvalConfig
from pontine.evaluation.films import unfinished
from pontine.film.film import Film
from pontine.policies import Policy
from pontine.policies.factory import PolicyFactory
from pontine.rollout import Watcher
from pontine.suites.tabletop.environment import Tabletop
from pontine.suites.tabletop.episode import run_episode
from pontine.suites.tabletop.episodes import episode_of
from pontine.suites.tabletop.token_faults import FreezeTokens, MoveTarget
from sim.perturbations import compose
from sim.worlds import World

MOVE = 0.03  # m
FREEZE = 1.0  # s


class TabletopWorker:
    """A :class:`pontine.executor.Worker`: a world, and whatever drives its arm; another
    configuration reuses what it can.

    Attributes:
        config: what it is set up for (None: nothing yet).
    """

    def __init__(self) -> None:
        self.config: EvalConfig | None = None
        self._world: World | None = None
        self._choice: PolicyFactory | None = None

    def set_up(self, config: EvalConfig) -> None:
        """Load what `config` needs; harmless where it is loaded."""
        if self.config == config:
            return
        self.config = None
        arm = robot(config.stack.robot)
        if self._world is not None and self._world.robot is not arm:
            self.close()
        if self._world is None:
            self._world = World(arm)
        self._choice = self._choice or PolicyFactory(self._world)
        self._choice.set_up(config.policy, config.stack)
        self.config = config

    def work(self, case: Case) -> dict[str, Any]:
        """Run one case; a row for episodes.jsonl."""
        config, world, choice = self.config, self._world, self._choice
        if config is None or world is None or choice is None:
            raise RuntimeError("nothing is set up; call set_up() first")
        episode, old_goal = episode_of(case, config)
        policy = choice.of(episode)
        environment = Tabletop(world, episode, compose(config.perturb))
        faults = _faults(config, case, environment, policy)
        if not case.video:
            result = run_episode(environment, policy, faults, old_goal)
        else:
            with unfinished(Path(case.video)) as part, Film(part, environment, policy) as film:
                result = run_episode(environment, policy, (*faults, film), old_goal)
                film.close(result)
        return {**result.row(case.key), "task": case.task}  # as it was asked for: file.py:Class

    def close(self) -> None:
        """Free this process's renderer."""
        if self._world is not None:
            self._world.close()
        self.__init__()  # type: ignore[misc]


def _faults(
    config: EvalConfig, case: Case, environment: Tabletop, policy: Policy
) -> tuple[Watcher[Observation, ActionChunk], ...]:
    """What happens to the agent's tokens on the way, where there is something to grasp."""
    if not isinstance(policy, Agent) or environment.episode.goal.target < 0:
        return ()
    if config.fault == "move":
        return (MoveTarget(environment, policy, MOVE, case.seed),)
    return (FreezeTokens(environment, policy, FREEZE),) if config.fault == "freeze" else ()
