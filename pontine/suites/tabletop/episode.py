"""One closed-loop episode of the tabletop, from a scene and a sentence to a result."""

from collections.abc import Sequence

from body import ActionChunk, Observation
from pontine.evaluation.result import Result
from pontine.policies import Policy
from pontine.rollout import Watcher, rollout
from pontine.suites.tabletop.environment import Tabletop
from pontine.suites.tabletop.metrics import Metrics
from sim.tasks import Goal


def run_episode(
    environment: Tabletop,
    policy: Policy,
    watchers: Sequence[Watcher[Observation, ActionChunk]] = (),
    old_goal: Goal | None = None,
) -> Result:
    """Run until success, a standing refusal, or the end of the environment's time.

    Args:
        watchers: films, faults; called before anything is measured.
        old_goal: what another sentence would have asked of this scene; is it done all the same?
    """
    metrics = Metrics(environment, policy, old_goal)
    rollout(environment, policy, (*watchers, metrics))
    return metrics.close()
