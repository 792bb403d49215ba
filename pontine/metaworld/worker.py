"""What a process does in an evaluation of Meta-World: case after case."""

from collections import deque
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import imageio.v2 as imageio
import numpy as np

from body import BodyError
from body.arrays import Array, finite_array
from body.plugin import blamed
from pontine.evaluation.cases import Case
from pontine.evaluation.films import unfinished
from pontine.evaluation.result import DISCOUNT, Result
from pontine.metaworld.agent import MetaWorldAgent
from pontine.metaworld.choice import Choice
from pontine.metaworld.policy import MetaWorldPolicy
from pontine.policies.plugin import PolicyError
from sim.suites.metaworld import PROTOCOLS, Look, MetaWorld
from sim.suites.metaworld.protocol import STEPS_A_SECOND

if TYPE_CHECKING:
    from pontine.evaluation.evaluate import EvalConfig

FILM_EVERY, FILM_FPS = 4, 20  # steps of 12.5 ms; frames a second, hence as fast as it was
STILL = 0.005  # m that the hand moves at most in the last second of an episode that got stuck
HIDDEN = np.empty(0)


class MetaWorldWorker:
    """One task's world at a time, and a policy; as :class:`pontine.evaluation.worker.Worker`."""

    def __init__(self) -> None:
        self.config: EvalConfig | None = None
        self._world: MetaWorld | None = None
        self._choice: Choice | None = None

    @blamed()
    def set_up(self, config: "EvalConfig") -> None:
        """Load what `config` needs; harmless where it is loaded."""
        if self.config == config:
            return
        self.close()
        self._choice = Choice(config.policy, config.stack)
        self.config = config

    @blamed(exits=False)  # the crew names who left, and goes on
    def work(self, case: Case) -> dict[str, Any]:
        """Run one case; a row for episodes.jsonl."""
        config = self.config
        if config is None:
            raise RuntimeError("nothing is set up; call set_up() first")
        world = self._world
        if world is None or world.task != case.task:
            if world is not None:
                world.close()
            world = MetaWorld(case.task, PROTOCOLS[config.protocol], False, not config.shadows)
            self._world = world
        result = self._filmed(world, case) if case.video else self._run(world, case, [])
        return result.row(case.key)

    def close(self) -> None:
        """Free this process's renderer."""
        if self._world is not None:
            self._world.close()
        self._world, self._choice, self.config = None, None, None

    def _run(self, world: MetaWorld, case: Case, film: list[Any]) -> Result:
        assert self.config is not None and self._choice is not None
        policy = self._choice.of(case)
        cheats = self._choice.cheats
        result = Result(
            case.task, case.seed, world.instruction, limit_ratio=None, unsafe=None,
            largest_velocity_step=None,
        )  # fmt: skip
        # P2's episodes are numbered, P1's are seeded: both follow from the case
        look = world.reset(case.seed - self.config.seed, self.config.seed)
        start, place = look.state[:3], look.state[:3]
        lately: deque[Array] = deque(maxlen=STEPS_A_SECOND)
        policy.reset(_shown(world, look, policy.looks, cheats), world.instruction)
        while not look.over:
            looks = policy.looks
            look = world.step(_action(policy, policy.act(_shown(world, look, looks, cheats))))
            result.steps += 1
            result.path += float(np.linalg.norm(look.state[:3] - place))
            place = look.state[:3]
            lately.append(place)
            result.motion = max(result.motion, float(np.linalg.norm(place - start)))
            if film and result.steps % FILM_EVERY == 0:
                film[0].append_data(world.picture())
        result.success = look.success
        if look.success:
            result.reason, result.episode_return = "done", DISCOUNT ** (result.steps - 1)
        else:
            still = np.ptp(np.stack(lately), axis=0).max() < STILL
            result.failure = "stood still" if still else "not done"
        if isinstance(policy, MetaWorldAgent):
            policy.account(result)
        result.trajectory_hash = world.trajectory_hash
        return result

    def _filmed(self, world: MetaWorld, case: Case) -> Result:
        with (
            unfinished(Path(case.video)) as part,
            closing(imageio.get_writer(part, fps=FILM_FPS, macro_block_size=8)) as film,
        ):
            return self._run(world, case, [film])


def _action(policy: MetaWorldPolicy, action: Any) -> Array:
    """What a policy answered, if it is an action."""
    try:
        return finite_array("action", action, (4,))
    except (BodyError, TypeError, ValueError) as error:
        raise PolicyError(
            f"{type(policy).__name__}.act answers no action of 4 finite numbers: {error} "
            "(docs/policies.md)"
        ) from error


def _shown(world: MetaWorld, look: Look, looks: bool, cheats: bool) -> Look:
    """What a policy is shown of `look`."""
    picture = world.picture() if looks else None
    return replace(look, picture=picture, full=look.full if cheats else HIDDEN)
