"""A handle that stands higher than a lifted thing is not in the hand before it is gripped."""

from episodes.vocabulary import Step
from pontine.policies.expert import ExpertPolicy
from pontine.rollout import Watcher, rollout
from pontine.suites.tabletop.environment import Tabletop
from sim.expert import Expert
from sim.metrics import Grasps
from sim.tasks import sample_episode


def test_the_first_closing_on_a_handle_counts_once_both_pads_touch_it(world) -> None:
    episode = sample_episode("open_drawer", 1_000_001)
    expert = Expert(world)
    grasps, seen = Grasps([episode.goal.target]), []

    class Closings(Watcher):
        def acted(self, observation, action):
            self.closing = action.gripper_width[0] == 0.0

        def stepped(self):
            grasps.update(world, self.closing)
            seen.append((grasps.first, self.closing))
            return expert._state.step is Step.RELEASE

    rollout(Tabletop(world, episode), ExpertPolicy(expert, episode), [Closings()])
    first = next(k for k, (_, closing) in enumerate(seen) if closing)
    assert seen[first][0] is None and grasps.first is True
    assert len(grasps.errors) == 1 and grasps.errors[0] < 0.006
