"""The scripted expert moves the arm of the tabletop, and is recorded."""

import numpy as np

from body import ActionChunk, Observation
from pontine.policies.expert import ExpertPolicy
from pontine.rollout import Watcher, rollout
from pontine.suites.tabletop.environment import Tabletop
from sim.expert import FRAME_EVERY, Expert
from sim.noise import NoiseConfig
from sim.recording import Recording, label
from sim.tasks import Episode

TAIL = 6  # policy steps recorded after success


def demonstrate(
    expert: Expert,
    episode: Episode,
    noise: NoiseConfig | None = None,
    cameras: tuple[str, ...] = (),
    audit: bool = False,
) -> Recording:
    """Let `expert` play `episode` to its end, in its world; frames with their labels.

    Args:
        noise: None: the expert does its best.
        cameras: which images to record.
        audit: count violations of the limits; it costs a fifth of the simulation's time.
    """
    environment = Tabletop(expert.world, episode, audit=audit)
    frames = ExpertFrames(environment, expert, cameras)
    rollout(environment, ExpertPolicy(expert, episode, noise), [frames])
    return frames.recording


class ExpertFrames(Watcher[Observation, ActionChunk]):
    """Records a frame every `FRAME_EVERY` steps; success counts once the expert is through."""

    def __init__(self, environment: Tabletop, expert: Expert, cameras: tuple[str, ...]) -> None:
        self._environment, self._expert, self._cameras = environment, expert, cameras
        self._frames: list[dict[str, np.ndarray]] = []
        self._steps, self._success, self._left = 0, False, TAIL

    @property
    def recording(self) -> Recording:
        """All of it, labelled."""
        environment = self._environment
        return label(
            environment.episode, self._frames, self._success, environment.time,
            environment.driver.violations,
        )  # fmt: skip

    def cameras(self, now: int) -> tuple[str, ...]:
        return self._cameras if self._steps % FRAME_EVERY == 0 else ()

    def acted(self, observation: Observation, action: ActionChunk) -> None:
        if self._steps % FRAME_EVERY == 0:
            self._frames.append(self._expert.frame(observation))

    def stepped(self) -> bool:
        self._steps += 1
        if self._environment.over:  # what comes true with the last step comes too late
            return True
        self._success |= self._environment.success and self._expert.through
        self._left -= self._success
        return self._left < 0
