"""The scripted expert: it knows the scene, walks through a task's keyframes and tells its plan.

Every policy step (50 ms): look at the true state, advance the keyframe if it is reached, take one
step of the law in `body.geometry.motion` (plus noise, if any), solve for joint targets.
"""

from dataclasses import dataclass, field

import numpy as np

from body import Observation, Report
from body.contract.arrays import Array
from body.geometry import motion
from episodes.splits import EXPERT_ERRORS
from episodes.vocabulary import Step
from sim.inverse import MinkInverse
from sim.noise import Noise, NoiseConfig
from sim.tasks import Episode
from sim.worlds import World
from sim.worlds.senses import state_vector

FRAME_EVERY = 2  # policy steps: frames at 10 Hz
CLOSE_TICKS, OPEN_TICKS, CLEAN_DWELL = 8, 6, 2
EMPTY = 0.015  # m: a closed hand narrower than this holds nothing
SQUEEZE = 0.008  # m the pads stay open against the motor: about 3 N
DIP = 0.012  # m: how far noise may push the hand below the lowest keyframe


@dataclass
class _State:
    """What the expert carries from one policy step to the next."""

    command: Array
    increment: Array = field(default_factory=lambda: np.zeros(4))
    told: bool = False
    told_for: int = 0
    step: Step = Step.ABOVE
    previous: int = -1
    report: Report = Report.MOVING
    pose: Array | None = None
    waited: int = 0
    dwell: int = CLEAN_DWELL


@dataclass(frozen=True, eq=False)
class Move:
    """One policy step of the expert.

    Attributes:
        q: (J,) joint targets, rad. width: gripper opening, m.
        pose: (4,) the keyframe it goes to. objects: (6, 10) the scene it was decided from.
        increment: (4,) change of the tool's pose. told: the hand's order is to be closed.
        here: the keyframe is reached.
    """

    q: Array
    width: float
    pose: Array
    objects: Array
    increment: Array
    told: bool
    here: bool


class Expert:
    """Solves episodes in `world`; reuse it, for its solver takes time to set up.

    Call :meth:`begin` once the world shows the episode, then :meth:`decide` at every policy step.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.inverse = MinkInverse(world.robot)

    def begin(self, episode: Episode, noise: NoiseConfig | None = None) -> None:
        """Start on `episode`, whose scene the world shows, from the robot's home at rest."""
        world, task = self.world, episode.task
        rng = EXPERT_ERRORS.rng(episode.seed, task.label)
        self._errors = None if noise is None else Noise(rng, noise)
        fixed = episode.goal.target >= 0 and episode.scene.objects[episode.goal.target].fixed
        if self._errors is not None and fixed and self._errors.botch == "aside":
            self._errors.botch = "early"  # beside a handle there is no room
        self._episode, self._goal = episode, task.left(world, episode.goal) or episode.goal
        self._state = _State(
            command=world.kinematics.tool_pose(world.robot.home), step=task.steps[0]
        )
        self._move: Move | None = None
        self.inverse.reset(world.robot.home)

    @property
    def through(self) -> bool:
        """It is at the last of the task's keyframes."""
        return self._state.step is self._episode.task.steps[-1]

    def decide(self) -> Move:
        """The next policy step, from the true state of the world now; the one before was done."""
        if self._move is not None:
            self._carry_on(self._move)
        episode, state, errors = self._episode, self._state, self._errors
        world, task = self.world, episode.task
        objects = world.objects()
        self._advance(episode, state, errors)
        pose = self._target(episode, state, objects)
        item = world.scene.objects[self._goal.target]
        lowest = min(task.position(objects, self._goal, step)[2] for step in task.steps)
        aim = pose
        if errors is not None:
            aim = errors.aim(state.step, state.command, pose, lowest, item.width, item.height)
        here = bool(motion.arrived(state.command, aim))
        told = task.closed(state.step) if here else state.told
        held = told and task.closed(state.step)
        increment = motion.step(state.command, state.increment, aim, held)
        if errors is not None:
            increment = increment + errors.jolt(state.step)
        increment[2] = max(increment[2], min(0.0, lowest - DIP - state.command[2]))
        q = self.inverse.solve(state.command + increment)
        width = 0.0 if told else world.robot.gripper_open
        self._move = Move(q, width, pose, objects, increment, told, here)
        return self._move

    def frame(self, seen: Observation) -> dict[str, np.ndarray]:
        """What is recorded of the step just decided, in which `seen` was seen."""
        state, move, goal = self._state, self._move, self._goal
        assert move is not None
        command = [*state.command, *state.increment, float(state.told)]
        frame = {
            "observation.state": state_vector(seen),
            "observation.command": np.array(command),
            "action": np.array([*move.q, move.width]),
            "keyframe": np.array([*move.pose, float(self._episode.task.closed(state.step))]),
            "plan.step": np.array([state.step]),
            "plan.previous_step": np.array([state.previous]),
            "plan.report": np.array([state.report]),
            "scene.objects": move.objects,
            "scene.goal": np.array([goal.target, goal.destination, goal.slot]),
            "stamp": np.array([seen.stamp]),
        }
        return frame | {f"observation.images.{name}": im for name, im in seen.images.items()}

    def _carry_on(self, move: Move) -> None:
        state = self._state
        state.told_for = state.told_for + 1 if move.told == state.told else 1
        state.waited += move.here or state.waited > 0
        state.command = state.command + move.increment
        state.increment, state.told = move.increment, move.told

    def _advance(self, episode: Episode, state: _State, errors: Noise | None) -> None:
        """Go on to the next keyframe, or back to the first if the hand is empty."""
        width = self.world.gripper_width
        fist = episode.task.by_fist
        if state.told and state.told_for >= CLOSE_TICKS and width <= EMPTY and not fist:
            if errors is not None:
                errors.botch = ""
            self._enter(state, episode.task.steps[0], Report.MISSED, errors)
            return
        item = self.world.scene.objects[self._goal.target]
        done = state.waited >= state.dwell
        if fist:
            done &= state.told and state.told_for >= CLOSE_TICKS
        elif state.step is Step.ABOVE:
            done &= not state.told and width > 0.95 * self.world.robot.gripper_open
        elif state.step is Step.GRASP:
            squeezed = width - self.world.told_width > SQUEEZE
            done = state.told and state.told_for >= CLOSE_TICKS and squeezed
        elif state.step is Step.RELEASE:
            opened = width > min(item.width + 0.015, 0.95 * self.world.robot.gripper_open)
            done = not state.told and state.told_for >= OPEN_TICKS and opened
        if done and state.step is not episode.task.steps[-1]:
            report = Report.HOLDING if state.told and not fist else Report.ARRIVED
            self._enter(state, episode.task.after(state.step), report, errors)
        elif done and (left := episode.task.left(self.world, episode.goal)) is not None:
            self._goal = left
            self._enter(state, episode.task.steps[0], Report.ARRIVED, errors)

    def _enter(self, state: _State, step: Step, report: Report, errors: Noise | None) -> None:
        state.previous, state.step, state.report = int(state.step), step, report
        state.pose, state.waited = None, 0
        state.dwell = CLEAN_DWELL if errors is None else errors.dwell()

    def _target(self, episode: Episode, state: _State, objects: Array) -> Array:
        """(4,) the keyframe: of where things are now, unless they are in the hand by then."""
        fixed = state.step in (Step.LIFT, Step.DONE) or (state.step is Step.GRASP and state.told)
        fixed |= state.waited > 0 and not episode.task.tracks
        if state.pose is None or not fixed:
            yaw = state.command[3]
            state.pose = episode.task.pose(objects, self._goal, state.step, float(yaw))
        return state.pose
