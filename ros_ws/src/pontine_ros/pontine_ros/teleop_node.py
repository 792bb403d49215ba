"""A person takes over, in motion, and hands back: from the keyboard, or from a stick's twist.

    w s   forth and back         q e   turn          space   close or open the hand
    a d   left and right         r f   up and down   x       hand back to the brain

A stick (a SpaceMouse by its spacenav driver, say) speaks on `teleop_twist`, each axis from -1 to 1:
it takes over when it is moved, and hands back when it has rested for a while. Its button, a Joy
message on `teleop_joy`, closes and opens the hand.
"""

import select
import sys
import termios
import time
import tty
from typing import Any

import numpy as np
from geometry_msgs.msg import Twist
from sensor_msgs.msg import Joy

from body.contract.arrays import Array
from pontine_ros import topics
from pontine_ros.lifecycle import OK, PontineNode
from pontine_ros.process import run

PERIOD = 0.05  # s between two messages
KEY_HOLDS = 0.4  # s: a terminal repeats a key that is held some 30 times a second, after a while
KEYS = {
    "w": (1, 0, 0, 0), "s": (-1, 0, 0, 0), "a": (0, 1, 0, 0), "d": (0, -1, 0, 0),
    "r": (0, 0, 1, 0), "f": (0, 0, -1, 0), "q": (0, 0, 0, 1), "e": (0, 0, 0, -1),
}  # fmt: skip


class Hand:
    """What the hand on keys or stick wishes; times in s of a steady clock.

    Attributes:
        active: somebody steers. close: the gripper's order. wish: (4,) from -1 to 1.

    Args:
        deadband, release: the node's parameters. holds: s that a wish lasts.
    """

    def __init__(self, deadband: float, release: float, holds: float) -> None:
        self._deadband, self._release, self._holds = deadband, release, holds
        self.active = self.close = False
        self.wish: Array = np.zeros(4)
        self._at = self._moved = -1e9

    def move(self, wish: Array, now: float) -> None:
        """The stick's deflection, or a key's; what is not finite is no wish."""
        if not np.isfinite(wish).all():
            return
        strong = np.abs(wish) >= self._deadband
        self.wish, self._at = np.clip(np.where(strong, wish, 0.0), -1, 1), now
        if strong.any():
            self.active, self._moved = True, now

    def grip(self, now: float) -> None:
        """Close the hand, or open it."""
        self.active, self.close, self._moved = True, not self.close, now

    def hand_back(self) -> None:
        """The brain goes on."""
        self.active, self.wish = False, np.zeros(4)

    def look(self, now: float, patient: bool) -> Array:
        """The wish now; where not `patient`, long rest hands back."""
        if now - self._at > self._holds:
            self.wish = np.zeros(4)
        if self.active and not patient and now - self._moved > self._release:
            self.hand_back()
        return self.wish


class TeleopNode(PontineNode):
    """See the module; parameters in `parameters.NODES`. It configures and activates itself."""

    def __init__(self) -> None:
        super().__init__("teleop_node")
        self._terminal: Any = None
        self._was_active = False
        self.trigger_configure()
        self.trigger_activate()

    def configure(self) -> None:
        settings = self.settings
        self._keyboard = settings["source"] == "keyboard"
        self.hand = Hand(settings["deadband"], settings["release"], KEY_HOLDS)
        self._speed = np.array([settings["linear_speed"]] * 3 + [settings["yaw_speed"]])
        self._say = self.speak(topics.TELEOP)
        if self._keyboard and sys.stdin.isatty():
            self._terminal = termios.tcgetattr(sys.stdin)
            tty.setcbreak(sys.stdin)
            print(__doc__)
        elif self._keyboard:
            self.get_logger().warning("standard input is no terminal: no key will be heard")
        else:
            self._made += [
                self._forget(self.create_subscription(Twist, "teleop_twist", self._twist, 1)),
                self._forget(self.create_subscription(Joy, "teleop_joy", self._joy, 1)),
            ]
        self._pressed = False
        self.every(PERIOD, self._look)

    def cleanup(self) -> None:
        if self._terminal is not None:
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, self._terminal)
            self._terminal = None

    def health(self) -> tuple[bytes, str, dict[str, Any]]:
        return OK, "a person steers" if self._was_active else "the brain steers", {}

    def _forget(self, subscription: Any) -> Any:
        return lambda: self.destroy_subscription(subscription)

    def _twist(self, message: Twist) -> None:
        linear, turn = message.linear, message.angular.z
        self.hand.move(np.array([linear.x, linear.y, linear.z, turn]), time.monotonic())

    def _joy(self, message: Joy) -> None:
        pressed = any(message.buttons)
        if pressed and not self._pressed:
            self.hand.grip(time.monotonic())
        self._pressed = pressed

    def _look(self) -> None:
        now = time.monotonic()
        while self._terminal is not None and select.select([sys.stdin], [], [], 0)[0]:
            self._key(sys.stdin.read(1), now)
        wish = self.hand.look(now, patient=self._keyboard)
        if not (self.hand.active or self._was_active):
            return
        self._was_active = self.hand.active
        message = topics.message_type(topics.TELEOP.kind)()
        message.header.stamp = self.get_clock().now().to_msg()
        velocity = wish * self._speed
        message.active, message.close = self.hand.active, self.hand.close
        message.linear, message.yaw_rate = velocity[:3].tolist(), float(velocity[3])
        self._say.publish(message)

    def _key(self, key: str, now: float) -> None:
        if key in KEYS:
            self.hand.move(np.array(KEYS[key], np.float64), now)
        elif key == " ":
            self.hand.grip(now)
        elif key == "x":
            self.hand.hand_back()


def main() -> None:
    """Entry point."""
    run(TeleopNode)
