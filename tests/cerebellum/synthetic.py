"""A toy recording made with the real law, kinematics and cameras, but without physics.

An object lies on the table; the commanded hand goes above it, grasps and lifts. The wrist image
shows the object as a filled disc where it truly projects. Enough to learn to servo on.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from body.contract.waypoint import wrap_half_turn
from body.geometry import motion
from body.geometry.kinematics import Kinematics
from body.geometry.project import project
from body.robots.fr3 import FR3

KINEMATICS = Kinematics(FR3)
STEPS = (("above", 0.16, 0.0), ("grasp", 0.03, 1.0), ("lift", 0.20, 1.0))


@dataclass
class ToyCache:
    """Answers as episodes.cache.Cache does."""

    columns: dict[str, np.ndarray]
    wrist: np.ndarray

    @property
    def robot(self) -> np.ndarray:
        return np.arange(len(self.wrist))

    def __getitem__(self, name: str) -> Any:
        return self.columns[name]


def picture(hand: np.ndarray, place: np.ndarray, lifted: bool, tool: np.ndarray) -> np.ndarray:
    """(64, 64, 3) what the wrist camera sees of a disc-shaped object."""
    point = np.array([tool[0], tool[1], tool[2] - 0.01]) if lifted else np.array([*place[:2], 0.02])
    u, v, depth = project(FR3.cameras["wrist"], hand, point, 64)
    image = np.full((64, 64, 3), 120, dtype=np.uint8)
    if depth > 0.01:
        focal = 32 / np.tan(np.radians(35))
        rows, columns = np.mgrid[:64, :64] + 0.5
        image[np.hypot(columns - u, rows - v) < focal * 0.025 / depth] = (200, 40, 40)
    return image


def toy_cache(episodes: int = 8, seed: int = 0) -> ToyCache:
    """Record `episodes` picks at 10 frames a second."""
    rng = np.random.default_rng(seed)
    rows: dict[str, list] = {}
    images = []
    for episode in range(episodes):
        place = np.array([rng.uniform(0.35, 0.6), rng.uniform(-0.2, 0.2)])
        yaw = wrap_half_turn(rng.uniform(-0.7, 0.7))
        start = [rng.uniform(0.3, 0.6), rng.uniform(-0.2, 0.2), rng.uniform(0.16, 0.3), 0.0]
        command, increment, closed = np.array(start), np.zeros(4), 0.0
        measured, q = command.copy(), KINEMATICS.inverse(command, FR3.home)
        tick, hold, previous = 0, 0, -1
        for step, (_, height, after) in enumerate(STEPS):
            target = np.array([*place, height, yaw])
            if step == 1:
                previous = 0
            hold = 0
            while hold < (8 if step == 1 else 2):
                q = KINEMATICS.inverse(measured, q, iterations=3)
                width = 0.08 if not closed else 0.05
                if tick % 2 == 0:
                    time = motion.time_to_go(command, target)
                    frame = {
                        "observation.state": [*q, *np.zeros(7), width, *rng.normal(0, 1, 6)],
                        "observation.command": [*command, *increment, closed],
                        "plan.waypoint": [*target, after, time],
                        "plan.chunk": motion.unroll(command, increment, closed, target, after),
                        "plan.step": step, "plan.previous_step": previous,
                        "episode_index": episode, "timestamp": tick * 0.05,
                    }  # fmt: skip
                    for name, value in frame.items():
                        rows.setdefault(name, []).append(value)
                    hand = KINEMATICS.hand(q)
                    images.append(picture(hand, place, step == 2, measured))
                there = motion.arrived(command, target)
                closed = float(np.where(there, after, closed))
                hold += int(there)
                increment = motion.step(command, increment, target)
                command = command + increment
                if rng.random() < 0.3:
                    command[:3] += rng.normal(0, 0.0015, 3)
                measured = measured + 0.6 * (command - measured)
                tick += 1
            previous = step
    integer = ("plan.step", "plan.previous_step", "episode_index")
    columns = {
        n: np.array(v, dtype=np.int64 if n in integer else np.float32) for n, v in rows.items()
    }
    return ToyCache(columns, np.stack(images))
