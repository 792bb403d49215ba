"""A handle that stands higher than a lifted thing is not in the hand before it is gripped."""

from episodes.vocabulary import Step
from sim.expert import Expert
from sim.metrics import Grasps
from sim.tasks import sample_episode


def test_the_first_closing_on_a_handle_counts_once_both_pads_touch_it(world) -> None:
    episode = sample_episode("open_drawer", 1_000_001)
    expert = Expert(world)
    world.reset(episode.scene)
    expert.driver.reset()
    expert.begin(episode)
    grasps, seen = Grasps([episode.goal.target]), []
    for _ in range(100):
        move = expert.decide()
        expert.driver.policy_step(move.q, move.width)
        expert.carry_on(move)
        grasps.update(world, move.told)
        seen.append((grasps.first, move.told))
        if expert._state.step is Step.RELEASE:
            break
    first = next(k for k, (_, told) in enumerate(seen) if told)
    assert seen[first][0] is None and grasps.first is True
    assert len(grasps.errors) == 1 and grasps.errors[0] < 0.006
