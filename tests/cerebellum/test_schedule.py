import numpy as np
import pytest

from cerebellum.runtime.schedule import ChunkSchedule

ROWS = np.arange(80.0).reshape(16, 5)
JOINTS = np.arange(112.0).reshape(16, 7)


def test_steps_are_taken_in_order_and_a_plan_falls_due():
    schedule = ChunkSchedule(replan=4, delay=1)
    assert schedule.due and schedule.promised() is None
    schedule.put(ROWS, JOINTS)
    for k in range(4):
        assert not schedule.due
        action, rows, joints = schedule.take()
        assert (action == ROWS[k]).all() and (joints[0] == JOINTS[k]).all()
        assert rows.shape == (16, 5) and joints.shape == (16, 7)
    assert schedule.due
    rows, joints = schedule.promised()  # type: ignore[misc]
    assert (rows == ROWS[4:5]).all() and (joints == JOINTS[4:5]).all()


def test_beyond_its_end_a_chunk_stands_still():
    schedule = ChunkSchedule()
    schedule.put(ROWS, JOINTS)
    for _ in range(20):
        action, rows, joints = schedule.take()
    assert (action[:4] == 0).all() and action[4] == ROWS[-1, 4]
    assert (joints == JOINTS[-1]).all() and (rows[:, :4] == 0).all()


def test_senseless_settings_and_an_empty_schedule_are_refused():
    for replan, commit in ((0, 1), (16, 1), (4, 7)):
        with pytest.raises(ValueError, match="replan"):
            ChunkSchedule(replan, commit)
    with pytest.raises(RuntimeError):
        ChunkSchedule().take()


@pytest.mark.parametrize("parts", (2, 5))
def test_parts_of_steps_add_up_to_the_steps(parts):
    rng = np.random.default_rng(3)
    rows, joints = rng.normal(size=(16, 5)), rng.normal(size=(16, 7))
    schedule = ChunkSchedule(replan=16, delay=0)
    schedule.put(rows, joints)
    start = np.zeros(7)
    for step in rows[:4]:
        taken = [schedule.take_part(1 / parts, start) for _ in range(parts)]
        np.testing.assert_allclose(sum(action[:4] for action, _, _ in taken), step[:4], atol=1e-12)
    np.testing.assert_allclose(taken[-1][2][0], joints[3], atol=1e-12)
    with pytest.raises(RuntimeError):
        ChunkSchedule().take_part(0.5, start)


def test_what_follows_the_promised_steps_is_known_until_the_chunk_ends():
    schedule = ChunkSchedule(replan=8, delay=8)
    assert schedule.next_after_promised() is None
    schedule.put(ROWS, JOINTS)
    for k in range(8):
        assert (schedule.next_after_promised() == ROWS[k + 8]).all()
        schedule.take()
    assert schedule.next_after_promised() is None
