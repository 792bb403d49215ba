"""One plan in three codecs."""

import numpy as np
import pytest

from cerebellum.codec import load_codec, save_codec
from cerebellum.codec.aim import AimCodec
from pontine.evaluation.log import EvaluationError
from pontine.suites.metaworld import answers, plans
from pontine.suites.metaworld.movers import HALT, Playback

RNG = np.random.default_rng(0)
HANDS = RNG.uniform([-0.3, 0.4, 0.05], [0.3, 0.9, 0.4], (2000, 3))
WAYS = RNG.normal(0, 0.08, (2000, 3))
AIMS = np.column_stack([
    HANDS + WAYS, RNG.choice([10.0, 25.0], 2000), RNG.choice([-1.0, 1.0], 2000)
])  # fmt: skip


@pytest.mark.parametrize("kind", plans.KINDS)
def test_codecs_tell_the_same_steps(kind, tmp_path) -> None:
    codec = plans.fit(kind, AIMS, HANDS)
    save_codec(codec, tmp_path)
    codec = load_codec(tmp_path, codec.codec_id)
    told = [plans.decode(codec, tuple(row)) for row in plans.encode(codec, AIMS, HANDS).tolist()]
    if kind == "aim":
        told = list(plans.unroll(np.stack(told), HANDS))
    off = np.abs(np.stack(told) - plans.unroll(AIMS, HANDS)).mean()
    assert off < {"aim": 0.02, "bins": 0.005, "rvq": 0.1}[kind]


def test_the_ideal_hand_comes_to_the_aim_and_stays() -> None:
    aim, hand = np.array([[0.02, 0.6, 0.2, 50.0, 1.0]]), np.array([[0.0, 0.6, 0.2]])
    steps = plans.unroll(aim, hand)[0]
    assert 0.01 * steps[:, 0].sum() == pytest.approx(0.02, abs=1e-3)
    assert abs(steps[-1, 0]) < 0.05 and (steps[:, 3] == 1.0).all()


def test_steps_are_played_back_by_their_age_and_then_the_hand_halts() -> None:
    mover, state = Playback(AimCodec()), np.array([0.0, 0.6, 0.2, 1.0])
    steps = RNG.uniform(-1, 1, (plans.STEPS, 4))
    mover.take(None, None)
    np.testing.assert_array_equal(mover.act(state, 0), HALT)
    mover.take(steps, None)
    for age in (2, 7):  # tokens may take effect late: what is past is left out
        np.testing.assert_array_equal(mover.act(state, age), steps[age])
    np.testing.assert_array_equal(mover.act(state, plans.STEPS), HALT)


def test_how_codes_are_read_and_weighed_fits_their_number() -> None:
    for kind in plans.KINDS:
        codec = plans.fit(kind, AIMS, HANDS)
        weights = answers.weights(codec)
        assert len(weights.codes) == len(weights.sigma) == codec.length
        assert sum(weights.codes) == pytest.approx(8.0)
        soft = [i for i, sigma in enumerate(weights.sigma) if sigma > 0]
        assert answers.rule(codec).soft == tuple(soft)
    with pytest.raises(EvaluationError, match="known here are aim, bins, rvq"):
        plans.fit("waypoint", AIMS, HANDS)
    assert isinstance(plans.fit("aim", AIMS, HANDS), AimCodec)
