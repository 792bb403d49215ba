"""Whether a reading of the joints can be this arm's: units, ranges, turns, and steps in time.

Every reading passes here, of a live robot and of a recording, before anything acts upon it or
learns from it. A joint that may turn by more than a whole turn is read in the turn nearest to the
robot's home, which is where models know it; `turn` is what leads back to the robot's own count.
"""

from dataclasses import dataclass
from math import isfinite, isnan, radians

import numpy as np

from body.contract.arrays import Array
from body.contract.errors import JointJumpError, JointReadingError
from body.contract.robot_spec import RobotSpec

TURN = 2 * np.pi
BEYOND = 0.1  # rad past a limit that a joint may stand: the makers' hard stops lie behind them
FINGERS_BEYOND = 0.01  # m likewise: pads that give, a hand that was not calibrated
FASTER = 2.0  # times its velocity limit: an arm that is pushed by hand
NOISE = 0.005  # rad between two readings at rest: three ticks of a 12-bit servo (STS3215)
JITTER = 0.01  # s by which two readings may have come closer together than they were taken
KEEP = np.pi + 0.5  # rad from home at which a joint is taken to another turn: it does not flicker
SMOOTH = 0.02  # s over which a velocity is reckoned where the driver sends none
LONG = 0.1  # s between two readings beyond which velocities say nothing of the way between them
SECOND = 1e-9


@dataclass(frozen=True, eq=False)
class Reading:
    """A reading that has been believed.

    Attributes:
        q: (J,) rad, each in the turn nearest to home. own: (J,) rad, as the robot counts.
        dq: (J,) rad/s; reckoned from positions where the driver sends none. width: m, not below 0.
    """

    q: Array
    own: Array
    dq: Array
    width: float

    @property
    def turn(self) -> Array:
        """(J,) rad, `own` less `q`: whole turns."""
        return np.round((self.own - self.q) / TURN) * TURN


class JointJudge:
    """Call :meth:`take` with every reading of one arm, in order.

    Attributes:
        firm: joints stay in the turn they are in, whatever they read: the arm is armed.
    """

    def __init__(self, spec: RobotSpec) -> None:
        self.spec = spec
        self.firm = False
        self._fastest: list[float] = (FASTER * spec.velocity).tolist()
        self._acceleration: list[float] = spec.acceleration.tolist()
        self._lower: list[float] = (spec.position_lower - BEYOND).tolist()
        self._upper: list[float] = (spec.position_upper + BEYOND).tolist()
        self._roomy = bool((spec.position_upper - spec.position_lower > TURN).any())
        self._turn = np.zeros(spec.joints)
        self.forget()

    def forget(self) -> None:
        """The next reading is the first: of another recording, or after the clock was set back."""
        self._own: list[float] = []  # rad; []: none yet
        self._dq: list[float] | None = None  # rad/s; None: the driver sent none
        self._speed = np.zeros(self.spec.joints)
        self._at = 0

    def take(self, own: Array, dq: Array | None, width: float, at: int) -> Reading:
        """Judge one reading.

        Args:
            own: (J,) rad, in the robot's order and as it counts. dq: (J,) rad/s; None, NaN in it,
                or nothing but zeros: the driver sends none. width: m. at: ns, when it was taken.

        Raises:
            JointReadingError: no such arm gives this; names joint, value, cause and remedy.
            JointJumpError: it does, but could not have come here since the reading before; the
                next one is compared with this one, so that an arm that was put elsewhere is
                believed again.
        """
        values = own.tolist()
        self._check_ranges(values)
        self.check_width(width)
        sent = None if dq is None else dq.tolist()
        if sent is not None and (not any(sent) or any(map(isnan, sent))):
            sent = None
        if sent is not None:
            self._check_speed(sent)
        before, before_dq, gap = self._own, self._dq, max(0.0, (at - self._at) * SECOND)
        self._own, self._dq, self._at = values, sent, max(at, self._at) if before else at
        if before:
            self._check_step(before, before_dq, gap)
        if self._roomy and not self.firm:
            self._choose_turns(own)
        speed = np.array(sent) if sent is not None else self._reckon(before, gap)
        return Reading(own - self._turn, own.copy(), speed, max(0.0, width))

    def check_width(self, width: float) -> None:
        """Raise JointReadingError unless the gripper opens to `width` m."""
        opened = self.spec.gripper_open
        if not -FINGERS_BEYOND <= width <= opened + FINGERS_BEYOND:
            raise JointReadingError(
                f"the fingers read {width:.4g} m apart, but the gripper opens {opened:.4g} m: "
                "these are not metres; publish metres, and name the joints that add up to the "
                "opening (finger_joints)"
            )

    def _check_ranges(self, own: list[float]) -> None:
        for i, value in enumerate(own):
            if self._lower[i] <= value <= self._upper[i]:
                continue
            spec, name = self.spec, self.spec.joint_names[i]
            where = f"[{spec.position_lower[i]:.4g}, {spec.position_upper[i]:.4g}]"
            if not isfinite(value):
                raise JointReadingError(
                    f"joint {name!r} reads {value}, which is no finite number: the driver knows "
                    "no position; switch its encoder on, or home it"
                )
            bounds = zip(self._lower, map(radians, own), self._upper, strict=True)
            if all(low <= angle <= high for low, angle, high in bounds):
                raise JointReadingError(
                    f"joint {name!r} reads {value:.4g} rad, outside {where}: these look like "
                    "degrees; the driver must send radians"
                )
            raise JointReadingError(
                f"joint {name!r} reads {value:.4g} rad, outside {where}: another robot's reading, "
                "or an encoder that was not homed; name the robot that is there, or home it"
            )

    def _check_speed(self, dq: list[float]) -> None:
        for i, (value, most) in enumerate(zip(dq, self._fastest, strict=True)):
            if not abs(value) <= most:
                seems = "degrees a second" if abs(radians(value)) <= most else "garbage"
                raise JointReadingError(
                    f"joint {self.spec.joint_names[i]!r} says {value:.4g} rad/s, but the arm does "
                    f"{self.spec.velocity[i]:.4g} at most: these look like {seems}; the driver "
                    "must send rad/s, or no velocities"
                )

    def _check_step(self, before: list[float], before_dq: list[float] | None, gap: float) -> None:
        room = gap + JITTER
        for i, (then, now) in enumerate(zip(before, self._own, strict=True)):
            most = self._fastest[i] * room + NOISE
            if abs(now - then) <= most:
                continue
            cause = (
                "the driver counts turns anew; let it count through"
                if abs(abs(now - then) - TURN) <= most
                else "two publishers of joint states, or a robot that was put elsewhere; leave one "
                "publisher"
            )
            raise JointJumpError(
                f"joint {self.spec.joint_names[i]!r} jumped from {then:.4g} to {now:.4g} rad "
                f"within {1e3 * gap:.1f} ms, which is faster than {self._fastest[i]:.4g} rad/s: "
                f"{cause}"
            )
        if self._dq is None or before_dq is None or gap > LONG:
            return
        # the way between two readings lies near the mean of their velocities, times the gap
        for i, (slow, fast) in enumerate(zip(before_dq, self._dq, strict=True)):
            step = self._own[i] - before[i]
            swing = max(abs(slow), abs(fast)) * (JITTER + 0.5 * gap)
            allowed = NOISE + swing + 2 * self._acceleration[i] * gap * gap
            if abs(step - 0.5 * (slow + fast) * gap) > allowed:
                raise JointJumpError(
                    f"joint {self.spec.joint_names[i]!r} moved {step:.4g} rad within "
                    f"{1e3 * gap:.1f} ms but says {fast:.4g} rad/s: position and velocity are not "
                    "of one arm, or not in one unit; leave one publisher, in rad and rad/s"
                )

    def _choose_turns(self, own: Array) -> None:
        spec = self.spec
        off = own - self._turn - spec.home
        if (np.abs(off) <= KEEP).all():
            return
        wanted = np.where(np.abs(off) > KEEP, np.round((own - spec.home) / TURN) * TURN, self._turn)
        found = own - wanted
        allowed = (found >= spec.position_lower) & (found <= spec.position_upper)
        self._turn = np.where(allowed, wanted, 0.0)

    def _reckon(self, before: list[float], gap: float) -> Array:
        """(J,) rad/s from positions, smoothed; the arm's own limits bound what noise makes."""
        if not before or gap > LONG:
            self._speed = np.zeros(self.spec.joints)
        elif gap > 0:
            found = (np.array(self._own) - before) / gap
            found = np.clip(found, -self.spec.velocity, self.spec.velocity)
            self._speed = self._speed + (found - self._speed) * (gap / (gap + SMOOTH))
        return self._speed
