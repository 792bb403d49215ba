"""The simulated robot's cameras: a process that draws what the physics says, with sensor noise."""

import time

import numpy as np

from body.contract.arrays import Image
from body.robots.registry import robot
from cerebellum.runtime.bus import Bus, GraphClock, text
from cerebellum.runtime.runtime_config import RuntimeConfig, until_sigterm
from pontine.live.stage import Stage
from sim.tasks import sample_episode
from sim.worlds import World

FRAME = 40_000_000  # ns: the wrist camera's period
SLOW = {"fixed": 6}  # every so many frames: looked at by the brain alone
PATTERNS = 16  # of noise, in turn: no two pictures are equal, as with a real sensor


def run_cameras(config: RuntimeConfig) -> None:
    """Run until SIGTERM."""
    stopped = until_sigterm()
    spec = robot(config.robot)
    bus, stage = Bus(config.graph, spec), Stage(config.graph)
    clock = GraphClock(bus.clock)
    noises = {name: noise_patterns(camera.pixels) for name, camera in spec.cameras.items()}
    due, number = time.monotonic_ns(), 0
    with World(spec) as world:
        while not stopped:
            due = max(due + FRAME, time.monotonic_ns() - FRAME)
            time.sleep(max(0, due - time.monotonic_ns()) * 1e-9)
            if stage.scene.read():
                value = stage.scene.value
                task, seed = text(value["task"]), int(value["seed"])
                world.reset(sample_episode(task, seed, reach=spec.reach).scene)
            stage.faults.read()
            stage.physics.read()
            if not stage.scene.number or stage.physics.value["scene"] != stage.scene.number:
                continue  # the two processes show different scenes for a moment
            stamp = clock()
            world.data.qpos[:] = stage.physics.value["qpos"][: world.model.nq]
            number += 1
            for name, channel in bus.pictures.items():
                if number % SLOW.get(name, 1) or stage.faults.value["dropped"]:
                    continue
                if not stage.faults.value["frozen"]:
                    noise = noises[name][number // SLOW.get(name, 1) % PATTERNS]
                    develop(world.render(name), noise, channel.value["pixels"])
                channel.write(stamp)


def noise_patterns(side: int) -> np.ndarray:
    """(PATTERNS, side, side, 3) int16 to add to pictures, the same for a size."""
    return np.random.default_rng(side).integers(-1, 2, (PATTERNS, side, side, 3), np.int16)


def develop(picture: Image, noise: np.ndarray, out: np.ndarray) -> None:
    """Write `picture` with `noise` into `out`, all (side, side, 3)."""
    np.clip(picture + noise, 0, 255, out=out, casting="unsafe")
