"""Where the tokens on Meta-World come from: the brain, and what it is compared with."""

from typing import TYPE_CHECKING

import numpy as np

from body import ActionTokens, ControllerReport
from body.contract.arrays import Array
from cerebellum.codec import Codec
from episodes.splits import METAWORLD_DONOR
from pontine.agent.sources import Replayed
from pontine.rollout import Watcher, rollout
from pontine.suites.metaworld import plans
from pontine.suites.metaworld.environment import MetaWorldEpisode
from pontine.suites.metaworld.patience import Patience
from pontine.suites.metaworld.policy import ScriptedPolicy
from sim.suites.metaworld import P1, Look, MetaWorld, tasks
from sim.suites.metaworld.expert import Expert
from sim.suites.metaworld.protocol import STEPS_A_SECOND
from sim.suites.metaworld.view import POINTS, points

if TYPE_CHECKING:
    from pontine.suites.metaworld.brain import MetaWorldBrain

Codes = tuple[int, ...]


class Thinking:
    """The brain; its thought stands for `stands` s (0: none stands), and where `patience` is
    lost its codes are drawn."""

    def __init__(self, brain: "MetaWorldBrain", stands: float, patience: Patience) -> None:
        self._brain, self._stands, self._patience = brain, stands, patience
        self.codec_id = brain.codec_id
        self.reset()

    def reset(self) -> None:
        self._brain.reset()
        self._since: int | None = None  # the thought was new

    def think(self, observation: Look, instruction: str, report: ControllerReport) -> ActionTokens:
        now, hand = observation.stamp, observation.state[:3]
        begins = self._since is None
        if begins:
            self._patience.reset(hand)
        anew = self._anew(observation)
        if anew or begins:
            self._since = now
        draw = self._patience.lost(hand, round(now * 1e-9 * STEPS_A_SECOND))
        assert observation.picture is not None
        codes = self._brain.think(observation.picture, observation.state, instruction, anew, draw)
        return ActionTokens(codes, self.codec_id, now, thought=self._brain.thought or None)

    def _anew(self, look: Look) -> bool:
        """A new thought is called for."""
        return self._since is None or look.stamp - self._since >= self._stands * 1e9


class PrivilegedThinking(Thinking):
    """The brain's codes, under thoughts that are the simulator's own at every look: privileged."""

    def _anew(self, look: Look) -> bool:
        places = dict(zip(POINTS, points(look.full), strict=True))
        self._brain.tell(places["object"], places["goal"])
        return False


class Oracle:
    """The expert's own aim, encoded: privileged, and the most that tokens can carry."""

    def __init__(self, codec: Codec, task: str) -> None:
        self._codec, self._expert = codec, Expert(task)
        self.codec_id = codec.codec_id

    def reset(self) -> None:
        """Nothing to forget."""

    def think(self, observation: Look, instruction: str, report: ControllerReport) -> ActionTokens:
        codes = _codes(self._codec, self._expert, observation.full)
        return ActionTokens(codes, self.codec_id, observation.stamp)


class Shuffled(Replayed):
    """The aims of another task's expert, step by step as they came there."""

    def __init__(self, codec: Codec, task: str, seed: int) -> None:
        rng = METAWORLD_DONOR.rng(seed)
        other = str(rng.choice([name for name in tasks() if name != task]))
        with MetaWorld(other, P1, pictures=False, fast=True) as world:
            environment = MetaWorldEpisode(world, 0, seed, privileged=True)
            donor = _Donor(environment, codec)
            rollout(environment, ScriptedPolicy(other), [donor])
        super().__init__(donor.codes, codec.codec_id, 1 / STEPS_A_SECOND)


class _Donor(Watcher[Look, Array]):
    """Keeps the codes of an expert's episode, up to its success."""

    def __init__(self, environment: MetaWorldEpisode, codec: Codec) -> None:
        self._environment, self._codec = environment, codec
        self._expert = Expert(environment.world.task)
        self.codes: list[Codes] = []

    def seen(self, observation: Look, looks: tuple[str, ...]) -> None:
        self.codes.append(_codes(self._codec, self._expert, observation.full))

    def stepped(self) -> bool:
        return self._environment.success


def _codes(codec: Codec, expert: Expert, full: Array) -> Codes:
    aim = expert.aim(full)
    told = np.append(aim.place, [aim.gain, aim.action[3]])
    return tuple(plans.encode(codec, told[None], full[None, :3])[0].tolist())
