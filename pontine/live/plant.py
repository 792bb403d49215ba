"""The simulated robot in wall time: physics at 500 Hz behind a driver that only knows the bus."""

import time

from body.robots.registry import robot
from cerebellum.runtime.bus import Bus, text
from cerebellum.runtime.metronome import Metronome
from cerebellum.runtime.priority import PRIORITY, obtain
from cerebellum.runtime.runtime_config import RuntimeConfig, until_sigterm
from pontine.live.stage import Stage
from sim.tasks import SuccessMonitor, sample_episode
from sim.worlds import PHYSICS_DT, POLICY_STEPS, World


def run_plant(config: RuntimeConfig) -> None:
    """Run until SIGTERM. A new record in the `scene` channel resets the world."""
    stopped = until_sigterm()
    spec = robot(config.robot)
    bus, stage = Bus(config.graph, spec), Stage(config.graph)
    obtain(PRIORITY - 10)  # it stands for a robot's own controller, which is punctual
    metronome = Metronome(round(PHYSICS_DT * 1e9), spin=False)
    monitor: SuccessMonitor | None = None
    q, width = spec.home, spec.gripper_open
    with World(spec) as world:
        while not stopped:
            if stage.scene.read():
                value = stage.scene.value
                task, seed = text(value["task"]), int(value["seed"])
                episode = sample_episode(task, seed, reach=spec.reach)
                world.reset(episode.scene)
                monitor = episode.task.monitor(world, episode.goal)
                q, width = spec.home, spec.gripper_open
                bus.command.read()  # what was commanded before is not for this scene
                stage.physics.value["done"] = False
                metronome.begin()
            if monitor is None:
                time.sleep(0.01)
                continue
            metronome.wait()
            if bus.command.read():
                q, width = bus.command.value["q"], float(bus.command.value["width"])
            world.step(q, width)
            if metronome.ticks % POLICY_STEPS == 0:
                stage.physics.value["done"] |= monitor.update()
            _publish(world, bus, stage)


def _publish(world: World, bus: Bus, stage: Stage) -> None:
    now = time.monotonic_ns()
    stage.physics.value["qpos"][: world.model.nq] = world.data.qpos
    stage.physics.value["scene"] = stage.scene.number
    stage.physics.write(now)
    stage.faults.read()
    if stage.faults.value["silent"]:
        return
    seen, value = world.observation(), bus.state.value
    value["q"][...], value["dq"][...] = seen.joint_position, seen.joint_velocity
    value["width"], value["wrench"][...] = seen.gripper_width, seen.wrench
    bus.state.write(now)
