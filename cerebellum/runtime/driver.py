"""From plans in tool space to joint targets: what every controller of the arm shares."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from body.contract.arrays import Array
from body.contract.chunk import ActionChunk
from body.contract.errors import RangeError
from body.contract.mailbox import Freshness
from body.contract.observation import Observation
from body.contract.robot_spec import RobotSpec
from body.contract.tokens import ActionTokens, ControllerReport, Intent
from body.contract.waypoint import Waypoint
from body.geometry import motion
from body.geometry.kinematics import Kinematics
from cerebellum.codec.protocol import Codec
from cerebellum.codec.waypoint import WaypointCodec
from cerebellum.runtime.report import Reporter
from cerebellum.runtime.schedule import ChunkSchedule
from cerebellum.runtime.steering import Steering
from cerebellum.state import CommandState

PLACE_LOW = np.array([0.10, -0.50, 0.008])  # m, where the tool may be commanded
PLACE_HIGH = np.array([0.85, 0.50, 0.70])
OPEN = 0.9  # of the largest opening
LATE = 2  # policy steps of delay from which two plans are blended where they meet
LARGEST = np.array([1.1 * motion.SPEED] * 3 + [1.1 * motion.SPEED_YAW])

Order = tuple[tuple[int, ...], bool]  # codes (none: the null code), and whether to hold


def _order(tokens: ActionTokens | None, state: Freshness | str) -> Order:
    """What `tokens` in this state amount to.

    A refusal holds by the law: under the null code the network's own hold creeps (0.5 mm/s).
    """
    state = Freshness(state)
    codes = tokens.codes if tokens is not None and state is Freshness.FRESH else ()
    refused = tokens is not None and tokens.intent is Intent.REFUSE
    return codes, tokens is None or refused or state in (Freshness.HOLD, Freshness.STOPPED)


class Driver(ABC):
    """Call :meth:`reset` once and :meth:`step` at every policy step (50 ms).

    Subclasses decide in :meth:`plan`. The driver keeps the commanded state, holds with
    deceleration when orders are missing, refuses plans that are not finite, and reports.

    Attributes:
        command: what has been commanded so far.
        report: how the present order fares.
        waypoint: the keyframe the present tokens name (None: null, or not a waypoint codec).
        replanned: whether the last step asked :meth:`plan`. decided: whether it began a new chunk.
        joined: whether the last step was the first of a plan's own, after those promised before.
        refused: plans refused for NaN or infinity; the chunk before goes on to its end, then the
            arm slows down.
        steering: a person's wish that goes before any order; None: the tokens rule.
        blends: a plan that comes late begins half way between itself and the plan before.
    """

    def __init__(self, spec: RobotSpec, codec: Codec, replan: float = 4, delay: int = 1) -> None:
        self.spec, self.codec = spec, codec
        self._part = 1.0
        self._unreported = 0.0
        self.kinematics = Kinematics(spec)
        self.refused = 0
        self.steering: Steering | None = None
        self.blends = True
        self._steered = False
        self._order: Order | None = None
        self._since = motion.HORIZON  # policy steps since the last decision
        self._schedule = ChunkSchedule(replan, delay)
        self._reporter = Reporter(spec.gripper_stroke)
        self.command = CommandState(self.kinematics.tool_pose(spec.home))
        self._start(self.command, spec.home)

    @property
    def codec_id(self) -> str:
        return self.codec.codec_id

    def reset(self, observation: Observation) -> None:
        """Start from where the arm is; a hand that is not open counts as closed."""
        self.spec.check_shape("joint_position", observation.joint_position)
        pose = self.kinematics.tool_pose(observation.joint_position)
        closed = observation.gripper_width < OPEN * self.spec.gripper_open
        self._start(CommandState(pose, closed=closed), observation.joint_position)

    def check(self, tokens: ActionTokens) -> None:
        """Raise CodecMismatchError or RangeError if `tokens` cannot be obeyed."""
        if not tokens.is_null:
            self.codec.check(tokens.codes, tokens.codec_id)

    def due(self, tokens: ActionTokens | None, state: Freshness | str = Freshness.FRESH) -> bool:
        """Whether a :meth:`step` with this order would decide anew, hence look at its camera."""
        return self._schedule.due or _order(tokens, state) != self._order

    def step(
        self,
        observation: Observation,
        tokens: ActionTokens | None,
        age: float = 0.0,
        state: Freshness | str = Freshness.FRESH,
    ) -> ActionChunk:
        """16 joint targets from now on; row 0 is to be reached within this policy step.

        Args:
            observation: taken now. tokens: the latest, or None. age: theirs, s.
            state: what the mailbox says of them; see :class:`body.contract.mailbox.Freshness`.

        Raises:
            CodecMismatchError, RangeError: tokens of a foreign codec, or malformed.
        """
        if tokens is not None:
            self.check(tokens)
        self.replanned = self.decided = False
        steered = self.steering is not None
        due = steered or self._steered or self.due(tokens, state)
        self._steered = steered
        self._since += 1
        self.joined = self._since == self._schedule.delay
        self._order = codes, holding = _order(tokens, state)
        if due:
            holding = holding and not steered
            self._decide(observation, codes, age, holding)
            self._since = 0
            self.joined |= not self._schedule.delay
        rows, joints = self._take()
        stamp = tokens.stamp if tokens is not None else -1
        self._unreported += self._part
        if self._unreported >= 1 - 1e-9:  # the reporter counts whole policy steps
            self._unreported = 0.0
            self.report = self._reporter.update(
                self.waypoint, stamp, self.command, observation.gripper_width
            )
        width = np.where(rows[:, 4] > 0.5, 0.0, self.spec.gripper_open)
        return ActionChunk(joints, width, observation.stamp, self.period)

    @property
    def period(self) -> float:
        """Seconds between two :meth:`step`: a policy step, or what :meth:`divide` made of it."""
        return motion.DT * self._part

    def divide(self, parts: float) -> None:
        """Be stepped `parts` times a policy step from now on: control above 20 Hz.

        Raises:
            RangeError: below 1, or inference takes time (delay), which parts cannot bridge.
        """
        if parts < 1 or (parts > 1 and self._schedule.delay):
            raise RangeError(f"a policy step in {parts} parts needs parts >= 1 and a delay of 0")
        self._part = 1.0 / parts
        self._schedule.pace(min(self._schedule.replan, self._part), self._schedule.delay)

    def pace(self, replan: int, delay: int) -> None:
        """Plan every `replan` steps from now on, with `delay` of them promised meanwhile."""
        self._schedule.pace(replan, delay)

    def skip(self) -> None:
        """A policy step has passed while :meth:`step` was still at work on the one before."""
        self._take()

    def resume(self, q: Array) -> None:
        """Plan anew from rest at `q` (J,) rad: the arm has not followed. Order and gripper stay."""
        pose = self.kinematics.tool_pose(q)
        self.command = CommandState(self.command.target(pose), closed=self.command.closed)
        self._q = np.array(q)
        self._schedule.clear()

    @abstractmethod
    def plan(
        self, observation: Observation, codes: Sequence[int], age: float, promised: Array
    ) -> Array:
        """(16, 5) actions whose first rows are `promised` (d, 5); codes () is the null code."""

    def _start(self, command: CommandState, q: Array) -> None:
        self.command = command
        self.report = ControllerReport()
        self.waypoint: Waypoint | None = None
        self.replanned = self.decided = self.joined = False
        self._since = motion.HORIZON
        self._order = None
        self._q = self._first = np.array(q)
        self._unreported = 0.0
        self._schedule.clear()
        self._reporter.reset(command.closed)

    def _take(self) -> tuple[Array, Array]:
        """Use one step of the chunk: actions (16, 5) and joint targets (16, J) from it on."""
        if self._part == 1:
            action, rows, joints = self._schedule.take()
            self.command = self.command.advance(action)
        else:
            action, rows, joints = self._schedule.take_part(self._part, self._first)
            after = self.command.advance(action)
            self.command = replace(after, increment=after.increment / self._part)
        self._q = joints[0]
        return rows, joints

    def _decide(
        self, observation: Observation, codes: tuple[int, ...], age: float, holding: bool
    ) -> None:
        waypoints = isinstance(self.codec, WaypointCodec)
        self.waypoint = self.codec.waypoint(codes) if codes and waypoints else None  # type: ignore[attr-defined]
        kept = self._schedule.promised()
        if kept is None:
            first = self._stop()[: self._schedule.delay]
            kept = first, self._solve(first)
        if holding:
            rows, kept = self._stop(), (kept[0][:0], kept[1][:0])
        elif self.steering is not None:
            rows = np.concatenate([kept[0], self._steer(self.steering, kept[0])])
            rows = rows[: motion.HORIZON]
        else:
            rows = self._meet(self.plan(observation, codes, age, kept[0]))
            self.replanned = True
            if not np.isfinite(rows).all():
                self.refused += 1
                if self._schedule.left:
                    return
                rows = np.concatenate([kept[0], self._stop()])[: motion.HORIZON]
        self.decided = True
        count = len(kept[0])
        rows = self._bound(rows)
        joints = np.concatenate([kept[1], self._solve(rows)[count:]])
        self._schedule.put(rows, joints)
        self._first = self._q

    def _meet(self, rows: Array) -> Array:
        """`rows` (16, 5) of a new plan, its first own step half way to the plan's before."""
        late = self._schedule.delay
        before = self._schedule.next_after_promised() if self.blends and late >= LATE else None
        if before is not None:
            rows = np.array(rows)
            rows[late, :4] = 0.5 * (rows[late, :4] + before[:4])
        return rows

    def _stop(self) -> Array:
        """(16, 5) slowing down to a hold."""
        return motion.stop(self.command.increment, np.array(float(self.command.closed)))

    def _steer(self, steering: Steering, promised: Array) -> Array:
        """(16, 5) as `steering` wishes, after the `promised` (d, 5) steps."""
        last = promised[-1][:4] if len(promised) else self.command.increment
        return motion.steer(last, steering.velocity * motion.DT, steering.closed, steering.steps)

    def _bound(self, rows: Array) -> Array:
        """Increments no faster than the law's and never out of the workspace."""
        rows = np.array(rows)
        rows[:, :4] = np.clip(rows[:, :4], -LARGEST, LARGEST)
        start = self.command.pose[:3]
        path = start + np.cumsum(rows[:, :3], axis=0)
        low, high = np.minimum(PLACE_LOW, start), np.maximum(PLACE_HIGH, start)
        inside = np.clip(path, low, high)
        rows[:, :3] = np.diff(np.concatenate([start[None], inside]), axis=0)
        return rows

    def _solve(self, rows: Array) -> Array:
        """(n, J) joint targets along `rows` (n, 5)."""
        poses = self.command.pose + np.cumsum(rows[:, :4], axis=0)
        return self.kinematics.inverse(poses, self._q)
