"""What a process does in an evaluation of Meta-World: case after case."""

from pathlib import Path
from typing import Any

from pontine.evaluation.cases import Case
from pontine.evaluation.config import EvalConfig
from pontine.evaluation.films import unfinished
from pontine.rollout import rollout
from pontine.suites.metaworld.environment import MetaWorldEpisode
from pontine.suites.metaworld.film import MetaWorldFilm
from pontine.suites.metaworld.metrics import MetaWorldMetrics
from pontine.suites.metaworld.policy import MetaWorldPolicy
from pontine.suites.metaworld.policy_factory import MetaWorldPolicyFactory
from sim.suites.metaworld import PROTOCOLS, MetaWorld


class MetaWorldWorker:
    """One task's world at a time, and a policy; a :class:`pontine.executor.Worker`."""

    def __init__(self) -> None:
        self.config: EvalConfig | None = None
        self._world: MetaWorld | None = None
        self._choice: MetaWorldPolicyFactory | None = None

    def set_up(self, config: EvalConfig) -> None:
        """Load what `config` needs; harmless where it is loaded."""
        if self.config == config:
            return
        self.close()
        self._choice = MetaWorldPolicyFactory(config.policy, config.stack)
        self.config = config

    def work(self, case: Case) -> dict[str, Any]:
        """Run one case; a row for episodes.jsonl."""
        config, choice = self.config, self._choice
        if config is None or choice is None:
            raise RuntimeError("nothing is set up; call set_up() first")
        world = self._world
        if world is None or world.task != case.task:
            if world is not None:
                world.close()
            world = MetaWorld(case.task, PROTOCOLS[config.protocol], False, not config.shadows)
            self._world = world
        policy = choice.of(case.task, case.seed)
        # P2's episodes are numbered, P1's are seeded: both follow from the case
        environment = MetaWorldEpisode(
            world, case.seed - config.seed, config.seed,
            pictured=isinstance(policy, MetaWorldPolicy) and policy.looks,
            privileged=choice.cheats,
        )  # fmt: skip
        thinks = config.policy == "agent" and config.stack.tokens == "brain"
        metrics = MetaWorldMetrics(environment, policy, case.seed, thinks)
        if not case.video:
            rollout(environment, policy, (metrics,))
        else:
            with unfinished(Path(case.video)) as part, MetaWorldFilm(part, environment) as film:
                rollout(environment, policy, (film, metrics))
        return metrics.close().row(case.key)

    def close(self) -> None:
        """Free this process's renderer."""
        if self._world is not None:
            self._world.close()
        self._world, self._choice, self.config = None, None, None
