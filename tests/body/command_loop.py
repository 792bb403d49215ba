"""A command loop at 500 Hz in which everything comes in time, until it is told to fail."""

from body.robots.fr3 import FR3
from body.safety.safety_state import Cause, Identity, State
from body.safety.watchdog import SECOND, Watchdog

PERIOD = 2_000_000  # ns
ROBOT = Identity(FR3.name, FR3.joint_names, "statistics")
NEVER = 1e9


class Loop:
    """`failed` names what falls silent: robot, observation, camera, chunk, brain."""

    def __init__(self, start: int = 7 * SECOND) -> None:
        self.watchdog = Watchdog(ROBOT, inference=0.008, cameras=("wrist",))
        self.now = start
        self.clock = 0
        self.failed: set[str] = set()
        self.lost_states = 0
        self.picture = self._period = 0

    def run(self, seconds: float) -> State:
        for _ in range(round(seconds * SECOND / PERIOD)):
            self.now += PERIOD
            self.clock += PERIOD
            self._period += 1
            self._hear()
            self.watchdog.tick(self.now, self.clock)
        return self.watchdog.state

    def _hear(self) -> None:
        dog, now = self.watchdog, self.now
        if "robot" not in self.failed and self._period % 100 >= self.lost_states:
            dog.robot_state(now)
        if self._period % 25 == 0:
            if "observation" not in self.failed:
                dog.observation(now)
            self.picture += "camera" not in self.failed
            dog.picture("wrist", self.picture, now)
        if self._period % 100 == 0 and "chunk" not in self.failed:
            dog.chunk(now + round(0.8 * SECOND), now)
        if self._period % 125 == 0 and "brain" not in self.failed:
            dog.tokens(0.15, 1.0, now)

    def armed(self) -> "Loop":
        self.run(0.3)
        self.watchdog.arm(ROBOT, self.now)
        assert self.run(1.0) is State.ARMED
        return self

    def seconds_until(self, state: State, most: float = 5.0) -> float:
        begun = self.now
        while self.watchdog.state is not state and self.now - begun < most * SECOND:
            self.run(PERIOD / SECOND)
        return (self.now - begun) / SECOND if self.watchdog.state is state else NEVER

    @property
    def causes(self) -> list[Cause]:
        return [event.cause for event in self.watchdog.events]
