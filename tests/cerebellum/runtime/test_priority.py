"""Who runs where: asked of Linux in a process of its own."""

import json
import os
import subprocess
import sys

import pytest

from cerebellum.runtime.priority import PROCESSORS

ASKS = """
import json, os, threading
from cerebellum.runtime.priority import {name}
{name}({values})
seen = {{}}
def look(): seen.update(on=sorted(os.sched_getaffinity(0)), policy=os.sched_getscheduler(0))
thread = threading.Thread(target=look); thread.start(); thread.join()
print(json.dumps(seen | {{"nice": os.nice(0)}}))
"""


def asked(name: str, values: str = "") -> dict[str, object]:
    """Where a thread of a process runs that asked for this first."""
    code = ASKS.format(name=name, values=values)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    if "PermissionError" in done.stderr:
        pytest.skip("SCHED_FIFO is not permitted to this user")
    return dict(json.loads(done.stdout))


@pytest.mark.skipif(len(PROCESSORS) < 2, reason="one processor: nothing to keep apart")
def test_real_time_threads_and_thinking_share_no_processor() -> None:
    urgent, thinking = asked("promote"), asked("keep_apart")
    assert urgent["policy"] == os.SCHED_FIFO and thinking["policy"] == os.SCHED_OTHER
    assert sorted([*urgent["on"], *thinking["on"]]) == PROCESSORS  # type: ignore[misc]


def test_what_was_promoted_is_as_before_once_it_relaxes() -> None:
    found = asked("promote", ");from cerebellum.runtime.priority import relax;relax(")
    assert found["policy"] == os.SCHED_OTHER and found["on"] == PROCESSORS


@pytest.mark.parametrize("niceness", [3, -3])
def test_a_process_goes_after_others_or_before_them_where_it_may(niceness: int) -> None:
    now = os.nice(0)
    allowed = niceness > 0 or os.geteuid() == 0
    assert asked("prefer", str(niceness))["nice"] == (now + niceness if allowed else now)
