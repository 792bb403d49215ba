"""Where the tokens on Meta-World come from: the brain, and what it is compared with."""

from typing import TYPE_CHECKING, Protocol

import numpy as np

from body.arrays import Array
from cerebellum.codec import Codec
from episodes.splits import METAWORLD_DONOR
from pontine.metaworld import plans
from pontine.metaworld.environment import MetaWorldEpisode
from pontine.metaworld.patience import Patience
from pontine.metaworld.policy import ScriptedPolicy
from pontine.rollout import Watcher, rollout
from sim.suites.metaworld import P1, Look, MetaWorld, tasks
from sim.suites.metaworld.expert import Expert
from sim.suites.metaworld.view import POINTS, points

if TYPE_CHECKING:
    from pontine.metaworld.brain import MetaWorldBrain

Codes = tuple[int, ...]


class TokenSource(Protocol):
    """Codes for a look; () are the null code.

    Attributes:
        sees: it needs pictures.
        thought: the standing one, in words ("": none).
    """

    sees: bool

    @property
    def thought(self) -> str: ...

    def reset(self, look: Look, instruction: str) -> None:
        """Begin an episode."""

    def codes(self, look: Look, step: int) -> Codes:
        """What it says at `step` of the episode."""


class Thinking:
    """The brain; its thought stands for `stands` steps (0: none stands), and where `patience` is
    lost its codes are drawn."""

    sees = True

    @property
    def thought(self) -> str:
        return self._brain.thought

    def __init__(self, brain: "MetaWorldBrain", stands: int, patience: Patience) -> None:
        self._brain, self._stands, self._patience = brain, stands, patience

    def reset(self, look: Look, instruction: str) -> None:
        self._brain.reset()
        self._instruction, self._thought = instruction, 0
        self._patience.reset(look.state[:3])

    def codes(self, look: Look, step: int) -> Codes:
        anew = step == 0 or step - self._thought >= self._stands
        if anew:
            self._thought = step
        return self._think(look, step, anew)

    def _think(self, look: Look, step: int, anew: bool) -> Codes:
        assert look.picture is not None
        draw = self._patience.lost(look.state[:3], step)
        return self._brain.think(look.picture, look.state, self._instruction, anew, draw)


class Told(Thinking):
    """The brain's codes, under thoughts that are the simulator's own at every look: privileged."""

    def codes(self, look: Look, step: int) -> Codes:
        places = dict(zip(POINTS, points(look.full), strict=True))
        self._brain.tell(places["object"], places["goal"])
        return self._think(look, step, anew=False)


class Oracle:
    """The expert's own aim, encoded: privileged, and the most that tokens can carry."""

    sees, thought = False, ""

    def __init__(self, codec: Codec, task: str) -> None:
        self._codec, self._expert = codec, Expert(task)

    def reset(self, look: Look, instruction: str) -> None:
        return

    def codes(self, look: Look, step: int) -> Codes:
        return _codes(self._codec, self._expert, look.full)


class Shuffled:
    """The aims of another task's expert, step by step as they came there."""

    sees, thought = False, ""

    def __init__(self, codec: Codec, task: str, seed: int) -> None:
        rng = METAWORLD_DONOR.rng(seed)
        other = str(rng.choice([name for name in tasks() if name != task]))
        with MetaWorld(other, P1, pictures=False, fast=True) as world:
            environment = MetaWorldEpisode(world, 0, seed, privileged=True)
            donor = _Donor(environment, codec)
            rollout(environment, ScriptedPolicy(other), [donor])
        self._stream = donor.codes

    def reset(self, look: Look, instruction: str) -> None:
        return

    def codes(self, look: Look, step: int) -> Codes:
        return self._stream[min(step, len(self._stream) - 1)]


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


class Null:
    """The null code, for ever."""

    sees, thought = False, ""

    def reset(self, look: Look, instruction: str) -> None:
        return

    def codes(self, look: Look, step: int) -> Codes:
        return ()


def _codes(codec: Codec, expert: Expert, full: Array) -> Codes:
    aim = expert.aim(full)
    told = np.append(aim.place, [aim.gain, aim.action[3]])
    return tuple(plans.encode(codec, told[None], full[None, :3])[0].tolist())
