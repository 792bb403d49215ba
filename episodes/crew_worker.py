"""What one process of a crew does; see :mod:`episodes.crew`."""

import multiprocessing
import os
import pickle
import signal
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any, Protocol, TypeVar

Item = TypeVar("Item", contravariant=True)
Result = TypeVar("Result", covariant=True)


class Hand(Protocol[Item, Result]):
    """What works in one process: made there, and kept from item to item."""

    def work(self, item: Item) -> Result:
        """Of one item."""

    def close(self) -> None:
        """Free what it holds; a worker that is ended is not asked to."""


def serve(pipe: Connection, make: Callable[[], Hand[Any, Any]]) -> None:
    """What a worker does until its pipe is closed, or the process that started it ends."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    hand: Hand[Any, Any] | None = None
    with suppress(EOFError, OSError):
        while True:
            item = pipe.recv()
            try:
                hand = hand or make()
                answer = "done", hand.work(item)
            except SystemExit as left:
                pipe.send(("left", how_left(left)))
                return
            except Exception as error:
                answer = "failed", _portable(error)
            pipe.send(answer)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os.kill(os.getpid(), signal.SIGKILL)


def _portable(error: Exception) -> Exception:
    """`error` with its traceback as a note; another one where it cannot be sent."""
    error.add_note("".join(traceback.format_exception(error)))
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError("".join(traceback.format_exception(error)))
    return error


def how_left(left: SystemExit) -> str:
    """Where sys.exit was called."""
    frames = traceback.extract_tb(left.__traceback__)
    # the built-in exit() is a frame of its own, which says nothing
    frame = [f for f in frames if not f.filename.startswith("<frozen")][-1]
    return f"called sys.exit({left.code!r}) in {frame.filename}, line {frame.lineno}"
