"""How a scripted hand errs on purpose, so that recordings show how to put things right.

The labels stay clean: only what is executed is disturbed.
"""

from dataclasses import dataclass

import numpy as np

from body.contract.arrays import Array
from episodes.vocabulary import Step

JITTER = 0.0012  # m, every step
BURST_RATE, BURST = 0.06, 0.006  # chance a step, m
BIAS_SHARE, BIAS = 0.6, 0.015  # of episodes, m
BIAS_UNTIL = 0.045  # m above the lowest keyframe at the target
BOTCH_SHARE = 0.05


@dataclass(frozen=True)
class NoiseConfig:
    """Switches; `scale` multiplies jitter, bursts and bias."""

    scale: float = 1.0
    bias_share: float = BIAS_SHARE
    botch_share: float = BOTCH_SHARE


class Noise:
    """The errors of one episode, drawn from `rng`."""

    def __init__(self, rng: np.random.Generator, config: NoiseConfig) -> None:
        self._rng = rng
        self._scale = config.scale
        self._burst_left = 0
        self._burst = np.zeros(3)
        self._bias = np.zeros(2)
        if rng.random() < config.bias_share:
            angle = rng.uniform(-np.pi, np.pi)
            size = config.scale * BIAS * np.sqrt(rng.random())
            self._bias = size * np.array([np.cos(angle), np.sin(angle)])
        draw = rng.random()
        self.botch = ""
        if draw < config.botch_share:
            self.botch = "aside" if draw < config.botch_share / 2 else "early"
        self._side = rng.choice([-1.0, 1.0])
        self._extra = rng.uniform(0.014, 0.022)

    def aim(
        self, step: Step, command: Array, pose: Array, lowest: float, width: float, top: float
    ) -> Array:
        """(4,) where the hand is steered instead of `pose`.

        Args:
            command: (4,) commanded tool pose now.
            lowest: tool height, m, of the lowest keyframe at the target.
            width, top: the target's, m.
        """
        aim = pose.copy()
        if step not in (Step.ABOVE, Step.GRASP, Step.LOWER, Step.PRESS):
            return aim
        if step is Step.GRASP and self.botch == "aside":
            # along the pads, so that the open fingers pass the object instead of hitting it
            reach = self._side * (width / 2 + self._extra)
            aim[:2] += reach * np.array([np.cos(pose[3]), np.sin(pose[3])])
        elif step is Step.GRASP and self.botch == "early":
            aim[2] = max(top + 0.03, 0.07)
        elif command[2] > lowest + BIAS_UNTIL:
            aim[:2] += self._bias
        return aim

    def jolt(self, step: Step) -> Array:
        """(4,) added to this increment, m and rad; no bursts beside what has been let go."""
        if step in (Step.RELEASE, Step.RETREAT):
            self._burst_left = 0
        elif self._burst_left == 0 and self._rng.random() < BURST_RATE:
            self._burst_left = int(self._rng.integers(1, 5))
            self._burst = self._rng.normal(size=3) * BURST / np.sqrt(3)
        jolt = self._rng.normal(size=3) * JITTER / np.sqrt(3)
        if self._burst_left > 0:
            self._burst_left -= 1
            jolt = jolt + self._burst
        return np.array([*(self._scale * jolt), 0.0])

    def dwell(self) -> int:
        """Policy steps a hand waits at a keyframe before it goes on."""
        return int(self._rng.integers(2, 9))
