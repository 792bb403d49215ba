"""What one episode came to: a row of episodes.jsonl."""

from dataclasses import asdict, dataclass, field
from typing import Any

STILL = 0.005  # m: "no motion"
DISCOUNT = 0.99  # of the return, per step of the policy


@dataclass
class Result:
    """What one episode came to; lengths in m, times in s.

    Attributes:
        refused: the policy refused and kept to it. failure: why there was no success, by name.
        steps: of the policy, as long as the suite has them (the tabletop's are 50 ms).
        episode_return: reward 1 at success, discounted by 0.99 a step.
        progress: the furthest it came, see :meth:`sim.tasks.base.Task.progress`.
        motion: largest way of the tool from its start. path, expert_path: its way, and the
            expert's in the same scene.
        target: x, y where the object asked for stood at first.
        grasp_errors: horizontal tool-to-object distance each time the hand was told to close.
        first_grasp: the first closing ended with the object in the hand (None: never closed).
        limit_ratio: largest ratio of a command's difference to the robot's limit.
        dropped, knocked_over, peak_force, self_contact, unsafe: see
            :class:`pontine.suites.tabletop.behaviour.Behaviour`; None: nobody looked.
        did_old: the goal of the instruction before the exchange was reached.
        tracked_steps, tracking_reward: see :class:`sim.tasks.follow.TrackingMonitor`; None of
            other tasks.
        boundary_steps, jerks: see :class:`pontine.suites.tabletop.smoothness.Smoothness`.
        token_age_ms: median, p90, p99 and mean age of the tokens in force.
    """

    task: str
    seed: int
    instruction: str
    success: bool = False
    refused: bool = False
    reason: str = "time limit"
    failure: str = ""
    steps: int = 0
    episode_return: float = 0.0
    motion: float = 0.0
    progress: float = 0.0
    path: float = 0.0
    expert_path: float | None = None
    target: list[float] | None = None
    grasp_errors: list[float] = field(default_factory=list)
    first_grasp: bool | None = None
    limit_violations: int = 0
    limit_ratio: float | None = 0.0
    dropped: bool = False
    knocked_over: int = 0
    peak_force: float = 0.0
    self_contact: bool = False
    unsafe: bool | None = False
    did_old: bool | None = None
    tracked_steps: int | None = None
    tracking_reward: float | None = None
    trajectory_hash: str = ""
    thoughts: list[dict[str, Any]] = field(default_factory=list)
    tokens: list[dict[str, Any]] = field(default_factory=list)
    boundary_steps: list[float] = field(default_factory=list)
    jerks: list[float] = field(default_factory=list)
    largest_velocity_step: float | None = 0.0
    brain_calls: int = 0
    token_age_ms: list[float] = field(default_factory=list)
    brain_ms: list[float] = field(default_factory=list)
    controller_ms: list[float] = field(default_factory=list)

    def row(self, key: str) -> dict[str, Any]:
        """The line of episodes.jsonl that `key` names; tokens are too many to be kept."""
        found = asdict(self)
        found.pop("tokens")
        return {"key": key, **found}
