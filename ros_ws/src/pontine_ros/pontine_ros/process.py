"""A node's life as a process: from the command line to a clean end on Ctrl-C or SIGTERM."""

import ctypes
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import Any, NoReturn

import rclpy
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor
from rclpy.signals import SignalHandlerOptions

from body import BodyError
from cerebellum.runtime.priority import PRIORITY, prefer, promote, relax
from episodes.errors import EpisodesError
from pontine.commands.surroundings import settle

ARENAS = 1  # pools of freed memory
_M_ARENA_MAX = -8  # mallopt(3)
SWITCH = 0.0005  # s after which a Python thread lets another one run: 5 ms would be a late state


def run(
    make: Callable[[], Any],
    urgent: bool = False,
    niceness: int = 0,
    over: Callable[[Any], str] = lambda node: "",
) -> Any:
    """Spin the node that `make` makes until SIGINT or SIGTERM; let it end in order; return it.

    rclpy's own handlers would cut the network before a moving arm had been stopped.

    Args:
        urgent: let the network's own threads run before other work (SCHED_FIFO), where permitted.
        niceness: below 0: before other work, where permitted; above 0: after it.
        over: why the node is to end by itself, with exit status 2; "": it is not.
    """
    settle()
    share_memory()
    if niceness:
        prefer(niceness)
    told: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda got, _: told.append(got))
    with prompt() if urgent else nullcontext():  # threads inherit what the one that starts them has
        rclpy.init(args=sys.argv, signal_handler_options=SignalHandlerOptions.NO)
        spinner = SingleThreadedExecutor()
        try:
            node: Any = make()
        except (BodyError, EpisodesError) as error:
            rclpy.try_shutdown()
            _give_up(error)
    try:
        spinner.add_node(node)
        while not told and rclpy.ok() and not over(node):
            spinner.spin_once(timeout_sec=0.2)
    except ExternalShutdownException:
        pass
    except (BodyError, EpisodesError) as error:
        _give_up(error)
    finally:
        node.end()
        spinner.shutdown()
        node.destroy_node()
        rclpy.try_shutdown()
    if over(node):
        _end(over(node))
    return node


def _give_up(error: Exception) -> NoReturn:
    _end(f"{type(error).__name__}: {error}")


def _end(why: str) -> NoReturn:
    print(f"{sys.argv[0].rsplit('/', 1)[-1]}: {why}", file=sys.stderr)
    raise SystemExit(2)


def share_memory() -> None:
    """Let new threads use what ended ones freed. glibc has up to eight pools a processor, each new
    thread takes the next one, and every round of a node's life left a world behind in each."""
    with suppress(AttributeError):  # another C library
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, ARENAS)


@contextmanager
def prompt() -> Iterator[None]:
    """Let this thread, and those it starts meanwhile, run before other work, where permitted."""
    hurry()
    try:
        yield
    finally:
        relax()


def hurry() -> None:
    """Let this thread run before other work, where permitted; below the command loop."""
    with suppress(OSError):  # the diagnostics show how well it does without
        promote(PRIORITY - 10)
