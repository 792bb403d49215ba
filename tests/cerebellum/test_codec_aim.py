"""The aim codec: bins, short lists, and the law that leads there."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from body.contract.errors import RangeError
from body.geometry.motion import HORIZON
from cerebellum.codec import load_codec, save_codec
from cerebellum.codec.aim import STEP, AimCodec, heading
from cerebellum.state import CommandState

CODEC = AimCodec()
# what fifty experts' hands reach, m
HAND = ((-0.5, 0.49), (0.39, 0.89), (0.044, 0.437))
hands = st.tuples(*(st.floats(*span) for span in HAND)).map(np.array)
aims = st.tuples(
    st.floats(-2.0, 2.0), st.floats(-1.0, 3.0), st.floats(-1.0, 2.0),
    st.sampled_from(CODEC.gains), st.floats(-1.5, 1.5),
).map(np.array)  # fmt: skip


@given(aims)
def test_within_its_ranges_an_aim_comes_back_within_half_a_bin(aim: np.ndarray) -> None:
    low, high = np.array(CODEC.ranges).T
    back = CODEC.aim(CODEC.encode(aim))
    clipped = np.clip(aim[:3], low, high)
    assert (np.abs(back[:3] - clipped) <= (high - low) / CODEC.bins / 2 + 1e-9).all()
    assert back[3] == aim[3]
    assert abs(back[4] - np.clip(aim[4], -1, 1)) <= 0.05 + 1e-9


@given(aims, hands)
def test_an_aim_beyond_the_ranges_asks_for_the_same_action(aim, hand) -> None:
    if aim[3] < 10.0:
        return
    low, high = np.array(CODEC.ranges).T
    clipped = np.append(np.clip(aim[:3], low, high), aim[3:])
    np.testing.assert_allclose(heading(clipped, hand), heading(aim, hand), atol=1e-9)


@given(aims, hands)
def test_playback_goes_towards_the_aim_and_never_faster_than_a_step(aim, hand) -> None:
    codes = CODEC.encode(aim)
    state = CommandState(np.append(hand, 0.0), np.zeros(4), False)
    chunk = CODEC.decode(codes, state)
    assert chunk.shape == (HORIZON, 5) and np.abs(chunk[:, :3]).max() <= STEP + 1e-12
    goal = CODEC.aim(codes)[:3]
    end = hand + chunk[:, :3].sum(0)
    assert np.linalg.norm(goal - end) <= np.linalg.norm(goal - hand) + 1e-9


def test_it_is_kept_as_a_file_and_refuses_what_it_cannot_have_made(tmp_path) -> None:
    save_codec(CODEC, tmp_path)
    assert load_codec(tmp_path, CODEC.codec_id) == CODEC
    with pytest.raises(RangeError, match="aim has 5"):
        CODEC.aim((1, 2, 3))
    with pytest.raises(RangeError, match=r"must lie in 0\.\.5"):
        CODEC.aim((0, 0, 0, 6, 0))
