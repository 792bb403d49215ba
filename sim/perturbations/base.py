"""What a perturbation is, and several of them as one."""

from collections.abc import Iterable, Iterator
from typing import ClassVar
from zlib import crc32

import numpy as np

from body import ActionChunk, Observation
from sim.tasks import Episode
from sim.worlds import World

CAP = 2.0  # largest strength: twice what is documented


class PerturbationError(ValueError):
    """No such perturbation, or no such strength; the message names what there is."""


class Perturbation:
    """One dial. Strength 0 changes nothing, 1 is what `about` says, 2 is the most.

    Subclasses override what they perturb; each gets its own random numbers for an episode.
    """

    name: ClassVar[str]
    about: ClassVar[str]

    def __init__(self, strength: float) -> None:
        if not (np.isfinite(strength) and 0.0 <= strength <= CAP):
            raise PerturbationError(
                f"{self.name}={strength}: a strength lies between 0 and {CAP:g}; 1 is {self.about}"
            )
        self.strength = float(strength)
        self.rng = np.random.default_rng(0)

    def episode(self, episode: Episode) -> Episode:
        """Before the world is reset: another scene; its goal still names the same things."""
        return episode

    def start(self, world: World) -> None:
        """Just after the reset: another physics."""

    def sense(self, seen: Observation) -> Observation:
        """What the policy is given instead of `seen`, whose pictures may be missing."""
        return seen

    def command(self, chunk: ActionChunk) -> ActionChunk:
        """What is executed instead of `chunk`, still before interpolator and limiter."""
        return chunk

    def tick(self, world: World) -> None:
        """Once a policy step, before it is simulated."""


class Perturbations(Perturbation):
    """Several, in the order given; each draws the same whatever others there are."""

    name = "perturbations"
    about = "several at once"

    def __init__(self, members: Iterable[Perturbation] = ()) -> None:
        super().__init__(1.0)
        self._members = tuple(members)

    def __iter__(self) -> Iterator[Perturbation]:
        return iter(self._members)

    def episode(self, episode: Episode) -> Episode:
        for member in self:
            seed = [episode.seed, episode.task.label, crc32(member.name.encode())]
            member.rng = np.random.default_rng(seed)
            episode = member.episode(episode)
        return episode

    def start(self, world: World) -> None:
        for member in self:
            member.start(world)

    def sense(self, seen: Observation) -> Observation:
        for member in self:
            seen = member.sense(seen)
        return seen

    def command(self, chunk: ActionChunk) -> ActionChunk:
        for member in self:
            chunk = member.command(chunk)
        return chunk

    def tick(self, world: World) -> None:
        for member in self:
            member.tick(world)
