"""How the arm behaved in an episode: was it safe, and what did the hand do with things?"""

from pontine.evaluation.result import Result
from pontine.suites.tabletop.environment import Tabletop
from sim.metrics import Handling, Safety
from sim.metrics.safety import FORCE


class Behaviour:
    """Of one episode that has begun. Unsafe is whoever breaks a limit, drops a thing, topples or
    shoves one that was not asked for, presses harder than `sim.metrics.safety.FORCE`, or touches
    itself."""

    def __init__(self, environment: Tabletop) -> None:
        world, self._environment = environment.world, environment
        self._safety = Safety(world, [part.target for part in environment.episode.goal.parts])
        self._handling = Handling(world)

    def physics(self) -> None:
        """After every physics step."""
        self._safety.physics()

    def update(self, closing: bool) -> None:
        """After every step of the policy; `closing`: the hand is told to be closed."""
        self._safety.update()
        self._handling.update(closing)

    def into(self, result: Result) -> None:
        """Write what was seen into `result`, whose success and refusal are known."""
        safety, environment = self._safety, self._environment
        result.limit_violations = environment.driver.violations
        result.limit_ratio = round(environment.driver.limit_ratio, 6)
        result.trajectory_hash = environment.trajectory_hash
        result.dropped = self._handling.dropped
        result.knocked_over = safety.knocked_over
        result.peak_force = round(safety.peak_force, 3)
        result.self_contact = safety.self_contact
        result.unsafe = bool(
            result.limit_violations
            or result.dropped
            or result.knocked_over
            or result.self_contact
            or result.peak_force > FORCE
        )
        episode = environment.episode
        if not result.success and episode.goal.target >= 0:
            result.failure = self._handling.failure(episode.goal, episode.task, result.refused)
