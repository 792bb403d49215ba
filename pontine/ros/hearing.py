"""What the network says of the robot, judged and carried to the command loop."""

from collections.abc import Callable, Sequence
from typing import Any

from body import BodyError, JointReadingError
from cerebellum.runtime.bus import Bus, packed
from pontine.ros.joint_reader import JointReader
from pontine.ros.messages import nanoseconds
from pontine.ros.sources import Sources
from pontine.ros.stamps import check_stamp


class Hearing:
    """Call :meth:`take` with each message on joint_states.

    Args:
        bus: the graph's memory; its `state` and `doubt` are written here alone. fingers: see
            :class:`JointReader`. publishers: see :class:`Sources`.
    """

    def __init__(
        self, bus: Bus, fingers: Sequence[str], publishers: Callable[[], list[Any]]
    ) -> None:
        self.bus = bus
        self._joints, self._sources = JointReader(bus.spec, fingers), Sources(publishers)

    @property
    def rivals(self) -> str:
        """Who publishes the arm's joints beside whom; "": one alone does."""
        return self._sources.rivals

    def take(self, message: Any, source: bytes, now: int, monotonic: int) -> None:
        """A message of the publisher `source` (its gid; b"": not known) has come.

        Args:
            now: ns on the graph's clock. monotonic: ns on the monotonic one.

        Raises:
            MalformedError, JointReadingError: it was refused, and the command loop knows.
        """
        state = self.bus.state
        ours = self._joints.names_arm(message)
        if ours and self._sources.hear(source, monotonic * 1e-9):
            self.bus.doubt.value["rivals"] = packed(self.rivals, 160)
            self.bus.doubt.write(0)
        graver = False  # another's clock is no reason to mistrust what else is said
        try:
            check_stamp(nanoseconds(message.header.stamp), now)
            graver = True
            reading = self._joints.read(message, now)
        except BodyError as error:
            if ours or isinstance(error, JointReadingError) or not self._joints.hears(now):
                self._refuse(str(error), graver)
            raise
        if reading is not None:
            state.value["q"][...], state.value["dq"][...] = reading.own, reading.dq
            state.value["width"] = reading.width
            state.write(monotonic)

    def refuse_picture(self, reason: str) -> None:
        """A picture of the camera that the controller looks through was refused."""
        value = self.bus.doubt.value
        value["pictures"] += 1
        value["picture"] = packed(reason, 160)
        self.bus.doubt.write(0)

    def _refuse(self, reason: str, grave: bool) -> None:
        value = self.bus.doubt.value
        value["refused"] += 1
        value["reason"], value["grave"] = packed(reason, 256), grave
        self.bus.doubt.write(0)
