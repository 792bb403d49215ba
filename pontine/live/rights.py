"""Which real-time rights this user has: scheduling, locked memory, the processor's pace."""

import os
import resource
from collections.abc import Callable
from pathlib import Path

from cerebellum.runtime.priority import PRIORITY, lock_memory, promote
from pontine.commands.diagnosis import Diagnosis, ok, option

LOCKED = 256 * 2**20  # bytes a command loop with its libraries locks, with room to spare
LIMITS = "/etc/security/limits.d/90-pontine.conf"
_GOVERNORS = Path("/sys/devices/system/cpu")


def scheduling() -> Diagnosis:
    """Whether a process of this user may run under SCHED_FIFO; tried in a child."""
    name = "SCHED_FIFO"
    if _in_child(promote):
        return ok(name, f"permitted at priority {PRIORITY}")
    soft, _ = resource.getrlimit(resource.RLIMIT_RTPRIO)
    found = f"refused (rtprio limit {soft}): the command loop shares its core"
    return option(name, found, _grant(f"rtprio {PRIORITY}"))


def locked_memory() -> Diagnosis:
    """Whether memory can be locked against paging; tried in a child."""
    name = "mlockall"
    soft, _ = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    if _in_child(lock_memory) and (
        soft == resource.RLIM_INFINITY or soft >= LOCKED or os.geteuid() == 0
    ):
        return ok(name, "permitted")
    amount = "none" if soft == 0 else f"{soft / 2**20:.0f} MiB"
    found = f"limited to {amount}: a page fault may delay a command"
    return option(name, found, _grant("memlock unlimited"))


def governor() -> Diagnosis:
    """Whether the processor keeps its pace between ticks."""
    found = {
        p.read_text(encoding="utf-8").strip()
        for p in _GOVERNORS.glob("cpu*/cpufreq/scaling_governor")
    }
    if not found:
        return ok("cpu governor", "none here (virtual machine, or fixed clock)")
    if found == {"performance"}:
        return ok("cpu governor", "performance")
    return option(
        "cpu governor", f"{', '.join(sorted(found))}: waking from idle adds to the jitter",
        "as root: cpupower frequency-set -g performance",
    )  # fmt: skip


def _in_child(attempt: Callable[[], None]) -> bool:
    """Whether `attempt` succeeds in a fork of this process, which it leaves as it is."""
    child = os.fork()
    if child == 0:
        try:
            attempt()
        except OSError:
            os._exit(1)
        except BaseException:
            os._exit(2)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1):
        raise RuntimeError(f"the check itself failed in its child process (exit {code})")
    return code == 0


def _grant(right: str) -> str:
    user = os.environ.get("USER") or str(os.geteuid())
    return f"as root: echo '{user} - {right}' >> {LIMITS}; then log in anew"
