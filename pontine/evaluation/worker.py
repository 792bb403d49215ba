"""What one evaluation process does: load the stack once, then run case after case."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from body.plugin import blamed
from body.robots import robot
from pontine.evaluation.cases import Case, episode_of
from pontine.evaluation.episode import run_episode
from pontine.evaluation.films import unfinished
from pontine.evaluation.token_faults import FreezeTokens, MoveTarget, TokenFault
from pontine.film import Film
from pontine.policies.choice import Choice
from sim.perturbations import compose
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
        self._choice: Choice | None = None

    @blamed()
    def set_up(self, config: "EvalConfig") -> None:
        """Load what `config` needs; harmless where it is loaded."""
        if self.config == config:
            return
        self.config = None
        arm = robot(config.stack.robot)
        if self._world is not None and self._world.robot is not arm:
            self.close()
        if self._world is None:
            self._world = World(arm)
        self._choice = self._choice or Choice(self._world)
        self._choice.set_up(config.policy, config.stack)
        self.config = config

    @blamed(exits=False)  # the crew names who left, and goes on
    def work(self, case: Case) -> dict[str, Any]:
        """Run one case; a row for episodes.jsonl."""
        config, world, choice = self.config, self._world, self._choice
        if config is None or world is None or choice is None:
            raise RuntimeError("nothing is set up; call set_up() first")
        episode, old_goal = episode_of(case, config)
        policy = choice.of(episode)
        run = partial(
            run_episode, world, episode, policy, _fault(config, case),
            old_goal=old_goal, perturbations=compose(config.perturb),
        )  # fmt: skip
        if not case.video:
            result = run()
        else:
            with (
                unfinished(Path(case.video)) as part,
                Film(part, episode.instruction) as film,
            ):
                result = run(watch=film.add)
                film.close(result)
        return {**result.row(case.key), "task": case.task}  # as it was asked for: file.py:Class

    def close(self) -> None:
        """Free this process's renderer."""
        if self._world is not None:
            self._world.close()
        self.__init__()  # type: ignore[misc]


def _fault(config: "EvalConfig", case: Case) -> TokenFault | None:
    if config.fault == "move":
        return MoveTarget(MOVE, case.seed)
    return FreezeTokens(FREEZE) if config.fault == "freeze" else None
