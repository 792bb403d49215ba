"""What Pontine's lifecycle nodes have in common: parameters, refusals, diagnostics, errors told."""

import resource
import traceback
from collections.abc import Callable
from typing import Any

from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue
from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.clock import Clock, ClockType
from rclpy.event_handler import SubscriptionEventCallbacks
from rclpy.lifecycle import LifecycleNode, LifecycleState, TransitionCallbackReturn
from rclpy.timer import Timer

from body import BodyError
from episodes.errors import EpisodesError
from pontine_ros import parameters, topics
from pontine_ros.graph_time import GraphTime
from pontine_ros.inbox import Inbox
from pontine_ros.incoming import Refusals
from pontine_ros.qos import profile

DIAGNOSE = 1.0  # s
UNABLE, TRANSIENT = "cannot be brought up", "it may be tried again"  # keys on /diagnostics
OK, WARN, ERROR = DiagnosticStatus.OK, DiagnosticStatus.WARN, DiagnosticStatus.ERROR


class PontineNode(LifecycleNode):
    """Subclasses say what the transitions do; an error in one fails it, and is told once: logged,
    and on /diagnostics with whether it may be tried again (an error's attribute `transient`).

    Attributes:
        refusals: messages that were refused. steady: a clock that goes on when simulation pauses.
        settings: parameters, read when configured. patient: callbacks of this group may await
            what others bring about.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.kind = name
        parameters.declare(self, name)
        self.settings: dict[str, Any] = {}
        self.refusals = Refusals()
        self.steady = Clock(clock_type=ClockType.STEADY_TIME)
        self.time = GraphTime(self.get_clock())
        self.patient = ReentrantCallbackGroup()
        self._made: list[Callable[[], Any]] = []
        self._inboxes: list[Inbox] = []
        self._unable: tuple[str, bool] | None = None  # why, and whether that may pass
        self._diagnostics = self.create_publisher(
            DiagnosticArray, topics.DIAGNOSTICS.name, profile(topics.DIAGNOSTICS.quality)
        )
        self.create_timer(DIAGNOSE, self._diagnose, clock=self.steady)

    def configure(self) -> None:
        """Load, subscribe, start processes."""

    def activate(self) -> None:
        """Begin to act."""

    def deactivate(self) -> None:
        """Come to rest."""

    def cleanup(self) -> None:
        """Let go of everything; called however far `configure` came."""

    def health(self) -> tuple[bytes, str, dict[str, Any]]:
        """Level, a sentence, and figures for /diagnostics."""
        return OK, "", {}

    def end(self) -> None:
        """The process is to end: come to rest and let go, whatever the state."""
        self.deactivate()
        self._release()

    @property
    def now(self) -> int:
        """Ns on the graph's clock."""
        return self.time.now()

    def inbox(self, topic: topics.Topic, take: Callable[[Any], None], name: str = "") -> Inbox:
        """A subscription that is polled; what `take` refuses is counted, too."""
        name = name or topic.name
        made = Inbox(self, topic, name, self._checked(name, take))
        self._inboxes.append(made)
        self._made.append(made.close)
        return made

    def listen(
        self,
        topic: topics.Topic,
        take: Callable[[Any], None],
        events: SubscriptionEventCallbacks | None = None,
        name: str = "",
    ) -> None:
        """Subscribe; a MessageRefusedError of `take` (any BodyError) is counted."""
        name = name or topic.name

        made = self.create_subscription(
            topics.message_type(topic.kind),
            name,
            self._checked(name, take),
            profile(topic.quality),
            event_callbacks=events,
        )
        self._made.append(lambda: self.destroy_subscription(made))

    def _checked(self, name: str, take: Callable[[Any], None]) -> Callable[[Any], str]:
        def checked(message: Any) -> str:
            try:
                take(message)
            except (BodyError, ValueError, OverflowError) as error:
                self.refusals.add(name, error)
                if self.refusals.by_topic[name] in (1, 10, 100, 1000):
                    self.get_logger().warning(f"refused a message: {self.refusals.last}")
                return str(error)
            return ""

        return checked

    def speak(self, topic: topics.Topic, name: str = "") -> Any:
        """A publisher."""
        made = self.create_publisher(
            topics.message_type(topic.kind), name or topic.name, profile(topic.quality)
        )
        self._made.append(lambda: self.destroy_publisher(made))
        return made

    def serve(self, call: topics.Call, answer: Callable[[Any, Any], Any]) -> None:
        """A service."""
        made = self.create_service(
            topics.message_type(call.kind), call.name, answer, callback_group=self.patient
        )
        self._made.append(lambda: self.destroy_service(made))

    def every(self, seconds: float, act: Callable[[], None]) -> Timer:
        """A timer on the steady clock."""
        made = self.create_timer(seconds, act, clock=self.steady)
        self._made.append(lambda: self.destroy_timer(made))
        return made

    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        def act() -> None:
            self.settings = parameters.values(self, self.kind)
            self.configure()

        done = self._attempt(act)
        if done is not TransitionCallbackReturn.SUCCESS:
            self._release()
        return done

    def on_activate(self, state: LifecycleState) -> TransitionCallbackReturn:
        return self._attempt(self.activate)

    def on_deactivate(self, state: LifecycleState) -> TransitionCallbackReturn:
        return self._attempt(self.deactivate)

    def on_cleanup(self, state: LifecycleState) -> TransitionCallbackReturn:
        return self._attempt(self._release)

    def on_shutdown(self, state: LifecycleState) -> TransitionCallbackReturn:
        return self._attempt(self.end)

    def on_error(self, state: LifecycleState) -> TransitionCallbackReturn:
        return self._attempt(self.end)

    def _attempt(self, act: Callable[[], None]) -> TransitionCallbackReturn:
        try:
            act()
        except (BodyError, EpisodesError) as error:
            said = f"{type(error).__name__}: {error}", bool(getattr(error, "transient", False))
        except Exception as error:  # rclpy would swallow it
            traceback.print_exc()
            said = f"{type(error).__name__}: {error}", isinstance(error, OSError)
        else:
            self._unable = None
            return TransitionCallbackReturn.SUCCESS
        if said != self._unable:
            self.get_logger().error(said[0])
        self._unable = said
        self._diagnose()
        return TransitionCallbackReturn.FAILURE

    def _release(self) -> None:
        self._inboxes = []
        while self._made:
            self._made.pop()()
        self.cleanup()

    def _diagnose(self) -> None:
        for inbox in self._inboxes:
            inbox.match()
        level, words, figures = self.health()
        if self._unable is not None:
            why, transient = self._unable
            level, words = ERROR, f"{UNABLE}: {why}"
            figures = figures | {UNABLE: why, TRANSIENT: str(transient).lower()}
        refused = self.refusals
        figures = figures | {"messages refused": refused.total}
        if refused.total:
            figures |= {f"refused on {k}": v for k, v in refused.by_topic.items()}
            figures["last refusal"] = refused.last
        figures["memory MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        status = DiagnosticStatus(
            level=level, name=self.get_fully_qualified_name(), message=words or "as it should be",
            hardware_id=str(self.settings.get("robot", "")),
            values=[KeyValue(key=key, value=str(value)) for key, value in figures.items()],
        )  # fmt: skip
        message = DiagnosticArray(status=[status])
        message.header.stamp = self.get_clock().now().to_msg()
        self._diagnostics.publish(message)
