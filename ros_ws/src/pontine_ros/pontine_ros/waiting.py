"""Answers that wait for a condition while the node goes on: looked at by a timer, not by a loop."""

import time
from collections.abc import Callable

from rclpy.task import Future


class Waiting:
    """Conditions that coroutines await; call :meth:`look` often."""

    def __init__(self) -> None:
        self._open: list[tuple[float, Callable[[], bool], Future]] = []

    async def until(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Whether it came true in time."""
        future: Future = Future()
        self._open.append((time.monotonic() + seconds, condition, future))
        return bool(await future)

    def look(self, hopeless: bool = False) -> None:
        """Answer what has come true, is too late or, where `hopeless`, cannot come true."""
        waiting, self._open = self._open, []
        for end, condition, future in waiting:
            if condition():
                future.set_result(True)
            elif hopeless or time.monotonic() > end:
                future.set_result(False)
            else:
                self._open.append((end, condition, future))

    def give_up(self) -> None:
        """Answer all of them: no."""
        waiting, self._open = self._open, []
        for _, _, future in waiting:
            future.set_result(False)
