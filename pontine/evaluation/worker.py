"""What one evaluation process does: load the stack once, then run case after case."""

import os
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pontine.evaluation.cases import Case, episode_of
from pontine.evaluation.episode import run_episode
from pontine.evaluation.token_faults import FreezeTokens, MoveTarget, TokenFault
from pontine.film import Film
from pontine.policies import Policy
from pontine.policies.expert import ExpertPolicy
from pontine.policies.plugin import load_policy
from pontine.setup import Stack
from sim.expert import Expert
from sim.perturbations import compose
from sim.tasks import Episode
from sim.worlds import World

if TYPE_CHECKING:
    from pontine.evaluation.evaluate import EvalConfig

MOVE = 0.03  # m
FREEZE = 1.0  # s


class Worker:
    """A world, and whatever drives its arm; another configuration reuses what it can.

    Attributes:
        config: what it is set up for (None: nothing yet).
    """

    def __init__(self) -> None:
        self.config: EvalConfig | None = None
        self._world: World | None = None
        self._stack: Stack | None = None
        self._expert: Expert | None = None
        self._plugin: Policy | None = None

    def set_up(self, config: "EvalConfig") -> None:
        """Load what `config` needs; harmless where it is loaded."""
        if self.config == config:
            return
        self.config = None
        if self._world is None:
            self._world = World()
        if config.policy == "agent":
            old = self._stack
            same = old is not None and old.config.models == config.stack.models
            brain = old.brain if old is not None and same else None
            self._stack = Stack(config.stack, self._world, brain=brain)
        elif config.policy == "expert":
            self._expert = self._expert or Expert(self._world)
        else:
            self._plugin = load_policy(config.policy, self._world.robot, config.stack.delay)
        self.config = config

    def work(self, case: Case) -> dict[str, Any]:
        """Run one case; a row for episodes.jsonl."""
        config, world = self.config, self._world
        if config is None or world is None:
            raise RuntimeError("nothing is set up; call set_up() first")
        episode, old_goal = episode_of(case, config)
        policy = self._policy(config, episode)
        run = partial(
            run_episode, world, episode, policy, _fault(config, case),
            old_goal=old_goal, perturbations=compose(config.perturb),
        )  # fmt: skip
        if not case.video:
            result = run()
        else:
            path = Path(case.video)
            part = path.with_stem(f"{path.stem}.part")  # what is broken off is no film
            with Film(part, episode.instruction) as film:
                result = run(watch=film.add)
                film.close(result)
            os.replace(part, path)
        row = asdict(result)
        row.pop("tokens")
        return {"key": case.key, **row}

    def close(self) -> None:
        """Free this process's renderer."""
        if self._world is not None:
            self._world.close()
        self.__init__()  # type: ignore[misc]

    def _policy(self, config: "EvalConfig", episode: Episode) -> Policy:
        if config.policy == "agent":
            assert self._stack is not None
            return self._stack.agent(episode)
        if config.policy == "expert":
            assert self._expert is not None
            return ExpertPolicy(self._expert, episode)
        assert self._plugin is not None
        return self._plugin


def _fault(config: "EvalConfig", case: Case) -> TokenFault | None:
    if config.fault == "move":
        return MoveTarget(MOVE, case.seed)
    return FreezeTokens(FREEZE) if config.fault == "freeze" else None
