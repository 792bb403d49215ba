"""Brings lifecycle nodes up in order, keeps them up, and takes them down in the reverse one.

A node that is not there yet, or has gone, is waited for. One that refuses to come up is asked why:
where that cannot get better, or has not after some tries, it is not asked again.
"""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from lifecycle_msgs.msg import State, Transition
from lifecycle_msgs.srv import ChangeState, GetState
from rclpy.lifecycle import LifecycleNode

LOOK = 0.5  # s between looks at nodes that are not up
KEEP = 1.0  # s between looks once all are
ANSWER, HASTE = 5.0, 2.0  # s to say how it is, while there is time, and while coming down
CHANGE = 120.0  # s to configure: the first time, an engine is built
WORDS = 3.0  # s for a node to say why it refuses
TRIES = 3  # of what may get better
UP = {
    State.PRIMARY_STATE_UNCONFIGURED: Transition.TRANSITION_CONFIGURE,
    State.PRIMARY_STATE_INACTIVE: Transition.TRANSITION_ACTIVATE,
}
DOWN = {
    State.PRIMARY_STATE_ACTIVE: Transition.TRANSITION_DEACTIVATE,
    State.PRIMARY_STATE_INACTIVE: Transition.TRANSITION_CLEANUP,
}


class BringUp:
    """A thread beside the node's executor, which must spin.

    Attributes:
        states: node to what it is ("active", "gone" ...). up: all of them are active.
        hopeless: which node cannot be brought up, and why; "": none so far.

    Args:
        node: whose clients are used. names: in the order in which to bring them up.
        why: a node's name to why it refused a transition since it was asked for, and whether that
            may pass; None: it has not said.
    """

    def __init__(
        self, node: LifecycleNode, names: Sequence[str],
        why: Callable[[str], tuple[str, bool] | None],
    ) -> None:  # fmt: skip
        self.hopeless = ""
        self._why, self._failed = why, dict.fromkeys(names, 0)
        self.states = dict.fromkeys(names, "gone")
        self._node, self._names = node, tuple(names)
        self._ask: dict[str, Any] = {
            n: node.create_client(GetState, f"{n}/get_state") for n in names
        }
        self._tell: dict[str, Any] = {
            n: node.create_client(ChangeState, f"{n}/change_state") for n in names
        }
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="bring up", daemon=True)
        self._thread.start()

    @property
    def up(self) -> bool:
        return all(state == "active" for state in self.states.values())

    def close(self) -> None:
        """Leave the nodes as they are."""
        self._end.set()
        self._thread.join(1.0)
        for client in (*self._ask.values(), *self._tell.values()):
            self._node.destroy_client(client)

    def take_down(self) -> None:
        """Deactivate and clean up, last node first. Call it from the thread that spins."""
        self._end.set()
        for name in reversed(self._names):
            for _ in DOWN:
                step = DOWN.get(self._state(name, spin=True))
                if step is None:
                    break  # down already, gone, or too busy to answer
                self._change(name, step, spin=True)

    def _run(self) -> None:
        while not self.hopeless and not self._end.wait(KEEP if self.up else LOOK):
            for name in self._names:
                if not self._bring_up(name):
                    break  # those after it need it

    def _bring_up(self, name: str) -> bool:
        for _ in UP:
            step = UP.get(self._state(name))
            if step is None or not self._change(name, step):
                break
        return self._state(name) == State.PRIMARY_STATE_ACTIVE

    def _state(self, name: str, spin: bool = False) -> int:
        patience = HASTE if spin else ANSWER
        answer = self._call(self._ask[name], GetState.Request(), patience, spin)
        before, now = self.states[name], answer.current_state.label if answer else "gone"
        self.states[name] = now
        if now != before:
            self._node.get_logger().info(f"{name}: {now}")
        return answer.current_state.id if answer else State.PRIMARY_STATE_UNKNOWN

    def _change(self, name: str, step: int, spin: bool = False) -> bool:
        request = ChangeState.Request(transition=Transition(id=step))
        self._why(name)  # what was said before is not meant
        answer = self._call(self._tell[name], request, CHANGE, spin)
        if answer is None or spin:
            return False
        if answer.success:
            self._failed[name] = 0
        else:
            self._judge(name)
        return bool(answer.success)

    def _judge(self, name: str) -> None:
        """It refused; give it up where that cannot get better."""
        end = time.monotonic() + WORDS
        while (said := self._why(name)) is None and time.monotonic() < end:
            if self._end.wait(0.1):
                return
        why, passes = said or ("it does not say why; its output may", True)
        self._failed[name] += 1
        if not passes or self._failed[name] >= TRIES:
            self.hopeless = f"{name} cannot be brought up: {why}"

    def _call(self, client: Any, request: Any, seconds: float, spin: bool) -> Any:
        if not client.service_is_ready():
            return None
        future = client.call_async(request)
        executor = self._node.executor
        if spin and executor is not None:
            end = time.monotonic() + seconds
            while not future.done() and time.monotonic() < end and client.service_is_ready():
                executor.spin_once(timeout_sec=0.05)
        else:
            done = threading.Event()
            future.add_done_callback(lambda _: done.set())
            while not done.wait(0.1):
                seconds -= 0.1
                if self._end.is_set() or seconds < 0 or not client.service_is_ready():
                    client.remove_pending_request(future)
                    return None
        return future.result() if future.done() else None
